"""One proportion with confidence limits (domain.md 9.1)."""

from typing import Literal

import numpy as np
from scipy.special import betaincinv, ndtri

Method = Literal["Clopper-Pearson", "Wilson", "Jeffreys"]


def proportion(
    events: int, n: int, *, method: Method = "Clopper-Pearson", level: float = 0.95
) -> tuple[float, float, float]:
    """A proportion with its limits, each between 0 and 1.

    >>> [round(100 * value, 1) for value in proportion(41, 70)]
    [58.6, 46.2, 70.2]
    """
    if not 0 <= events <= n or n == 0:
        raise ValueError(f"{events} of {n} is not a proportion")
    limits = {"Clopper-Pearson": _exact, "Wilson": _wilson, "Jeffreys": _jeffreys}[method]
    return (events / n, *limits(events, n, (1 - level) / 2))


def _exact(events: int, n: int, tail: float) -> tuple[float, float]:
    lower = 0.0 if events == 0 else float(betaincinv(events, n - events + 1, tail))
    upper = 1.0 if events == n else float(betaincinv(events + 1, n - events, 1 - tail))
    return lower, upper


def _wilson(events: int, n: int, tail: float) -> tuple[float, float]:
    z, share = ndtri(1 - tail), events / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    # At 0 and n of n the formula meets 0 and 1, up to floating point.
    return (0.0 if events == 0 else float(centre - half)), (1.0 if events == n else float(centre + half))


def _jeffreys(events: int, n: int, tail: float) -> tuple[float, float]:
    """Quantiles of Beta(events + 1/2, others + 1/2); 0 and 1 where nothing or all happened (Brown 2001)."""
    a, b = events + 0.5, n - events + 0.5
    lower = 0.0 if events == 0 else float(betaincinv(a, b, tail))
    return lower, 1.0 if events == n else float(betaincinv(a, b, 1 - tail))
