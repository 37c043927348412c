"""Which response is confirmed by which later scan (R1.33, R1.34).

Imports numba; so it is itself imported only where a confirmation is asked for.
"""

import numpy as np
from numba import njit

CR, PR, SD, NE = 0, 1, 2, 5  # places in `OVERALL`


@njit(cache=True)
def confirming_rows(
    reading, day, response, confirm_days, max_not_evaluable, accept_stable
):  # pragma: no cover
    """The row that confirms each CR and PR, or -1. Rows are sorted by reading and day."""
    confirmed_by = np.full(len(day), -1, dtype=np.int64)
    for first in range(len(day)):
        if response[first] == CR or response[first] == PR:
            confirmed_by[first] = _confirming_row(
                first, reading, day, response, confirm_days, max_not_evaluable, accept_stable
            )
    return confirmed_by


@njit(cache=True)
def _confirming_row(
    first, reading, day, response, confirm_days, max_not_evaluable, accept_stable
):  # pragma: no cover
    complete = response[first] == CR
    not_evaluable, stable, seen_cr = 0, 0, False
    for row in range(first + 1, len(day)):
        if reading[row] != reading[first]:
            return -1
        now = response[row]
        if now == NE:
            not_evaluable += 1
        elif now == SD and not complete and accept_stable:
            stable += 1
        elif now == CR or (now == PR and not complete and not seen_cr):
            if day[row] - day[first] >= confirm_days:
                return row if not_evaluable <= max_not_evaluable and stable <= 1 else -1
            seen_cr = seen_cr or now == CR
        else:
            return -1
    return -1
