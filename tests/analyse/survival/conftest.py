"""What the survival tests share: comparison with R, and single numbers out of results."""

import json
from pathlib import Path

import numpy as np
import pytest

REFERENCE = Path(__file__).parents[2] / "reference" / "survival.json"


@pytest.fixture(scope="session")
def r_survival():
    """What R computed, by name; tests/reference/survival.R made it."""
    return json.loads(REFERENCE.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def same():
    """Compare with what R stored: relative 1e-8 or better, or as near as `tolerance` says."""

    def compare(ours, theirs, tolerance=1e-10):
        expected = np.array(
            [np.nan if value is None else value for value in np.atleast_1d(theirs)], dtype=float
        )
        found = np.array([np.nan if value is None else value for value in np.atleast_1d(ours)], dtype=float)
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=1e-14)

    return compare


@pytest.fixture(scope="session")
def value_of():
    """One number out of a results table: value_of(results, "p-value", group="B vs A")."""

    def find(results, statistic, column="value", **where):
        rows = results.filter(statistic=statistic, **where)
        assert rows.height == 1, f"{rows.height} rows of {statistic} {where}"
        return rows[column][0]

    return find
