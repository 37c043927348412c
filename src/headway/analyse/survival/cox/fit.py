"""Maximum partial likelihood by Newton's method, and the fits for which it has no answer."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from headway.analyse.survival.ascending import Floats
from headway.analyse.survival.cox.kernel import hazards, likelihood, linear_predictor
from headway.analyse.survival.cox.order import RiskOrder
from headway.analyse.survival.sample import AnalysisError

MOST_STEPS = 60
CONVERGED = 1e-12  # Newton decrement; the step after it leaves errors below 1e-12 standard errors
FLAT = 1e-6  # below it the likelihood no longer rises, and steps must have become small
DRIFT = 0.05  # in standard deviations of x: a step as long as this on a flat likelihood never ends


@dataclass(frozen=True)
class Problem:
    """Sorted rows of a Cox model; x is centred and scaled, so coefficients are per standard deviation."""

    order: RiskOrder
    x: Floats
    weight: Floats
    offset: Floats
    efron: bool

    def predictor(self, beta: Floats) -> Floats:
        return linear_predictor(self.x, beta, self.offset)

    def arguments(self, beta: Floats) -> tuple:
        o = self.order
        return (self.x, self.weight, self.predictor(beta), o.event, o.last, o.before, o.leaving, o.first,
                o.tied, self.efron)  # fmt: skip

    def at(self, beta: Floats) -> tuple[float, Floats, Floats]:
        """Log-likelihood, gradient, information."""
        total, gradient, information = likelihood(*self.arguments(beta))
        return float(total), gradient, information

    def only(self, columns: list[int]) -> "Problem":
        whole = len(columns) == self.x.shape[1]
        x = self.x if whole else np.ascontiguousarray(self.x[:, columns])
        return Problem(self.order, x, self.weight, self.offset, self.efron)


@dataclass(frozen=True)
class Maximum:
    """Where the likelihood is highest; `drifting` marks coefficients that have no finite maximum."""

    beta: Floats
    loglik: float
    loglik_null: float
    score_null: Floats
    information_null: Floats
    information: Floats
    drifting: np.ndarray


def independent_columns(problem: Problem, information: Floats) -> tuple[list[int], dict[int, str]]:
    """The columns that say something of their own at beta = 0, and why the others do not.

    Cholesky in the order of the columns: of two that say the same, the later is left out, as in R.
    """
    events = problem.weight[problem.order.event].sum()
    kept, dropped = [], {}
    for j in range(len(information)):
        left = information[j, j]
        if left <= 1e-10 * events:
            dropped[j] = "does not vary among those at risk"
            continue
        if kept:
            block = information[np.ix_(kept, kept)]
            left -= information[j, kept] @ np.linalg.solve(block, information[kept, j])
        if left <= 1e-10 * information[j, j]:
            dropped[j] = "collinear with the covariates before it"
        else:
            kept.append(j)
    return kept, dropped


def maximise(problem: Problem, null: tuple[float, Floats, Floats]) -> Maximum:
    """Newton's method from 0, where likelihood, gradient and information are `null`, with step halving."""
    beta = np.zeros(problem.x.shape[1])
    drifting = np.zeros(len(beta), dtype=bool)
    loglik, score, information = null
    for _ in range(MOST_STEPS):
        step = _newton_step(information, score)
        if step is None:
            break
        decrement = float(score @ step)
        length = np.abs(step).max(initial=0.0)
        if decrement < FLAT and length > DRIFT:
            drifting |= np.abs(step) > 0.02 * length
        beta, loglik, score, information = _ascend(problem, beta, step, loglik)
        if decrement < (FLAT**1.5 if drifting.any() else CONVERGED):
            return Maximum(beta, loglik, *null, information, drifting)
    if drifting.any():
        return Maximum(beta, loglik, *null, information, drifting)
    raise AnalysisError(
        f"The Cox model did not converge in {MOST_STEPS} steps; are the covariates near collinear?"
    )


def _newton_step(information: Floats, score: Floats) -> Floats | None:
    try:
        return cho_solve(cho_factor(information), score)
    except LinAlgError:
        return None


def _ascend(
    problem: Problem, beta: Floats, step: Floats, loglik: float
) -> tuple[Floats, float, Floats, Floats]:
    """The step, halved until the likelihood does not fall (but for rounding)."""
    least = loglik - 1e-10 * (1 + abs(loglik))
    for _ in range(40):
        found = problem.at(beta + step)
        if np.isfinite(found[0]) and found[0] >= least:
            break
        step = step / 2
    else:
        raise AnalysisError("The Cox likelihood cannot be raised: are the covariates on sensible scales?")
    return beta + step, *found


def score_residuals(problem: Problem, beta: Floats) -> Floats:
    """Each row's part of the gradient, unweighted, right under Efron's ties; rows as in the order.

    Source: residuals(type = "score") of R's coxph.
    """
    order, x = problem.order, problem.x
    hazard, _, hazard_x, escaped, escaped_x, mean = hazards(*problem.arguments(beta))
    risk = np.exp(problem.predictor(beta))[:, None]
    since, until = order.before + 1, order.last + 1
    total = np.concatenate([[0.0], np.cumsum(hazard)])
    total_x = np.concatenate([np.zeros((1, x.shape[1])), np.cumsum(hazard_x, axis=0)])
    exposure = (total[until] - total[since])[:, None]
    found = -risk * (x * exposure - (total_x[until] - total_x[since]))
    dies, at = order.event, order.last[order.event]
    found[dies] += x[dies] - mean[at]
    found[dies] += risk[dies] * (x[dies] * escaped[at][:, None] - escaped_x[at])
    return found
