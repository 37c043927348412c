"""Robust standard errors of a Kaplan-Meier curve, in one pass over the times.

Source: infinitesimal jackknife, as survfit(robust = TRUE) of R's survival. The influence of a row on
log S(t) is the sum over the times up to t of -(dN - h Y) / survivors. Every row of a cluster moves with
the same running sum C(t) while it is at risk and stands still afterwards, so each cluster is a line
a + b C(t), and the sum of squares over clusters needs only three running sums.
"""

import numpy as np
from numba import njit

from headway.analyse.survival.ascending import Floats
from headway.analyse.survival.risk_set import RiskSet, merge_intervals, merge_times
from headway.analyse.survival.sample import Codes, Flags


def robust_error(
    table: RiskSet,
    times: Floats,
    events: Flags,
    start: Floats | None,
    weights: Floats | None,
    clusters: Codes,
) -> Floats:
    """The standard error of log S at each time of the table; NaN where S is 0."""
    start, times = (None, merge_times(times)) if start is None else merge_intervals(start, times)
    weights = np.ones(len(times)) if weights is None else weights
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(table.survivors > 0, table.events / (table.at_risk * table.survivors), 0.0)
        jump = np.where(table.survivors > 0, 1 / table.survivors, 0.0)
    size = len(table.times)
    entry = np.zeros(len(times), np.int64)
    if start is not None:
        entry = np.searchsorted(table.times, start, side="right").astype(np.int64)
    leave = np.searchsorted(table.times, times).astype(np.int64)
    by_entry, by_leave = np.argsort(entry, kind="stable"), np.argsort(leave, kind="stable")
    squares = _sums_of_squares(
        size,
        entry,
        leave,
        events,
        weights,
        clusters,
        int(clusters.max()) + 1,
        by_entry,
        by_leave,
        hazard,
        jump,
    )
    return np.where(table.survivors > 0, np.sqrt(np.maximum(squares, 0.0)), np.nan)


@njit(cache=True)
def _sums_of_squares(
    size, entry, leave, events, weights, clusters, n_clusters, by_entry, by_leave, hazard, jump
):
    """Sum over clusters of (a + b C)^2 at each time; aa, ab, bb are the running sums."""
    a, b = np.zeros(n_clusters), np.zeros(n_clusters)
    aa = ab = bb = level = 0.0
    entering = leaving = 0
    squares = np.empty(size)
    rows = len(entry)
    for k in range(size):
        while entering < rows and entry[by_entry[entering]] <= k:
            row = by_entry[entering]
            c, w = clusters[row], weights[row]
            aa += (a[c] - w * level) ** 2 - a[c] ** 2
            ab += (a[c] - w * level) * (b[c] + w) - a[c] * b[c]
            bb += (b[c] + w) ** 2 - b[c] ** 2
            a[c] -= w * level
            b[c] += w
            entering += 1
        level += hazard[k]
        while leaving < rows and leave[by_leave[leaving]] == k:
            row = by_leave[leaving]
            c, w = clusters[row], weights[row]
            stays = w * level - (w * jump[k] if events[row] else 0.0)
            aa += (a[c] + stays) ** 2 - a[c] ** 2
            ab += (a[c] + stays) * (b[c] - w) - a[c] * b[c]
            bb += (b[c] - w) ** 2 - b[c] ** 2
            a[c] += stays
            b[c] -= w
            leaving += 1
        squares[k] = aa + 2 * ab * level + bb * level * level
    return squares
