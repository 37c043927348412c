"""Facts after the patient's death: treatments, scans, events and samples. The day of death itself is fine."""

from collections.abc import Iterator

import polars as pl

from headway.record.checks.days import count, earliest, happened, latest, said
from headway.record.columns import imputed_name, spreadsheet_name
from headway.record.findings import problems
from headway.record.record import Time
from headway.record.words import sentence

# table: rule, its day, and what happens on that day, in words
AFTER_DEATH = {
    "drugs": ("treatment-after-death", "start_day", sentence("{} starts", "drug")),
    "radiotherapy": ("treatment-after-death", "start_day", sentence("course {} starts", "course_id")),
    "procedures": ("treatment-after-death", "day", pl.col("procedure").fill_null("a procedure") + " is done"),
    "measurements": ("scan-after-death", "day", sentence("lesion {} is measured", "lesion_id")),
    "assessments": ("scan-after-death", "day", pl.col("visit").fill_null("a scan") + " is done"),
    "adverse_events": ("event-after-death", "start_day", sentence("{} starts", "term")),
    "labs": ("event-after-death", "day", sentence("{} is sampled", "test")),
    "biomarkers": ("event-after-death", "day", sentence("{} is sampled", "marker")),
    "quality_of_life": ("event-after-death", "day", sentence("{} is filled in", "instrument")),
}


def after_death(tables: dict[str, pl.DataFrame], time: Time) -> Iterator[pl.DataFrame]:
    """One finding per patient and table; every row after death is set aside."""
    if "patients" not in tables:
        return
    deaths = tables["patients"].select("patient_id", "death_day", "death_imputed").drop_nulls("death_day")
    for name, (rule, day, what) in AFTER_DEATH.items():
        if name in tables:
            yield _after(name, rule, day, what, _late(name, tables[name], day, deaths), time)


def _late(table: str, frame: pl.DataFrame, day: str, deaths: pl.DataFrame) -> pl.DataFrame:
    # Days alone first: only the few rows that pass need a look at what was imputed.
    keys = frame.select("patient_id", day, imputed_name(day)).with_row_index()
    suspects = keys.join(deaths, on="patient_id").filter(pl.col(day) > pl.col("death_day"))
    late = suspects.filter(earliest(day) > latest("death_day")).select("index", "death_day", "death_imputed")
    return happened(table, frame.with_row_index().join(late, on="index", maintain_order="left"))


def _after(table: str, rule: str, day: str, what: pl.Expr, at: pl.DataFrame, time: Time) -> pl.DataFrame:
    apart = count(earliest(day) - latest("death_day"))
    words = f"{table}: {{}} on {{}}, {{}} after death ({{}})"
    message = sentence(words, what, said(day, time), apart, said("death_day", time))
    column, value, cause = spreadsheet_name(day), said(day, time), pl.col("patient_id")
    return problems(rule, table, at, message=message, column=column, value=value, cause=cause)
