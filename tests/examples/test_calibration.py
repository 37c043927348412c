"""Choosing the candidates whom an example shows: what is written, what is counted, what is found."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from calibration.choice import Search, as_stretches, exchanged
from calibration.distance import distance, missed
from calibration.facts import Counted, Facts, Median
from calibration.template import Template

from headway.simulate.scenario import Stretch

EXAMPLES = Path(__file__).parents[2] / "examples"
TWO = [Stretch(first_candidate=3, candidates=9), Stretch(first_candidate=70, candidates=2)]


def published(value: float | None, unit: str, source: str = "abstract") -> dict:
    return {"value": value, "unit": unit, "source": source, "kind": "published"}


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*/scenario*.toml")), ids=lambda file: file.parent.name)
def test_stretches_replace_whatever_was_chosen_before(file):
    template = Template(file.read_text(encoding="utf-8"))
    once = template.with_stretches(TWO[:1]).with_stretches(TWO)
    assert list(once.scenario().stretches) == TWO
    assert once.scenario().first_candidate == 0
    assert once.large(500) == template.large(500)
    assert once.large(500).stretches == ()


def test_free_numbers_move_and_the_rest_of_the_shares_follows():
    text = "[[regimen]]\nshare = 0.2  # free: 0 to 1\nshare = 0.3\nshare = 0.5  # rest\n"
    moved = Template(text).with_values(np.array([0.4]))
    assert moved.text == "[[regimen]]\nshare = 0.4  # free: 0 to 1\nshare = 0.3\nshare = 0.3  # rest\n"
    assert Template(text).limits.tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("value", "unit", "source", "found", "is_missed"),
    [
        (50.0, "%", "abstract", 52.8, False),
        (50.0, "%", "abstract", 53.1, True),
        (10.0, "months", "abstract", 10.9, False),
        (10.0, "months", "abstract", 11.1, True),
        (10.0, "months", "abstract", None, True),
        (None, "months", "abstract", None, False),
        (None, "months", "abstract", 30.0, True),
        (17.0, "patients", "abstract", 17.0, False),
        (17.0, "patients", "abstract", 16.0, True),
        (31.0, "patients", "reconstructed from 38.7 %", 30.0, False),
    ],
)
def test_what_is_too_far_off(value, unit, source, found, is_missed):
    assert missed(published(value, unit, source), found) == is_missed


def test_the_distance_of_a_large_cohort_scales_its_counts():
    rows = pl.DataFrame([published(20.0, "patients") | {"recovered": 200.0}])
    assert distance(rows, 1000, 100) == 0
    assert distance(rows, 100, 100) > 1


def test_a_median_is_that_of_kaplan_and_meier_among_those_who_count():
    value = np.array([1.0, np.nan, 2.0, 3.0, 4.0, 9.0])
    event = np.array([True, False, False, True, True, False])
    median = Median(published(3.0, "months"), value, event)
    assert median.found(np.array([0, 1, 2, 3])) == 3.0
    assert median.found(np.array([2, 5])) is None
    assert median.found(np.array([1])) is None


def test_the_stretches_are_found_in_which_the_numbers_come_out():
    """Of 300 patients, 24 in two stretches have what was published: 12 of 12 responders, then 0 of 12."""
    some = np.tile([True, False, False, True], 75)
    some[96:108], some[204:216] = True, False
    days = np.where(some, 5.0, 50.0)
    days[96:108] = 20.0
    responders = Counted(published(12.0, "patients"), some)
    rate = Counted(published(50.0, "%"), some, np.ones(300, bool))
    median = Median(published(20.0, "months"), np.where(some, days, np.nan), np.ones(300, bool))
    search = Search.of(Facts(300, [responders, rate], [median]), 24, 2)
    starts, cost = exchanged(search, 4000, seed=1)
    assert cost == search.cost(starts) < 0.01
    assert not search.overlap(starts)


def test_stretches_are_as_equal_as_can_be_and_never_overlap():
    search = Search.of(Facts(50, [], []), 11, 3)
    assert search.lengths.tolist() == [4, 4, 3]
    assert search.overlap(np.array([0, 3, 20]))
    assert not search.overlap(np.array([20, 0, 4]))


def test_a_stretch_goes_from_its_first_to_its_last_patient():
    number = np.array([2, 3, 7, 8, 20])  # of each patient among the candidates
    made = as_stretches(np.array([3, 0]), np.array([2, 3]), number)
    assert made == [Stretch(first_candidate=2, candidates=6), Stretch(first_candidate=8, candidates=13)]
