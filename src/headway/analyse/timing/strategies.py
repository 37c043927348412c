"""Patients followed under two strategies, as arrays: exposed within a grace period, or not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from headway.analyse.survival.ascending import Codes, Floats
from headway.analyse.survival.risk_set import merge_times
from headway.analyse.survival.sample import AnalysisError, Flags, Outcome, Sample, sample
from headway.analyse.timing.exposure import EXPOSURE, with_exposure


@dataclass(frozen=True)
class Strategies:
    """One row per patient, in the order of what happened, so that the order of the table never counts."""

    rows: Sample
    times: Floats  # each end of follow-up and each exposure within the grace period
    late: int  # the first of the times after the grace period
    stratum: Codes
    end: Codes  # as number of a time
    stop: Codes  # the exposure within the grace period, else the end
    event: Flags
    exposed: Flags  # within the grace period, and before the end

    def until(self, at: Sequence[float]) -> Codes:
        """How many of the times lie up to each day."""
        return np.searchsorted(self.times, np.asarray(at, np.float64), side="right").astype(np.int64)

    @property
    def last_times(self) -> tuple[float, float]:
        """When the last one true to each strategy leaves."""
        beyond = (self.end >= self.late) & ~self.exposed
        return float(self.times[self.end[~beyond].max()]), float(self.times[self.stop.max()])

    def true_beyond(self, exposed: bool) -> Codes:
        """In each stratum, how many kept to a strategy and are followed beyond the grace period."""
        chosen = (self.end >= self.late) & (self.exposed == exposed)
        return np.bincount(self.stratum[chosen], minlength=int(self.stratum.max()) + 1).astype(np.int64)


def strategies(
    times: pl.DataFrame, exposures: pl.DataFrame, grace: float, within: Sequence[str], outcome: Outcome
) -> Strategies:
    """Read and check the patients; somebody must have been exposed in each stratum that needs it."""
    if outcome.start or outcome.weight or outcome.strata or outcome.cluster:
        raise AnalysisError(
            "outcome: clone-censor-weight takes right-censored rows, one per patient, without start, weight, "
            "strata or cluster. Columns that drive exposure belong in within."
        )
    frame = with_exposure(times, exposures, outcome)
    rows = sample(frame, replace(outcome, strata=tuple(within)))
    change = rows.rows[EXPOSURE].fill_null(np.inf).to_numpy()
    change = np.where(change < rows.stop, change, rows.stop)
    end, change, (grace,) = np.split(
        merge_times(np.concatenate([rows.stop, change, [grace]])), [len(change), 2 * len(change)]
    )
    exposed = (change <= grace) & (change < end)
    made = _numbered(rows, end, np.where(exposed, np.maximum(change, 0.0), end), exposed, grace)
    _demand_exposed(made, grace)
    return made


def _numbered(rows: Sample, end: Floats, stop: Floats, exposed: Flags, grace: float) -> Strategies:
    distinct = np.unique(np.concatenate([end, stop]))
    order = np.lexsort((exposed, rows.event, stop, end, rows.stratum))
    ends, stops = (np.searchsorted(distinct, days[order]).astype(np.int64) for days in (end, stop))
    late = int(np.searchsorted(distinct, grace, side="right"))
    return Strategies(
        rows, distinct, late, rows.stratum[order], ends, stops, rows.event[order], exposed[order]
    )


def _demand_exposed(made: Strategies, grace: float) -> None:
    lost, kept = made.true_beyond(False), made.true_beyond(True)
    alone = lost[(kept == 0) & (lost > 0)]
    if len(alone):
        raise AnalysisError(
            f"Of {alone[0]} patients followed beyond day {grace:g} none was exposed until then: nobody "
            "can stand for them. Take a longer grace period, or fewer columns in within."
        )
