"""Random numbers that belong to a patient: the same whatever the chunk, the order or the number of threads.

A number is a function of seed, topic, patient, step and place (a counter-based generator with the mixing
function of SplitMix64; Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195). Nothing has a state.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtri

from headway.simulate.mixing import drawn, key

TOPICS = (
    "patient", "lesions", "growth", "calendar", "line", "response", "holiday", "death", "new lesion", "visit",
    "reading", "second reading", "radiotherapy", "irradiated lesion", "toxicity", "lab", "quality of life",
    "quality of life of the patient",
)  # fmt: skip


@dataclass(frozen=True)
class Draws:
    """The random numbers of one seed."""

    seed: int

    def uniform(self, topic: str, patient: np.ndarray, width: int, step: int | np.ndarray = 0) -> np.ndarray:
        """Uniform numbers between 0 and 1, both excluded: a row for each patient.

        >>> both = Draws(1).uniform("death", np.array([0, 1]), 2)
        >>> bool((Draws(1).uniform("death", np.array([1]), 2) == both[1]).all())
        True
        """
        return drawn(_key(self.seed, topic), _whole(patient), np.atleast_1d(_whole(step)), width)

    def normal(self, topic: str, patient: np.ndarray, width: int, step: int | np.ndarray = 0) -> np.ndarray:
        """Standard normal numbers."""
        return ndtri(self.uniform(topic, patient, width, step))

    def exponential(
        self, topic: str, patient: np.ndarray, width: int, step: int | np.ndarray = 0
    ) -> np.ndarray:
        """Exponential numbers of mean 1."""
        return -np.log(self.uniform(topic, patient, width, step))


@cache
def _key(seed: int, topic: str) -> np.uint64:
    # Numba gives a plain int, of which it would not make the same type again.
    return np.uint64(key(np.uint64(seed), np.uint64(TOPICS.index(topic) + 1)))


def _whole(value: int | np.ndarray) -> np.ndarray:
    return np.asarray(value).astype(np.uint64)


def chosen(uniform: np.ndarray, shares: Sequence[float] | np.ndarray) -> np.ndarray:
    """Which of several kinds, by their shares.

    >>> chosen(np.array([0.1, 0.3, 0.99]), [0.2, 0.3, 0.5]).tolist()
    [0, 1, 2]
    """
    edges = np.cumsum(np.asarray(shares, dtype=float), axis=-1)
    # The last edge may fall short of 1 by rounding: whatever is left belongs to the last kind.
    return (uniform[..., None] >= edges[..., :-1]).sum(axis=-1).astype(np.int16)
