"""Log-rank tests: k groups, strata, Fleming-Harrington weights, trend, pairs.

Source: Mantel 1966; Fleming and Harrington 1981 (S(t-)^rho (1 - S(t-))^gamma); Tarone 1975 for trend;
conventions of survdiff in R's survival: a group with nobody at risk at any event is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.ascending import Floats, starts_a_time, whole_days
from headway.analyse.survival.groups import results, set_aside, two_or_more, upper_tail
from headway.analyse.survival.risk_set import merge_intervals, merge_times
from headway.analyse.survival.sample import (
    DAYS,
    AnalysisError,
    Codes,
    Flags,
    Outcome,
    Sample,
    group_codes,
    sample,
)

Correction = Literal["holm", "BH", "none"]


@dataclass(frozen=True)
class LogRank:
    """Observed and expected events per group (weighted if rho or gamma is set), and the test."""

    observed: Floats
    expected: Floats
    variance: Floats
    chi_square: float | None  # None: fewer than two groups were ever at risk at an event
    df: int

    @property
    def p(self) -> float | None:
        return None if self.chi_square is None else upper_tail(self.chi_square, self.df)


def log_rank(
    frame: pl.DataFrame,
    by: str,
    *,
    outcome: Outcome = DAYS,
    rho: float = 0.0,
    gamma: float = 0.0,
    trend: Sequence[float] | None = None,
) -> pl.DataFrame:
    """Do the groups of a column differ in survival?

    Takes:  `rho` and `gamma` above 0 to weigh early and late events; `trend`: one score per group, in
            the order of their values, for a test of trend on one degree of freedom.
    Gives:  results: observed and expected events per group, the chi-square and its p-value.

    >>> frame = pl.DataFrame({"days": [1, 2, 3, 4], "event": [1, 1, 1, 1], "arm": list("AABB")})
    >>> log_rank(frame, "arm").filter(pl.col("statistic") == "p-value")["value"].round(4).to_list()
    [0.0896]
    """
    rows = _unweighted(frame, by, outcome, merge=False)  # compare merges times
    names, codes = group_codes(rows.rows, by)
    two_or_more(names, by)
    if trend is not None and len(trend) != len(names):
        raise AnalysisError(
            f"trend: one score per group is expected; found {len(trend)} for {len(names)} groups."
        )
    test = compare(rows.stop, rows.event, codes, start=rows.start, strata=rows.stratum, rho=rho, gamma=gamma,
                   trend=trend)  # fmt: skip
    made = set_aside(outcome, rows) + _counts(outcome, names, codes, rows, test)
    method = _method(outcome, rho, gamma, trend)
    say = partial(result, outcome.where(" vs ".join(names)), n=rows.n, patients=rows.patients, method=method)
    note = None if test.chi_square is not None else "fewer than two groups were at risk at an event"
    made.append(say("chi-square", test.chi_square, unit=f"{test.df} df", note=note))
    made.append(say("p-value", test.p, unit="probability", note=note))
    return results(made)


def pairwise_log_rank(
    frame: pl.DataFrame, by: str, *, outcome: Outcome = DAYS, correction: Correction = "holm"
) -> pl.DataFrame:
    """Every two groups compared by log-rank, with p-values corrected for their number.

    >>> frame = pl.DataFrame({"days": [1, 2, 3, 4, 5, 6], "event": [1] * 6, "arm": list("AABBCC")})
    >>> pairwise_log_rank(frame, "arm")["group"].to_list()
    ['B vs A', 'C vs A', 'C vs B']
    """
    rows = _unweighted(frame, by, outcome)
    names, codes = group_codes(rows.rows, by)
    two_or_more(names, by)
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    parts = [rows.part((codes == i) | (codes == j)) for i, j in pairs]
    labels = [(codes[(codes == i) | (codes == j)] == j).astype(np.int64) for i, j in pairs]
    raw = [compare(part.stop, part.event, label, start=part.start, strata=part.stratum).p
           for part, label in zip(parts, labels, strict=True)]  # fmt: skip
    method = f"{_method(outcome, 0, 0, None)}, {_CORRECTIONS[correction]}"
    return results(set_aside(outcome, rows) + [
        result(outcome.where(f"{names[j]} vs {names[i]}"), "p-value", p, n=part.n, method=method,
               unit="probability", patients=part.patients,
               note=None if p is not None else "fewer than two groups were at risk at an event")
        for (i, j), part, p in zip(pairs, parts, corrected(raw, correction), strict=True)
    ])  # fmt: skip


_CORRECTIONS = {
    "holm": "Holm's correction",
    "BH": "Benjamini and Hochberg's correction",
    "none": "not corrected",
}


def corrected(p_values: list[float | None], correction: Correction) -> list[float | None]:
    """P-values corrected for their number; those that are not there do not count.

    >>> corrected([0.01, 0.04, None, 0.03], "holm")
    [0.03, 0.06, None, 0.06]
    """
    known = np.array([p for p in p_values if p is not None])
    if correction == "none" or len(known) == 0:
        return p_values
    order = np.argsort(known)
    ranks = np.arange(1, len(known) + 1)
    if correction == "holm":
        adjusted = np.maximum.accumulate((len(known) - ranks + 1) * known[order])
    else:
        adjusted = np.minimum.accumulate((len(known) / ranks * known[order])[::-1])[::-1]
    filled = np.empty_like(known)
    filled[order] = np.minimum(adjusted, 1)
    given = iter(filled)
    return [None if p is None else float(next(given)) for p in p_values]


def compare(
    times: Floats,
    events: Flags,
    codes: Codes,
    *,
    start: Floats | None = None,
    strata: Codes | None = None,
    rho: float = 0.0,
    gamma: float = 0.0,
    trend: Sequence[float] | None = None,
) -> LogRank:
    """The log-rank test of arrays, without a frame.

    Takes:  finite times and whether they end in the event; groups 0, 1, 2, …; `start`, the time from which
            a row is watched; strata 0, 1, 2, …, compared within.

    >>> test = compare(np.array([1.0, 2, 3, 4]), np.array([True] * 4), np.array([0, 0, 1, 1]))
    >>> round(test.chi_square, 4), test.df
    (2.8824, 1)
    """
    layers = _layers(strata)
    if start is not None:
        start, times = merge_intervals(start, times)
    elif len(layers) > 1:  # within one layer the table merges them
        times = merge_times(times)
    groups = int(codes.max()) + 1
    parts = []
    for chosen in layers:
        entered = None if start is None else start[chosen]
        table = _table(times[chosen], events[chosen], entered, codes[chosen], groups)
        parts.append(_stratum(*table, rho, gamma))
    observed, expected, variance = parts[0]
    for part in parts[1:]:
        observed, expected, variance = observed + part[0], expected + part[1], variance + part[2]
    if trend is not None:
        return _trend(observed, expected, variance, np.asarray(trend, float))
    return _omnibus(observed, expected, variance)


def _layers(strata: Codes | None) -> list[Flags | slice]:
    """The rows of each stratum."""
    if strata is None or not strata.any():
        return [slice(None)]
    return [strata == layer for layer in np.flatnonzero(np.bincount(strata))]


def _table(
    times: Floats, events: Flags, start: Floats | None, codes: Codes, groups: int
) -> tuple[Floats, Floats]:
    """At each event time, those at risk and failing in each group: two tables of groups by times."""
    distinct, place, order = _places(times)
    size = len(distinct)
    kind = (codes + groups * events)[order]  # who stays, by group, before who fails
    ending = np.bincount(kind * size + place, minlength=2 * groups * size).reshape(2, groups, size)
    failing, at_risk = ending[1], _from_here_on(ending.sum(axis=0))
    if start is not None:
        since = np.searchsorted(distinct, start, side="right")  # at risk from this place on
        entering = np.bincount(codes * (size + 1) + since, minlength=groups * (size + 1))
        at_risk = at_risk - _from_here_on(entering.reshape(groups, size + 1))[:, 1:]
    happened = np.flatnonzero(failing.any(axis=0))
    # take leaves each group in one piece of memory; an index would lay the groups side by side.
    at_risk, failing = (table.take(happened, axis=1).astype(np.float64) for table in (at_risk, failing))
    return at_risk, failing


def _places(times: Floats) -> tuple[Floats, Codes, Codes | slice]:
    """Distinct times, or all days to the last; the place of each row among them; the order of the places."""
    days = whole_days(times)
    if days is not None:
        return np.arange(days.max() + 1, dtype=np.float64), days, slice(None)
    order = np.argsort(times)
    ordered = times[order]
    new = starts_a_time(ordered)
    return ordered[new], np.cumsum(new) - 1, order


def _from_here_on(counts: Codes) -> Codes:
    return np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]


def _stratum(at_risk: Floats, failing: Floats, rho: float, gamma: float) -> tuple[Floats, Floats, Floats]:
    total, deaths = at_risk.sum(axis=0), failing.sum(axis=0)
    weight = _fleming_harrington(total, deaths, rho, gamma)
    share = at_risk / total
    spread = deaths * (total - deaths)
    spread *= weight**2 / np.maximum(total - 1, 1)
    variance = np.diag(share @ spread) - (share * spread) @ share.T
    return (weight * failing).sum(axis=1), share @ (weight * deaths), variance


def _fleming_harrington(total: Floats, deaths: Floats, rho: float, gamma: float) -> Floats | float:
    if rho == 0 and gamma == 0:
        return 1.0
    after = np.cumprod(1 - deaths / total)
    before = np.concatenate([[1.0], after[:-1]])  # S just before the time
    return before**rho * (1 - before) ** gamma


def _omnibus(observed: Floats, expected: Floats, variance: Floats) -> LogRank:
    seen = np.flatnonzero(expected > 0)
    if len(seen) < 2:
        return LogRank(observed, expected, variance, None, 0)
    kept = seen[1:]  # the differences add up to 0: one of them says nothing new
    difference = (observed - expected)[kept]
    inner = variance[kept][:, kept]
    if len(kept) == 1:  # two groups, nearly always: eigenvalues would say the same, later
        solid = inner.item() > 0
        chi_square = difference.item() ** 2 / inner.item() if solid else None
        return LogRank(observed, expected, variance, chi_square, int(solid))
    sizes, directions = np.linalg.eigh(inner)
    solid = sizes > sizes[-1] * len(sizes) * np.finfo(float).eps  # the others are 0 but for rounding
    if not solid.any():
        return LogRank(observed, expected, variance, None, 0)
    along = difference @ directions[:, solid]
    chi_square = float(np.sum(along**2 / sizes[solid]))
    return LogRank(observed, expected, variance, chi_square, int(solid.sum()))


def _trend(observed: Floats, expected: Floats, variance: Floats, scores: Floats) -> LogRank:
    spread = scores @ variance @ scores
    if not spread > 0:
        return LogRank(observed, expected, variance, None, 0)
    chi_square = (scores @ (observed - expected)) ** 2 / spread
    return LogRank(observed, expected, variance, float(chi_square), 1)


def _unweighted(frame: pl.DataFrame, by: str, outcome: Outcome, *, merge: bool = True) -> Sample:
    if outcome.weight is not None:
        raise AnalysisError(
            "weight: the log-rank variance does not hold for weights; "
            "fit cox(..., robust=True) and take its robust score test."
        )
    return sample(frame, outcome, [by], merge=merge)


def _method(outcome: Outcome, rho: float, gamma: float, trend: Sequence[float] | None) -> str:
    name = "log-rank" if rho == gamma == 0 else f"Fleming-Harrington (rho {rho:g}, gamma {gamma:g})"
    name += "" if trend is None else f", trend over scores {', '.join(f'{score:g}' for score in trend)}"
    return name + (f", stratified by {', '.join(outcome.strata)}" if outcome.strata else "")


def _counts(outcome: Outcome, names: list[str], codes: Codes, rows: Sample, test: LogRank) -> list[dict]:
    made = []
    for code, name in enumerate(names):
        own = codes == code
        patients = rows.patients_of(own)
        say = partial(result, outcome.where(name), n=len(patients) or int(own.sum()), patients=patients,
                      method="log-rank", unit="events")  # fmt: skip
        made.append(say("observed", float(test.observed[code])))
        made.append(say("expected", float(test.expected[code])))
    return made
