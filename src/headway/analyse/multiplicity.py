"""Many p-values at once: Holm 1979, Hochberg 1988, Benjamini and Hochberg 1995 (domain.md 9.8)."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl

from headway.errors import HeadwayError

Adjustment = Literal["Holm", "Hochberg", "Benjamini-Hochberg"]
P_VALUE = "p-value"


class PValueError(HeadwayError):
    """A number that is no p-value."""


def adjusted(p_values: Sequence[float], method: Adjustment) -> list[float]:
    """P-values corrected for their number, in their order, as R's p.adjust.

    >>> adjusted([0.01, 0.04, 0.03], "Holm")
    [0.03, 0.06, 0.06]
    >>> adjusted([0.01, 0.04, 0.03], "Hochberg")
    [0.03, 0.04, 0.04]
    """
    p = np.asarray(p_values, dtype=np.float64)
    if not ((p >= 0) & (p <= 1)).all():
        raise PValueError(f"p-values lie between 0 and 1; found {p[~((p >= 0) & (p <= 1))][0]:g}.")
    order, n = np.argsort(p), len(p)
    ranks = np.arange(1, n + 1)
    if method == "Holm":
        stepped = np.maximum.accumulate((n - ranks + 1) * p[order])
    else:
        factor = n - ranks + 1 if method == "Hochberg" else n / ranks
        stepped = np.minimum.accumulate((factor * p[order])[::-1])[::-1]
    result = np.empty(n)
    result[order] = np.minimum(stepped, 1)
    return result.tolist()


def with_adjusted(results: pl.DataFrame, method: Adjustment) -> pl.DataFrame:
    """The results, and after them each p-value again, adjusted for all p-values among them.

    Takes:  results, of the comparisons that belong to one family.
    Gives:  the same, plus rows "adjusted p-value" whose method says how and for how many.
    """
    raw = results.filter((pl.col("statistic") == P_VALUE) & pl.col("value").is_not_null())
    if raw.is_empty():
        return results
    made = raw.with_columns(
        statistic=pl.lit(f"adjusted {P_VALUE}"),
        value=pl.Series(adjusted(raw["value"].to_list(), method)),
        method=pl.col("method") + f", {method} over {raw.height} p-values",
    )
    return pl.concat([results, made])
