"""Rows that stand twice: exact copies, and rows that contradict each other."""

import operator
from collections.abc import Iterator
from functools import reduce

import polars as pl

from headway.record.findings import ROW, problems
from headway.record.record import Time
from headway.record.tables import TABLES, Table
from headway.record.words import sentence


def repeated_rows(tables: dict[str, pl.DataFrame], _time: Time) -> Iterator[pl.DataFrame]:
    """Exact copies: the first is used. Rows with one key but different facts: none can be trusted."""
    for name, frame in tables.items():
        table = TABLES[name]
        columns = [column.inside for column in table.columns]
        repeated = _repeated(frame, list(table.key) or columns)
        if not repeated.is_empty():
            in_order = repeated.sort(ROW, nulls_last=True)
            is_first = in_order.select(pl.struct(columns).is_first_distinct()).to_series()
            yield _copies(name, columns, in_order.filter(is_first), in_order.filter(~is_first))
            yield from _contradictions(table, in_order.filter(is_first))


def _repeated(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Rows with the same values as another. Hashes, which are cheap to compare, leave few to look at."""
    hashes = [pl.col(column).hash(seed) for seed, column in enumerate(columns)]
    hashed = frame.select(hashed=reduce(operator.xor, hashes))["hashed"]
    if hashed.n_unique() == frame.height:
        return frame.clear()
    return frame.filter(hashed.is_duplicated()).filter(pl.struct(columns).is_duplicated())


def _copies(table: str, columns: list[str], first: pl.DataFrame, copies: pl.DataFrame) -> pl.DataFrame:
    stands_on = first.select(*columns, first_line="source_line")
    at = copies.join(stands_on, on=columns, how="left", nulls_equal=True, maintain_order="left")
    message = sentence(f"{table}: the row repeats line {{}} exactly", "first_line")
    return problems("duplicate-row", table, at, message=message)


def _contradictions(table: Table, distinct: pl.DataFrame) -> Iterator[pl.DataFrame]:
    key = list(table.key)
    repeated = distinct.filter(pl.struct(key).is_duplicated()) if key else distinct.clear()
    named = pl.concat_str([pl.col(k).cast(pl.String).fill_null("not stated") for k in key], separator=", ")
    deaths = (
        pl.col("death_day").drop_nulls().n_unique().over(key) > 1
        if table.name == "patients"
        else pl.lit(False)
    )
    marked = repeated.with_columns(
        deaths.alias("two_deaths"),
        pl.len().over(key).alias("rows_of_key"),
        pl.col("source_line").sort().cast(pl.String).implode().list.join(", ").over(key).alias("lines"),
    )
    says = sentence(f"{table.name}: {{}} rows for ({{}}), on lines {{}}", "rows_of_key", named, "lines")
    for rule, at in [
        ("two-deaths", marked.filter("two_deaths")),
        ("conflicting-rows", marked.filter(~pl.col("two_deaths"))),
    ]:
        if not at.is_empty():
            different = "with different days of death" if rule == "two-deaths" else "that differ"
            yield problems(rule, table.name, at, message=says + f" {different}", cause=named)
