"""Simulated cohorts: as the pipeline derives them, and as they truly were."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from headway.ingest.recognise import read_record
from headway.run.cohort import Cohort, cohort
from headway.simulate.cohort import blocks
from headway.simulate.folder import TRUTH, write_cohort
from headway.simulate.load import load
from headway.simulate.scenario import Calendar, Scenario
from headway.study import Study
from headway.study import load as load_study

SCENARIOS = Path(__file__).parents[1] / "scenarios"
EXAMPLES = Path(__file__).parents[2] / "examples"
SINCE = "enrolment"  # the first dose of the index line
PERFECT = {
    "jitter_days": 0, "missed_probability": 0.0, "unreadable_probability": 0.0, "error_log_sd": 0.0,
    "rounding_mm": 0.01,
}  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How many replicates, and how many patients tell the truth."""

    replicates: int
    truth: int


@dataclass(frozen=True)
class Derived:
    """The patients of all replicates as one cohort, and the truth about the same patients."""

    made: Cohort
    truth: dict[str, pl.DataFrame]


def scenario(name: str) -> Scenario:
    """A scenario of this folder; its `patients` are those of one replicate."""
    return load(SCENARIOS / f"{name}.toml")


def example(name: str, file: str = "scenario") -> Scenario:
    """The scenario of an example, from its first candidate on: no stretch is chosen."""
    return load(EXAMPLES / name / f"{file}.toml").model_copy(update={"first_candidate": 0, "stretches": ()})


def study_of(name: str, file: str = "study") -> Study:
    """The study file of an example."""
    return load_study(EXAMPLES / name / f"{file}.toml")


def derived(of: Scenario, replicates: int, study: dict | Study) -> Derived:
    """Simulate all replicates as one record, read it, and derive what every analysis starts from.

    Every derivation is of single patients, so those of one replicate do not know of the others.
    """
    whole = of.model_copy(update={"patients": of.patients * replicates})
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_cohort(whole, blocks(whole), folder)
        truth = {file.stem: pl.read_parquet(file) for file in (folder / TRUTH).glob("*.parquet")}
        record = read_record(folder)
    if isinstance(study, dict):
        study = Study.model_validate({"title": of.title, "record": "record", "synthetic": True} | study)
    return Derived(cohort(study, record), truth)


def true(
    of: Scenario, patients: int, *, perfect: bool = False, cut: bool = False, same: bool = False
) -> dict[str, pl.DataFrame]:
    """Patients of the scenario: their truth, the tables of their lesions, and the index line's scans.

    perfect     nobody errs, misses or comes late
    cut         lost and cut off as in the scenario; else everybody is followed for life
    same        the patients of the replicates themselves; else others
    Gives:      the tables of the truth; lesions, measurements, irradiated_lesions; imaging, all scans; scans,
                those of the index line, as the simulator judged them. Days are since its start.
    """
    changed: dict[str, Any] = {"patients": patients, "seed": of.seed + (not same)}
    if perfect:
        changed["imaging"] = of.imaging.model_copy(update=PERFECT)
    horizon = of.calendar.horizon_months
    changed["calendar"] = (
        of.calendar.model_copy(update={"told_in": "days"}) if cut
        else Calendar(accrual_months=0, cutoff_months=horizon, horizon_months=horizon)
    )  # fmt: skip
    made = list(blocks(of.model_copy(update=changed)))
    tables = {name: pl.concat([block.truth[name] for block in made]) for name in made[0].truth}
    for name in ("lesions", "measurements", "irradiated_lesions", "assessments"):
        rows = [block.tables[name] for block in made if name in block.tables]
        tables |= {name: pl.concat(rows)} if rows else {}
    done = tables.pop("assessments").filter("done", evaluator="investigator").rename({"date": "day"})
    own = pl.col("visit").str.starts_with(f"line {of.index_line} ")
    return tables | {"imaging": done, "scans": done.filter(own)}
