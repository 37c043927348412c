"""Fixtures that several rooms use."""

import json
from pathlib import Path

import polars as pl
import pytest

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
