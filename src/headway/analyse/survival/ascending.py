"""Times in ascending order, and which of them are one time: one sort, or none where times are whole days."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
TOLERANCE = float(np.sqrt(np.finfo(float).eps))  # as R's survival: times closer than this are one time
FEW = 1000  # rows that are sorted as soon as counted
SPARSE = 4  # more days than this for each row, and counting days takes longer than sorting rows


def whole_days(times: Floats) -> Codes | None:
    """The times as whole numbers of 0 or more; None where one is not, or where counting days gains nothing.

    >>> whole_days(np.array([3.0, 1.0] * 500))[:2], whole_days(np.array([3.0, 1.5] * 500))
    (array([3, 1]), None)
    """
    # An early look at a few spares the others where times are continuous.
    if len(times) < FEW or (times[:FEW] % 1).any():
        return None
    if times.max() >= SPARSE * len(times) or times.min() < 0:
        return None
    days = times.astype(np.int64)
    return days if (days == times).all() else None


def ascending(times: Floats, events: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
    """The times in order, and whether each ends in the event.

    >>> ascending(np.array([3.0, 1.0, 2.5]), np.array([True, False, True]))
    (array([1. , 2.5, 3. ]), array([False,  True,  True]))
    """
    if times.min() < 0:
        order = np.argsort(times, kind="stable")
        return times[order], events[order]
    # Bits of numbers of 0 or more sort as the numbers do, and the bit of the sign is free to carry the event:
    # one sort of whole numbers takes a quarter of an argsort. Adding 0 makes -0.0 an ordinary 0.
    keys = np.add(times, 0.0, dtype=np.float64).view(np.uint64)
    keys <<= 1
    keys |= events
    keys.sort()
    failing = (keys.astype(np.uint8) & 1).view(np.bool_)
    keys >>= 1
    return keys.view(np.float64), failing


def starts_a_time(ordered: Floats) -> NDArray[np.bool_]:
    """Whether each of the sorted times is a new time, and not the one before it.

    Source: aeqSurv of R's survival: gaps of at most sqrt(eps), absolute or relative to the mean, are none.
    """
    gaps = ordered[1:] - ordered[:-1]
    new = np.ones(len(ordered), dtype=np.bool_)
    np.greater(gaps, 0, out=new[1:])
    # The mean lies below the largest: where no gap is as short as that, the mean is not asked for.
    widest = TOLERANCE * max(1.0, -ordered[0], ordered[-1])
    if np.count_nonzero(gaps > widest) + 1 < np.count_nonzero(new):
        scale = _mean_size(ordered, new)
        np.greater(gaps, TOLERANCE * max(1.0, scale), out=new[1:])
    return new


def _mean_size(ordered: Floats, new: NDArray[np.bool_]) -> float:
    """The mean of the distinct times, without their signs: all, less the few that repeat one."""
    sizes = ordered if ordered[0] >= 0 else np.abs(ordered)  # new memory costs more than the sum
    return float((sizes.sum() - sizes[~new].sum()) / np.count_nonzero(new))
