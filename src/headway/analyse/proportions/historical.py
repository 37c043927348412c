"""One rate against a rate that is known from before: the exact binomial test."""

import math

import numpy as np
from scipy.special import bdtrc, gammaln, xlog1py, xlogy

from headway.analyse.proportions.single import proportion
from headway.analyse.proportions.two_groups import EQUAL, Test


def above(events: int, n: int, rate: float) -> Test:
    """Whether the rate lies above the historical one: the chance of at least so many events (one-sided).

    >>> round(above(14, 52, 0.13).p, 5)
    0.00549
    """
    proportion(events, n)
    p = 1.0 if events == 0 else float(bdtrc(events - 1, n, rate))
    return Test(p, "exact binomial test, one-sided (rate above the historical)")


def unlike(events: int, n: int, rate: float) -> Test:
    """Whether it differs: all counts at most as probable as the one seen, as R's binom.test (two-sided).

    >>> round(unlike(14, 52, 0.13).p, 5)
    0.00621
    """
    proportion(events, n)
    counts = np.arange(n + 1)
    ways = gammaln(n + 1) - gammaln(counts + 1) - gammaln(n - counts + 1)
    chances = np.exp(ways + xlogy(counts, rate) + xlog1py(n - counts, -rate))
    p = min(1.0, math.fsum(chances[chances <= chances[events] * EQUAL]))
    return Test(p, "exact binomial test, two-sided")
