"""Limits of what is estimated under two strategies: each patient left out in turn, the weights made anew.

Source: Efron and Stein 1981. Errors that are robust over patients take the weights for known; where few stand
for many, they are too small. How large the error is, those few tell: as many as keep to the rarer strategy
beyond the grace period, less one, are the degrees of freedom of t's distribution (docs/decisions/0007).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import stdtr, stdtrit

from headway.analyse.survival.ascending import Codes, Floats
from headway.analyse.timing.clone_kernel import counts_of, estimates, without_each_group
from headway.analyse.timing.strategies import Strategies

MOST_GROUPS = 5000  # of more patients, groups are left out: seconds instead of hours, and as good limits
LEVEL = 0.95
FEW = "no limits: without one patient, or very few, nobody stands for those who broke a strategy"


@dataclass(frozen=True)
class Jackknife:
    """Log hazard ratio, survival under both strategies at the days asked for, and its differences."""

    value: Floats
    error: Floats  # NaN where a limit cannot be given
    df: int
    groups: int
    patients: int

    @cached_property
    def t(self) -> float:
        """How many errors the limits lie away from the value."""
        return float(stdtrit(self.df, (1 + LEVEL) / 2)) if self.df > 0 else np.nan

    @property
    def why(self) -> str | None:
        """Why there are no limits, if there are none."""
        return FEW if np.isnan(self.t * self.error[0]) else None

    @property
    def limits(self) -> str:
        """The method of the limits, in words."""
        return f"{LEVEL:.0%} limits by {self._words}, t on {self.df} df"

    @property
    def test(self) -> str:
        return f"t test on {self.df} df, error by {self._words}"

    @property
    def _words(self) -> str:
        whole = self.groups == self.patients
        return "jackknife over patients" if whole else f"jackknife over {self.groups} groups of patients"

    def between(self, k: int) -> tuple[float, float]:
        """Limits of a value, plain; NaN where there are none."""
        spread = self.t * self.error[k]
        return float(self.value[k] - spread), float(self.value[k] + spread)

    def p(self, k: int) -> float | None:
        """Two-sided p-value of a value against 0; None where there is no error to judge by."""
        if np.isnan(self.t) or not self.error[k] > 0:
            return None
        return float(2 * stdtr(self.df, -abs(self.value[k] / self.error[k])))


def jackknife(made: Strategies, at: Sequence[float]) -> Jackknife:
    """What both strategies give, with the errors that leaving out patients shows."""
    patients = (made.stratum, made.end, made.stop, made.event, made.exposed)
    counts = counts_of(*patients, int(made.stratum.max()) + 1, len(made.times))
    until = made.until(at)
    by_group, first = _groups(len(made.end))
    value = estimates(counts, made.late, until)
    near = value[0] if np.isfinite(value[0]) else 0.0
    without = without_each_group(counts, *patients, by_group, first, made.late, until, near)
    value = _with_differences(value[None, :])[0]
    return Jackknife(value, _errors(_with_differences(without)), _df(made), len(first) - 1, len(by_group))


def _groups(n: int) -> tuple[Codes, Codes]:
    """The patients group by group, and where each begins: each alone, or groups drawn by a fixed seed."""
    if n <= MOST_GROUPS:
        return np.arange(n), np.arange(n + 1)
    return np.random.default_rng(1).permutation(n), np.arange(MOST_GROUPS + 1) * n // MOST_GROUPS


def _with_differences(found: Floats) -> Floats:
    days = (found.shape[1] - 1) // 2
    return np.hstack([found, found[:, 1 + days :] - found[:, 1 : 1 + days]])


def _errors(without: Floats) -> Floats:
    """The standard error of each column."""
    groups = len(without)
    known = np.isfinite(without).all(axis=0)
    apart = np.where(known, without, 0.0)
    apart -= apart.mean(axis=0)
    return np.where(known, np.sqrt((groups - 1) / groups * (apart**2).sum(axis=0)), np.nan)


def _df(made: Strategies) -> int:
    """Those true to the rarer strategy beyond the grace period, less one in each stratum."""
    true = [made.true_beyond(exposed) for exposed in (True, False)]
    strata = int(np.count_nonzero(true[0] + true[1]))
    if not strata:  # nobody is lost at the end of the grace period, so that nobody has to stand for others
        return len(made.end) - 1
    return max(0, min(int(kept.sum()) for kept in true) - strata)
