"""Sums over the rows of one scan: all lesions that one reader read on one day."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.derive.response.readings import Readings


@dataclass(frozen=True)
class ScanRows:
    """Rows sorted by reading and day, and where each scan begins."""

    rows: pl.DataFrame
    begins: np.ndarray
    lesions: int  # how many lesions are numbered

    @classmethod
    def of(cls, readings: Readings) -> "ScanRows":
        rows = readings.rows
        changes = pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift(1)) for c in ("reading", "day"))
        begins = rows.select(changes.arg_true()).to_series().to_numpy()
        return cls(rows, begins, readings.lesions.height)

    def days(self) -> pl.DataFrame:
        """Reading and day of each scan."""
        return self.rows.select("reading", "day")[self.begins]

    def is_in(self, chosen: pl.Series) -> pl.Expr:
        """Whether the row's lesion is one of those chosen (no, where it belongs to another reader)."""
        member = np.zeros(self.lesions + 1, dtype=bool)
        member[chosen.to_numpy()] = True
        last = self.lesions  # nobody's lesion
        return pl.lit(pl.Series(member)).gather(pl.col("lesion").fill_null(last))

    def totals(self, **values: pl.Expr) -> pl.DataFrame:
        """The sum of each expression over the rows of each scan; of a condition, how many rows meet it."""
        return pl.DataFrame({name: self._total(value) for name, value in values.items()})

    def _total(self, value: pl.Expr) -> np.ndarray:
        if self.rows.is_empty():
            return np.empty(0, dtype=np.int64)
        numbers = self.rows.select(value.cast(pl.Int32)).to_series().to_numpy()
        return np.add.reduceat(numbers, self.begins, dtype=np.int64)
