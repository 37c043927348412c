"""Facts after the data cut-off: named, kept, and left out by whoever computes with a cut-off."""

from collections.abc import Iterator

import polars as pl

from headway.record.checks import Check
from headway.record.checks.days import count, earliest, happened, said
from headway.record.columns import PROVENANCE, imputed_name, spreadsheet_name
from headway.record.findings import problems
from headway.record.record import Time, show_day
from headway.record.tables import TABLES
from headway.record.words import sentence


def after_cutoff(cutoff_day: int | None) -> Check:
    """The check that nothing lies after this day; one finding per patient and table."""

    def check(tables: dict[str, pl.DataFrame], time: Time) -> Iterator[pl.DataFrame]:
        if cutoff_day is not None:
            for name, frame in tables.items():
                for day in TABLES[name].days:
                    yield _after(name, day, frame, cutoff_day, time)

    return check


def _after(table: str, day: str, frame: pl.DataFrame, cutoff_day: int, time: Time) -> pl.DataFrame:
    carried = ["done"] if table == "assessments" else []
    late = frame.lazy().filter(pl.col(day) > cutoff_day)
    late = late.select("patient_id", day, imputed_name(day), *carried, *PROVENANCE).collect()
    at = happened(table, late).filter(earliest(day) > cutoff_day)
    column, cutoff, apart = (
        spreadsheet_name(day),
        show_day(cutoff_day, time),
        count(earliest(day) - cutoff_day),
    )
    words = f"{table}.{column}: {{}} lies {{}} after the data cut-off ({cutoff})"
    message = sentence(words, said(day, time), apart)
    value, cause = said(day, time), pl.col("patient_id")
    return problems("after-cutoff", table, at, message=message, column=column, value=value, cause=cause)
