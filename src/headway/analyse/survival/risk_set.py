"""The risk-set table: who is at risk, who fails, who is censored, when."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headway.analyse.survival.ascending import Codes, Floats, ascending, starts_a_time, whole_days


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
    days = whole_days(times)
    return _counted(days, events) if days is not None else _ordered(*ascending(times, events))


def _counted(days: Codes, events: NDArray[np.bool_]) -> RiskSet:
    """Of whole days: counted day by day, nothing is sorted."""
    ending = np.bincount(2 * days + events, minlength=2 * int(days.max()) + 2).reshape(-1, 2)
    leaving = ending.sum(axis=1)
    kept = np.flatnonzero(leaving)
    at_risk = _from_here_on(leaving[kept].astype(np.float64))
    return _table(kept.astype(np.float64), at_risk, ending[kept, 1].astype(np.float64))


def _ordered(ordered: Floats, failing: NDArray[np.bool_]) -> RiskSet:
    """Of times in order: a risk set is who stands from its first row on."""
    new = starts_a_time(ordered)
    first = np.flatnonzero(new)
    failures = failing.astype(np.float64)
    if len(first) < len(ordered):
        ordered, failures = ordered[first], np.add.reduceat(failures, first)
    return _table(ordered, np.subtract(len(failing), first, dtype=np.float64), failures)


def _table(times: Floats, at_risk: Floats, failures: Floats) -> RiskSet:
    survivors = at_risk - failures
    censored = np.empty_like(survivors)
    np.subtract(survivors[:-1], at_risk[1:], out=censored[:-1])
    censored[-1] = survivors[-1]
    return RiskSet(times, at_risk, failures, censored, survivors)


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
    if whole_days(times) is not None:
        return times
    ordered = np.sort(times)
    new = starts_a_time(ordered)
    if np.count_nonzero(ordered[1:] > ordered[:-1]) + 1 == np.count_nonzero(new):
        return times  # nothing to merge: the usual case, without a copy
    merged = np.empty_like(times)
    merged[np.argsort(times)] = ordered[np.flatnonzero(new)][np.cumsum(new) - 1]
    return merged


def merge_intervals(start: Floats, times: Floats) -> tuple[Floats, Floats]:
    """As merge_times, for starts and ends together: an end and the next start stay the same time."""
    merged = merge_times(np.concatenate([start, times]))
    return merged[: len(start)], merged[len(start) :]
