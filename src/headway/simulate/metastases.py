"""Metastases by the day: which are there, which have grown, which an ablative course holds (domain.md 7)."""

import numpy as np
from numba import njit

from headway.simulate.judge import RISE
from headway.simulate.log import Log
from headway.simulate.patients import HEAD_AND_NECK, NODE
from headway.simulate.scenario import RadiotherapyPolicy, Scenario
from headway.simulate.sizes import seen_after
from headway.simulate.state import NO_SCAN, State, limits, parts, shown

ABSENT, PRESENT, GROWN, CONTROLLED = range(4)


def open_watch(log: Log) -> None:
    """Both tables, without a row."""
    nobody = np.arange(0)
    log.add("metastases", row=nobody, place=nobody, day=nobody, status=nobody.astype(np.int8))
    log.add("looked", row=nobody, day=nobody)


def watch(s: State, before: State, scenario: Scenario, log: Log) -> None:
    """Write down what has changed since the last event, each lesion on its own day.

    before: the same patients at the last event, all that happened on that day included.
    """
    now = _statuses(shown(s, np.arange(len(s.day)), scenario), s.organ, s.watched.lowest, s.watched.ablated)
    row, place = np.nonzero(now != s.watched.status)
    if not len(row):
        return
    day = _first_day(before, s.day, row, place, scenario)
    s.watched.status[row, place] = now[row, place]
    log.add("metastases", row=s.row[row], place=place, day=day, status=now[row, place])


@njit(cache=True, nogil=True)
def _statuses(size, organ, lowest, ablated):  # pragma: no cover
    """What each lesion of this size counts as; lesions that are no metastases are absent."""
    found = np.empty(size.shape, np.int8)
    for row in range(size.shape[0]):
        for place in range(size.shape[1]):
            if organ[row, place] in (NODE, HEAD_AND_NECK) or size[row, place] <= 0:
                found[row, place] = ABSENT
            elif _has_grown(size[row, place], lowest[row, place]):
                found[row, place] = GROWN
            else:
                found[row, place] = CONTROLLED if ablated[row, place] else PRESENT
    return found


@njit(cache=True, nogil=True)
def _has_grown(size, lowest):  # pragma: no cover
    """By 20 % and 5 mm over the smallest size on the scans before, both inclusive."""
    return 5 * (size - lowest) >= lowest and size - lowest >= RISE


def _first_day(
    before: State, last: np.ndarray, row: np.ndarray, place: np.ndarray, scenario: Scenario
) -> np.ndarray:
    """The first day on which a lesion counts otherwise than before, by halving."""
    old, *known = (values[row, place][:, None] for values in _known(before))
    lesions = tuple(values[row, place][:, None] for values in parts(before))
    low, high = before.day[row] - 1, last[row].copy()  # the last event's own day may be the first
    while (high - low > 1).any():
        middle = (low + high + 1) // 2  # never low, of which nothing is known
        size = seen_after(lesions, middle - before.day[row], limits(scenario))
        changed = (_statuses(size, *known) != old)[:, 0]
        high, low = np.where(changed, middle, high), np.where(changed, low, np.minimum(middle, high - 1))
    return high


def _known(s: State) -> tuple[np.ndarray, ...]:
    return s.watched.status, s.organ, s.watched.lowest, s.watched.ablated


def look(s: State, who: np.ndarray, scenario: Scenario, log: Log) -> None:
    """A planned scan, done or missed: from here on growth is judged against it too."""
    size = shown(s, who, scenario)
    lowest = s.watched.lowest[who]
    known = (size > 0) | (lowest < NO_SCAN) | s.watched.ablated[who]
    s.watched.lowest[who] = np.where(known, np.minimum(lowest, size), lowest)
    log.add("looked", row=s.row[who], day=s.day[who])


def ablate(s: State, who: np.ndarray, hit: np.ndarray, policy: RadiotherapyPolicy) -> None:
    """After its first ablative course a lesion is judged from the next scan on."""
    if policy.role == "SBRT" or policy.intent == "ablative":
        first = hit & ~s.watched.ablated[who]
        s.watched.lowest[who] = np.where(first, NO_SCAN, s.watched.lowest[who])
        s.watched.ablated[who] |= hit
