"""Sums over the rows of one scan: all lesions that one reader read on one day."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.derive.response.readings import Readings


@dataclass(frozen=True)
class Scans:
    """Every row of all readings with the number of its scan, and reading and day of each scan."""

    rows: pl.DataFrame
    days: pl.DataFrame
    lesions: pl.DataFrame

    @classmethod
    def of(cls, readings: Readings) -> "Scans":
        rows = readings.rows
        changes = pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift(1)) for c in ("reading", "day"))
        begins = rows.select(begins=changes)["begins"]
        numbered = rows.select("lesion", "size", "status", scan=begins.cum_sum() - 1)
        return cls(numbered, rows.select("reading", "day").filter(begins), readings.lesions)

    def rows_of(self, chosen: pl.DataFrame) -> pl.DataFrame:
        """The rows of these lesions, with `lymph_node`."""
        lesion = pl.col("lesion")
        among = self.lesions.select(lesion.is_in(chosen["lesion"].implode())).to_series()
        rows = self.rows.filter(pl.lit(among).gather(lesion)) if chosen.height else self.rows.clear()
        return rows.with_columns(lymph_node=pl.lit(self.lesions["lymph_node"]).gather(lesion))

    def totals(self, rows: pl.DataFrame, **values: pl.Expr) -> pl.DataFrame:
        """The sum of each expression over the rows of each scan; of a condition, how many rows meet it."""
        found = rows.select("scan", *(value.cast(pl.Int32).alias(name) for name, value in values.items()))
        scan = found["scan"].to_numpy()
        return pl.DataFrame({name: self._total(scan, found[name]) for name in values})

    def _total(self, scan: np.ndarray, values: pl.Series) -> np.ndarray:
        # bincount adds in floats, which hold whole numbers exactly up to 2^53.
        return np.bincount(scan, weights=values.to_numpy(), minlength=self.days.height).astype(np.int64)
