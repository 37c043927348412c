"""Times with their causes, checked and put on one axis of distinct times."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headway.analyse.survival.risk_set import merge_intervals, merge_times
from headway.analyse.survival.sample import AnalysisError

Floats = NDArray[Any]
Whole = NDArray[Any]


@dataclass(frozen=True)
class Observations:
    """One entry per observation; `enters` and `leaves` are positions on the axis of distinct times.

    An observation is at risk at the times enters <= position <= leaves.
    """

    times: Floats  # distinct, ascending
    enters: Whole
    leaves: Whole
    causes: Whole  # 0: censored
    weights: Floats
    clusters: Whole  # 0, 1, ... ; observations of one cluster belong together

    @property
    def size(self) -> int:
        return len(self.times)

    def count(self, chosen: NDArray[np.bool_]) -> Floats:
        """Weight of the chosen observations that leave at each time."""
        return np.bincount(self.leaves[chosen], self.weights[chosen], self.size)

    def at_risk(self) -> Floats:
        """Weight at risk just before each time."""
        return still_there(self, self.weights)

    def taken(self, rows: NDArray[Any]) -> "Observations":
        """Some of the observations (flags or places), on the same axis."""
        kept = (self.enters, self.leaves, self.causes, self.weights, self.clusters)
        return Observations(self.times, *(column[rows] for column in kept))


def observations(
    times: ArrayLike,
    causes: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> Observations:
    """Check and sort out what was observed.

    Takes:  time at which each observation ends; its cause (0: censored, 1, 2, ...); the time after which it
            was watched (default: from the start); its weight (1); the cluster that it belongs to (its own).

    >>> seen = observations([2.0, 1.0, 2.0], [1, 2, 0])
    >>> seen.times.tolist(), seen.at_risk().tolist()
    ([1.0, 2.0], [3.0, 2.0])
    """
    end, cause = _numbers("times", times), _numbers("causes", causes)
    n = len(end)
    start = None if entry is None else _numbers("entry", entry, n)
    weight = np.ones(n) if weights is None else _numbers("weights", weights, n)
    _check(end, cause, weight)
    axis, enters, leaves = _axis(start, end)
    if (enters > leaves).any():
        raise AnalysisError(f"entry: expected before times; {int((enters > leaves).sum())} are not")
    return Observations(axis, enters, leaves, cause.astype(np.int64), weight, _codes(clusters, n))


def _numbers(name: str, values: ArrayLike, n: int | None = None) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or len(found) == 0 or (n is not None and len(found) != n):
        raise AnalysisError(f"{name}: shape {found.shape}; expected one number per observation, at least one")
    if not np.isfinite(found).all():
        raise AnalysisError(f"{name}: {int((~np.isfinite(found)).sum())} not finite; expected numbers")
    return found


def _check(end: Floats, cause: Floats, weight: Floats) -> None:
    if len(cause) != len(end):
        raise AnalysisError(f"causes: {len(cause)} for {len(end)} times; expected one per time")
    if (end < 0).any():
        raise AnalysisError("times: some are negative; expected days of 0 or more")
    if not ((cause >= 0) & (cause == np.floor(cause))).all():
        raise AnalysisError("causes: expected 0 for censored and 1, 2, ... for each cause")
    if (weight <= 0).any():
        raise AnalysisError("weights: expected numbers above 0")


def _axis(start: Floats | None, end: Floats) -> tuple[Floats, Whole, Whole]:
    """Distinct times, and where each observation enters and leaves; nearly equal times are one."""
    if start is None:
        axis, leaves = np.unique(merge_times(end), return_inverse=True)
        return axis, np.zeros(len(end), dtype=np.int64), leaves
    start, end = merge_intervals(start, end)
    axis, leaves = np.unique(end, return_inverse=True)
    return axis, np.searchsorted(axis, start, side="right"), leaves


def _codes(clusters: ArrayLike | None, n: int) -> Whole:
    if clusters is None:
        return np.arange(n)
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
    if len(codes) != n:
        raise AnalysisError(f"clusters: {len(codes)} for {n} times; expected one per time")
    return codes


def still_there(seen: Observations, amounts: Floats) -> Floats:
    """Sum of the amounts of those at risk at each time."""
    leaving = np.bincount(seen.leaves, amounts, seen.size)
    # Summed from the end: small late risk sets keep their digits.
    staying = np.cumsum(leaving[::-1])[::-1]
    if not seen.enters.any():
        return staying
    arriving = np.bincount(seen.enters, amounts, seen.size)
    return staying - np.concatenate([np.cumsum(arriving[::-1])[::-1][1:], [0.0]])  # who enters later
