"""Partial likelihood of the Cox model, compiled: one pass back through the event times.

Sums over those at risk grow as time runs backwards, rows join at their last event time and leave at
their entry. Efron's ties: the k-th of d deaths at a time sees the risk set less k/d of the dying;
Breslow's: all of it. With weights each death counts with the mean weight of the dying, as in R.
Source: Therneau and Grambsch 2000; conventions of coxph in R's survival.
"""

import numpy as np
from numba import njit


@njit(cache=True)
def linear_predictor(x, beta, offset):
    """x beta + offset, each row by itself: equal rows get equal numbers, to the last bit."""
    found = np.empty(len(x))
    for i in range(len(x)):
        total = offset[i]
        for a in range(x.shape[1]):
            total += x[i, a] * beta[a]
        found[i] = total
    return found


@njit(cache=True)
def _move(x, i, risk, s0, s1, s2):
    """Add row i to the sums over those at risk (or take it out: risk below 0)."""
    for a in range(x.shape[1]):
        part = risk * x[i, a]
        s1[a] += part
        for b in range(a + 1):
            s2[a, b] += part * x[i, b]
    return s0 + risk


@njit(cache=True)
def _at_time(s0, s1, s2, e0, e1, e2, deaths, weight, efron, mean, spread):
    """Mean and variance of x over the risk set, summed over the deaths of one time.

    Fills `mean` and `spread` (lower triangle); returns the sum of the log denominators.
    """
    mean[:] = 0.0
    spread[:] = 0.0
    logs = 0.0
    each = weight / deaths
    steps = deaths if efron else 1
    for k in range(steps):
        share = k / deaths
        count = each if efron else weight
        s = s0 - share * e0
        inverse = 1 / s  # one division instead of one for each pair of columns
        logs += count * np.log(s)
        for a in range(len(s1)):
            xa = (s1[a] - share * e1[a]) * inverse
            mean[a] += count * xa
            for b in range(a + 1):
                xb = (s1[b] - share * e1[b]) * inverse
                spread[a, b] += count * ((s2[a, b] - share * e2[a, b]) * inverse - xa * xb)
    return logs


@njit(cache=True)
def likelihood(x, weight, eta, event, last, before, leaving, first, tied, efron):
    """Log partial likelihood, its gradient and the information.

    The squares of x over all risk sets are summed row by row: each row counts with its exposure, the
    hazard gathered while it was at risk. So only sums of x, and not of its squares, run along with time.
    """
    p = x.shape[1]
    score, information = np.zeros(p), np.zeros((p, p))
    hazard, escaped = np.zeros(len(first)), np.zeros(len(first))
    s0, s1, e1, mean = 0.0, np.zeros(p), np.zeros(p), np.zeros(p)
    risk = np.empty(len(last))
    for row in range(len(last)):
        risk[row] = weight[row] * np.exp(eta[row])
    total = 0.0
    i, out = len(last) - 1, 0
    for time in range(len(first) - 1, -1, -1):
        if time == len(first) - 1 or first[time + 1] != first[time]:
            s0 = 0.0
            s1[:] = 0.0
        while out < len(leaving) and before[leaving[out]] >= time:
            row = leaving[out]
            s0 -= risk[row]
            for a in range(p):
                s1[a] -= risk[row] * x[row, a]
            out += 1
        e0, deaths, dying = 0.0, 0, 0.0
        e1[:] = 0.0
        while i >= 0 and last[i] == time:
            s0 += risk[i]
            for a in range(p):
                s1[a] += risk[i] * x[i, a]
            if event[i]:
                deaths += 1
                dying += weight[i]
                total += weight[i] * eta[i]
                for a in range(p):
                    score[a] += weight[i] * x[i, a]
                if tied[time]:  # only Efron's second death needs to know about the first
                    e0 += risk[i]
                    for a in range(p):
                        e1[a] += risk[i] * x[i, a]
            i -= 1
        steps = deaths if efron else 1
        count = dying / steps
        for k in range(steps):
            share = k / deaths
            s = s0 - share * e0
            inverse = 1 / s
            total -= count * np.log(s)
            hazard[time] += count * inverse
            escaped[time] += share * count * inverse
            for a in range(p):
                mean[a] = (s1[a] - share * e1[a]) * inverse
                score[a] -= count * mean[a]
                for b in range(a + 1):
                    information[a, b] -= count * mean[a] * mean[b]
    for a in range(p):
        for b in range(a):
            information[b, a] = information[a, b]
    exposed = _exposed(x, risk, event, last, before, first, hazard, escaped)
    return total, score, information + np.dot(exposed.T, x)


@njit(cache=True)
def _exposed(x, risk, event, last, before, first, hazard, escaped):
    """Each row of x times its risk and the hazard while it was at risk, less what the dying escape of it."""
    until = np.empty(len(hazard))
    for time in range(len(hazard)):
        until[time] = hazard[time] + (until[time - 1] if time > first[time] else 0.0)
    found = np.empty_like(x)
    for i in range(len(last)):
        gathered = until[last[i]]
        if before[i] >= first[last[i]]:
            gathered -= until[before[i]]
        if event[i]:
            gathered -= escaped[last[i]]
        gathered *= risk[i]
        for a in range(x.shape[1]):
            found[i, a] = gathered * x[i, a]
    return found


@njit(cache=True)
def weighted_information(x, weight, eta, event, last, before, leaving, first, tied, efron, g):
    """Score and information for coefficients that change as beta + theta g(t), at theta = 0.

    Returns the sum of g times the Schoenfeld residuals, and the information weighted by 1, g and g^2.
    """
    p = x.shape[1]
    score, information = np.zeros(p), np.zeros((3, p, p))
    s0, s1, s2 = 0.0, np.zeros(p), np.zeros((p, p))
    mean, spread = np.zeros(p), np.zeros((p, p))
    e1, e2 = np.zeros(p), np.zeros((p, p))
    i, out = len(last) - 1, 0
    for time in range(len(first) - 1, -1, -1):
        if time == len(first) - 1 or first[time + 1] != first[time]:
            s0 = 0.0
            s1[:] = 0.0
            s2[:] = 0.0
        while out < len(leaving) and before[leaving[out]] >= time:
            row = leaving[out]
            s0 = _move(x, row, -weight[row] * np.exp(eta[row]), s0, s1, s2)
            out += 1
        e0, deaths, dying = 0.0, 0, 0.0
        e1[:] = 0.0
        e2[:] = 0.0
        while i >= 0 and last[i] == time:
            risk = weight[i] * np.exp(eta[i])
            s0 = _move(x, i, risk, s0, s1, s2)
            if event[i]:
                if tied[time]:  # only Efron's second death needs to know about the first
                    e0 = _move(x, i, risk, e0, e1, e2)
                deaths += 1
                dying += weight[i]
                for a in range(p):
                    score[a] += g[time] * weight[i] * x[i, a]
            i -= 1
        _at_time(s0, s1, s2, e0, e1, e2, deaths, dying, efron, mean, spread)
        for a in range(p):
            score[a] -= g[time] * mean[a]
            for b in range(a + 1):
                for power in range(3):
                    information[power, a, b] += g[time] ** power * spread[a, b]
                    information[power, b, a] = information[power, a, b]
    return score, information


@njit(cache=True)
def hazards(x, weight, eta, event, last, before, leaving, first, tied, efron):
    """What residuals and curves are made of, at each event time.

    Returns the hazard (sum over the deaths of weight / denominator), the sum of its squares, the hazard
    times the mean of x, what the dying themselves escape of both under Efron's ties, and the plain mean
    of x over the deaths.
    """
    n, p = len(first), x.shape[1]
    hazard, square, hazard_x = np.zeros(n), np.zeros(n), np.zeros((n, p))
    escaped, escaped_x, mean = np.zeros(n), np.zeros((n, p)), np.zeros((n, p))
    s0, s1, e1 = 0.0, np.zeros(p), np.zeros(p)
    i, out = len(last) - 1, 0
    for time in range(n - 1, -1, -1):
        if time == n - 1 or first[time + 1] != first[time]:
            s0 = 0.0
            s1[:] = 0.0
        while out < len(leaving) and before[leaving[out]] >= time:
            row = leaving[out]
            risk = weight[row] * np.exp(eta[row])
            s0 -= risk
            for a in range(p):
                s1[a] -= risk * x[row, a]
            out += 1
        e0, deaths, dying = 0.0, 0, 0.0
        e1[:] = 0.0
        while i >= 0 and last[i] == time:
            risk = weight[i] * np.exp(eta[i])
            s0 += risk
            for a in range(p):
                s1[a] += risk * x[i, a]
            if event[i]:
                deaths += 1
                dying += weight[i]
            if event[i] and tied[time]:
                e0 += risk
                for a in range(p):
                    e1[a] += risk * x[i, a]
            i -= 1
        for k in range(deaths):
            share = k / deaths if efron else 0.0
            s = s0 - share * e0
            step = dying / deaths / s
            hazard[time] += step
            square[time] += step / s
            escaped[time] += share * step
            for a in range(p):
                xa = (s1[a] - share * e1[a]) / s
                hazard_x[time, a] += step * xa
                escaped_x[time, a] += share * step * xa
                mean[time, a] += xa / deaths
    return hazard, square, hazard_x, escaped, escaped_x, mean
