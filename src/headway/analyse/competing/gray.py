"""Gray's test: do groups differ in the cumulative incidence of one cause? Gray 1988, Ann Stat 16:1141."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from headway.analyse.competing.observations import Floats, Observations
from headway.analyse.survival.sample import AnalysisError

TINY = 1e-9


@dataclass(frozen=True)
class GrayTest:
    statistic: float
    freedom: int
    p: float


def gray_test(
    seen: Observations, groups: ArrayLike, cause: int, *, rho: float = 0.0, strata: ArrayLike | None = None
) -> GrayTest:
    """Compare the subdistribution hazards of a cause between groups, as cmprsk::cuminc.

    Takes:  observations without weights or delayed entry; the group of each; `rho` weighs early times by
            (1 - F)^rho; `strata` compares within them. A group never at risk at an event drops out.

    >>> from headway.analyse.competing.observations import observations
    >>> seen = observations([1, 2, 3, 4, 5, 6], [1, 2, 1, 1, 2, 1])
    >>> round(gray_test(seen, ["a", "a", "a", "b", "b", "b"], 1).statistic, 4)
    2.1654
    """
    if (seen.weights != 1).any() or seen.enters.any():
        raise AnalysisError("Gray's test is for data without weights and delayed entry")
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    if len(names) < 2:
        raise AnalysisError(f"groups: {len(names)} group; expected two or more")
    layers = np.zeros(len(group)) if strata is None else np.asarray(strata)
    parts = [_within(seen, group, layers == layer, cause, rho, len(names)) for layer in np.unique(layers)]
    score = np.sum([part[0] for part in parts], axis=0)
    spread = np.sum([part[1] for part in parts], axis=0)
    # One group is redundant; a group without information adds no degree of freedom.
    freedom = int(np.linalg.matrix_rank(spread[:-1, :-1]))
    statistic = float(score[:-1] @ np.linalg.pinv(spread[:-1, :-1], hermitian=True) @ score[:-1])
    return GrayTest(statistic, freedom, float(chdtrc(freedom, statistic)) if freedom else 1.0)


def _within(
    seen: Observations, group: np.ndarray, rows: np.ndarray, cause: int, rho: float, k: int
) -> tuple[Floats, Floats]:
    """Score and its variance in one stratum."""
    own, group = seen.taken(rows), group[rows]
    each = [own.taken(group == g) for g in range(k)]
    risk = np.stack([one.at_risk() for one in each], axis=1)
    first = np.stack([one.count(one.causes == cause) for one in each], axis=1)
    other = np.stack([one.count((one.causes > 0) & (one.causes != cause)) for one in each], axis=1)
    eventful = (first + other).sum(axis=1) > 0
    if not eventful.any():
        return np.zeros(k), np.zeros((k, k))
    return _score_and_variance(risk[eventful], first[eventful], other[eventful], rho)


def _score_and_variance(risk: Floats, first: Floats, other: Floats, rho: float) -> tuple[Floats, Floats]:
    """Observed minus expected, summed over event times (rows), and its martingale variance."""
    there = np.where(risk > 0, risk, 1.0)
    free = np.cumprod(1 - (first + other) / there, axis=0)
    before = _left(free, 1.0)
    own_before = _left(np.cumsum(before * first / there, axis=0), 0.0)
    # Those who ended by another cause stay at risk in this weighted size of each group.
    size = np.where(risk > 0, risk / np.where(risk > 0, before, 1.0), 0.0)
    events, total = first.sum(axis=1), size.sum(axis=1)
    share = np.cumsum(np.where(total > 0, events / np.where(total > 0, total, 1.0), 0.0))
    # The pooled estimate may pass 1 in small groups: then nothing is left.
    left = np.maximum(1 - _left(share, 0.0), 0.0)
    early = left**rho
    expected = size * (1 - own_before)
    expected *= (events / expected.sum(axis=1))[:, None]
    score = (early[:, None] * (first - expected)).sum(axis=0)
    eye = np.eye(risk.shape[1])
    gain = early[:, None, None] * size[:, :, None] * (eye - size[:, None, :] / total[:, None, None])
    hazard = np.where(left > TINY, events / (total * np.where(left > TINY, left, 1.0)), 0.0)
    drift = np.cumsum(gain * hazard[:, None, None], axis=0)
    ahead = drift[-1] - drift  # [time, group of the score, group of the martingale]
    lost = np.where(free > 0, (1 - share)[:, None] / np.where(free > 0, free, 1.0), 0.0)
    pooled = _pooled_spread(risk, before, events, total)
    by_first = gain + (np.where(free > 0, 1 - lost, 1.0))[:, None, :] * ahead
    by_other = lost[:, None, :] * ahead
    spread = np.einsum("tik,tk,tjk->ij", by_first, pooled, by_first)
    return score, spread + np.einsum("tik,tk,tjk->ij", by_other, _own_spread(risk, before, other), by_other)


def _pooled_spread(risk: Floats, before: Floats, events: Floats, total: Floats) -> Floats:
    """Variance of the increments of the cause, its events pooled over groups as if they did not differ."""
    others = np.maximum(total[:, None] * before - 1, TINY)
    tied = np.where(events > 1, events - 1, 0.0)[:, None] / np.where((events > 1)[:, None], others, 1.0)
    whole = np.where(risk > 0, risk, 1.0)
    return np.where(risk > 0, (1 - tied) * before * (events / total)[:, None] / whole, 0.0)


def _own_spread(risk: Floats, before: Floats, other: Floats) -> Floats:
    tied = np.where(other > 1, (other - 1) / np.maximum(risk - 1, 1), 0.0)
    return np.where(other > 0, (1 - tied) * before**2 * other / np.where(risk > 0, risk, 1.0) ** 2, 0.0)


def _left(values: Floats, start: float) -> Floats:
    """The value just before each time."""
    return np.concatenate([np.full((1, *values.shape[1:]), start), values[:-1]])
