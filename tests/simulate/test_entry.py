"""Who enters a cohort, and which organs a course of radiotherapy hits."""

import tomllib
from pathlib import Path

import polars as pl
import pytest

from headway.simulate.cohort import blocks
from headway.simulate.scenario import Scenario

TRIAL = tomllib.loads((Path(__file__).parent / "trial.toml").read_text(encoding="utf-8"))
LINES = tomllib.loads((Path(__file__).parent / "scenario.toml").read_text(encoding="utf-8"))

EXAMPLE = Path(__file__).parents[2] / "examples" / "dalpiciclib-cetuximab" / "scenario.toml"
TRIAL_AFTER_PD1 = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))


def made(written: dict, **instead: object) -> dict[str, pl.DataFrame]:
    parts = [block.tables for block in blocks(Scenario.model_validate(written | instead))]
    return {name: pl.concat([part[name] for part in parts if name in part]) for name in parts[0]}


@pytest.mark.parametrize(("asked", "everyone"), [(False, False), (True, True)])
def test_r1_1_a_trial_may_ask_for_measurable_disease_at_its_own_baseline(asked, everyone):
    tables = made(LINES, index_line=2, index_measurable=asked, patients=150)
    with_target = tables["lesions"].filter(role="target")["patient_id"].n_unique()
    assert tables["patients"].height == 150
    assert (with_target == 150) is everyone


def test_who_enters_is_the_same_patient_in_a_larger_cohort():
    small = made(LINES, index_line=2, index_measurable=True, patients=40)["patients"]
    large = made(LINES, index_line=2, index_measurable=True, patients=90)["patients"]
    assert small.drop("patient_id").equals(large.head(40).drop("patient_id"))


def test_a_course_hits_lesions_of_its_organs_alone():
    policies = [
        {"when": "planned", "organs": ["lung"], "lesions": "all", "dose_gy": 45, "fractions": 3},
        {"when": "planned", "organs": ["liver", "bone"], "lesions": "all", "dose_gy": 24, "fractions": 3},
    ]
    tables = made(TRIAL, radiotherapy=policies)
    hit = tables["irradiated_lesions"].join(tables["radiotherapy"], on=["patient_id", "course_id"])
    of = hit.join(
        tables["lesions"].select("patient_id", "lesion_id", "organ"), on=["patient_id", "lesion_id"]
    )
    found = (
        of.filter(pl.col("intent") == "ablative").select("dose_gy", "organ").unique().sort("dose_gy", "organ")
    )
    assert found.rows() == [(24.0, "bone"), (24.0, "liver"), (45.0, "lung")]


def test_who_has_no_target_stays_out_however_long_he_was_lived_on_with():
    """Some of these progress on the index line before they are left out."""
    tables = made(TRIAL_AFTER_PD1, patients=171, first_candidate=0, stretches=())
    with_target = tables["lesions"].filter(role="target")["patient_id"].n_unique()
    assert (tables["patients"].height, with_target) == (171, 171)
