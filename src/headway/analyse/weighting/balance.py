"""Are weighted groups alike, and how many patients are they worth? Rows of a love plot too."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import polars as pl

from headway.analyse.describe import indicators, standardised_difference
from headway.analyse.rows import result
from headway.analyse.survival.groups import results
from headway.analyse.survival.sample import AnalysisError

ALIKE = 0.1  # a standardised difference below it counts as balanced


def balance(
    frame: pl.DataFrame,
    treated: str,
    covariates: Sequence[str],
    *,
    analysis: str = "balance",
    population: str = "all patients",
) -> pl.DataFrame:
    """Standardised differences of treated less untreated, before and after weighting, and effective sizes.

    Takes:  patient_id, the Boolean treatment, covariates, weight (null: left out, before and after).
    Gives:  results; per covariate (group) the difference unweighted and weighted: a love plot; per arm
            the effective sample size and the largest weight.
    """
    kept = frame.drop_nulls([treated, "weight"])
    arms = kept.filter(~pl.col(treated)), kept.filter(pl.col(treated))
    if min(arm.height for arm in arms) == 0:
        raise AnalysisError(f"{treated}: both groups are expected among the rows with a weight.")
    made = []
    for name in covariates:
        where = {"analysis": analysis, "population": population, "group": name}
        known = kept.drop_nulls(name)
        say = partial(result, where, n=known.height, patients=known["patient_id"].sort().to_list(),
                      method="standardised mean difference, deviation before weighting")  # fmt: skip
        plain, weighted = _differences(known, treated, name)
        made += [say("difference unweighted", plain), say("difference weighted", weighted)]
    for arm, label in zip(arms, (f"not {treated}", treated), strict=True):
        made += _sizes(arm, {"analysis": analysis, "population": population, "group": label})
    return results(made)


def _differences(known: pl.DataFrame, treated: str, name: str) -> tuple[float | None, float | None]:
    arms = known.filter(~pl.col(treated)), known.filter(pl.col(treated))
    first, other = (indicators(arm[name], known[name]) for arm in arms)
    weights = arms[0]["weight"].to_numpy(), arms[1]["weight"].to_numpy()
    return standardised_difference(first, other), standardised_difference(first, other, weights)


def _sizes(arm: pl.DataFrame, where: dict[str, str]) -> list[dict]:
    weights = arm["weight"].to_numpy()
    say = partial(result, where, n=arm.height, patients=arm["patient_id"].sort().to_list())
    return [
        say("effective sample size", effective_size(weights), unit="patients", method="(sum w)^2 / sum w^2"),
        say("largest weight", float(weights.max()), method="maximum"),
    ]


def effective_size(weights: np.ndarray) -> float:
    """How many equally weighted patients tell as much.

    >>> effective_size(np.array([1.0, 1.0, 4.0]))
    2.0
    """
    return float(weights.sum() ** 2 / (weights**2).sum())
