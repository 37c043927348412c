"""A cohort that begins with a later candidate is a stretch of the one that begins with the first."""

from pathlib import Path

import polars as pl

from headway.simulate.cohort import blocks
from headway.simulate.load import load

SCENARIO = Path(__file__).parent / "scenario.toml"


def test_a_later_first_candidate_leaves_out_the_first_patients_and_changes_nobody():
    whole = load(SCENARIO, patients=40)
    later = whole.model_copy(update={"first_candidate": 30, "patients": 10})
    # Everybody but the few without an index line is in the cohort: the candidates after the 30th are its end.
    all_of_them, last = (pl.concat([b.tables["patients"] for b in blocks(one)]) for one in (whole, later))
    known = [name for name in last.columns if name != "patient_id"]
    start = all_of_them.select(known).rows().index(last.select(known).row(0))
    shared = min(last.height, all_of_them.height - start)
    assert start > 0
    assert shared > 5
    assert all_of_them.select(known)[start : start + shared].equals(last.select(known)[:shared])
