"""Regression on the cumulative incidence: Fine and Gray, J Am Stat Assoc 1999.

Who ended by another cause stays at risk, with the weight of still being watched. All such weights share one
factor in time, so each risk set is two cumulative sums: the work is linear, no row is copied.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headway.analyse.competing.censoring import Convention, watched
from headway.analyse.competing.observations import Floats, Observations, still_there
from headway.analyse.survival.sample import AnalysisError

MOST_STEPS = 50
CLOSE = 1e-12  # relative gain of the log-likelihood at which the search ends
FAR = 25.0  # a log hazard ratio per standard deviation beyond which the estimate has no maximum


@dataclass(frozen=True)
class FineGray:
    """Log subdistribution hazard ratios with their covariance; log-likelihood at 0 and at the estimate.

    `baseline` is the cumulative hazard at the means of the covariates (`centre`) at each time, one row per
    stratum.
    """

    coefficients: Floats
    covariance: Floats
    log_likelihood: tuple[float, float]
    events: int
    convention: Convention
    times: Floats
    centre: Floats
    baseline: Floats

    @property
    def errors(self) -> Floats:
        return np.sqrt(np.diag(self.covariance))


@dataclass(frozen=True)
class _Stratum:
    """What does not change from step to step, in the order of time.

    Who ended by another cause stays at risk with weight chance(t) times `carried`; it is 0 for the others.
    """

    seen: Observations
    covariates: Floats
    failed: NDArray[np.bool_]
    carried: Floats
    chance: Floats  # of being watched just before each time
    events: Floats  # weight of events at each time


@dataclass(frozen=True)
class _Sums:
    """One stratum at one set of coefficients."""

    relative: Floats  # weight times hazard ratio of each observation
    size: Floats  # of each risk set
    mean: Floats  # covariates in each risk set
    hazard: Floats  # baseline increments


def fine_gray(
    seen: Observations,
    covariates: ArrayLike,
    cause: int,
    *,
    strata: ArrayLike | None = None,
    convention: Convention = "survival",
) -> FineGray:
    """Subdistribution hazard ratios of a cause, ties as Breslow, variance robust over clusters.

    Takes:  observations (delayed entry, weights, clusters respected); covariates, one row per observation;
            `strata` with their own baseline and censoring. `convention` "survival" is R's finegray and
            coxph(cluster); "cmprsk" is crr: ties of event and censoring otherwise (censoring.py), and the
            variance knows that the censoring weights are estimated; it takes no weights, clusters, entry.

    >>> from headway.analyse.competing.observations import observations
    >>> seen = observations([1, 2, 3, 4, 5, 6], [1, 2, 1, 0, 1, 1])
    >>> fine_gray(seen, [0, 1, 1, 0, 1, 0], 1).coefficients.round(4).tolist()
    [-0.1293]
    """
    columns = _columns(covariates, len(seen.leaves))
    centre, scale = columns.mean(axis=0), columns.std(axis=0)
    if (scale == 0).any():
        raise AnalysisError(f"covariates: column {int(np.argmin(scale))} is constant.")
    if not (seen.causes == cause).any():
        raise AnalysisError(f"cause: nobody ended by cause {cause}")
    parts = _split(seen, (columns - centre) / scale, cause, strata, convention)
    beta, information, likelihoods = _maximum(parts, columns.shape[1])
    inverse = np.linalg.inv(information)
    middle = _clustered(parts, beta) if convention == "survival" else _with_censoring(seen, parts, beta)
    covariance = inverse @ middle @ inverse / np.outer(scale, scale)
    baseline = np.stack([np.cumsum(_sums(part, beta).hazard) for part in parts])
    return FineGray(beta / scale, covariance, likelihoods, int((seen.causes == cause).sum()), convention,
                    seen.times, centre, baseline)  # fmt: skip


def predicted_incidence(model: FineGray, covariates: ArrayLike, stratum: int = 0) -> Floats:
    """Cumulative incidence that a model predicts: a row for each row of covariates, at the model's times.

    Takes:  covariates as the model had them; which stratum, in the order of their values.
    Source: 1 - exp(-cumulative subdistribution hazard), as predict.crr of R's cmprsk.

    >>> from headway.analyse.competing.observations import observations
    >>> seen = observations([1, 2, 3, 4, 5, 6], [1, 2, 1, 0, 1, 1])
    >>> predicted_incidence(fine_gray(seen, [0, 1, 1, 0, 1, 0], 1), [0]).round(3).tolist()
    [[0.163, 0.163, 0.325, 0.325, 0.55, 0.761]]
    """
    rows = np.atleast_2d(np.asarray(covariates, dtype=np.float64))
    if rows.shape[1] != len(model.centre):
        raise AnalysisError(
            f"covariates: expected {len(model.centre)} numbers in a row, found {rows.shape[1]}"
        )
    rows = _columns(rows, len(rows))
    relative = np.exp((rows - model.centre) @ model.coefficients)
    return -np.expm1(-relative[:, None] * model.baseline[stratum])


def _columns(covariates: ArrayLike, n: int) -> Floats:
    found = np.asarray(covariates, dtype=np.float64)
    found = found[:, None] if found.ndim == 1 else found
    if found.shape[0] != n or not np.isfinite(found).all():
        raise AnalysisError(f"covariates: expected {n} rows of finite numbers, found shape {found.shape}")
    return found


def _split(
    seen: Observations, covariates: Floats, cause: int, strata: ArrayLike | None, convention: Convention
) -> list[_Stratum]:
    layers = np.zeros(len(seen.leaves)) if strata is None else np.asarray(strata)
    return [_stratum(seen, covariates, cause, layers == layer, convention) for layer in np.unique(layers)]


def _stratum(
    seen: Observations, covariates: Floats, cause: int, rows: NDArray[np.bool_], convention: Convention
) -> _Stratum:
    # In the order of time, sums over risk sets read memory from front to back.
    order = np.flatnonzero(rows)
    order = order[np.argsort(seen.leaves[order], kind="stable")]
    own = seen.taken(order)
    failed, chance = own.causes == cause, watched(own, convention)
    other = (own.causes > 0) & ~failed
    events = own.count(failed)
    last = int(np.max(np.flatnonzero(events), initial=-1))
    # After the last event of the cause no weight is asked for.
    if (chance[own.leaves[other & (own.leaves < last)]] == 0).any():
        raise AnalysisError("nobody is watched any more while the cause still occurs: no weights there")
    mine = chance[own.leaves]
    carried = np.where(other & (mine > 0), 1 / np.where(mine > 0, mine, 1.0), 0.0)
    return _Stratum(own, covariates[order], failed, carried, chance, events)


def _maximum(parts: list[_Stratum], width: int) -> tuple[Floats, Floats, tuple[float, float]]:
    """Newton's method, halving a step that does not climb."""
    beta = np.zeros(width)
    start, score, information = _at(parts, beta)
    value = start
    for _ in range(MOST_STEPS):
        step = _solved(information, score)
        reached = _at(parts, beta + step)
        while reached[0] < value - CLOSE * abs(value):
            step = step / 2
            reached = _at(parts, beta + step)
        done = abs(reached[0] - value) <= CLOSE * abs(value) and np.abs(step).max() < np.sqrt(CLOSE)
        beta, (value, score, information) = beta + step, reached
        if np.abs(beta).max() > FAR:
            raise AnalysisError(
                f"covariates: column {int(np.abs(beta).argmax())} separates events; no estimate"
            )
        if done:
            return beta, information, (start, value)
    raise AnalysisError("no maximum of the likelihood found; are covariates nearly collinear?")


def _solved(information: Floats, score: Floats) -> Floats:
    if np.linalg.cond(information) > 1 / np.sqrt(np.finfo(float).eps) ** 1.5:
        raise AnalysisError("covariates: one is a combination of others; leave it out")
    return np.linalg.solve(information, score)


def _at(parts: list[_Stratum], beta: Floats) -> tuple[float, Floats, Floats]:
    """Log partial likelihood, score and information, summed over strata."""
    found = [_of_stratum(part, beta) for part in parts]
    return sum(f[0] for f in found), sum(f[1] for f in found), sum(f[2] for f in found)  # type: ignore[return-value]


def _of_stratum(part: _Stratum, beta: Floats) -> tuple[float, Floats, Floats]:
    sums = _sums(part, beta)
    weights, z = part.seen.weights[part.failed], part.covariates[part.failed]
    happened = part.events > 0
    value = weights @ (z @ beta) - part.events[happened] @ np.log(sums.size[happened])
    score = weights @ z - part.events @ sums.mean
    exposed = sums.relative * _exposure(part, sums.hazard)
    spread = (part.covariates.T * exposed) @ part.covariates
    return float(value), score, spread - (sums.mean.T * part.events) @ sums.mean


def _sums(part: _Stratum, beta: Floats) -> _Sums:
    relative = part.seen.weights * np.exp(part.covariates @ beta)
    size = _in_risk_sets(part, relative)
    first = np.stack([_in_risk_sets(part, relative * z) for z in part.covariates.T], axis=1)
    happened = part.events > 0
    safe = np.where(happened, size, 1.0)
    mean = np.where(happened[:, None], first / safe[:, None], 0.0)
    return _Sums(relative, size, mean, np.where(happened, part.events / safe, 0.0))


def _in_risk_sets(part: _Stratum, amounts: Floats) -> Floats:
    """Sum of amounts over each risk set: those there, and those who ended otherwise, with their weight."""
    gone = _until_here(np.bincount(part.seen.leaves, amounts * part.carried, part.seen.size))
    return still_there(part.seen, amounts) + part.chance * gone


def _exposure(part: _Stratum, increments: Floats) -> Floats:
    """Sum of the increments over the times at which each observation is at risk, with its weight there."""
    seen = part.seen
    plain = np.concatenate([[0.0], np.cumsum(increments)])
    watched_sum = np.concatenate([[0.0], np.cumsum(increments * part.chance)])
    there = plain[seen.leaves + 1] - plain[seen.enters]
    return there + part.carried * (watched_sum[-1] - watched_sum[seen.leaves + 1])


def _residuals(part: _Stratum, beta: Floats) -> Floats:
    """Score residual of each observation, weighted: what it adds to the score less what was expected."""
    sums = _sums(part, beta)
    expected = [_exposure(part, sums.hazard * mean) for mean in sums.mean.T]
    drift = part.covariates * _exposure(part, sums.hazard)[:, None] - np.stack(expected, axis=1)
    own = np.where(part.failed[:, None], part.covariates - sums.mean[part.seen.leaves], 0.0)
    return part.seen.weights[:, None] * own - sums.relative[:, None] * drift


def _clustered(parts: list[_Stratum], beta: Floats) -> Floats:
    """Sum over clusters of squared residuals; a cluster may reach over strata."""
    clusters = np.concatenate([part.seen.clusters for part in parts])
    residuals = np.concatenate([_residuals(part, beta) for part in parts])
    summed = np.stack([np.bincount(clusters, column) for column in residuals.T], axis=1)
    return summed.T @ summed


def _with_censoring(seen: Observations, parts: list[_Stratum], beta: Floats) -> Floats:
    """The variance of Fine and Gray, which adds the influence of the estimated censoring curve."""
    plain = len(np.unique(seen.clusters)) == len(seen.clusters) and not seen.enters.any()
    if not plain or (seen.weights != 1).any():
        raise AnalysisError("convention 'cmprsk' is for data without weights, clusters and delayed entry")
    found = [_residuals(part, beta) + _censoring_influence(part, beta) for part in parts]
    return sum(residual.T @ residual for residual in found)  # type: ignore[return-value]


def _censoring_influence(part: _Stratum, beta: Floats) -> Floats:
    """How the score moves with each observation's share in the censoring curve (their psi).

    At one time crr counts: who ended by another cause before it, and events of the cause from it on.
    """
    seen, sums = part.seen, _sums(part, beta)
    at_risk = np.maximum(seen.at_risk(), 1.0)
    scaled = sums.relative * part.carried
    later = part.chance * sums.hazard
    ahead, mean_ahead = _from_here(later), [_from_here(later * mean) for mean in sums.mean.T]
    ended = _until_here(np.bincount(seen.leaves, scaled, seen.size))
    moved = [
        _until_here(np.bincount(seen.leaves, scaled * z, seen.size)) * ahead - ended * along
        for z, along in zip(part.covariates.T, mean_ahead, strict=True)
    ]
    per_risk = np.stack(moved, axis=1) / at_risk[:, None]
    censored = seen.causes == 0
    hazard = np.bincount(seen.leaves[censored], minlength=seen.size) / at_risk
    drift = np.cumsum(per_risk * hazard[:, None], axis=0)
    return np.where(censored[:, None], per_risk[seen.leaves], 0.0) - drift[seen.leaves]


def _from_here(values: Floats) -> Floats:
    return np.cumsum(values[::-1])[::-1]


def _until_here(values: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(values)[:-1]])
