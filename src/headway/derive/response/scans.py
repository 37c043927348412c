"""Sums over the rows of one scan: all lesions that one reader read on one day."""

import numpy as np
import polars as pl

from headway.derive.response.readings import Readings


def rows_of(readings: Readings, chosen: pl.Expr) -> pl.DataFrame:
    """The rows of the lesions for which this holds, with `lymph_node`."""
    among = readings.lesions.select(among=chosen)["among"]
    if not among.any():
        return readings.rows.clear().with_columns(lymph_node=pl.lit(False))
    lesion = pl.col("lesion")
    rows = readings.rows.filter(pl.lit(among).gather(lesion))
    return rows.with_columns(lymph_node=pl.lit(readings.lesions["lymph_node"]).gather(lesion))


def totals(readings: Readings, rows: pl.DataFrame, **values: pl.Expr) -> pl.DataFrame:
    """One row per scan: the sum of each expression over its rows; of a condition, how many meet it."""
    # bincount would turn any other whole number into this one, once per expression.
    scan = rows["scan"].cast(pl.Int64).to_numpy()
    found = rows.select(**values)
    return pl.DataFrame({name: _total(scan, found[name], readings.scans.height) for name in values})


def _total(scan: np.ndarray, values: pl.Series, scans: int) -> np.ndarray:
    # bincount adds in floats, which hold whole numbers exactly up to 2^53.
    return np.bincount(scan, weights=values.to_numpy(), minlength=scans).astype(np.int64)
