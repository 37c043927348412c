"""Thousands of medians, log-rank tests and one-covariate Cox fits at once, for bootstrap and simulation.

Arrays in, arrays out: one row per data set. Ties are handled as everywhere else (Efron for Cox, the
hypergeometric variance for log-rank, floating-point noise is a tie). What is not reached is infinite,
what cannot be tested is NaN: nothing is dropped, so a share of them can be stated.
"""

import numpy as np
from numba import njit

from headway.analyse.survival.ascending import TOLERANCE, Floats
from headway.analyse.survival.sample import AnalysisError, Flags


def resampled_quantiles(times: Floats, events: Flags, resamples: int, seed: int, p: float = 0.5) -> Floats:
    """Kaplan-Meier quantiles of bootstrap resamples; infinite where not reached.

    >>> resampled_quantiles(np.array([1.0, 2.0, 3.0]), np.array([True] * 3), 3, seed=1).shape
    (3,)
    """
    order = np.argsort(times, kind="stable")
    slot = _slots(times[order])
    distinct = times[order][np.searchsorted(slot, np.arange(slot[-1] + 1))]
    return _resample(distinct, slot, events[order], resamples, np.random.default_rng(seed), 1 - p)


def quantiles(times: Floats, events: Flags, p: float = 0.5) -> Floats:
    """The Kaplan-Meier quantile of each row of times; infinite where not reached.

    >>> quantiles(np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]]), np.array([[True] * 4, [False] * 4]))
    array([2.5, inf])
    """
    _demand_same_shape(times, events)
    return _quantiles(times, events, 1 - p)


def log_rank_statistics(times: Floats, events: Flags, second: Flags) -> Floats:
    """The log-rank z of each row of times; its square is the chi-square, above 0: `second` fails more often.

    Takes:  `second`, whether each is in the second group: one row for all, or one per row of times.
    Gives:  z; NaN where two groups are never at risk together at an event.

    >>> times = np.array([[1.0, 2.0, 3.0, 4.0]])
    >>> log_rank_statistics(times, np.ones((1, 4), bool), np.array([False, False, True, True])).round(4)
    array([-1.6977])
    """
    _demand_same_shape(times, events)
    return _log_ranks(times, events, np.broadcast_to(second, times.shape))


def cox_fits(times: Floats, events: Flags, x: Floats) -> tuple[Floats, Floats]:
    """Log hazard ratio of one covariate and its standard error, for each row of times (Efron's ties).

    Gives:  an infinite coefficient without an error where the likelihood has no maximum, NaN where x
            does not vary among those at risk.

    >>> times, x = np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([1.0, 0.0, 1.0, 0.0])
    >>> beta, error = cox_fits(times, np.ones((1, 4), bool), x)
    >>> beta.round(4), error.round(4)
    (array([0.9406]), array([1.2403]))
    """
    _demand_same_shape(times, events)
    return _cox_fits(times, events, np.broadcast_to(x, times.shape))


def _demand_same_shape(times: Floats, events: Flags) -> None:
    if times.ndim != 2 or times.shape != events.shape:
        raise AnalysisError(
            f"times, events: one row per data set, of the same shape; found {times.shape} and {events.shape}."
        )
    if not np.isfinite(times).all():
        raise AnalysisError("times: finite numbers are expected; some are NaN or infinite.")


@njit(cache=True)
def _slots(ordered):
    """The number of the distinct time of each sorted time; gaps of rounding size are none, as in timefix."""
    least = TOLERANCE * max(1.0, np.abs(ordered).mean())
    slot = np.zeros(len(ordered), np.int64)
    for i in range(1, len(ordered)):
        slot[i] = slot[i - 1] + (ordered[i] - ordered[i - 1] > least)
    return slot


@njit(cache=True)
def _crossing(distinct, failing, leaving, total, level):
    """The quantile of one curve from counts per distinct time; the middle where it runs level there."""
    survival, at_risk, last, plateau = 1.0, total, 0.0, np.inf
    for k in range(len(distinct)):
        if leaving[k] == 0:
            continue
        if failing[k] > 0:
            survival *= 1 - failing[k] / at_risk
            if survival < level - TOLERANCE:
                return distinct[k] if plateau == np.inf else (plateau + distinct[k]) / 2
            if survival <= level + TOLERANCE and plateau == np.inf:
                plateau = distinct[k]
        at_risk -= leaving[k]
        last = distinct[k]
    return np.inf if plateau == np.inf else (plateau + last) / 2


@njit(cache=True)
def _resample(distinct, slot, events, resamples, random, level):
    found, n = np.empty(resamples), len(slot)
    failing, leaving = np.empty(len(distinct), np.int64), np.empty(len(distinct), np.int64)
    for r in range(resamples):
        failing[:] = 0
        leaving[:] = 0
        for _ in range(n):
            i = int(random.random() * n)
            leaving[slot[i]] += 1
            failing[slot[i]] += events[i]
        found[r] = _crossing(distinct, failing, leaving, n, level)
    return found


@njit(cache=True)
def _quantiles(times, events, level):
    found = np.empty(len(times))
    for r in range(len(times)):
        order = np.argsort(times[r])
        ordered = times[r][order]
        slot = _slots(ordered)
        size = slot[-1] + 1
        distinct, failing, leaving = np.empty(size), np.zeros(size, np.int64), np.zeros(size, np.int64)
        for i in range(len(order) - 1, -1, -1):
            distinct[slot[i]] = ordered[i]
            leaving[slot[i]] += 1
            failing[slot[i]] += events[r, order[i]]
        found[r] = _crossing(distinct, failing, leaving, len(order), level)
    return found


@njit(cache=True)
def _log_ranks(times, events, second):
    found = np.empty(len(times))
    for r in range(len(times)):
        order = np.argsort(times[r])
        slot = _slots(times[r][order])
        found[r] = _log_rank(slot, order, events[r], second[r])
    return found


@njit(cache=True)
def _log_rank(slot, order, events, second):
    """Back through the distinct times: at risk, failing, and failing in the second group."""
    difference = variance = 0.0
    n = n2 = 0
    i = len(order) - 1
    while i >= 0:
        now, deaths, deaths2 = slot[i], 0, 0
        while i >= 0 and slot[i] == now:
            row = order[i]
            n += 1
            n2 += second[row]
            deaths += events[row]
            deaths2 += events[row] and second[row]
            i -= 1
        if deaths > 0 and n > 1:
            share = n2 / n
            difference += deaths2 - deaths * share
            variance += deaths * share * (1 - share) * (n - deaths) / (n - 1)
    return difference / np.sqrt(variance) if variance > 1e-12 else np.nan


@njit(cache=True)
def _cox_fits(times, events, x):
    beta, error = np.empty(len(times)), np.empty(len(times))
    for r in range(len(times)):
        order = np.argsort(times[r])
        slot = _slots(times[r][order])
        spread = x[r].std()
        if spread == 0:
            beta[r], error[r] = np.nan, np.nan
            continue
        scaled = (x[r][order] - x[r].mean()) / spread
        beta[r], error[r] = _cox_fit(slot, events[r][order], scaled)
        beta[r] /= spread
        error[r] /= spread
    return beta, error


@njit(cache=True)
def _cox_fit(slot, events, x):
    """Newton's method with step halving, as cox/fit.py does it for many covariates."""
    beta = 0.0
    loglik, score, information = _cox_terms(slot, events, x, beta)
    if information < 1e-10:
        return np.nan, np.nan
    for _ in range(60):
        step = score / information
        decrement = score * step
        if decrement < 1e-6 and abs(step) > 0.05:  # a flat likelihood that still wants a long step
            return np.copysign(np.inf, step), np.nan
        found = _cox_terms(slot, events, x, beta + step)
        halvings = 0
        while not found[0] >= loglik - 1e-10 * (1 + abs(loglik)) and halvings < 40:
            step /= 2
            halvings += 1
            found = _cox_terms(slot, events, x, beta + step)
        beta += step
        loglik, score, information = found
        if not information > 0:
            return np.copysign(np.inf, beta), np.nan
        if decrement < 1e-12:
            return beta, 1 / np.sqrt(information)
    return np.nan, np.nan


@njit(cache=True)
def _cox_terms(slot, events, x, beta):
    """Efron's log-likelihood, score and information of one covariate."""
    loglik = score = information = s0 = s1 = s2 = 0.0
    i = len(slot) - 1
    while i >= 0:
        now, deaths, e0, e1, e2 = slot[i], 0, 0.0, 0.0, 0.0
        while i >= 0 and slot[i] == now:
            risk = np.exp(beta * x[i])
            s0 += risk
            s1 += risk * x[i]
            s2 += risk * x[i] * x[i]
            if events[i]:
                deaths += 1
                e0 += risk
                e1 += risk * x[i]
                e2 += risk * x[i] * x[i]
                loglik += beta * x[i]
                score += x[i]
            i -= 1
        for k in range(deaths):
            share = k / deaths
            s = s0 - share * e0
            mean = (s1 - share * e1) / s
            loglik -= np.log(s)
            score -= mean
            information += (s2 - share * e2) / s - mean * mean
    return loglik, score, information
