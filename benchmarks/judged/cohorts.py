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

SCENARIOS = Path(__file__).parents[1] / "scenarios"
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


def derived(of: Scenario, replicates: int, study: dict) -> Derived:
    """Simulate all replicates as one record, read it, and derive what every analysis starts from.

    Every derivation is of single patients, so those of one replicate do not know of the others.
    """
    whole = of.model_copy(update={"patients": of.patients * replicates})
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_cohort(whole, blocks(whole), folder)
        truth = {file.stem: pl.read_parquet(file) for file in (folder / TRUTH).glob("*.parquet")}
        record = read_record(folder)
    asked = Study.model_validate({"title": of.title, "record": "record", "synthetic": True} | study)
    return Derived(cohort(asked, record), truth)


def true(of: Scenario, patients: int, *, perfect: bool = False, cut: bool = False) -> dict[str, pl.DataFrame]:
    """Other patients of the scenario: their truth, and the index line's scans as the simulator judged them.

    perfect     nobody errs, misses or comes late
    cut         lost and cut off as in the scenario; else everybody is followed for life
    """
    changed: dict[str, Any] = {"patients": patients, "seed": of.seed + 1}
    if perfect:
        changed["imaging"] = of.imaging.model_copy(update=PERFECT)
    if not cut:
        changed["calendar"] = Calendar(accrual_months=0, cutoff_months=of.calendar.horizon_months)
    made = list(blocks(of.model_copy(update=changed)))
    names = made[0].truth
    tables = {name: pl.concat([block.truth[name] for block in made]) for name in names}
    scans = pl.concat([block.tables["assessments"] for block in made])
    own = pl.col("done") & pl.col("visit").str.starts_with(f"line {of.index_line} ")
    return tables | {"scans": scans.filter(own).rename({"date": "day"})}
