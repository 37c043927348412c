"""Kaplan-Meier: the curve, its confidence limits, quantiles, survival at a time, follow-up.

Source: Kaplan and Meier 1958; Greenwood's variance; quantile limits by inverting the pointwise
limits (Brookmeyer and Crowley 1982). Conventions of R's survival: R9.1 to R9.4.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from headway.analyse.survival.risk_set import TOLERANCE, Floats, RiskSet, risk_set

Limits = Literal["log-log", "log", "plain"]


@dataclass(frozen=True)
class SurvivalCurve:
    """One row per distinct time; `last_time` is the end of follow-up."""

    table: RiskSet
    survival: Floats
    error: Floats  # standard error of log S: NaN once S is 0
    lower: Floats
    upper: Floats
    limits: Limits
    level: float

    @property
    def last_time(self) -> float:
        return float(self.table.times[-1])


@dataclass(frozen=True)
class Estimate:
    """A value with its confidence limits; None: not reached, or not estimable."""

    value: float | None
    lower: float | None
    upper: float | None


def kaplan_meier(
    times: Floats,
    events: NDArray[np.bool_],
    *,
    start: Floats | None = None,
    weights: Floats | None = None,
    clusters: NDArray[np.int64] | None = None,
    limits: Limits = "log-log",
    level: float = 0.95,
) -> SurvivalCurve:
    """The Kaplan-Meier curve of finite times, one row each.

    Takes:  times and whether they end in the event; `start`, the time from which a row is watched (left
            truncation); `weights` above 0; `clusters` 0, 1, 2, … of rows that belong together: the
            errors are then robust (each row its own cluster: robust for weights), else Greenwood's.

    >>> curve = kaplan_meier(np.array([1.0, 2.0, 3.0, 4.0]), np.array([True] * 4))
    >>> curve.survival.tolist(), quantile(curve, 0.5).value
    ([0.75, 0.5, 0.25, 0.0], 2.5)
    """
    table = risk_set(times, events, start=start, weights=weights)
    survival = np.cumprod(table.survivors / table.at_risk).astype(np.float64)
    if clusters is None:
        error = _greenwood(table)
    else:
        # numba costs half a second to import, which a command without robust errors must not pay.
        from headway.analyse.survival.robust_curve import robust_error

        error = robust_error(table, times, events, start, weights, clusters)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower, upper = confidence_limits(survival, error, limits, ndtri((1 + level) / 2))
    return SurvivalCurve(table, survival, error, lower, upper, limits, level)


def _greenwood(table: RiskSet) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(np.cumsum(table.events / (table.at_risk * table.survivors)))


def confidence_limits(survival: Floats, error: Floats, limits: Limits, z: float) -> tuple[Floats, Floats]:
    """Pointwise limits; `error` is the standard error of log S. NaN once S is 0, as in R."""
    if limits == "plain":
        lower, upper = survival - z * error * survival, survival + z * error * survival
        lower, upper = np.maximum(lower, 0), np.minimum(upper, 1)
    elif limits == "log":
        lower, upper = survival * np.exp(-z * error), np.minimum(survival * np.exp(z * error), 1)
    else:
        logarithm = np.log(survival)
        spread = z * error / logarithm
        lower, upper = np.exp(logarithm * np.exp(-spread)), np.exp(logarithm * np.exp(spread))
        whole = survival == 1  # before the first event both limits are 1
        lower, upper = np.where(whole, 1.0, lower), np.where(whole, 1.0, upper)
    gone = survival <= 0
    return np.where(gone, np.nan, lower), np.where(gone, np.nan, upper)


def quantile(curve: SurvivalCurve, p: float) -> Estimate:
    """The time by which a share p has failed, with limits; None where it is not reached (R9.2).

    If the curve runs level at exactly 1 - p, the middle of that level is taken, as in R.
    """
    level = 1 - p
    return Estimate(
        _crossing(curve.table.times, curve.survival, level),
        _crossing(curve.table.times, curve.lower, level),
        _crossing(curve.table.times, curve.upper, level),
    )


def _crossing(times: Floats, values: Floats, level: float) -> float | None:
    """First time at which the step function is at or below the level."""
    reached = np.flatnonzero(values <= level + TOLERANCE)
    if len(reached) == 0:
        return None
    first = reached[0]
    if abs(values[first] - level) > TOLERANCE:
        return float(times[first])
    below = np.flatnonzero(values < level - TOLERANCE)
    # Level to the end of follow-up: the middle lies between there and the last time, as in R.
    end = below[0] if len(below) else len(times) - 1
    return float((times[first] + times[end]) / 2)


def survival_at(curve: SurvivalCurve, time: float) -> Estimate:
    """Survival at a time with limits; None beyond the last follow-up (nobody was watched so long)."""
    if time > curve.last_time:
        return Estimate(None, None, None)
    position = int(np.searchsorted(curve.table.times, time, side="right")) - 1
    if position < 0:
        return Estimate(1.0, 1.0, 1.0)
    return Estimate(*(_known(series[position]) for series in (curve.survival, curve.lower, curve.upper)))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def follow_up(times: Floats, events: NDArray[np.bool_], *, limits: Limits = "log-log") -> Estimate:
    """Median follow-up by the reverse Kaplan-Meier method (Schemper and Smith 1996, R9.4)."""
    return quantile(kaplan_meier(times, ~events, limits=limits), 0.5)
