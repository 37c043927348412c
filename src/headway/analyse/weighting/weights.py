"""The chance of each patient's treatment, and the weights that make groups alike (domain.md 9.4).

Source: Rosenbaum and Rubin 1983; Li, Morgan and Zaslavsky, J Am Stat Assoc 2018 (overlap);
Crump 2009 (trimming).
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl

from headway.analyse.survival.cox.design import Covariate, column_of, design
from headway.analyse.survival.sample import AnalysisError
from headway.analyse.weighting.logistic import logistic

Estimand = Literal["ATE", "ATT", "overlap"]
MOST_TRIM = 0.5


def propensity(frame: pl.DataFrame, treated: str, covariates: Sequence[Covariate]) -> pl.DataFrame:
    """Add `propensity`, the chance of treatment given what was known at time zero; null if unknown.

    Takes:  one row per patient; `treated`, a Boolean column; numeric or text covariates.
    """
    _demand(frame, [treated, *map(column_of, covariates)])
    if frame[treated].dtype != pl.Boolean:
        raise AnalysisError(f"{treated}: true/false is expected; found {frame[treated].dtype}.")
    known = frame.with_row_index("__row").drop_nulls([treated, *map(column_of, covariates)])
    if known.is_empty():
        raise AnalysisError("No row has the treatment and every covariate.")
    made = design(known, covariates, np.ones(known.height))
    fit = logistic(made.matrix / made.scale, known[treated].to_numpy(), made.names)
    scores = known.select("__row").with_columns(propensity=pl.Series(fit.probabilities))
    joined = frame.with_row_index("__row").join(scores, on="__row", how="left", maintain_order="left")
    return joined.drop("__row")


def with_weights(
    frame: pl.DataFrame,
    treated: str,
    *,
    estimand: Estimand = "ATE",
    stabilised: bool = False,
    trim: float = 0.0,
    largest: float | None = None,
) -> pl.DataFrame:
    """Add `weight` from `propensity`; null where the patient is trimmed or has no propensity.

    Takes:  the estimand: all patients (ATE), those treated (ATT), those who might get either (overlap);
            `stabilised`: ATE weights times the share of the group; `trim`: leave out patients whose chance is
            below it or above 1 - it; `largest`: a quantile (0.99) above which weights are set to it.

    >>> frame = pl.DataFrame({"rt": [True, False], "propensity": [0.8, 0.8]})
    >>> for estimand in ("ATE", "ATT", "overlap"):
    ...     print(estimand, with_weights(frame, "rt", estimand=estimand)["weight"].round(2).to_list())
    ATE [1.25, 5.0]
    ATT [1.0, 4.0]
    overlap [0.2, 0.8]
    """
    _demand(frame, [treated, "propensity"])
    if not 0 <= trim < MOST_TRIM:
        raise AnalysisError(f"trim: a chance of at least 0 and below 0.5 is expected; found {trim:g}.")
    if largest is not None and not 0 < largest <= 1:
        raise AnalysisError(f"largest: a quantile above 0 and up to 1 is expected; found {largest:g}.")
    e, yes = pl.col("propensity"), pl.col(treated)
    formula = {
        "ATE": pl.when(yes).then(1 / e).otherwise(1 / (1 - e)),
        "ATT": pl.when(yes).then(1.0).otherwise(e / (1 - e)),
        "overlap": pl.when(yes).then(1 - e).otherwise(e),
    }[estimand]
    usable = yes.is_not_null() & e.is_between(trim, 1 - trim)
    made = frame.with_columns(weight=pl.when(usable).then(formula))
    if stabilised:
        made = made.with_columns(weight=pl.col("weight") * _group_share(made, treated, estimand))
    if largest is not None:
        highest = pl.col("weight").quantile(largest, "linear")
        made = made.with_columns(weight=pl.col("weight").clip(upper_bound=highest))
    return made


def _group_share(frame: pl.DataFrame, treated: str, estimand: Estimand) -> pl.Expr:
    if estimand != "ATE":
        raise AnalysisError(f"stabilised: is for ATE weights, not for {estimand}.")
    kept = frame.drop_nulls("weight")
    share = kept[treated].mean() if kept.height else 0.0
    return pl.when(pl.col(treated)).then(share).otherwise(1 - pl.lit(share))


def _demand(frame: pl.DataFrame, columns: list[str]) -> None:
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise AnalysisError(f"No column {', '.join(absent)}; the frame has {', '.join(frame.columns)}.")
