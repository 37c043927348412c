"""Which lesions are followed as targets (R1.1 to R1.6). Compiles with numba."""

import numpy as np
from numba import njit

from headway.simulate.judge import NON_TARGET, TARGET
from headway.simulate.patients import BONE, NODE

MOST_TARGETS, MOST_IN_ORGAN = 5, 2
_LEAST, _LEAST_NODE = 1000, 1500  # hundredths of a millimetre


@njit(cache=True, nogil=True)
def roles(sizes, who, organ, irradiated, failed):  # pragma: no cover
    """Targets: at most five, two an organ, the largest first; all else that is there is non-target."""
    found = np.zeros(sizes.shape, np.int8)
    for row in range(len(who)):
        own = who[row]
        for place in range(sizes.shape[1]):
            found[row, place] = NON_TARGET if sizes[row, place] > 0 else 0
        for _ in range(MOST_TARGETS):
            target = _next(sizes[row], found[row], organ[own], irradiated[own], failed[own])
            if target >= 0:
                found[row, target] = TARGET
    return found


@njit(cache=True, nogil=True)
def _next(sizes, role, organ, irradiated, failed):  # pragma: no cover
    """The largest lesion that may be one more target; the first of equals; -1: none may."""
    best = -1
    for place in range(len(sizes)):
        may = role[place] != TARGET and _measurable(sizes[place], organ[place])
        may = may and (failed[place] or not irradiated[place])  # irradiated without growth since: R1.4
        if may and (best < 0 or sizes[place] > sizes[best]) and _in_organ(role, organ, place) < MOST_IN_ORGAN:
            best = place
    return best


@njit(cache=True, nogil=True)
def _measurable(size, organ):  # pragma: no cover
    return organ != BONE and size >= (_LEAST_NODE if organ == NODE else _LEAST)


@njit(cache=True, nogil=True)
def _in_organ(role, organ, place):  # pragma: no cover
    """How many targets there are in the organ of a lesion."""
    number = 0
    for other in range(len(role)):
        number += role[other] == TARGET and organ[other] == organ[place]
    return number
