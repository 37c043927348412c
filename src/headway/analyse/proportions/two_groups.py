"""Do two groups differ in a proportion? Tests on a 2x2 table, each named as it was done."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, gammaln, softmax

from headway.analyse.proportions.single import proportion

TestMethod = Literal["Fisher", "mid-p", "chi-square", "chi-square, Yates"]
SMALL = 5.0  # expected count under which chi-square is not trusted
# Two tables of equal probability count as equal whatever the last bit says; the factor of R's fisher.test.
EQUAL = 1 + 1e-7


@dataclass(frozen=True)
class TwoByTwo:
    """Events among n in the group of interest and in the reference group.

    >>> TwoByTwo(25, 37, 30, 76).counts.tolist()
    [[25.0, 12.0], [30.0, 46.0]]
    """

    events: int
    n: int
    reference_events: int
    reference_n: int

    def __post_init__(self) -> None:
        proportion(self.events, self.n)
        proportion(self.reference_events, self.reference_n)

    @property
    def counts(self) -> NDArray[np.float64]:
        """Rows: group, reference; columns: with, without the event."""
        x, y = self.events, self.reference_events
        return np.array([[x, self.n - x], [y, self.reference_n - y]], dtype=np.float64)


@dataclass(frozen=True)
class Test:
    """A p-value, two-sided, and how it was reached; an exact test has no statistic."""

    __test__ = False  # not a test of pytest
    p: float
    method: str
    statistic: float | None = None
    freedom: int | None = None


def compare(table: TwoByTwo, method: TestMethod | None = None) -> Test:
    """Whether two proportions differ; by default Fisher if an expected count is below 5, else chi-square.

    >>> table = TwoByTwo(25, 37, 30, 76)
    >>> [round(compare(table, m).p, 5) for m in ("Fisher", "chi-square", "chi-square, Yates")]
    [0.00867, 0.00505, 0.00923]
    """
    if method is None:
        method = "Fisher" if expected(table.counts).min() < SMALL else "chi-square"
    if method == "Fisher":
        return fisher(table)
    if method == "mid-p":
        return mid_p(table)
    return chi_square(table.counts, yates=method == "chi-square, Yates")


def fisher(table: TwoByTwo) -> Test:
    """Fisher's exact test: all tables at most as probable as the one seen, as R's fisher.test."""
    chances, seen = _chances(table)
    return Test(float(min(1.0, chances[chances <= seen * EQUAL].sum())), "Fisher's exact test")


def mid_p(table: TwoByTwo) -> Test:
    """Fisher's test with tables as probable as the one seen counted by half (Hirji 1991)."""
    chances, seen = _chances(table)
    rarer, alike = chances < seen / EQUAL, np.abs(chances / seen - 1) <= EQUAL - 1
    return Test(float(chances[rarer].sum() + chances[alike].sum() / 2), "Fisher's exact test, mid-p")


def _chances(table: TwoByTwo) -> tuple[NDArray[np.float64], float]:
    """The probability of each table with these margins, and of the one seen."""
    possible, logs = log_weights(table)
    chances = softmax(logs)
    return chances, float(chances[table.events - possible[0]])


def log_weights(table: TwoByTwo) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Given the margins: the events that the group can have, and the log of how many ways lead there."""
    total = table.events + table.reference_events
    possible = np.arange(max(0, total - table.reference_n), min(table.n, total) + 1)
    return possible, _log_choose(table.n, possible) + _log_choose(table.reference_n, total - possible)


def _log_choose(n: int, k: NDArray[np.int64]) -> NDArray[np.float64]:
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def chi_square(counts: NDArray[np.float64], *, yates: bool = False) -> Test:
    """Pearson's chi-square of an r x c table; Yates' correction is for 2x2, as in R's chisq.test.

    >>> round(chi_square(np.array([[35.0, 2], [47, 29]]), yates=True).p, 5)
    0.00059
    """
    kept = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(kept.shape) < 2:
        return Test(1.0, "chi-square not defined: one row or column has all counts", None, 0)
    if yates and kept.shape != (2, 2):
        raise ValueError(f"Yates' correction is for 2x2 tables; this one is {kept.shape[0]}x{kept.shape[1]}")
    gap = np.abs(kept - expected(kept))
    gap -= min(0.5, gap.min()) if yates else 0.0
    statistic, freedom = float((gap**2 / expected(kept)).sum()), (kept.shape[0] - 1) * (kept.shape[1] - 1)
    name = "chi-square, Yates' correction" if yates else "chi-square"
    return Test(float(chdtrc(freedom, statistic)), name, statistic, freedom)


def expected(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Counts expected when rows and columns have nothing to do with each other."""
    return np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
