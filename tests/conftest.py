"""Fixtures that several rooms use."""

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import settings

from headway.record.columns import empty
from headway.record.record import Record
from headway.record.tables import TABLES

# Two shared cores are slow now and then: a deadline would test the machine. The same examples every
# time, so that a failure on one machine is a failure on all.
settings.register_profile("headway", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("headway")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests come first, so that at the end of `make test` no worker waits long for the other."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


ROOT = Path(__file__).parents[1]
REFERENCE = Path(__file__).parent / "reference"


@pytest.fixture(scope="session")
def r_values() -> dict:
    """What R computed, by name; tests/reference/truth.R made it."""
    return json.loads((REFERENCE / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def r_data():
    """A data set that R computed from, by name."""

    def read(name: str) -> pl.DataFrame:
        return pl.read_csv(REFERENCE / "data" / f"{name}.csv", null_values="NA", infer_schema_length=None)

    return read


def pipe_table(text: str) -> pl.DataFrame:
    """A small table as people write it: a header, then rows, cells between pipes; empty cells are null.

    Whole numbers become Int32, other numbers Float64, yes/no Boolean, the rest text.
    """
    lines = [
        [cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.strip().splitlines()
    ]
    header, *rows = [line for line in lines if set("".join(line)) - set("-: ")]
    columns = {name: [row[i] or None for row in rows] for i, name in enumerate(header)}
    return pl.DataFrame([_typed(name, values) for name, values in columns.items()])


def _typed(name: str, values: list[str | None]) -> pl.Series:
    column = pl.Series(name, values, dtype=pl.String)
    known = column.drop_nulls()
    if len(known) and known.is_in(["yes", "no"]).all():
        return (column == "yes").alias(name)
    for dtype in (pl.Int32, pl.Float64):
        cast = column.cast(dtype, strict=False)
        if len(known) and cast.null_count() == column.null_count() and not name.endswith("_id"):
            return cast
    return column


@pytest.fixture
def cohort():
    """A Record in relative days from pipe tables: cohort(patients="...", assessments="...")."""

    def build(**tables: str) -> Record:
        return Record("days", {name: _as_source_table(name, text) for name, text in tables.items()})

    return build


def _as_source_table(name: str, text: str) -> pl.DataFrame:
    written = pipe_table(text)
    lines = written.with_columns(
        source_file=pl.lit(f"{name}.csv"), source_line=pl.int_range(2, 2 + pl.len(), dtype=pl.Int64)
    )
    blank = empty(TABLES[name].schema)
    typed = lines.cast({c: blank.schema[c] for c in lines.columns if c in blank.schema})  # type: ignore[arg-type]
    return pl.concat([blank, typed], how="diagonal")
