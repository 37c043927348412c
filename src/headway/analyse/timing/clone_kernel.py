"""Clones under two strategies as counts per time: hazard ratio and survival, of all patients or of most.

Weights differ by time and stratum only, so nobody's rows are written out: a strategy is how many are
at risk and how many fail at each time. Without some patients their counts are taken away, and weights and
estimates are made anew: that is what a jackknife asks for, thousands of times.
"""

import numpy as np
from numba import njit

from headway.analyse.survival.ascending import Codes, Floats
from headway.analyse.survival.sample import Flags

WITHIN, WITHOUT = 0, 1  # exposed within the grace period, or not
# What is counted of each stratum at each time: ends of follow-up and deaths of those not exposed and of those
# exposed within the grace period, and their exposures.
ENDS, DEATHS, EXPOSED_ENDS, EXPOSED_DEATHS, EXPOSURES = range(5)


@njit(cache=True)
def counts_of(
    stratum: Codes, end: Codes, stop: Codes, event: Flags, exposed: Flags, strata: int, times: int
) -> Codes:
    """What is counted, by stratum and time.

    Takes:  the number of stratum and of time of each patient's end, and of the exposure of those exposed
            (else of the end again); whether the end is an event, and whether exposed within the grace period.
    """
    counts = np.zeros((5, strata, times), np.int64)
    for i in range(len(end)):
        _count(counts, stratum[i], end[i], stop[i], event[i], exposed[i], 1)
    return counts


@njit(cache=True)
def _count(counts, stratum, end, stop, event, exposed, one):
    counts[EXPOSED_ENDS if exposed else ENDS, stratum, end] += one
    if event:
        counts[EXPOSED_DEATHS if exposed else DEATHS, stratum, end] += one
    if exposed:
        counts[EXPOSURES, stratum, stop] += one


@njit(cache=True)
def estimates(counts: Codes, late: int, at: Codes, near: float = 0.0) -> Floats:
    """Log hazard ratio of exposed within the grace period against not, then survival of both strategies.

    Takes:  counts; the first time after the grace period; of each time at which survival is asked how many
            times lie up to it; a log hazard ratio to look near.
    Gives:  1 + 2 x times: the log hazard ratio (Efron's ties; infinite where the likelihood has no maximum,
            NaN where a strategy has nobody to stand for the others, or no event), survival under WITHIN, then
            under WITHOUT.
    """
    strata, times = counts.shape[1:]
    at_risk, deaths, failing = np.zeros((2, times)), np.zeros((2, times)), np.zeros(times, np.int64)
    found = np.full(1 + 2 * len(at), np.nan)
    for s in range(strata):
        if not _exposed_within(counts[:, s], late, at_risk[WITHIN], deaths[WITHIN], failing):
            return found
        _never_within(counts[:, s], at_risk[WITHOUT], deaths[WITHOUT], failing)
    found[0] = _log_ratio(at_risk, deaths, failing, near)
    for k in range(len(at)):
        found[1 + k] = _survival(at_risk[WITHIN], deaths[WITHIN], at[k])
        found[1 + len(at) + k] = _survival(at_risk[WITHOUT], deaths[WITHOUT], at[k])
    return found


@njit(cache=True)
def _exposed_within(own, late, at_risk, deaths, failing):
    """Who is unexposed at the end of the grace period is lost there; the exposed stand for them after it."""
    kept = own[EXPOSED_ENDS, late:].sum()
    lost = own[ENDS, late:].sum()
    if kept == 0 and lost > 0:
        return False
    weight = (kept + lost) / kept if kept > 0 else 1.0
    exposed = unexposed = 0
    for t in range(own.shape[1] - 1, -1, -1):
        exposed += own[EXPOSED_ENDS, t]
        unexposed += own[ENDS, t]
        dying = own[EXPOSED_DEATHS, t]
        if t < late:
            dying += own[DEATHS, t]
            at_risk[t] += exposed + unexposed
            deaths[t] += dying
        else:
            at_risk[t] += exposed * weight
            deaths[t] += dying * weight
        failing[t] += dying
    return True


@njit(cache=True)
def _never_within(own, at_risk, deaths, failing):
    """Who is exposed within the grace period is lost then; weights grow each time that someone is."""
    left = own[ENDS].sum() + own[EXPOSURES].sum()
    kept = 1.0
    for t in range(own.shape[1]):
        if left == 0:  # nobody is left to stand for those lost
            break
        at_risk[t] += left / kept
        deaths[t] += own[DEATHS, t] / kept
        failing[t] += own[DEATHS, t]
        kept *= (left - own[EXPOSURES, t]) / left
        left -= own[ENDS, t] + own[EXPOSURES, t]


@njit(cache=True)
def _survival(at_risk, deaths, until):
    survival = 1.0
    for t in range(until):
        if deaths[t] > 0:
            survival *= 1 - deaths[t] / at_risk[t]
    return survival


@njit(cache=True)
def _log_ratio(at_risk, deaths, failing, beta):
    """Newton's method with step halving, as cox/fit.py does it for many covariates."""
    loglik, score, information = _likelihood(at_risk, deaths, failing, beta)
    if not information > 1e-10 * deaths.sum():
        return np.nan
    for _ in range(60):
        step = score / information
        decrement = score * step
        if decrement < 1e-6 and abs(step) > 0.05:  # a flat likelihood that still wants a long step
            return np.copysign(np.inf, step)
        found = _likelihood(at_risk, deaths, failing, beta + step)
        halvings = 0
        while not found[0] >= loglik - 1e-10 * (1 + abs(loglik)) and halvings < 40:
            step /= 2
            halvings += 1
            found = _likelihood(at_risk, deaths, failing, beta + step)
        beta += step
        loglik, score, information = found
        if not information > 0:
            return np.copysign(np.inf, beta)
        if decrement < 1e-14:
            return beta
    return np.nan


@njit(cache=True)
def _likelihood(at_risk, deaths, failing, beta):
    """Efron's log-likelihood, score and information: each death counts with the mean weight of the dying."""
    ratio = np.exp(beta)
    loglik = score = information = 0.0
    for t in range(len(failing)):
        if failing[t] == 0:
            continue
        each = (deaths[WITHIN, t] + deaths[WITHOUT, t]) / failing[t]
        loglik += beta * deaths[WITHIN, t]
        score += deaths[WITHIN, t]
        for k in range(failing[t]):
            share = k / failing[t]
            within = ratio * (at_risk[WITHIN, t] - share * deaths[WITHIN, t])
            total = within + at_risk[WITHOUT, t] - share * deaths[WITHOUT, t]
            mean = within / total
            loglik -= each * np.log(total)
            score -= each * mean
            information += each * mean * (1 - mean)
    return loglik, score, information


@njit(cache=True)
def without_each_group(
    counts: Codes, stratum: Codes, end: Codes, stop: Codes, event: Flags, exposed: Flags, by_group: Codes,
    first: Codes, late: int, at: Codes, near: float,
) -> Floats:  # fmt: skip
    """The estimates without each group of patients, a row each; the counts are as before afterwards.

    Takes:  counts, and of whom they are; the patients group by group, and where each group begins (and the
            last ends).
    """
    found = np.empty((len(first) - 1, 1 + 2 * len(at)))
    for g in range(len(found)):
        for one in (-1, 1):
            for k in range(first[g], first[g + 1]):
                i = by_group[k]
                _count(counts, stratum[i], end[i], stop[i], event[i], exposed[i], one)
            if one == -1:
                found[g] = estimates(counts, late, at, near)
    return found
