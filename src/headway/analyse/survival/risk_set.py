"""The risk-set table: who is at risk, who fails, who is censored, when."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TOLERANCE = float(np.sqrt(np.finfo(float).eps))  # as R's survival: times closer than this are one time


@dataclass(frozen=True)
class RiskSet:
    """One row per distinct time, ascending; sums of weights, which are counts without weights."""

    times: Floats
    at_risk: Floats  # just before the time
    events: Floats
    censored: Floats
    survivors: Floats  # at risk and without the event; exactly 0 when everybody at risk fails


def risk_set(
    times: Floats,
    events: NDArray[np.bool_],
    *,
    start: Floats | None = None,
    weights: Floats | None = None,
) -> RiskSet:
    """Sum failures, censorings and those at risk at each distinct time.

    Takes:  times, whether they end in the event, and where they apply the time from which each row is
            watched (left truncation) and its weight.
    Events come before censorings and entries at the same time (R9.1). Times that differ only by
    floating-point error are one time (0.1 + 0.2 and 0.3), as R's timefix does.

    >>> table = risk_set(np.array([3.0, 1.0, 3.0]), np.array([True, False, False]))
    >>> table.times.tolist(), table.at_risk.tolist(), table.events.tolist(), table.censored.tolist()
    ([1.0, 3.0], [3.0, 2.0], [0.0, 1.0], [1.0, 1.0])
    """
    if start is not None or weights is not None:
        return _general(times, events, start, weights)
    ordered = np.sort(times)
    first = np.flatnonzero(_starts_a_time(ordered))
    distinct = ordered[first]
    leaving = np.diff(np.append(first, len(ordered))).astype(np.float64)
    at_risk = (len(ordered) - first).astype(np.float64)
    # Sorting the failures apart costs half of an argsort of all times, and the search then runs in order.
    failures = _sums(_place(distinct, np.sort(times[events])), len(distinct))
    return RiskSet(distinct, at_risk, failures, leaving - failures, at_risk - failures)


def _general(
    times: Floats, events: NDArray[np.bool_], start: Floats | None, weights: Floats | None
) -> RiskSet:
    if start is None:
        times = merge_times(times)
    else:
        start, times = merge_intervals(start, times)
    distinct = np.unique(times)
    place = _place(distinct, times)
    size = len(distinct)
    counted = _leaving_and_failing(place, events, size, weights)
    at_risk = _from_here_on(counted[0])
    number = _leaving_and_failing(place, events, size, None)
    heads = _from_here_on(number[0])
    if start is not None:
        before = np.searchsorted(distinct, start, side="right")  # at risk from this place on
        at_risk = at_risk - _not_yet_in(before, size, weights)
        heads = heads - _not_yet_in(before, size, None)
    survivors = np.where(heads == number[1], 0.0, at_risk - counted[1])
    return RiskSet(distinct, at_risk, counted[1], counted[0] - counted[1], survivors)


def _leaving_and_failing(
    place: NDArray[np.intp], events: NDArray[np.bool_], size: int, weights: Floats | None
) -> tuple[Floats, Floats]:
    failing = None if weights is None else weights[events]
    return _sums(place, size, weights), _sums(place[events], size, failing)


def _not_yet_in(before: NDArray[np.intp], size: int, weights: Floats | None) -> Floats:
    """Weight of the rows whose start is at or after each time."""
    return _from_here_on(_sums(before, size + 1, weights))[1:]


def _sums(place: NDArray[np.intp], size: int, weights: Floats | None = None) -> Floats:
    return np.bincount(place, weights=weights, minlength=size).astype(np.float64)


def _from_here_on(values: Floats) -> Floats:
    return np.cumsum(values[::-1])[::-1]


def _place(distinct: Floats, times: Floats) -> NDArray[np.intp]:
    return np.searchsorted(distinct, times, side="right") - 1


def merge_times(times: Floats) -> Floats:
    """Make times that differ only by floating-point error equal.

    Source: aeqSurv of R's survival: gaps of at most sqrt(eps), absolute or relative to the mean, are none.

    >>> merge_times(np.array([0.1 + 0.2, 0.3, 0.5])).tolist()
    [0.3, 0.3, 0.5]
    """
    ordered = np.sort(times)
    first = _starts_a_time(ordered)
    moved = ordered[1:][~first[1:] & (np.diff(ordered) > 0)]
    if len(moved) == 0:
        return times  # nothing to merge: the usual case, without a copy
    # Few times move, so a search among those is short; each goes to the time that it is taken for.
    place = np.minimum(np.searchsorted(moved, times), len(moved) - 1)
    hit = moved[place] == times
    merged = times.copy()
    cuts = ordered[first]
    merged[hit] = cuts[_place(cuts, times[hit])]
    return merged


def merge_intervals(start: Floats, times: Floats) -> tuple[Floats, Floats]:
    """As merge_times, for starts and ends together: an end and the next start stay the same time."""
    merged = merge_times(np.concatenate([start, times]))
    return merged[: len(start)], merged[len(start) :]


def _starts_a_time(ordered: Floats) -> NDArray[np.bool_]:
    """Whether each of the sorted times is a new time, and not the one before it."""
    gaps = np.diff(ordered)
    new = np.concatenate([[True], gaps > 0])
    if len(ordered) > 1 and gaps[gaps > 0].size:
        scale = np.abs(ordered[new]).mean()
        new[1:] = (gaps > TOLERANCE) & (gaps > TOLERANCE * scale)
    return new
