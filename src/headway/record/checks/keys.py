"""Rows that stand twice: exact copies, and rows that contradict each other."""

from collections.abc import Iterator

import polars as pl

from headway.record.findings import ROW, problems
from headway.record.record import Time
from headway.record.tables import TABLES, Table


def duplicate_rows(tables: dict[str, pl.DataFrame], _time: Time) -> Iterator[pl.DataFrame]:
    """Exact copies: the first in the file is used, the others are set aside."""
    for name, frame in tables.items():
        columns = [column.inside for column in TABLES[name].columns]
        repeated = _repeated(frame, list(TABLES[name].key) or columns)
        if repeated.is_empty():
            continue
        in_order = repeated.sort(ROW, nulls_last=True)
        first = in_order.group_by(columns, maintain_order=True).agg(first_line=pl.col("source_line").first())
        copies = in_order.filter(~pl.struct(columns).is_first_distinct())
        at = copies.join(first, on=columns, how="left", nulls_equal=True)
        message = pl.format(f"{name}: the row repeats line {{}} exactly", pl.col("first_line"))
        yield problems("duplicate-row", name, at, message=message)


def conflicting_rows(tables: dict[str, pl.DataFrame], _time: Time) -> Iterator[pl.DataFrame]:
    """Rows with the same key but different facts: none can be trusted, all are set aside."""
    for name, frame in tables.items():
        table = TABLES[name]
        repeated = _repeated(frame, list(table.key)) if table.key else frame.clear()
        if not repeated.is_empty():
            yield from _contradictions(table, repeated)


def _repeated(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Rows with the same values as another. Hashes, which are cheap to compare, leave few to look at."""
    hashes = [pl.col(column).hash(seed) for seed, column in enumerate(columns)]
    hashed = frame.select(hashed=pl.fold(pl.lit(0, pl.UInt64), lambda one, other: one ^ other, hashes))[
        "hashed"
    ]
    if hashed.n_unique() == frame.height:
        return frame.clear()
    return frame.filter(hashed.is_duplicated()).filter(pl.struct(columns).is_duplicated())


def _contradictions(table: Table, repeated: pl.DataFrame) -> Iterator[pl.DataFrame]:
    key = list(table.key)
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
    says = pl.format(f"{table.name}: {{}} rows for ({{}}), on lines {{}}", "rows_of_key", named, "lines")
    for rule, at in [
        ("two-deaths", marked.filter("two_deaths")),
        ("conflicting-rows", marked.filter(~pl.col("two_deaths"))),
    ]:
        if not at.is_empty():
            different = "with different days of death" if rule == "two-deaths" else "that differ"
            yield problems(rule, table.name, at, message=says + f" {different}", cause=named)
