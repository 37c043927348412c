"""Findings: what is wrong with the data, where, and what to do about it.

A finding is a row. An error sets rows aside, a warning keeps them; `rows` counts the rows that
this finding set aside, so rows read = rows used + the sum of `rows`. One cause, one finding.
"""

from collections.abc import Iterable

import dataframely as dy
import polars as pl

from headway.record.rules import RULES


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


SORT = ["table", "source_file", "source_sheet", "source_line", "rule", "column", "value"]


def findings(
    rule: str,
    table: str,
    at: pl.DataFrame,
    *,
    message: pl.Expr,
    column: str | None = None,
    value: pl.Expr | None = None,
    fix: str | None = None,
    severity: str | None = None,
) -> pl.DataFrame:
    """Findings of one rule, one per row of `at` (the offending rows, with their provenance).

    `message` says in words, with the numbers, what is wrong in this row; `value` is the offending
    value as written. Severity and fix are the rule's own unless said otherwise.
    """
    declared = RULES[rule]
    severity = severity or declared.severity
    patient = pl.col("patient_id") if "patient_id" in at.columns else pl.lit(None, pl.String)
    return at.select(
        severity=pl.lit(severity),
        rule=pl.lit(rule),
        table=pl.lit(table),
        source_file=pl.col("source_file"),
        source_sheet=pl.col("source_sheet"),
        source_line=pl.col("source_line").cast(pl.Int64),
        patient_id=patient.cast(pl.String),
        column=pl.lit(column, pl.String),
        value=(pl.lit(None) if value is None else value).cast(pl.String),
        message=message.cast(pl.String),
        fix=pl.lit(fix or declared.fix),
        rows=pl.lit(1 if severity == "error" else 0, pl.Int64),
    )


def table_finding(
    rule: str, table: str, message: str, *, file: str | None = None, sheet: str | None = None,
    column: str | None = None, fix: str | None = None, rows: int = 0,
) -> pl.DataFrame:
    """One finding about a whole table or file, where no single row is to blame."""
    at = pl.DataFrame(
        {"source_file": [file], "source_sheet": [sheet], "source_line": [None]},
        schema={"source_file": pl.String, "source_sheet": pl.String, "source_line": pl.Int64},
    )
    made = findings(rule, table, at, message=pl.lit(message), column=column, fix=fix)
    return made.with_columns(rows=pl.lit(rows, pl.Int64))


def together(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """All findings in one frame, in the order of tables and lines, whatever order they were made in."""
    return pl.concat([Findings.create_empty(), *parts]).sort(SORT, nulls_last=True, maintain_order=True)


def summary(all_findings: pl.DataFrame) -> pl.DataFrame:
    """Findings counted by severity, rule and table, with the first message of each; no patient ids."""
    return (
        all_findings.group_by("severity", "rule", "table")
        .agg(findings=pl.len(), rows_set_aside=pl.col("rows").sum(), fix=pl.col("fix").first())
        .sort("severity", "table", "rule")
    )
