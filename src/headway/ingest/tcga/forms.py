"""TCGA's clinical forms as CSV: a row is a form, a column a question; days count from the diagnosis."""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import polars as pl

from headway.errors import RecordError
from headway.ingest.csv_grid import csv_grid
from headway.ingest.extract import NO_ROWS, Source
from headway.ingest.grid import as_table
from headway.ingest.values import cleaned
from headway.record.columns import PROVENANCE
from headway.record.findings import file_problem, problems
from headway.record.tables import TABLES
from headway.record.words import sentence

NO_FORMS = pl.DataFrame(schema={"patient_id": pl.String, **NO_ROWS.schema})
# What a form says of itself: its number, and when and why it was filled in.
_OF_THE_FORM = ("number", "barcode", "_of_form_completion", "_submission_reason")


class Part(NamedTuple):
    """Rows for one table of the record, what was wrong, and the form rows whose facts went into them."""

    rows: pl.DataFrame
    problems: list[pl.DataFrame]
    merged: pl.DataFrame = NO_ROWS


def read_form(file: Path, table: str, asked: set[str]) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The answers as text (the usual words for "nothing" are missing), and rows that do not fit.

    `table` is the record's table that most answers go to, `asked` are the questions that are read.
    """
    try:
        grid, _ = csv_grid(file.read_bytes(), asked | {"patient"})
    except (RecordError, OSError) as reason:
        raise RecordError(f"{file.name} cannot be read: {reason}") from reason
    if "patient" not in grid.header:
        raise RecordError(f"{file.name} has no column `patient`; is it a clinical table of TCGA?")
    named = replace(grid, header=["patient_id" if name == "patient" else name for name in grid.header])
    form, found = as_table(TABLES[table], Source(file.name), named)
    answers = [form[name] if name in PROVENANCE else cleaned(form[name]) for name in form.columns]
    return pl.DataFrame(answers), found


def answer(form: pl.DataFrame, question: str) -> pl.Expr:
    """The answer to a question; missing where this edition of the form does not ask it."""
    return pl.col(question) if question in form.columns else pl.lit(None, pl.String)


def with_days(form: pl.DataFrame, table: str) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The form with its days as whole numbers; one that cannot be read is left out, with a warning."""
    questions = [name for name in form.columns if name.startswith("days_to_") or "_days_to_" in name]
    read = form.with_columns(_whole(question) for question in questions)
    unread = [form.filter(form[question].is_not_null() & read[question].is_null()) for question in questions]
    return read, [_not_a_day(q, table, at) for q, at in zip(questions, unread, strict=True) if at.height]


def _whole(question: str) -> pl.Expr:
    return pl.col(question).str.replace(r"\.0+$", "").cast(pl.Int32, strict=False)


def _not_a_day(question: str, table: str, at: pl.DataFrame) -> pl.DataFrame:
    return problems(
        "not-a-day", table, at, severity="warning", column=question, value=pl.col(question),
        message=sentence(f"{question} '{{}}' is not a day and is left out", question),
        fix="Write whole days from the diagnosis.",
    )  # fmt: skip


def not_mapped(form: pl.DataFrame, table: str, asked: set[str]) -> list[pl.DataFrame]:
    """One warning that names the questions whose answers have no place in the record."""
    unknown = [name for name in form.columns if name not in asked | {"patient_id", *PROVENANCE}]
    left = [name for name in unknown if form[name].count() and not _of_the_form(name)]
    if not left:
        return []
    message = f"{len(left)} question(s) of the form have no place in the record: {', '.join(left)}"
    return [file_problem("not-mapped", table, message, file=form["source_file"][0], line=1)]


def _of_the_form(question: str) -> bool:
    return question == _OF_THE_FORM[0] or any(part in question for part in _OF_THE_FORM[1:])
