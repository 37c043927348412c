"""How much do two proportions differ? Difference, ratio and odds ratio with limits."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri, softmax

from headway.analyse.proportions.single import proportion
from headway.analyse.proportions.two_groups import TwoByTwo, log_weights

WIDEST = 700.0  # |log odds ratio| that a search looks at: exp of more is no number
ALONG, TINY = 1e-13, 4 * float(np.finfo(float).eps)  # the search stops here, on the log scale


@dataclass(frozen=True)
class Contrast:
    """A comparison with its limits; None: it cannot be estimated from these counts. `inf` is a limit."""

    value: float | None
    lower: float | None
    upper: float | None
    method: str


def risk_difference(table: TwoByTwo, *, level: float = 0.95) -> Contrast:
    """Difference of two proportions with Newcombe's limits from Wilson's (1998, method 10).

    >>> found = risk_difference(TwoByTwo(56, 70, 48, 80))
    >>> round(found.value, 4), round(found.lower, 4), round(found.upper, 4)
    (0.2, 0.0524, 0.3339)
    """
    p, low, high = proportion(table.events, table.n, method="Wilson", level=level)
    q, q_low, q_high = proportion(table.reference_events, table.reference_n, method="Wilson", level=level)
    lower, upper = p - q - np.hypot(p - low, q_high - q), p - q + np.hypot(high - p, q - q_low)
    return Contrast(p - q, float(lower), float(upper), "risk difference, Newcombe limits")


def risk_ratio(table: TwoByTwo, *, level: float = 0.95) -> Contrast:
    """Ratio of two proportions with limits on the log scale (Katz 1978); none where a group has no event.

    >>> found = risk_ratio(TwoByTwo(25, 37, 30, 76))
    >>> round(found.value, 3), round(found.lower, 3), round(found.upper, 3)
    (1.712, 1.198, 2.446)
    """
    x, y = table.events, table.reference_events
    if x == 0 or y == 0:
        return Contrast(0.0 if y else None, None, None, "risk ratio, log limits")
    error = np.sqrt(1 / x - 1 / table.n + 1 / y - 1 / table.reference_n)
    ratio = (x / table.n) / (y / table.reference_n)
    return _on_log_scale(ratio, error, level, "risk ratio, log limits")


def odds_ratio(table: TwoByTwo, *, exact: bool = False, level: float = 0.95) -> Contrast:
    """Odds ratio with Woolf's limits, or `exact`: conditional maximum likelihood as R's fisher.test.

    >>> found = odds_ratio(TwoByTwo(3, 4, 1, 4), exact=True)  # Fisher's tea tasting
    >>> round(found.value, 3), round(found.lower, 3), round(found.upper, 1)
    (6.408, 0.212, 626.2)
    """
    if exact:
        return _conditional(table, (1 - level) / 2)
    counts = table.counts
    if (counts == 0).any():
        return Contrast(None, None, None, "odds ratio, Woolf limits")
    ratio = counts[0, 0] * counts[1, 1] / (counts[0, 1] * counts[1, 0])
    return _on_log_scale(ratio, np.sqrt((1 / counts).sum()), level, "odds ratio, Woolf limits")


def _on_log_scale(ratio: float, error: float, level: float, method: str) -> Contrast:
    width = np.exp(ndtri((1 + level) / 2) * error)
    return Contrast(float(ratio), float(ratio / width), float(ratio * width), method)


def _conditional(table: TwoByTwo, tail: float) -> Contrast:
    """Given the margins, the count of events in the group has one unknown, the odds ratio."""
    seen = table.events
    support, weights = log_weights(table)

    def chances(log_ratio: float) -> NDArray[np.float64]:
        return softmax(weights + support * log_ratio)

    lowest, highest = seen == support[0], seen == support[-1]
    method = "odds ratio, conditional maximum likelihood, exact limits"
    if lowest and highest:
        return Contrast(None, 0.0, np.inf, method)
    lower = 0.0 if lowest else _root(lambda b: chances(b)[support >= seen].sum() - tail)
    upper = np.inf if highest else _root(lambda b: chances(b)[support <= seen].sum() - tail)
    value = _root(lambda b: float(chances(b) @ support) - seen) if not (lowest or highest) else None
    return Contrast(0.0 if lowest else np.inf if highest else value, lower, upper, method)


def _root(gap: Callable[[float], float]) -> float:
    found: float = brentq(gap, -WIDEST, WIDEST, xtol=ALONG, rtol=TINY)  # type: ignore[assignment]
    return math.exp(found)
