"""Logistic regression by maximum likelihood; where it has no maximum it says so."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from headway.analyse.survival.sample import AnalysisError

Floats = NDArray[np.float64]
MOST_STEPS = 40
CONVERGED = 1e-12  # Newton decrement
CERTAIN = 20.0  # log odds beyond which a patient's treatment was no choice


@dataclass(frozen=True)
class Logistic:
    """Coefficients (the intercept first), their covariance, and the fitted probability of each row."""

    coefficients: Floats
    covariance: Floats
    probabilities: Floats


def logistic(x: Floats, y: NDArray[np.bool_], names: list[str], *, weights: Floats | None = None) -> Logistic:
    """Fit the probability of y from the columns of x, as R's glm(family = binomial).

    >>> fit = logistic(np.array([[0.0], [0], [0], [1], [1], [1]]), np.array([1, 0, 0, 1, 1, 0]) > 0, ["x"])
    >>> fit.probabilities.round(4).tolist()
    [0.3333, 0.3333, 0.3333, 0.6667, 0.6667, 0.6667]
    """
    if y.all() or not y.any():
        raise AnalysisError("Both groups are expected; all rows are in one.")
    columns = np.column_stack([np.ones(len(x)), x])
    if np.linalg.matrix_rank(columns) < columns.shape[1]:
        raise AnalysisError(
            f"{', '.join(names)}: one is constant or a combination of the others; leave it out."
        )
    weight = np.ones(len(y)) if weights is None else weights
    beta = np.zeros(columns.shape[1])
    for _ in range(MOST_STEPS):
        chance = expit(columns @ beta)
        score = columns.T @ (weight * (y - chance))
        information = (columns.T * (weight * chance * (1 - chance))) @ columns
        step = np.linalg.solve(information, score)
        beta = beta + step
        _demand_choice(columns @ beta, beta, x, names)
        if score @ step < CONVERGED:
            return Logistic(beta, np.linalg.inv(information), expit(columns @ beta))
    raise AnalysisError(f"The logistic regression on {', '.join(names)} did not converge.")


def _demand_choice(predictor: Floats, beta: Floats, x: Floats, names: list[str]) -> None:
    """Separation: the likelihood keeps rising, and someone's probability goes to 0 or 1."""
    if np.abs(predictor).max() <= CERTAIN:
        return
    worst = names[int(np.argmax(np.abs(beta[1:]) * x.std(axis=0)))]
    certain = int((np.abs(predictor) > CERTAIN).sum())
    raise AnalysisError(
        f"{worst}: separates the groups; for {certain} rows the group is certain. Leave it out, or leave out "
        "the patients for whom there was no choice."
    )
