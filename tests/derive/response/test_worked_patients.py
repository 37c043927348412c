"""The worked patients of domain.md 1.9, from their lesions to both best responses."""

from dataclasses import replace

import pytest

from headway.derive.response import RECIST_1_1, best_responses, timepoint_responses
from tests.derive.response.examples import by_day, example
from tests.derive.response.worked import WORKED


@pytest.mark.parametrize("name", WORKED)
def test_time_points(name):
    patient = example(WORKED[name][0])
    assert by_day(timepoint_responses(*patient.tables)) == patient.expected.get("response", {})


@pytest.mark.parametrize("name", WORKED)
def test_best_response(name):
    table, unconfirmed, confirmed = WORKED[name]
    patient = example(table)
    best = best_responses(timepoint_responses(*patient.tables), patient.start).collect()
    assert best.select("best_response", "confirmed_best_response").rows() == [(unconfirmed, confirmed)]


def test_w11_with_stable_disease_accepted_between():
    patient = example(WORKED["W11 stable disease between two partial responses"][0])
    accepting = replace(RECIST_1_1, accept_stable=True)
    best = best_responses(timepoint_responses(*patient.tables), patient.start, rules=accepting).collect()
    assert best["confirmed_best_response"].to_list() == ["PR"]
