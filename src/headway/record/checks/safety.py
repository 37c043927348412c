"""Fatal adverse events: grade 5, and a death (CTCAE v5.0: grade 5 is death due to the event)."""

from collections.abc import Iterator

import polars as pl

from headway.record.findings import problems
from headway.record.record import Time
from headway.record.words import sentence

Tables = dict[str, pl.DataFrame]


def ungraded_events(tables: Tables, _time: Time) -> Iterator[pl.DataFrame]:
    """Events of which nobody said how bad they were."""
    if "adverse_events" in tables:
        at = tables["adverse_events"].filter(pl.col("grade").is_null(), pl.col("severity").is_null())
        message = sentence("adverse_events: {} has neither grade nor severity", "term")
        yield problems("no-grade", "adverse_events", at, message=message, column="grade")


def fatal_events(tables: Tables, _time: Time) -> Iterator[pl.DataFrame]:
    """Fatal events of another grade, and grade 5 events of patients of whom no death is known."""
    if "adverse_events" in tables:
        events = tables["adverse_events"]
        yield _not_grade_5(events.filter(pl.col("fatal") & (pl.col("grade") != 5)))
        yield _nobody_died(
            events.filter(pl.col("grade") == 5).join(_dead(tables), on="patient_id", how="anti")
        )


def _not_grade_5(at: pl.DataFrame) -> pl.DataFrame:
    message = sentence("adverse_events: {} was fatal, but is grade {}", "term", "grade")
    value = pl.col("grade")
    return problems(
        "fatal-without-grade-5", "adverse_events", at, message=message, column="grade", value=value
    )


def _nobody_died(at: pl.DataFrame) -> pl.DataFrame:
    message = sentence("adverse_events: {} is grade 5, but no death is recorded in patients", "term")
    value, cause = pl.col("grade"), pl.col("patient_id")
    return problems(
        "grade-5-without-death",
        "adverse_events",
        at,
        message=message,
        column="grade",
        value=value,
        cause=cause,
    )


def _dead(tables: Tables) -> pl.DataFrame:
    """Patients with a death on any page: in patients, or as a ready-made overall survival."""
    dead = [pl.DataFrame(schema={"patient_id": pl.String})]
    if "patients" in tables:
        died = pl.col("death_day").is_not_null() | (pl.col("vital_status") == "dead")
        dead.append(tables["patients"].filter(died).select("patient_id"))
    if "reported_endpoints" in tables:
        overall = pl.col("endpoint").str.to_lowercase().is_in(["os", "overall survival"])
        dead.append(tables["reported_endpoints"].filter(overall & pl.col("event")).select("patient_id"))
    return pl.concat(dead)
