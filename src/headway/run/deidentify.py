"""A record and a report that may leave the house: no ids, no dates, no small cells.

Clinical free text (drugs, terms, sites) is kept; whoever shares a report looks through it.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from headway.errors import HeadwayError
from headway.record.columns import imputed_name
from headway.record.record import Record
from headway.record.tables import TABLES
from headway.report.document import Cell, Document, Section, Text
from headway.study import Study

LEAST_KEY_BYTES = 16
OLDEST_YEARS = 90  # ages above 89 are told as 90 (US 45 CFR 164.514(b)(2)(i)(C))
# Day 0 of a patient: the first of these that is known; else the earliest day of the patient's rows.
ZERO_DAYS = ["enrolment_day", "recurrent_metastatic_day", "diagnosis_day"]


@dataclass(frozen=True)
class Deidentification:
    """How to de-identify: the key of the hash, and the smallest cell that may be shown."""

    key: bytes
    smallest_cell: int = 5


def read_key(path: Path, smallest_cell: int) -> Deidentification:
    """The key from a file that only its owner has: the same key gives the same ids again."""
    if not path.is_file():
        raise HeadwayError(
            f"There is no key file {path}. Write any secret text of {LEAST_KEY_BYTES} or more characters "
            "into it, and keep it: the same key gives the same ids again."
        )
    key = path.read_bytes().strip()
    if len(key) < LEAST_KEY_BYTES:
        raise HeadwayError(
            f"The key in {path} has fewer than {LEAST_KEY_BYTES} characters: guessed too easily."
        )
    return Deidentification(key, smallest_cell)


def hashed(name: str, key: bytes) -> str:
    """A keyed hash of an identifier (HMAC-SHA256, 12 digits): without the key nobody can try names out.

    >>> hashed("P01", b"a secret of sixteen") == hashed("P01", b"a secret of sixteen")
    True
    """
    return "ID-" + hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:12]


def deidentified(
    study: Study, record: Record, how: Deidentification, cutoff_day: int | None
) -> tuple[Study, Record]:
    """The study and its record without ids, dates, places and source lines.

    Everything after the data cut-off is cut off here, because a cut-off date is no day of a patient's own.
    """
    until = _until(record, cutoff_day)
    shifted = {name: _shifted(until, name, _zero(until)) for name in until.tables}
    tables = {name: _renamed(table, how.key) for name, table in shifted.items()}
    findings = record.findings.with_columns(
        patient_id=pl.when(pl.col("patient_id").is_not_null()).then(
            pl.col("patient_id").map_elements(lambda name: hashed(name, how.key), return_dtype=pl.String)
        ),
        source_file=pl.lit(None, pl.String),
        source_sheet=pl.lit(None, pl.String),
        source_line=pl.lit(None, pl.Int64),
        value=pl.lit(None, pl.String),
        message=pl.concat_str(pl.col("table"), pl.lit(": "), pl.col("rule").str.replace_all("-", " ")),
        fix=pl.lit("The report with identities says more."),
    )  # fmt: skip
    without_dates = study.model_copy(update={"cutoff": None})
    return without_dates, replace(record, time="days", tables=tables, findings=findings)


def _until(record: Record, cutoff_day: int | None) -> Record:
    """The record as it was known on the day of the cut-off."""
    if cutoff_day is None:
        return record
    tables = {name: _table_until(table, name, cutoff_day) for name, table in record.tables.items()}
    return replace(record, tables=tables)


def _table_until(table: pl.DataFrame, name: str, cutoff_day: int) -> pl.DataFrame:
    if name == "patients":
        died_later = pl.col("death_day") > cutoff_day
        return table.with_columns(
            last_alive_day=pl.col("last_alive_day").clip(upper_bound=cutoff_day),
            death_day=pl.when(~died_later).then("death_day"),
            # What became of the patient later is not known on that day.
            vital_status=pl.when(~died_later.fill_null(False)).then("vital_status"),
        ).cast(table.schema)  # type: ignore[arg-type]
    first = next((day for day in ("start_day", "day") if day in table.columns), None)
    if first is not None:
        table = table.filter((pl.col(first) <= cutoff_day).fill_null(True))
    if "end_day" in table.columns:
        table = table.with_columns(pl.col("end_day").clip(upper_bound=cutoff_day))
    return table


def _zero(record: Record) -> pl.DataFrame:
    """Day 0 of each patient."""
    parts = [
        table.select("patient_id", earliest=pl.min_horizontal(TABLES[name].days))
        for name, table in record.tables.items()
        if TABLES[name].days
    ]
    earliest = pl.concat(parts).group_by("patient_id").agg(pl.col("earliest").min())
    people = record.tables["patients"].select("patient_id", *ZERO_DAYS)
    return people.join(earliest, on="patient_id", how="left").select(
        "patient_id", zero_day=pl.coalesce(*ZERO_DAYS, "earliest")
    )


def _shifted(record: Record, name: str, zero: pl.DataFrame) -> pl.DataFrame:
    """A table in days from each patient's own day 0; a birth date becomes an age."""
    table = record.tables[name]
    if record.time == "days":
        return table.with_columns(_age(table)) if name == "patients" else table
    joined = table.join(zero, on="patient_id", how="left", maintain_order="left")
    if name == "patients":
        years = ((pl.col("zero_day") - pl.col("birth_day")) / 365.25).floor()
        joined = joined.with_columns(age_years=pl.coalesce("age_years", years))
        joined = joined.with_columns(_age(joined), birth_day=pl.lit(None, pl.Int32))
    days = [day for day in TABLES[name].days if day in table.columns and day != "birth_day"]
    flags = [imputed_name(day) for day in days if imputed_name(day) in table.columns]
    return joined.with_columns(
        *(pl.col(day) - pl.col("zero_day") for day in days),
        *(pl.lit("none").cast(table.schema[flag]).alias(flag) for flag in flags),
    ).select(table.columns).cast(table.schema)  # type: ignore[arg-type]  # fmt: skip


def _age(table: pl.DataFrame) -> pl.Expr:
    return pl.col("age_years").clip(upper_bound=OLDEST_YEARS).cast(table.schema["age_years"])


def _renamed(table: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """Ids and centres hashed; where a row stood is not told."""
    names = [name for name in ("patient_id", "centre") if name in table.columns]
    hidden = [
        pl.col(name).map_elements(lambda written: hashed(written, key), return_dtype=pl.String)
        for name in names
    ]
    return table.with_columns(
        *hidden,
        source_file=pl.lit("not told"),
        source_sheet=pl.lit(None, pl.String),
        source_line=pl.lit(None, pl.Int64),
    )


def small_cells(results: pl.DataFrame, smallest: int) -> pl.Series:
    """Which rows of the results tell of 1 to smallest - 1 patients, by count, rate, n or list."""
    rate, counted = pl.col("statistic") == "rate", pl.col("unit") == "patients"
    events = pl.when(counted).then("value").when(rate).then("at")
    listed = pl.col("patients").list.len().cast(pl.Float64)
    numbers = (events, pl.col("n").cast(pl.Float64), listed)
    few = (number.is_between(0, smallest, closed="none").fill_null(False) for number in numbers)
    return results.select(few=pl.any_horizontal(few))["few"]


def without_small_cells(results: pl.DataFrame, smallest: int) -> pl.DataFrame:
    """The results as they may be given away: small cells have neither number nor patients."""
    few = small_cells(results, smallest)
    rate = pl.col("statistic") == "rate"
    return results.with_columns(
        *(pl.when(~few).then(name).alias(name) for name in ("value", "lower", "upper")),
        at=pl.when(~(few & rate)).then("at"),
        note=pl.when(few).then(pl.lit(f"fewer than {smallest} patients: suppressed")).otherwise("note"),
        patients=pl.when(few).then(pl.lit([], pl.List(pl.String))).otherwise("patients"),
    )


def suppressed(document: Document, smallest: int) -> Document:
    """The document with "< 5" for every small cell, and the trace without their patients."""
    trace = document.trace
    if trace is None:
        return document
    few = set(trace.results.filter(small_cells(trace.results, smallest))["row"])

    def shown(text: Text) -> Text:
        hidden = isinstance(text, Cell) and text.row in few
        return Cell(f"< {smallest}", text.row) if hidden else text  # type: ignore[union-attr]

    sections = tuple(_suppressed(section, shown, few) for section in document.sections)
    headline = tuple((shown(cell), said) for cell, said in document.headline)
    kept = replace(trace, results=without_small_cells(trace.results, smallest))
    return replace(document, sections=sections, headline=headline, trace=kept)  # type: ignore[arg-type]


def _suppressed(section: Section, shown: Callable[[Text], Text], few: set[int]) -> Section:
    """The section without small numbers; a figure that tells one is left out, its table stays."""
    tables = tuple(
        replace(table, rows=tuple(tuple(shown(cell) for cell in row) for row in table.rows))
        for table in section.tables
    )
    told = tuple(
        tuple(shown(part) for part in said) if isinstance(said, tuple) else shown(said)
        for said in section.paragraphs
    )
    figures = tuple(figure for figure in section.figures if not few & figure.counts)
    return replace(section, tables=tables, paragraphs=told, figures=figures)
