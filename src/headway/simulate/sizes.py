"""The size of lesions: how it changes in days without an event, and what of it can be seen.

Compiles with numba, but for the exponential: numpy's is not that of numba to the last digit.
"""

import numpy as np
from numba import njit

from headway.simulate.patients import NODE

HUNDREDTHS = 100
MOST_MM = 400.0  # a lesion grows no larger
_MOST_EXPONENT = 12.0


def grown(millimetres: np.ndarray, rate: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Sizes after so many days at these rates per day."""
    exponent = _exponents(rate, days.astype(np.float64))
    return _multiplied(millimetres, np.exp(exponent, out=exponent))


@njit(cache=True, nogil=True)
def _exponents(rate, days):  # pragma: no cover
    found = np.empty(rate.shape)
    for row in range(rate.shape[0]):
        for place in range(rate.shape[1]):
            found[row, place] = min(rate[row, place] * days[row], _MOST_EXPONENT)
    return found


@njit(cache=True, nogil=True)
def _multiplied(millimetres, by):  # pragma: no cover
    for row in range(by.shape[0]):
        for place in range(by.shape[1]):
            by[row, place] = min(millimetres[row, place] * by[row, place], MOST_MM)
    return by


def seen_after(lesions: tuple[np.ndarray, ...], days: np.ndarray, limits: tuple[float, int]) -> np.ndarray:
    """What can be seen after so many days; lesions: both parts, each with its rate, and the organ."""
    sensitive, sensitive_rate, resistant, resistant_rate, organ = lesions
    parts = grown(sensitive, sensitive_rate, days), grown(resistant, resistant_rate, days)
    return seen(*parts, organ, np.arange(len(days)), *limits)


@njit(cache=True, nogil=True)
def seen(sensitive, resistant, organ, who, visible, normal):  # pragma: no cover
    """Sizes of `who` as they can be seen, in hundredths of a millimetre.

    Nothing below what is visible, and no node smaller than a normal one.
    """
    found = np.empty((len(who), organ.shape[1]), np.int32)
    for row in range(len(who)):
        own = who[row]
        for place in range(organ.shape[1]):
            millimetres = sensitive[own, place] + resistant[own, place]
            size = int(np.rint(min(millimetres, MOST_MM) * HUNDREDTHS))
            size = 0 if size < visible else size
            node = organ[own, place] == NODE and millimetres > 0
            found[row, place] = max(size, normal) if node else size
    return found
