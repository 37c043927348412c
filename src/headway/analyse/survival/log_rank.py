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
from headway.analyse.survival.groups import results, set_aside, two_or_more, upper_tail
from headway.analyse.survival.risk_set import Floats
from headway.analyse.survival.sample import DAYS, AnalysisError, Codes, Outcome, Sample, group_codes, sample

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
    rows = _unweighted(frame, by, outcome)
    names, codes = group_codes(rows.rows, by)
    two_or_more(names, by)
    if trend is not None and len(trend) != len(names):
        raise AnalysisError(
            f"trend: one score per group is expected; found {len(trend)} for {len(names)} groups."
        )
    test = compare(rows, codes, len(names), rho=rho, gamma=gamma, trend=trend)
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
    raw = [compare(part, label, 2).p for part, label in zip(parts, labels, strict=True)]
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
    rows: Sample,
    codes: Codes,
    groups: int,
    *,
    rho: float = 0.0,
    gamma: float = 0.0,
    trend: Sequence[float] | None = None,
) -> LogRank:
    """The log-rank test of rows in groups 0, 1, 2, …; strata of the sample are compared within."""
    observed, expected, variance = np.zeros(groups), np.zeros(groups), np.zeros((groups, groups))
    for stratum in np.unique(rows.stratum):
        chosen = rows.stratum == stratum
        start = None if rows.start is None else rows.start[chosen]
        table = _table(rows.stop[chosen], rows.event[chosen], start, codes[chosen], groups)
        parts = _stratum(*table, rho, gamma)
        observed, expected, variance = observed + parts[0], expected + parts[1], variance + parts[2]
    if trend is not None:
        return _trend(observed, expected, variance, np.asarray(trend, float))
    return _omnibus(observed, expected, variance)


def _table(
    times: Floats, events: np.ndarray, start: Floats | None, codes: Codes, groups: int
) -> tuple[Floats, Floats]:
    """At each event time, those at risk and failing in each group: two tables of times by groups."""
    moments = np.unique(times[events])
    at_risk, failing = np.empty((len(moments), groups)), np.empty((len(moments), groups))
    for group in range(groups):
        own = codes == group
        at_risk[:, group] = _at_or_after(times[own], moments)
        if start is not None:
            at_risk[:, group] -= _at_or_after(start[own], moments)
        failures = np.sort(times[own & events])
        failing[:, group] = np.searchsorted(failures, moments, "right") - np.searchsorted(failures, moments)
    return at_risk, failing


def _at_or_after(values: Floats, moments: Floats) -> Floats:
    return len(values) - np.searchsorted(np.sort(values), moments).astype(np.float64)


def _stratum(at_risk: Floats, failing: Floats, rho: float, gamma: float) -> tuple[Floats, Floats, Floats]:
    total, deaths = at_risk.sum(axis=1), failing.sum(axis=1)
    weight = _fleming_harrington(total, deaths, rho, gamma)
    share = at_risk / total[:, None]
    spread = weight**2 * deaths * (total - deaths) / np.maximum(total - 1, 1)
    crossed = (share * spread[:, None]).T @ share
    variance = np.diag(spread @ share) - crossed
    return weight @ failing, (weight * deaths) @ share, variance


def _fleming_harrington(total: Floats, deaths: Floats, rho: float, gamma: float) -> Floats:
    if rho == 0 and gamma == 0:
        return np.ones(len(total))
    after = np.cumprod(1 - deaths / total)
    before = np.concatenate([[1.0], after[:-1]])  # S just before the time
    return before**rho * (1 - before) ** gamma


def _omnibus(observed: Floats, expected: Floats, variance: Floats) -> LogRank:
    seen = np.flatnonzero(expected > 0)
    if len(seen) < 2:
        return LogRank(observed, expected, variance, None, 0)
    kept = seen[1:]  # the differences add up to 0: one of them says nothing new
    difference = (observed - expected)[kept]
    inner = variance[np.ix_(kept, kept)]
    rank = int(np.linalg.matrix_rank(inner, hermitian=True))
    if rank == 0:
        return LogRank(observed, expected, variance, None, 0)
    chi_square = difference @ np.linalg.lstsq(inner, difference)[0]
    return LogRank(observed, expected, variance, float(chi_square), rank)


def _trend(observed: Floats, expected: Floats, variance: Floats, scores: Floats) -> LogRank:
    spread = scores @ variance @ scores
    if not spread > 0:
        return LogRank(observed, expected, variance, None, 0)
    chi_square = (scores @ (observed - expected)) ** 2 / spread
    return LogRank(observed, expected, variance, float(chi_square), 1)


def _unweighted(frame: pl.DataFrame, by: str, outcome: Outcome) -> Sample:
    if outcome.weight is not None:
        raise AnalysisError(
            "weight: the log-rank variance does not hold for weights; "
            "fit cox(..., robust=True) and take its robust score test."
        )
    return sample(frame, outcome, [by])


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
