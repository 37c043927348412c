"""How far recovered numbers are from the published ones; 1 is as far as an example may be off."""

import numpy as np
import polars as pl

POINTS, RATIO = 3.0, 1.1  # points of a share, times of a median
UNREACHED = 5.0  # what a median that is not reached counts, where one was published
NEAR = 0.95  # a little inside the limits, as numbers are rounded
A_MISS = 2.0  # what each number beyond its limit counts besides


def distance(rows: pl.DataFrame, patients: int, wanted: int) -> float:
    """Sum of the squared differences.

    Takes:  `recovered` of a cohort of `patients`; `wanted` is the size of the published one.
    """
    scale = pl.when(unit="patients").then(wanted / patients).otherwise(1.0)
    near = rows.filter(pl.col("kind") != "context").with_columns(pl.col("recovered") * scale)
    return float(sum(off(row, row["recovered"]) ** 2 for row in near.iter_rows(named=True)))


def off(row: dict, found: float | None) -> float:
    """How far this number is from that of a published row."""
    value, unit = row["value"], row["unit"]
    if value is None:
        return 0.0 if found is None else 1.0
    if found is None:
        return UNREACHED
    if unit == "%":
        return (found - value) / POINTS
    if unit == "patients":
        return (found - value) / max(1.0, 0.05 * value)
    return float(np.log(max(found / value, 1e-3)) / np.log(RATIO))


def missed(row: dict, found: float | None) -> bool:
    """Whether it is further off than it may be; a published count must be met."""
    if row["unit"] == "patients" and not row["source"].startswith("reconstructed"):
        return found != row["value"]
    return abs(off(row, found)) > NEAR
