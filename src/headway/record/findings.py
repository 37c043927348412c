"""Findings: what is wrong with the data, where, and what to do about it.

A check says what is wrong row by row (`problems`). Problems with one cause become one finding
(`collapse`). An error sets its rows aside, a warning keeps them; `rows` of a finding counts the
rows that it set aside, so that rows read = rows used + the sum of `rows`.
"""

from collections.abc import Iterable

import dataframely as dy
import polars as pl

from headway.record.rules import RULES
from headway.record.words import sentence

ROW = ["source_file", "source_sheet", "source_line"]  # where a row was read: together they name it


class Findings(dy.Schema):
    """One row per thing that is wrong."""

    severity = dy.String(check=lambda column: column.is_in(["error", "warning"]))
    rule = dy.String(check=lambda column: column.is_in(list(RULES)))
    table = dy.String()
    source_file = dy.String(nullable=True)
    source_sheet = dy.String(nullable=True)
    source_line = dy.Int64(nullable=True)
    patient_id = dy.String(nullable=True)
    column = dy.String(nullable=True)
    value = dy.String(nullable=True)
    message = dy.String()
    fix = dy.String()
    rows = dy.Int64()


class Problems(Findings):
    """One row per offending row of the record; `cause` groups them, `part` 0 is where it started."""

    cause = dy.String()
    part = dy.Int64()


def problems(
    rule: str,
    table: str,
    at: pl.DataFrame,
    *,
    message: pl.Expr,
    column: str | None = None,
    value: pl.Expr | None = None,
    fix: str | None = None,
    severity: str | None = None,
    cause: pl.Expr | None = None,
) -> pl.DataFrame:
    """Problems of one rule: one per row of `at`, the offending rows with their provenance.

    `message` says in words, with the numbers, what is wrong in this row; `value` is what was
    written. Rows with the same `cause` (text; default: each row its own) become one finding.
    Severity and fix are the rule's own unless said otherwise.
    """
    declared = RULES[rule]
    severity = severity or declared.severity
    patient = pl.col("patient_id") if "patient_id" in at.columns else pl.lit(None, pl.String)
    own = pl.concat_str([*ROW, pl.lit(column, pl.String)], separator="|", ignore_nulls=True)
    prefix = f"{rule}|{table}|"
    # polars 2.1 panics in pl.format where a filter has left an empty first chunk.
    return at.rechunk().select(
        severity=pl.lit(severity),
        rule=pl.lit(rule),
        table=pl.lit(table),
        source_file=pl.col("source_file").cast(pl.String),
        source_sheet=pl.col("source_sheet").cast(pl.String),
        source_line=pl.col("source_line").cast(pl.Int64),
        patient_id=patient.cast(pl.String),
        column=pl.lit(column, pl.String),
        value=(pl.lit(None) if value is None else value).cast(pl.String),
        message=message.cast(pl.String),
        fix=pl.lit(fix or declared.fix),
        rows=pl.lit(1 if severity == "error" else 0, pl.Int64),
        cause=pl.lit(prefix) + (own if cause is None else cause.cast(pl.String).fill_null("")),
        part=pl.lit(0, pl.Int64),
    )


def file_problem(
    rule: str,
    table: str,
    message: str,
    *,
    file: str | None = None,
    sheet: str | None = None,
    line: int | None = None,
    column: str | None = None,
    fix: str | None = None,
) -> pl.DataFrame:
    """One problem of a whole file, sheet or column; it sets no single row aside."""
    schema = {"source_file": pl.String, "source_sheet": pl.String, "source_line": pl.Int64}
    at = pl.DataFrame([(file, sheet, line)], schema=schema, orient="row")
    made = problems(rule, table, at, message=pl.lit(message), column=column, fix=fix)
    return made.with_columns(rows=pl.lit(0, pl.Int64))


def together(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """All problems in one frame."""
    return pl.concat([Problems.create_empty(), *parts])


def collapse(found: pl.DataFrame) -> pl.DataFrame:
    """Problems -> findings: one per cause, in the order of tables and lines.

    Each row that is set aside counts once, under the first finding that cites it.
    """
    order = ["table", *ROW, "rule", "column", "value", "message"]
    in_order = found.sort("part", *order, nulls_last=True)
    counted = in_order.with_columns(rows=_counted_once(in_order), cited=_row_of("cause").is_first_distinct())
    merged = counted.group_by("cause", maintain_order=True).agg(
        pl.exclude("rows", "cited", "message", "part").first(),
        message=pl.col("message").first() + _and_more(pl.col("cited").sum() - 1),
        rows=pl.col("rows").sum(),
    )
    return merged.select(Findings.column_names()).sort(order, nulls_last=True)


def _row_of(*more: str) -> pl.Expr:
    return pl.struct(*more, "table", *ROW)


def _counted_once(in_order: pl.DataFrame) -> pl.Series:
    """1 where a row is set aside for the first time, else 0."""
    rows = in_order.select(aside=sets_aside(), row=_row_of())
    first = rows.select(pl.col("aside") & pl.struct("aside", "row").is_first_distinct())
    return first.to_series().cast(pl.Int64)


def sets_aside() -> pl.Expr:
    """Whether a problem sets its row aside."""
    return pl.col("rows") > 0


def _and_more(more: pl.Expr) -> pl.Expr:
    """How many further rows share the cause."""
    said = (
        pl.when(more == 1).then(pl.lit(" (and 1 more row)")).otherwise(sentence(" (and {} more rows)", more))
    )
    return pl.when(more > 0).then(said).otherwise(pl.lit(""))


def summary(all_findings: pl.DataFrame) -> pl.DataFrame:
    """Findings counted by severity, table and rule; no patient is named."""
    return (
        all_findings.group_by("severity", "table", "rule")
        .agg(findings=pl.len(), rows_set_aside=pl.col("rows").sum())
        .sort("severity", "table", "rule")
    )
