"""Checks are tested on small tables that carry their expected findings beside them."""

from dataclasses import replace

import polars as pl
import pytest

from headway.record.findings import collapse, together


@pytest.fixture
def raised(cohort):
    """Findings of a check on pipe tables: raised(check, patients="...", time="dates")."""

    def run(check, time="days", **tables: str) -> pl.DataFrame:
        record = replace(cohort(**tables), time=time)
        return collapse(together(check(record.tables, time)))

    return run


@pytest.fixture
def beside(raised):
    """Assert that each row of the tables has the findings that its column `expected` names, and no other."""

    def run(check, **tables: str) -> None:
        found = raised(check, **tables)
        for name, text in tables.items():
            assert _raised_on(name, found, text) == _expected(text), found.rows(named=True)

    return run


def _expected(text: str) -> list[str]:
    header, *rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.strip().splitlines()
    ]
    return [row[header.index("expected")] if "expected" in header else "" for row in rows]


def _raised_on(table: str, found: pl.DataFrame, text: str) -> list[str]:
    lines = range(2, 1 + len(text.strip().splitlines()))
    by_line = found.filter(pl.col("table") == table).group_by("source_line").agg(pl.col("rule").sort())
    rules = dict(by_line.rows())
    return [", ".join(rules.get(line, [])) for line in lines]
