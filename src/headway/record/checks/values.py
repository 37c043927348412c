"""Checks of single values: required, inside the limits, in the closed list."""

from collections.abc import Iterator

import polars as pl

from headway.record.columns import Description
from headway.record.findings import problems
from headway.record.tables import TABLES, Table
from headway.record.words import sentence


def outside_limits(tables: dict[str, pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Problems of values that their column's declaration does not allow."""
    for name, frame in tables.items():
        if not frame.is_empty():
            yield from _failures(TABLES[name], frame)


def _failures(table: Table, frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    declared = {column.inside: column for column in table.columns}
    _, failure = table.schema.filter(frame.select(table.schema.column_names()))
    failed = [rule for rule in failure.counts() if "|" in rule]
    details = failure.details() if failed else pl.DataFrame()
    for rule in failed:
        inside, kind = rule.split("|")
        yield _problem(table.name, declared[inside], kind, details.filter(pl.col(rule) == "invalid"))


def _problem(table: str, column: Description, kind: str, at: pl.DataFrame) -> pl.DataFrame:
    value = pl.col(column.inside).cast(pl.String)
    severity = "error" if column.decisive else None
    if kind == "nullability":
        message = pl.lit(f"{table}.{column.name} is empty")
        return problems("missing-required", table, at, message=message, column=column.name)
    if kind == "check":
        return problems(
            "not-in-list",
            table,
            at,
            column=column.name,
            value=value,
            severity=severity,
            message=sentence(f"{table}.{column.name} is '{{}}'", value),
            fix=f"Use one of: {', '.join(column.choices)}.",
        )
    rule = "grade-out-of-range" if column.name == "grade" else "out-of-range"
    return problems(
        rule,
        table,
        at,
        column=column.name,
        value=value,
        severity=severity,
        message=sentence(f"{table}.{column.name} is {{}}; {_limits(column)}", value),
    )


def _limits(column: Description) -> str:
    unit = f" {column.unit}" if column.unit else ""
    low, high = (f"{limit:g}" if limit is not None else None for limit in (column.low, column.high))
    if low is None or high is None:
        return "it must be a finite number"
    return f"it must be {low} to {high}{unit}"


def without_stray_values(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables with the values that a warning named left out: missing, never guessed."""
    return {name: frame.with_columns(_allowed(TABLES[name])) for name, frame in tables.items()}


def _allowed(table: Table) -> list[pl.Expr]:
    numbers = [c for c in table.columns if c.kind in ("number", "whole") and not c.decisive]
    choices = [c for c in table.columns if c.kind == "choice" and not c.decisive]
    return [
        *(_kept(c, pl.col(c.inside).is_between(c.low, c.high)) for c in numbers if c.low is not None),
        *(_kept(c, pl.col(c.inside).is_finite()) for c in numbers if c.low is None),
        *(_kept(c, pl.col(c.inside).is_in(list(c.choices))) for c in choices),
    ]


def _kept(column: Description, allowed: pl.Expr) -> pl.Expr:
    return pl.when(allowed).then(pl.col(column.inside)).alias(column.inside)
