"""The chance of still being watched, which weighs those who ended by another cause (Fine and Gray 1999)."""

from typing import Literal

import numpy as np

from headway.analyse.competing.observations import Floats, Observations, still_there

Convention = Literal["survival", "cmprsk"]


def watched(seen: Observations, convention: Convention) -> Floats:
    """The chance of being watched just before each time, by Kaplan-Meier of censoring and of entry.

    The two conventions differ where an event and a censoring fall on one time. "survival": the event comes
    first, so it is not at risk of that censoring (survival::finegray). "cmprsk": it still is (cmprsk::crr).
    Case weights do not enter, as in both.
    """
    ones = np.ones(len(seen.leaves))
    lost = np.bincount(seen.leaves[seen.causes == 0], minlength=seen.size)
    at_risk = still_there(seen, ones)
    if convention == "survival":
        at_risk = at_risk - np.bincount(seen.leaves[seen.causes > 0], minlength=seen.size)
    kept = np.where(lost > 0, 1 - lost / np.maximum(at_risk, 1), 1.0)
    staying = np.concatenate([[1.0], np.cumprod(kept)[:-1]])
    return staying * _entered(seen) if seen.enters.any() else staying


def _entered(seen: Observations) -> Floats:
    """The chance of having entered before each time: Kaplan-Meier of entries with time run backwards.

    Entries between two ends are one step: their factors telescope to the same product.
    """
    late = np.bincount(seen.enters, minlength=seen.size)
    present = still_there(seen, np.ones(len(seen.leaves)))
    kept = 1 - late / np.maximum(present, 1)
    return np.concatenate([np.cumprod(kept[:0:-1])[::-1], [1.0]])
