"""Cumulative incidence by Aalen and Johansen 1978: the share that has ended by one cause."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numba import njit
from scipy.special import ndtri

from headway.analyse.competing.observations import Floats, Observations
from headway.analyse.survival.sample import AnalysisError

Variance = Literal["survival", "cmprsk"]
Limits = Literal["log-log", "log", "plain"]
NOBODY = 1e-12  # share of the risk set below which rounding alone remains
ROUNDING = 1e-14  # share of the largest variance below which it does too


@dataclass(frozen=True)
class CumulativeIncidence:
    """One row per distinct time; standard errors by R's survival::survfit or cmprsk::cuminc, as named."""

    times: Floats
    incidence: Floats
    error: Floats
    event_free: Floats  # the share that has not ended by any cause
    at_risk: Floats
    variance: Variance

    def to_frame(self, kind: Limits = "log-log", level: float = 0.95) -> pl.DataFrame:
        """The curve, a row per time, to draw from: days, incidence, lower, upper, event_free, at_risk."""
        lower, upper = limits(self, kind, level)
        columns = {"days": self.times, "incidence": self.incidence, "lower": lower, "upper": upper,
                   "event_free": self.event_free, "at_risk": self.at_risk}  # fmt: skip
        return pl.DataFrame(columns)


@dataclass(frozen=True)
class Steps:
    """Hazards of all causes and of one, and what they leave."""

    at_risk: Floats
    hazard: Floats
    hazard_one: Floats
    kept: Floats  # at risk and not ended: weight
    before: Floats  # event-free just before
    incidence: Floats


def cumulative_incidence(
    seen: Observations, cause: int, *, variance: Variance = "survival"
) -> CumulativeIncidence:
    """The share ended by a cause, when the others may come first; entry, weights and clusters are respected.

    Standard error: "survival" is the infinitesimal jackknife over clusters; "cmprsk" is the delta method of
    cmprsk::cuminc, for data without weights, clusters or delayed entry.

    >>> from headway.analyse.competing.observations import observations
    >>> found = cumulative_incidence(observations([3, 5, 6, 8, 10], [1, 2, 0, 1, 0]), 1)
    >>> found.incidence.tolist()
    [0.2, 0.2, 0.2, 0.5, 0.5]
    """
    steps = _steps(seen, cause)
    error = _delta_error(seen, steps, cause) if variance == "cmprsk" else _jackknife_error(seen, steps, cause)
    free = np.cumprod(1 - steps.hazard)
    return CumulativeIncidence(seen.times, steps.incidence, error, free, steps.at_risk, variance)


def _steps(seen: Observations, cause: int) -> Steps:
    at_risk = seen.at_risk()
    ended, by_cause = seen.count(seen.causes > 0), seen.count(seen.causes == cause)
    some = at_risk > NOBODY * max(1.0, float(at_risk.max()))
    whole = np.where(some, at_risk, 1.0)
    hazard, hazard_one = np.where(some, ended / whole, 0.0), np.where(some, by_cause / whole, 0.0)
    hazard = np.where(hazard > 1 - NOBODY, 1.0, hazard)
    before = np.concatenate([[1.0], np.cumprod(1 - hazard)[:-1]])
    return Steps(at_risk, hazard, hazard_one, whole * (1 - hazard), before, np.cumsum(before * hazard_one))


def _jackknife_error(seen: Observations, steps: Steps, cause: int) -> Floats:
    """Root of the sum over clusters of the squared influence on the incidence, at each time.

    The influence of an observation is a(t) + F(t) b(t) + w(t) (F(t) L(t) - K(t)), where a, b and w change
    only when it enters and leaves. So the sum of squares is a quadratic form whose matrix is updated twice
    an observation: the work is linear, with clusters too.
    """
    share, free = steps.incidence, np.where(steps.kept > 0, steps.kept, 1.0)
    risk = np.where(steps.hazard_one + steps.hazard > 0, steps.at_risk, 1.0)
    # When all at risk end, nobody's weight changes what is left: no influence from there on.
    per_free = np.where(steps.kept > 0, steps.hazard / free, 0.0)
    l_sum, k_sum = np.cumsum(per_free), np.cumsum(share * per_free + steps.before * steps.hazard_one / risk)
    changes = _changes(seen, steps, cause, np.concatenate([[0], l_sum]), np.concatenate([[0], k_sum]))
    orders = np.argsort(seen.enters, kind="stable"), np.argsort(seen.leaves, kind="stable")
    codes = np.unique(seen.clusters, return_inverse=True)[1]
    point = np.stack([np.ones(seen.size), share, share * l_sum - k_sum], axis=1)
    squares = _sums_of_squares(point, seen.enters, seen.leaves, *orders, codes, *changes)
    # What rounding leaves of a variance of 0 (all have ended) is not an error.
    return np.sqrt(np.where(squares > ROUNDING * squares.max(), squares, 0.0))


def _changes(
    seen: Observations, steps: Steps, cause: int, l_sum: Floats, k_sum: Floats
) -> tuple[Floats, Floats]:
    """How (a, b, w) of an observation's cluster change when it enters, then when it leaves."""
    arrive = np.stack([k_sum[seen.enters], -l_sum[seen.enters], np.ones(len(seen.enters))], axis=1)
    at, ended = seen.leaves, seen.causes > 0
    kept = steps.kept[at]
    per_free = np.where(ended & (kept > 0), 1 / np.where(kept > 0, kept, 1.0), 0.0)
    mine = np.where(seen.causes == cause, steps.before[at] / steps.at_risk[at], 0.0)
    gained = steps.incidence[at] * per_free + mine
    leave = np.stack([gained - k_sum[at + 1], l_sum[at + 1] - per_free, -np.ones(len(at))], axis=1)
    return arrive * seen.weights[:, None], leave * seen.weights[:, None]


@njit(cache=True)
def _sums_of_squares(point, enters, leaves, by_enter, by_leave, clusters, arrive, leave):
    """At each time the sum over clusters of (v point)^2; v of a cluster is the sum of its changes so far."""
    state = np.zeros((clusters.max() + 1, 3))
    matrix = np.zeros((3, 3))
    squares = np.empty(len(point))
    entering = leaving = 0
    for time in range(len(point)):
        while entering < len(enters) and enters[by_enter[entering]] == time:
            row = by_enter[entering]
            _change(matrix, state[clusters[row]], arrive[row])
            entering += 1
        while leaving < len(leaves) and leaves[by_leave[leaving]] == time:
            row = by_leave[leaving]
            _change(matrix, state[clusters[row]], leave[row])
            leaving += 1
        total = 0.0
        for i in range(3):
            for j in range(3):
                total += point[time, i] * matrix[i, j] * point[time, j]
        squares[time] = total
    return squares


@njit(cache=True)
def _change(matrix, state, by):
    """Add to the state of a cluster, and what that adds to the sum of its squares."""
    for i in range(3):
        for j in range(3):
            matrix[i, j] += state[i] * by[j] + by[i] * state[j] + by[i] * by[j]
    for i in range(3):
        state[i] += by[i]


def _delta_error(seen: Observations, steps: Steps, cause: int) -> Floats:
    """The standard error of cmprsk::cuminc: hypergeometric for tied events, each cause by itself."""
    plain = len(np.unique(seen.clusters)) == len(seen.clusters) and not seen.enters.any()
    if not plain or (seen.weights != 1).any():
        raise AnalysisError("variance 'cmprsk' is for data without weights, clusters and delayed entry")
    free = steps.before * (1 - steps.hazard)
    per_free = np.where(free > 0, 1 / np.where(free > 0, free, 1.0), 0.0)
    share, total = steps.incidence, np.zeros((3, seen.size))
    for ends, own in [(seen.causes == cause, 1.0), ((seen.causes > 0) & (seen.causes != cause), 0.0)]:
        spread = _tied_variance(seen.count(ends), steps.at_risk) * steps.before**2
        spread = np.where((own == 1) | (free > 0), spread, 0.0)
        gain = own + share * per_free
        total += np.cumsum([gain**2 * spread, gain * per_free * spread, per_free**2 * spread], axis=1)
    return np.sqrt(np.maximum(total[0] - 2 * share * total[1] + share**2 * total[2], 0))


def _tied_variance(events: Floats, at_risk: Floats) -> Floats:
    ties = np.where(events > 1, (events - 1) / np.maximum(at_risk - 1, 1), 0.0)
    return (1 - ties) * events / at_risk**2


def limits(
    curve: CumulativeIncidence, kind: Limits = "log-log", level: float = 0.95
) -> tuple[Floats, Floats]:
    """Pointwise limits of the incidence, as R's survfit gives them; 0 and 0 before the first event."""
    share, z = curve.incidence, ndtri((1 + level) / 2)
    inside = (share > 0) & (share < 1)
    p, error = np.where(inside, share, 0.5), curve.error
    if kind == "plain":
        lower, upper = p - z * error, p + z * error
    elif kind == "log":
        lower, upper = p * np.exp(-z * error / p), p * np.exp(z * error / p)
    else:
        spread = z * error / (p * np.log(p))
        lower, upper = p ** np.exp(-spread), p ** np.exp(spread)
    lower, upper = np.clip(lower, 0, 1), np.clip(upper, 0, 1)
    return np.where(inside, lower, share), np.where(inside, upper, share)


def position(curve: CumulativeIncidence, time: float) -> int | None:
    """The row that holds at a time; None before the first time or beyond the last one."""
    found = int(np.searchsorted(curve.times, time, side="right")) - 1
    return None if found < 0 or time > curve.times[-1] else found
