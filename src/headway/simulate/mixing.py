"""The counter-based generator itself: the mixing function of SplitMix64, number by number.

Compiles with numba. All is in whole numbers of 64 bits that wrap around, so the bits are the same everywhere.
"""

import numpy as np
from numba import njit

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_27, _30, _31, _11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)
_PLACES = np.uint64(1 << 20)  # places of one step; a step never asks for so many


@njit(cache=True, nogil=True)
def mixed(bits):  # pragma: no cover
    """The output function of SplitMix64."""
    bits = (bits ^ (bits >> _30)) * _FIRST
    bits = (bits ^ (bits >> _27)) * _SECOND
    return bits ^ (bits >> _31)


@njit(cache=True, nogil=True)
def key(seed, topic):  # pragma: no cover
    """Where the numbers of a topic begin."""
    return mixed(mixed(seed) + topic * _GAMMA)


@njit(cache=True, nogil=True)
def drawn(begin, patient, step, width):  # pragma: no cover
    """A row of uniform numbers for each patient; `step` is one for all, or one for each."""
    numbers = np.empty((len(patient), width))
    for row in range(len(patient)):
        stream = mixed(patient[row] * _GAMMA + begin)
        first = step[row if len(step) > 1 else 0] * _PLACES
        for place in range(width):
            bits = mixed(stream + (first + np.uint64(place + 1)) * _GAMMA) >> _11
            numbers[row, place] = (np.float64(bits) + 0.5) * 2.0**-53
    return numbers
