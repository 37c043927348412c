"""TCGA's clinical forms as CSV: a row is a form, a column a question; days count from the diagnosis."""

from pathlib import Path
from typing import NamedTuple

import polars as pl
from polars.exceptions import PolarsError

from headway.errors import RecordError
from headway.ingest.extract import Source, with_source
from headway.ingest.values import cleaned
from headway.record.columns import PROVENANCE
from headway.record.findings import file_problem, problems

# The form's own administration: who, which sheet of paper, filled in when.
_ADMINISTRATION = ("number", "barcode", "form_completion", "submission_reason")


class Part(NamedTuple):
    """Rows for one table of the record, what was wrong, and the form rows whose facts went into them."""

    rows: pl.DataFrame
    problems: list[pl.DataFrame]
    merged: pl.DataFrame


def read_form(path: Path) -> pl.DataFrame:
    """The answers as text (the usual words for "nothing" are missing), each row with where it stands."""
    try:
        form = pl.read_csv(path, infer_schema=False, encoding="utf8-lossy")
    except (OSError, PolarsError) as cause:
        raise RecordError(f"{path.name} cannot be read as CSV: {cause}") from cause
    if "patient" not in form.columns:
        raise RecordError(f"{path.name} has no column `patient`; is it a clinical table of TCGA?")
    answers = pl.DataFrame([cleaned(form[question]) for question in form.columns])
    return with_source(answers.rename({"patient": "patient_id"}), Source(path.name))


def answer(form: pl.DataFrame, question: str) -> pl.Expr:
    """The answer to a question; missing where this edition of the form does not ask it."""
    return pl.col(question) if question in form.columns else pl.lit(None, pl.String)


def with_days(form: pl.DataFrame, table: str) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The form with its days as whole numbers; one that cannot be read is left out, with a warning."""
    questions = [question for question in form.columns if question.startswith("days_to") or "_days_to_" in question]
    read = form.with_columns(
        pl.col(question).str.replace(r"\.0+$", "").cast(pl.Int32, strict=False) for question in questions
    )
    unread = [form.filter(form[question].is_not_null() & read[question].is_null()) for question in questions]
    return read, [
        problems(
            "not-a-day", table, at, severity="warning", column=question, value=pl.col(question),
            message=pl.format(f"{question} '{{}}' is not a day and is left out", question),
            fix="Write whole days from the diagnosis.",
        )
        for question, at in zip(questions, unread, strict=True)
        if not at.is_empty()
    ]  # fmt: skip


def not_mapped(form: pl.DataFrame, table: str, asked: set[str]) -> list[pl.DataFrame]:
    """One warning that names the questions with answers that have no place in the record."""
    names = set(form.columns) - asked - {"patient_id", *PROVENANCE}
    left = [n for n in form.columns if n in names and form[n].count() and not any(a in n for a in _ADMINISTRATION)]
    if not left:
        return []
    message = f"{len(left)} question(s) of the form have no place in the record: {', '.join(left)}"
    return [file_problem("not-mapped", table, message, file=form["source_file"][0], line=1)]
