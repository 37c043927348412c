"""The record of a cohort: its tables, how its time is told, what was wrong and what became of each row."""

from dataclasses import dataclass, field, replace
from typing import Literal

import polars as pl

from headway.record.columns import empty
from headway.record.findings import Findings
from headway.record.tables import TABLES
from headway.record.words import sentence

Time = Literal["dates", "days"]


@dataclass(frozen=True)
class Record:
    """A cohort as checked tables; every row carries source_file, source_sheet and source_line.

    time      "dates": days are days since 1970-01-01; "days": the patient's own relative days.
    tables    by name; a table that is not there is empty.
    findings  one row per thing that is wrong (`Findings`).
    rows      one row per source file (or sheet): rows_read, rows_used, rows_set_aside.
    """

    time: Time
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    findings: pl.DataFrame = field(default_factory=Findings.create_empty)
    rows: pl.DataFrame = field(default_factory=lambda: ROWS.clone())

    def table(self, name: str) -> pl.LazyFrame:
        """The table of this name, lazily; empty (with its columns) if the record has none."""
        # One chunk: polars 2.1 panics in some expressions on chunks that a filter empties.
        return self.tables.get(name, empty(TABLES[name].schema)).rechunk().lazy()

    def has(self, name: str) -> bool:
        """Whether the record has any row in this table."""
        return name in self.tables and self.tables[name].height > 0

    def with_table(self, name: str, frame: pl.DataFrame) -> "Record":
        """The same record with one table replaced."""
        return replace(self, tables={**self.tables, name: frame})

    def only(self, patients: list[str]) -> "Record":
        """The record of these patients alone."""
        kept = {n: t.filter(pl.col("patient_id").is_in(patients)) for n, t in self.tables.items()}
        return replace(self, tables=kept)


ROWS = pl.DataFrame(
    schema={
        "source_file": pl.String,
        "source_sheet": pl.String,
        "rows_read": pl.Int64,
        "rows_used": pl.Int64,
        "rows_set_aside": pl.Int64,
    }
)


KNOWN_CHARACTERS = {"D": 7, "M": 4}  # of an ISO date, where the day (D) or the month too (M) was imputed


def show_day(day: int | None, time: Time, imputed: str | None = "none") -> str:
    """A day for people: a date if the record has dates, else a relative day; never an invented date.

    Of a date that was imputed, what is known.

    >>> show_day(18_701, "dates"), show_day(56, "days"), show_day(None, "days")
    ('2021-03-15', 'day 56', 'unknown day')
    >>> show_day(18_701, "dates", imputed="D")
    '2021-03'
    """
    if day is None:
        return "unknown day"
    if time == "days":
        return f"day {day}"
    whole = str(pl.Series([day], dtype=pl.Int32).cast(pl.Date)[0])
    return whole[: KNOWN_CHARACTERS.get(imputed or "none")]


def day_text(column: str | pl.Expr, time: Time) -> pl.Expr:
    """The same as `show_day`, for a column of days."""
    day = pl.col(column) if isinstance(column, str) else column
    shown = day.cast(pl.Date).cast(pl.String) if time == "dates" else sentence("day {}", day)
    return shown.fill_null("unknown day")
