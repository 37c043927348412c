"""Metastases by the day: which are there, which have grown, which an ablative course holds (domain.md 7)."""

import numpy as np

from headway.simulate.judge import RISE
from headway.simulate.log import Log
from headway.simulate.patients import HEAD_AND_NECK, NODE
from headway.simulate.scenario import RadiotherapyPolicy, Scenario
from headway.simulate.state import NO_SCAN, State, grown, shown

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
    now = _status(shown(s.sensitive_mm + s.resistant_mm, s.node, scenario), s)
    row, place = np.nonzero(now != s.watched.status)
    if not len(row):
        return
    day = _first_day(before, s.day, row, place, scenario)
    s.watched.status[row, place] = now[row, place]
    log.add("metastases", row=s.row[row], place=place, day=day, status=now[row, place])


def _status(size: np.ndarray, s: State) -> np.ndarray:
    """What each lesion of this size counts as; lesions that are no metastases are absent."""
    lowest, metastasis = s.watched.lowest, (s.organ != NODE) & (s.organ != HEAD_AND_NECK)
    return _counted(size, lowest, s.watched.ablated, metastasis)


def _counted(
    size: np.ndarray, lowest: np.ndarray, ablated: np.ndarray, metastasis: np.ndarray | bool
) -> np.ndarray:
    """Grown: by 20 % and 5 mm over the smallest size on the scans before, both inclusive."""
    rise = size - lowest
    has_grown = (5 * rise >= lowest) & (rise >= RISE)
    there = np.where(has_grown, GROWN, np.where(ablated, CONTROLLED, PRESENT))
    return np.where(metastasis & (size > 0), there, ABSENT).astype(np.int8)


def _first_day(
    before: State, last: np.ndarray, row: np.ndarray, place: np.ndarray, scenario: Scenario
) -> np.ndarray:
    """The first day on which a lesion counts otherwise than before, by halving."""
    old, lowest, ablated = (values[row, place] for values in _known(before))
    low, high = before.day[row] - 1, last[row].copy()  # the last event's own day may be the first
    while (high - low > 1).any():
        middle = (low + high + 1) // 2  # never low, of which nothing is known
        days = middle - before.day[row]
        mm = grown(before.sensitive_mm[row, place], before.sensitive_rate[row, place], days)
        mm += grown(before.resistant_mm[row, place], before.resistant_rate[row, place], days)
        changed = _counted(shown(mm, np.zeros(len(mm), bool), scenario), lowest, ablated, True) != old
        high, low = np.where(changed, middle, high), np.where(changed, low, np.minimum(middle, high - 1))
    return high


def _known(s: State) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return s.watched.status, s.watched.lowest, s.watched.ablated


def look(s: State, who: np.ndarray, scenario: Scenario, log: Log) -> None:
    """A planned scan, done or missed: from here on growth is judged against it too."""
    size = shown(s.sensitive_mm[who] + s.resistant_mm[who], s.node[who], scenario)
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
