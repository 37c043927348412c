"""Kaplan-Meier: the curve, its confidence limits, quantiles, survival at a time, follow-up.

Source: Kaplan and Meier 1958; Greenwood's variance; quantile limits by inverting the pointwise
limits (Brookmeyer and Crowley 1982). Conventions of R's survival: R9.1 to R9.4.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from headway.analyse.survival.ascending import TOLERANCE, Floats
from headway.analyse.survival.risk_set import RiskSet, risk_set

Limits = Literal["log-log", "log", "plain"]
BLOCK = 1 << 11  # rows that are searched at once: as many as fit the cache of a processor


@dataclass(frozen=True)
class SurvivalCurve:
    """One row per distinct time; `last_time` is the end of follow-up."""

    table: RiskSet
    survival: Floats
    error: Floats  # standard error of log S: NaN once S is 0
    limits: Limits
    level: float

    # Limits of a million times take longer than their curve, and a quantile needs few of them.
    @cached_property
    def lower(self) -> Floats:
        return self.limit(-1, slice(None))

    @cached_property
    def upper(self) -> Floats:
        return self.limit(1, slice(None))

    def limit(self, sign: int, rows: slice) -> Floats:
        """The upper limit (sign 1) of some rows, the lower (-1), or the curve itself (0)."""
        survival = self.survival[rows]
        if sign == 0:
            return survival
        z = sign * float(ndtri((1 + self.level) / 2))
        return confidence_limit(survival, self.error[rows], self.limits, z)

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
    kept = table.survivors / table.at_risk
    survival = np.cumprod(kept, out=kept)
    if clusters is None:
        error = _greenwood(table)
    else:
        # numba costs half a second to import, which a command without robust errors must not pay.
        from headway.analyse.survival.robust_curve import robust_error

        error = robust_error(table, times, events, start, weights, clusters)
    return SurvivalCurve(table, survival, error, limits, level)


def _greenwood(table: RiskSet) -> Floats:
    squares = table.at_risk * table.survivors  # each step in place: new memory costs more than the arithmetic
    with np.errstate(divide="ignore", invalid="ignore"):
        np.divide(table.events, squares, out=squares)
    return np.sqrt(np.cumsum(squares, out=squares), out=squares)


def confidence_limit(survival: Floats, error: Floats, limits: Limits, z: float) -> Floats:
    """A pointwise limit, upper for z above 0, of a standard error of log S. NaN once S is 0, as in R."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if limits == "plain":
            found = np.clip(survival + z * error * survival, 0, 1)
        elif limits == "log":
            found = np.minimum(survival * np.exp(z * error), 1)
        else:
            logarithm = np.log(survival)
            found = np.exp(logarithm * np.exp(z * error / logarithm))
            found[survival == 1] = 1.0  # before the first event both limits are 1
    found[survival <= 0] = np.nan
    return found


def quantile(curve: SurvivalCurve, p: float) -> Estimate:
    """The time by which a share p has failed, with limits; None where it is not reached (R9.2).

    If the curve runs level at exactly 1 - p, the middle of that level is taken, as in R.
    """
    level = 1 - p
    value, row = _crossing(curve, 0, level)
    lower, _ = _crossing(curve, -1, level)
    # The upper limit lies above the curve, so it is not looked for before the curve has crossed.
    upper, _ = _crossing(curve, 1, level, row)
    return Estimate(value, lower, upper)


def _crossing(curve: SurvivalCurve, sign: int, level: float, begin: int = 0) -> tuple[float | None, int]:
    """First time at which the curve or a limit is at or below the level, and its row (or past the last)."""
    times = curve.table.times
    row, value = _first(curve, sign, begin, level + TOLERANCE)
    if row == len(times):
        return None, row
    if value < level - TOLERANCE:
        return float(times[row]), row
    below, _ = _first(curve, sign, row, np.nextafter(level - TOLERANCE, -1))
    # Level to the end of follow-up: the middle lies between there and the last time, as in R.
    return float((times[row] + times[min(below, len(times) - 1)]) / 2), row


def _first(curve: SurvivalCurve, sign: int, begin: int, bound: float) -> tuple[int, float]:
    """The first row at or below the bound, looked for block by block, and its value."""
    for start in range(begin, len(curve.survival), BLOCK):
        block = curve.limit(sign, slice(start, start + BLOCK))
        reached = block <= bound
        found = int(reached.argmax())
        if reached[found]:
            return start + found, block[found]
    return len(curve.survival), np.nan


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


def follow_up(
    times: Floats,
    events: NDArray[np.bool_],
    *,
    start: Floats | None = None,
    weights: Floats | None = None,
    clusters: NDArray[np.int64] | None = None,
    limits: Limits = "log-log",
) -> Estimate:
    """Median follow-up by the reverse Kaplan-Meier method (Schemper and Smith 1996, R9.4)."""
    reverse = kaplan_meier(times, ~events, start=start, weights=weights, clusters=clusters, limits=limits)
    return quantile(reverse, 0.5)
