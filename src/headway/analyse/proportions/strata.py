"""Two proportions compared within strata and pooled: Mantel and Haenszel 1959."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtri

from headway.analyse.proportions.contrasts import Contrast
from headway.analyse.proportions.two_groups import Test, TwoByTwo

Cells = tuple[NDArray[np.float64], ...]


def common_odds_ratio(strata: Sequence[TwoByTwo], *, level: float = 0.95) -> Contrast:
    """Mantel-Haenszel odds ratio; limits by Robins, Breslow and Greenland 1986, as R's mantelhaen.test."""
    method = "Mantel-Haenszel odds ratio, Robins-Breslow-Greenland limits"
    a, b, c, d = _cells(strata)
    total = a + b + c + d
    r, s, p, q = a * d / total, b * c / total, (a + d) / total, (b + c) / total
    if r.sum() == 0 or s.sum() == 0:
        return Contrast(None, None, None, method)
    ratio, (up, down) = r.sum() / s.sum(), (r.sum(), s.sum())
    variance = (p @ r) / (2 * up**2) + (p @ s + q @ r) / (2 * up * down) + (q @ s) / (2 * down**2)
    width = np.exp(ndtri((1 + level) / 2) * np.sqrt(variance))
    return Contrast(float(ratio), float(ratio / width), float(ratio * width), method)


def common_risk_difference(strata: Sequence[TwoByTwo], *, level: float = 0.95) -> Contrast:
    """Mantel-Haenszel risk difference; limits by Sato, Greenland and Robins 1989, as metafor's rma.mh."""
    a, b, c, d = _cells(strata)
    n, m, total = a + b, c + d, a + b + c + d
    weight = (n * m / total).sum()
    difference = ((a * m - c * n) / total).sum() / weight
    lean = (c * (n / total) ** 2 - a * (m / total) ** 2 + n * m * (m - n) / total**2 / 2).sum()
    spread = ((a * d + c * b) / total).sum() / 2
    half = ndtri((1 + level) / 2) * np.sqrt(max(difference * lean + spread, 0.0)) / weight
    return Contrast(float(difference), float(difference - half), float(difference + half),
                    "Mantel-Haenszel risk difference, Sato-Greenland-Robins limits")  # fmt: skip


def cochran_mantel_haenszel(strata: Sequence[TwoByTwo], *, correct: bool = True) -> Test:
    """The test of no association within strata, with R's continuity correction or without.

    >>> counts = [(0, 6, 0, 5), (3, 6, 0, 6), (6, 6, 2, 6), (5, 6, 6, 6), (2, 2, 5, 5)]
    >>> rabbits = [TwoByTwo(*stratum) for stratum in counts]
    >>> round(cochran_mantel_haenszel(rabbits).statistic, 4), round(common_odds_ratio(rabbits).value, 4)
    (3.9286, 7.0)
    """
    a, b, c, d = _cells(strata)
    n, m, yes, no = a + b, c + d, a + c, b + d
    total = n + m
    kept = total > 1
    gap = abs(float((a - n * yes / total)[kept].sum()))
    variance = float((n * m * yes * no / (total**2 * np.maximum(total - 1, 1)))[kept].sum())
    name = f"Cochran-Mantel-Haenszel test{', continuity correction' if correct else ''}"
    if variance == 0:
        return Test(1.0, f"{name}: not defined, no stratum has both groups and both outcomes")
    statistic = (gap - (0.5 if correct and gap >= 0.5 else 0.0)) ** 2 / variance
    return Test(float(chdtrc(1, statistic)), name, statistic, 1)


def _cells(strata: Sequence[TwoByTwo]) -> Cells:
    """Events and others of the group, then of the reference: one entry per stratum."""
    if not strata:
        raise ValueError("strata is empty: expected one TwoByTwo per stratum")
    return tuple(np.array([table.counts for table in strata]).reshape(-1, 4).T)
