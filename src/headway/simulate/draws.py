"""Random numbers that belong to a patient: the same whatever the chunk, the order or the number of threads.

A number is a function of seed, topic, patient, step and place (a counter-based generator with the mixing
function of SplitMix64; Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195). Nothing has a state.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

TOPICS = (
    "patient", "lesions", "growth", "calendar", "line", "response", "holiday", "death", "new lesion", "visit",
    "reading", "second reading", "radiotherapy", "irradiated lesion", "toxicity", "lab", "quality of life",
    "quality of life of the patient",
)  # fmt: skip
_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_PLACES = np.uint64(1 << 20)  # places of one step; a step never asks for so many


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
        stream = _mixed(_whole(patient) * _GAMMA + self._key(topic))
        steps = np.broadcast_to(_whole(step), stream.shape)
        place = steps[:, None] * _PLACES + np.arange(1, width + 1, dtype=np.uint64)
        bits = _mixed(stream[:, None] + place * _GAMMA) >> np.uint64(11)
        return (bits.astype(np.float64) + 0.5) * 2.0**-53

    def normal(self, topic: str, patient: np.ndarray, width: int, step: int | np.ndarray = 0) -> np.ndarray:
        """Standard normal numbers."""
        return ndtri(self.uniform(topic, patient, width, step))

    def exponential(
        self, topic: str, patient: np.ndarray, width: int, step: int | np.ndarray = 0
    ) -> np.ndarray:
        """Exponential numbers of mean 1."""
        return -np.log(self.uniform(topic, patient, width, step))

    def _key(self, topic: str) -> np.uint64:
        # An array of one, because numpy warns where a single number overflows, which is what mixing does.
        return _mixed(_mixed(_whole([self.seed])) + _whole([TOPICS.index(topic) + 1]) * _GAMMA)[0]


def _whole(value: int | list[int] | np.ndarray) -> np.ndarray:
    return np.asarray(value).astype(np.uint64)


def _mixed(bits: np.ndarray) -> np.ndarray:
    """The output function of SplitMix64."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def chosen(uniform: np.ndarray, shares: Sequence[float] | np.ndarray) -> np.ndarray:
    """Which of several kinds, by their shares.

    >>> chosen(np.array([0.1, 0.3, 0.99]), [0.2, 0.3, 0.5]).tolist()
    [0, 1, 2]
    """
    edges = np.cumsum(np.asarray(shares, dtype=float), axis=-1)
    # The last edge may fall short of 1 by rounding: whatever is left belongs to the last kind.
    return (uniform[..., None] >= edges[..., :-1]).sum(axis=-1).astype(np.int16)
