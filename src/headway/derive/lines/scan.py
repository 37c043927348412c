"""From administrations to lines, day by day along each patient (R4.3 to R4.9).

Imports numba; so it is itself imported only where lines are derived.
"""

import numpy as np
from numba import njit

from headway.derive.lines.codes import (
    AFTER_GAP,
    CONTINUES,
    CURATIVE,
    FIRST,
    IN_WINDOW,
    NEW_AFTER_PD,
    NEW_AGENT,
    NOT_KNOWN,
    RECURRENCE,
    RESUMED,
    RESUMED_AFTER_PD,
    SAME_PLAN,
    SETTING,
    STARTS_NO_LINE,
    STARTS_WITH,
    SWAP,
    SWAP_AFTER_PD,
    SWITCH_MAINTENANCE,
)

# What is remembered of the line in progress.
SERIAL, START, LAST, KIND, MEMBERS, PALLIATIVE_LINES = range(6)
# Where the rule set keeps its numbers.
WINDOW, DIVIDES, GAP, GAP_OF_LINE, HOLIDAY, SWITCH_GAP, OVERLAP, CURATIVE_GAP = range(8)


@njit(cache=True)
def scan(  # pragma: no cover
    patient, day, last, drug, group, setting, latest_pd, latest_recurrence, planned, listed, gap_divides,
    drugs, groups, rules,
):  # fmt: skip
    """Line (0, 1, … over all patients), why, days since the drug and since the line, for each row.

    Rows are sorted by patient and day, one per drug and day. `planned`: intent maintenance; `listed`:
    may follow the first palliative line. Gives the setting of each line as well.
    """
    rows = len(day)
    line, why = np.empty(rows, np.int64), np.empty(rows, np.int64)
    since, pause = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    settings = np.empty(rows, np.int64)
    # Serial of the line that a drug (or its swap group) is in, and its last day there.
    drug_line, group_line = np.full(drugs, -1, np.int64), np.full(groups, -1, np.int64)
    drug_last, group_last = np.zeros(drugs, np.int64), np.zeros(groups, np.int64)
    members, group_of = np.empty(drugs + 1, np.int64), np.zeros(drugs, np.int64)
    now = np.array([-1, 0, 0, NOT_KNOWN, 0, 0])
    first = 0
    while first < rows:
        stop = first + 1
        while stop < rows and patient[stop] == patient[first] and day[stop] == day[first]:
            stop += 1
        if first == 0 or patient[first] != patient[first - 1]:
            why[first:stop] = FIRST
            now[PALLIATIVE_LINES] = 0
        else:
            for row in range(first, stop):
                in_drug, in_group = drug_line[drug[row]] == now[SERIAL], group_line[group[row]] == now[SERIAL]
                pause[row] = day[row] - now[LAST]
                since[row] = day[row] - group_last[group[row]] if in_group else 0
                why[row] = _why(
                    now, day[row], setting[row], in_drug, in_group, since[row], pause[row], latest_pd[row],
                    latest_recurrence[row], planned[row], listed[row], gap_divides[row], rules,
                )  # fmt: skip
        if why[first:stop].min() < STARTS_NO_LINE:
            _open(
                now, day[first], setting[first], why[first], drug_line, group_line, drug_last, group_last,
                members, group_of, rules[OVERLAP],
            )  # fmt: skip
            for row in range(first, stop):
                why[row] = min(why[row], STARTS_WITH)
                if why[row] == AFTER_GAP:
                    since[row] = max(since[row], pause[row])
                pause[row] = 0
        elif now[KIND] == NOT_KNOWN:
            now[KIND] = setting[first]
        for row in range(first, stop):
            _take(
                now, drug[row], group[row], last[row], drug_line, group_line, drug_last, group_last,
                members, group_of,
            )  # fmt: skip
            line[row] = now[SERIAL]
        settings[now[SERIAL]] = now[KIND]
        first = stop
    return line, why, since, pause, settings[: now[SERIAL] + 1]


@njit(cache=True)
def _why(  # pragma: no cover
    now, day, setting, in_drug, in_group, since, pause, latest_pd, latest_recurrence, planned, listed,
    gap_divides, rules,
):  # fmt: skip
    """Why this row starts a line, or why it does not."""
    # A drug of unknown purpose proves no change of purpose.
    known = setting != NOT_KNOWN and now[KIND] != NOT_KNOWN
    if known and setting != now[KIND]:
        return SETTING
    if setting == CURATIVE or now[KIND] == CURATIVE:
        return _why_curative(now, day, in_drug, since, pause, latest_recurrence, rules)
    progressed = rules[DIVIDES] and latest_pd > now[START]
    if in_group:
        if progressed and not in_drug:
            return SWAP_AFTER_PD
        return _why_again(in_drug, since, pause, day, latest_pd, gap_divides, rules)
    if progressed:
        return NEW_AFTER_PD
    if day - now[START] <= rules[WINDOW]:
        return IN_WINDOW
    if (planned or (listed and now[PALLIATIVE_LINES] == 1)) and pause < rules[SWITCH_GAP]:
        return SWITCH_MAINTENANCE
    return NEW_AGENT


@njit(cache=True)
def _why_curative(now, day, in_drug, since, pause, latest_recurrence, rules):  # pragma: no cover
    """Induction, concurrent and adjuvant drugs are one line until recurrence or a long pause."""
    again = not in_drug or since > rules[HOLIDAY]
    if rules[DIVIDES] and again and latest_recurrence > now[START]:
        return RECURRENCE
    if pause > rules[CURATIVE_GAP]:
        return AFTER_GAP
    if in_drug:
        return CONTINUES
    return IN_WINDOW if day - now[START] <= rules[WINDOW] else SAME_PLAN


@njit(cache=True)
def _why_again(in_drug, since, pause, day, latest_pd, gap_divides, rules):  # pragma: no cover
    """A drug of the line, or a swap for it, is given (again)."""
    if rules[DIVIDES] and since > rules[HOLIDAY] and latest_pd >= day - since:
        return RESUMED_AFTER_PD
    gap = pause if rules[GAP_OF_LINE] else since
    if gap > rules[GAP] and gap_divides:
        return AFTER_GAP
    if not in_drug:
        return SWAP
    return RESUMED if pause > rules[HOLIDAY] else CONTINUES


@njit(cache=True)
def _open(  # pragma: no cover
    now, day, setting, why, drug_line, group_line, drug_last, group_last, members, group_of, overlap
):  # fmt: skip
    """Begin a line; drugs whose interval runs on for long enough come along within one setting."""
    before = now[MEMBERS] if why != FIRST and _same_purpose(setting, now[KIND]) else 0
    now[SERIAL] += 1
    now[MEMBERS], now[START], now[KIND], now[LAST] = 0, day, setting, day
    for place in range(before):
        drug = members[place]
        if drug_last[drug] - day >= overlap:
            _take(
                now, drug, group_of[drug], drug_last[drug], drug_line, group_line, drug_last, group_last,
                members, group_of,
            )  # fmt: skip
    if setting != CURATIVE:
        now[PALLIATIVE_LINES] += 1


@njit(cache=True)
def _same_purpose(one, other):  # pragma: no cover
    return one == other or (one != CURATIVE and other != CURATIVE)


@njit(cache=True)
def _take(  # pragma: no cover
    now, drug, group, last, drug_line, group_line, drug_last, group_last, members, group_of
):  # fmt: skip
    """Add one administration to the line in progress."""
    if drug_line[drug] != now[SERIAL]:
        drug_line[drug], drug_last[drug], group_of[drug] = now[SERIAL], last, group
        members[now[MEMBERS]] = drug
        now[MEMBERS] += 1
    drug_last[drug] = max(drug_last[drug], last)
    if group_line[group] != now[SERIAL]:
        group_line[group], group_last[group] = now[SERIAL], last
    group_last[group] = max(group_last[group], last)
    now[LAST] = max(now[LAST], last)
