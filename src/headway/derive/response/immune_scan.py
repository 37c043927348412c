"""iRECIST along the time points of a reading: what is pending, confirmed and reset (R2.1 to R2.9).

Imports numba; so it is itself imported only where iRECIST is asked for.
"""

import numpy as np
from numba import njit

# Places in `OVERALL`; of these the immune responses iCR, iPR, iSD, NON-iCR/NON-iUPD, iUPD, NE are made.
CR, PR, SD, NN, PD, NE = range(6)
# What an immune response is besides those: confirmed progression, and everything after it.
CONFIRMED, AFTER = 6, 7
# Categories of progression, added up where several hold; and a new lesion that only persists.
TARGET, NON_TARGET, NEW_LESION, PERSISTING = 1, 2, 4, 8
FIVE_MM = 500
# 28 days less the 2 that the guideline tolerates (R2.2).
CONFIRM_DAYS = 26


@njit(cache=True)
def immune_scan(  # pragma: no cover
    reading, day, plain, causes, plain_after_cr, causes_after_cr, complete_sum, seen_sum, non_target_worse,
    new_seen, new_sum, new_worse, keep_pr,
):  # fmt: skip
    """Response, row of the pending iUPD (-1: none), causes and whether it resets, for each time point.

    plain and causes leave older new lesions aside; the `after_cr` ones hold after an iCR. complete_sum
    is -1 where a target is missing; seen_sum is of the targets that were measured, and 0 where they are
    gone. Rows are sorted by reading and day.
    """
    rows = len(day)
    response, since = np.empty(rows, np.int8), np.full(rows, -1, np.int64)
    cause, resets = np.zeros(rows, np.int8), np.zeros(rows, np.bool_)
    pending, latest, holds_pr, done = -1, NE, False, False
    for row in range(rows):
        if row == 0 or reading[row] != reading[row - 1]:
            pending, latest, holds_pr, done = -1, NE, False, False
        if done:
            response[row] = AFTER
            continue
        now = plain_after_cr[row] if latest == CR else plain[row]
        worse = causes_after_cr[row] if latest == CR else causes[row]
        confirming = 0
        if pending >= 0:
            confirming = _confirming(
                pending,
                row,
                cause[pending],
                worse,
                day,
                complete_sum,
                seen_sum,
                non_target_worse,
                new_sum,
                new_worse,
            )
        if confirming > 0:
            response[row], cause[row], since[row], done = CONFIRMED, confirming, pending, True
        elif worse > 0:
            pending = row if pending < 0 else pending
            response[row], cause[row], since[row] = PD, worse, pending
        elif pending >= 0 and _still_new(pending, now, cause, new_seen[row], plain):
            response[row], cause[row], since[row] = PD, PERSISTING, pending
        elif now == NE:
            response[row], since[row] = NE, pending
        else:
            resets[row] = pending >= 0
            pending = -1
            response[row] = _without_progression(now, new_seen[row], holds_pr and keep_pr)
        if response[row] != NE:
            latest = response[row]
            holds_pr = latest == PR or (holds_pr and latest == SD)
    return response, since, cause, resets


@njit(cache=True)
def _confirming(  # pragma: no cover
    first, row, reasons, worse, day, complete_sum, seen_sum, non_target_worse, new_sum, new_worse
):  # fmt: skip
    """The categories that confirm the iUPD first seen at row `first` (R2.3)."""
    confirming = worse & NEW_LESION
    if day[row] - day[first] < CONFIRM_DAYS:
        return confirming
    confirming |= worse & ~reasons
    known = complete_sum[first] >= 0
    if reasons & TARGET and known and seen_sum[row] - complete_sum[first] >= FIVE_MM:
        confirming |= TARGET
    if reasons & NON_TARGET and non_target_worse[row]:
        confirming |= NON_TARGET
    grown = new_sum[first] > 0 and new_sum[row] - new_sum[first] >= FIVE_MM
    if reasons & NEW_LESION and (grown or new_worse[row]):
        confirming |= NEW_LESION
    return confirming


@njit(cache=True)
def _still_new(first, now, cause, new_seen, plain):  # pragma: no cover
    """Whether the new lesions of the iUPD are still there and the rest is no better than it was then."""
    better = plain[first] != NE and now < plain[first]
    return cause[first] & NEW_LESION and new_seen and not better


@njit(cache=True)
def _without_progression(now, new_seen, keeps_pr):  # pragma: no cover
    """A new lesion that is still seen leaves no complete response."""
    if (now == CR and new_seen) or (now == SD and keeps_pr):
        return PR
    return now
