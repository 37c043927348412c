"""Rows in the order in which risk sets are built: sorted once, then only whole numbers are compared.

Event times are numbered through all strata. A row is at risk at the event times `before` + 1 to `last`;
rows that are never at risk at an event say nothing and are left out.
"""

from dataclasses import dataclass

import numpy as np

from headway.analyse.survival.ascending import Floats
from headway.analyse.survival.sample import Codes, Flags, Sample


@dataclass(frozen=True)
class RiskOrder:
    """Rows by their last event time, ascending; `first` is the number of the stratum's first event time."""

    rows: Codes  # positions in the sample
    last: Codes
    before: Codes
    event: Flags
    leaving: Codes  # of rows that enter late: positions here, by `before`, the latest entry first
    first: Codes  # per event time: the first event time of its stratum
    tied: Flags  # per event time: more than one row fails
    times: Floats  # per event time
    stratum: Codes  # per event time

    @property
    def n_times(self) -> int:
        return len(self.times)


def risk_order(sample: Sample) -> RiskOrder:
    """Number the event times of a sample and say at which of them each row is at risk."""
    order = _sorted(sample)
    stop, stratum, event = sample.stop[order], sample.stratum[order], sample.event[order]
    block = _blocks(stop, stratum)
    heads = np.flatnonzero(block)
    has_event = np.logical_or.reduceat(event, heads)
    times, strata = stop[heads][has_event], stratum[heads][has_event]
    last = np.repeat(np.cumsum(has_event) - 1, np.diff(np.append(heads, len(stop))))
    opening = np.searchsorted(strata, np.arange(stratum.max() + 1))  # the first event time of each stratum
    first = opening[stratum]
    before = first - 1
    if sample.start is not None:
        before = _entries(sample.start[order], stratum, times, strata)
    useful = last > before
    last, before = last[useful].astype(np.int64), before[useful].astype(np.int64)
    late = np.flatnonzero(before >= first[useful])
    leaving = late[np.argsort(-before[late], kind="stable")]
    tied = np.bincount(last[event[useful]], minlength=len(times)) > 1
    return RiskOrder(order[useful], last, before, event[useful], leaving.astype(np.int64),
                     opening[strata].astype(np.int64), tied, times, strata)  # fmt: skip


def _sorted(sample: Sample) -> Codes:
    if sample.stratum.any():
        return np.lexsort((sample.stop, sample.stratum)).astype(np.int64)
    return np.argsort(sample.stop).astype(np.int64)


def _blocks(stop: Floats, stratum: Codes) -> Flags:
    """Where a new time, or a new stratum, begins."""
    new = np.ones(len(stop), dtype=bool)
    new[1:] = (stop[1:] != stop[:-1]) | (stratum[1:] != stratum[:-1])
    return new


def _entries(start: Floats, stratum: Codes, times: Floats, strata: Codes) -> Codes:
    """The number of the last event time at or before each start (R: a row is at risk after its start)."""
    distinct = np.unique(times)
    width = len(distinct) + 1
    keys = strata * width + np.searchsorted(distinct, times, side="right")
    return (
        np.searchsorted(keys, stratum * width + np.searchsorted(distinct, start, side="right"), side="right")
        - 1
    )
