"""Harrell's concordance with its standard error, in O(n log n): ties, weights, entry times, strata.

Of two rows at risk together, the one that fails first should have the higher prediction. A pair counts
if one fails while the other is at risk and stays (or is censored at that very time); two failures at
one time do not count; equal predictions count one half. The error is the infinitesimal jackknife.
Source: Harrell 1982; Therneau, concordance of R's survival.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numba import njit

from headway.analyse.rows import result
from headway.analyse.survival.ascending import Floats
from headway.analyse.survival.cox.model import CoxModel
from headway.analyse.survival.groups import normal_quantile, results, set_aside
from headway.analyse.survival.sample import DAYS, AnalysisError, Outcome, Sample, numbers, sample


@dataclass(frozen=True)
class Concordance:
    """Share of pairs in the right order, standard error, and the weight of the pairs; None: no pair."""

    value: float | None
    error: float | None
    pairs: float


def concordance(
    frame: pl.DataFrame, prediction: str, *, outcome: Outcome = DAYS, level: float = 0.95
) -> pl.DataFrame:
    """How well a column of predictions (higher: fails earlier) orders the failures.

    >>> frame = pl.DataFrame({"days": [1, 2, 3, 4], "event": [1, 1, 1, 0], "risk": [4, 2, 3, 1]})
    >>> round(concordance(frame, "risk")["value"][0], 4)
    0.8333
    """
    rows = sample(frame, outcome, [prediction])
    return _as_results(rows, agreement(rows, numbers(rows.rows, prediction)), outcome, level)


def model_concordance(model: CoxModel) -> pl.DataFrame:
    """How well a Cox model orders the failures that it was fitted to."""
    return _as_results(model.sample, agreement_of_model(model), model.outcome, model.level)


def agreement_of_model(model: CoxModel) -> Concordance:
    """As R's coxph gives it: predictions compared within strata."""
    if any(reason.startswith("not estimable: the likelihood") for reason in model.reasons.values()):
        raise AnalysisError("concordance: the model has no finite estimate; see its reasons.")
    from headway.analyse.survival.cox.kernel import linear_predictor

    x = np.ascontiguousarray((model.design.matrix / model.design.scale)[:, model.kept])
    return agreement(model.sample, linear_predictor(x, model.beta, np.zeros(len(x))))


def agreement(rows: Sample, prediction: Floats) -> Concordance:
    """Concordance of a prediction per row of a sample; pairs are formed within strata."""
    counts = np.zeros((len(rows.stop), 3))
    for stratum in np.unique(rows.stratum):
        chosen = np.flatnonzero(rows.stratum == stratum)
        start = None if rows.start is None else rows.start[chosen]
        counts[chosen] = _counts(
            rows.stop[chosen], rows.event[chosen], start, rows.weights[chosen], prediction[chosen]
        )
    # Each pair is counted with both of its rows.
    right, wrong, tied = rows.weights @ counts / 2
    pairs = right + wrong + tied
    if not pairs > 0:
        return Concordance(None, None, 0.0)
    balance = (right - wrong) / pairs
    influence = rows.weights * (counts[:, 0] - counts[:, 1] - balance * counts.sum(axis=1)) / pairs
    error = float(np.sqrt(np.sum(np.bincount(rows.cluster, influence) ** 2))) / 2
    return Concordance(float((balance + 1) / 2), error, float(pairs))


def _counts(
    times: Floats, events: np.ndarray, start: Floats | None, weights: Floats, prediction: Floats
) -> Floats:
    """Per row: the weight of its partners in right, wrong and tied pairs."""
    levels, rank = np.unique(prediction, return_inverse=True)
    ascending = np.lexsort((~events, times))  # failures before censorings at the same time
    entries = np.argsort(start, kind="stable") if start is not None else np.zeros(0, np.int64)
    begin = start if start is not None else np.zeros(0)
    as_failing = _failing(
        times, events, begin, weights, rank, len(levels), ascending[::-1].copy(), entries[::-1].copy()
    )
    as_partner = _partner(times, events, begin, weights, rank, len(levels), ascending, entries)
    return as_failing + as_partner


def _as_results(rows: Sample, found: Concordance, outcome: Outcome, level: float) -> pl.DataFrame:
    where, title = outcome.where(), "concordance"
    if found.value is None or found.error is None:
        none = result(where, title, None, n=rows.n, method="Harrell", patients=rows.patients,
                      note="no pair of rows can be compared")  # fmt: skip
        return results([none, *set_aside(outcome, rows)])
    spread = normal_quantile(level) * found.error
    made = result(where, title, found.value, lower=max(0.0, found.value - spread),
                  upper=min(1.0, found.value + spread), n=rows.n, unit="probability",
                  method=f"Harrell, {level:.0%} limits, jackknife error", patients=rows.patients)  # fmt: skip
    return results([made, *set_aside(outcome, rows)])


@njit(cache=True)
def _add(tree, rank, weight):
    """Add a weight at a rank of a Fenwick tree."""
    place = rank + 1
    while place < len(tree):
        tree[place] += weight
        place += place & -place


@njit(cache=True)
def _below(tree, rank):
    """Sum of the weights at ranks below."""
    total = 0.0
    while rank > 0:
        total += tree[rank]
        rank -= rank & -rank
    return total


@njit(cache=True)
def _failing(times, events, start, weights, rank, levels, descending, entries):
    """Each failure against those who are at risk with it and stay; time runs backwards."""
    found = np.zeros((len(times), 3))
    tree, inside, out, i = np.zeros(levels + 1), 0.0, 0, 0
    n = len(times)
    while i < n:
        now = times[descending[i]]
        while out < len(entries) and start[entries[out]] >= now:
            _add(tree, rank[entries[out]], -weights[entries[out]])
            inside -= weights[entries[out]]
            out += 1
        first_failure = i
        while (
            first_failure < n
            and times[descending[first_failure]] == now
            and not events[descending[first_failure]]
        ):
            row = descending[first_failure]
            _add(tree, rank[row], weights[row])
            inside += weights[row]
            first_failure += 1
        end = first_failure
        while end < n and times[descending[end]] == now:
            row = descending[end]
            lower, upto = _below(tree, rank[row]), _below(tree, rank[row] + 1)
            found[row, 0], found[row, 1], found[row, 2] = lower, inside - upto, upto - lower
            end += 1
        for k in range(first_failure, end):
            _add(tree, rank[descending[k]], weights[descending[k]])
            inside += weights[descending[k]]
        i = end
    return found


@njit(cache=True)
def _partner(times, events, start, weights, rank, levels, ascending, entries):
    """Each row against the failures that it was at risk with and outlived; time runs forwards."""
    found = np.zeros((len(times), 3))
    tree, inside, entered, i = np.zeros(levels + 1), 0.0, 0, 0
    n = len(times)
    while i < n:
        now = times[ascending[i]]
        while entered < len(entries) and start[entries[entered]] < now:
            _tally(found, tree, inside, rank, entries[entered], -1.0)
            entered += 1
        end = i
        while end < n and times[ascending[end]] == now and events[ascending[end]]:
            _tally(found, tree, inside, rank, ascending[end], 1.0)
            end += 1
        for k in range(i, end):
            _add(tree, rank[ascending[k]], weights[ascending[k]])
            inside += weights[ascending[k]]
        while end < n and times[ascending[end]] == now:
            _tally(found, tree, inside, rank, ascending[end], 1.0)
            end += 1
        i = end
    return found


@njit(cache=True)
def _tally(found, tree, inside, rank, row, sign):
    """The failures so far with a higher, lower and equal prediction, added to a row or taken off."""
    lower, upto = _below(tree, rank[row]), _below(tree, rank[row] + 1)
    found[row, 0] += sign * (inside - upto)
    found[row, 1] += sign * lower
    found[row, 2] += sign * (upto - lower)
