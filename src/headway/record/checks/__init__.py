"""Checks of a record: within a table, of keys and references, and of what facts say of each other.

`validated` runs them in stages. A row that one stage sets aside is not seen by the next, so one
cause gives one finding and not a cascade.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from headway.record.checks.consequences import unexplained
from headway.record.checks.keys import repeated_rows
from headway.record.checks.references import set_aside_with_parent, unknown_parents
from headway.record.checks.values import outside_limits, without_stray_values
from headway.record.findings import ROW, sets_aside, together
from headway.record.record import Time

Tables = dict[str, pl.DataFrame]
Check = Callable[[Tables, Time], Iterable[pl.DataFrame]]


def validated(
    tables: Tables, found: Iterable[pl.DataFrame], time: Time, relations: list[list[Check]]
) -> tuple[Tables, pl.DataFrame]:
    """The tables without the rows that are set aside, and every problem.

    `found` are the problems known already (from reading); `relations` are the stages of checks
    that compare facts with each other.
    """
    everything = together(found)
    everything = _also(everything, outside_limits(without(tables, everything)))
    everything = _also(everything, set_aside_with_parent(tables, everything))
    as_read, tables = tables, without_stray_values(without(tables, everything))
    stages: list[list[Check]] = [[repeated_rows], [unknown_parents(as_read)], *relations]
    for stage in stages:
        seen = _raised(stage, tables, time)
        everything = _also(everything, [unexplained(seen, everything)])
        everything = _also(everything, set_aside_with_parent(tables, everything))
        tables = without(tables, everything)
    return tables, everything


def _raised(stage: list[Check], tables: Tables, time: Time) -> pl.DataFrame:
    # polars works outside Python's lock, so the checks of a stage run beside each other.
    with ThreadPoolExecutor() as threads:
        parts = threads.map(lambda check: together(check(tables, time)), stage)
        return together(parts)


def without(tables: Tables, found: pl.DataFrame) -> Tables:
    """The tables without the rows that are set aside."""
    aside = found.filter(sets_aside()).select("table", *ROW).unique()
    if aside.is_empty():
        return tables
    return {name: _less(frame, aside.filter(pl.col("table") == name)) for name, frame in tables.items()}


def _less(frame: pl.DataFrame, aside: pl.DataFrame) -> pl.DataFrame:
    if aside.is_empty():
        return frame
    return frame.join(aside, on=ROW, how="anti", nulls_equal=True, maintain_order="left")


def _also(found: pl.DataFrame, more: Iterable[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([found, *more])
