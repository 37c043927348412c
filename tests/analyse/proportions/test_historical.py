"""A rate against a historical one: the exact binomial test, as R has it."""

import json
from pathlib import Path

import pytest

from headway.analyse.proportions.historical import above, unlike

CASES = json.loads(
    (Path(__file__).parents[2] / "reference" / "binomial.json").read_text(encoding="utf-8")
)  # by binomial.R


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['events']}/{case['n']}")
def test_exact_binomial_tests_are_those_of_r(case):
    asked = int(case["events"]), int(case["n"]), case["rate"]
    assert above(*asked).p == pytest.approx(case["greater"], rel=1e-9)
    assert unlike(*asked).p == pytest.approx(case["two_sided"], rel=1e-9)


def test_each_test_says_on_which_side_it_looks():
    assert "one-sided" in above(3, 10, 0.13).method
    assert "two-sided" in unlike(3, 10, 0.13).method


def test_more_events_than_patients_are_no_rate():
    with pytest.raises(ValueError, match="11 of 10 is not a proportion"):
        above(11, 10, 0.13)
