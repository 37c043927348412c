"""A cohort that begins with a later candidate, or is made of stretches of them, is a part of the whole."""

from pathlib import Path

import polars as pl
import pytest

from headway.simulate.cohort import blocks
from headway.simulate.load import load
from headway.simulate.scenario import Scenario, Stretch

SCENARIO = Path(__file__).parent / "scenario.toml"


def patients(scenario: Scenario, **made) -> pl.DataFrame:
    """Everybody of the cohort, without the name that the cohort gives."""
    return pl.concat([block.tables["patients"] for block in blocks(scenario, **made)]).drop("patient_id")


@pytest.fixture(scope="module")
def whole() -> Scenario:
    return load(SCENARIO, patients=40)


def stretches(whole: Scenario, patients: int, *first_and_candidates: tuple[int, int]) -> Scenario:
    made = tuple(Stretch(first_candidate=first, candidates=many) for first, many in first_and_candidates)
    return whole.model_copy(update={"stretches": made, "patients": patients})


def test_a_later_first_candidate_leaves_out_the_first_patients_and_changes_nobody(whole):
    last = patients(whole.model_copy(update={"first_candidate": 30, "patients": 10}))
    # Everybody but the few without an index line is in the cohort: the candidates after the 30th are its end.
    all_of_them = patients(whole)
    start = all_of_them.rows().index(last.row(0))
    shared = min(last.height, all_of_them.height - start)
    assert start > 0
    assert shared > 5
    assert all_of_them[start : start + shared].equals(last[:shared])


def test_stretches_that_touch_are_the_cohort_without_stretches(whole):
    assert patients(stretches(whole, 40, (0, 7), (7, 5), (12, 100))).equals(patients(whole))


def test_a_cohort_of_stretches_has_who_is_in_each_of_them_in_order(whole):
    of_each = [
        patients(whole.model_copy(update={"first_candidate": first, "patients": many}))
        for first, many in ((20, 6), (500, 4), (90_000, 3))
    ]
    # So long that each stretch has just these patients; who never starts the index line is left out.
    together = patients(stretches(whole, 60, (20, 8), (500, 6), (90_000, 60)))
    rows = together.rows()
    assert rows[0] == of_each[0].row(0)
    for one in of_each:
        start = rows.index(one.row(0))
        assert rows[start : start + 3] == one.rows()[:3]


def test_after_the_last_stretch_the_cohort_goes_on(whole):
    short, long = (patients(stretches(whole, 30, (20, 8), (500, many))) for many in (1, 300))
    assert short.equals(long)


def test_fewer_patients_than_the_stretches_have_are_the_first_of_them(whole):
    few, many = (patients(stretches(whole, some, (20, 8), (500, 6))) for some in (5, 12))
    assert few.equals(many[:5])


@pytest.mark.parametrize("chunk", [1, 3, 10, 100_000])
def test_the_same_stretches_give_the_same_patients_whatever_the_chunk(whole, chunk):
    chosen = stretches(whole, 25, (20, 8), (500, 6), (90_000, 30))
    assert patients(chosen, chunk=chunk).equals(patients(chosen))
