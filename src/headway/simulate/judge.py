"""RECIST 1.1 of one scan for many patients at once: what the truth shows, or what a reader saw.

Sizes are hundredths of a millimetre in whole numbers; MISSING where a lesion could not be judged.
The rules are those of docs/reference/response.md; the model needs them while it runs, since a line of therapy
changes when a progression is read. Compiles with numba: patient by patient, lesion by lesion.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from headway.simulate.patients import NODE

MISSING = -1
TARGET, NON_TARGET, NEW = 1, 2, 3
CR, PR, SD, NON, PD, NE = range(6)
RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")
NODE_SIZE, RISE = 1000, 500  # a normal node is under 10 mm; a rise counts from 5 mm


@dataclass
class Reference:
    """What a scan is judged against; one entry per patient (lesions: per place)."""

    baseline: np.ndarray  # sum of the targets
    nadir: np.ndarray
    lowest: np.ndarray  # smallest size of each lesion so far
    after_cr: np.ndarray  # the latest response other than NE is CR


def started(sizes: np.ndarray, role: np.ndarray) -> Reference:
    """The reference right after baseline."""
    total = np.where(role == TARGET, np.maximum(sizes, 0), 0).sum(axis=1)
    return Reference(total, total.copy(), np.maximum(sizes, 0), np.zeros(len(sizes), bool))


def judged(
    sizes: np.ndarray, who: np.ndarray, role: np.ndarray, organ: np.ndarray, reference: Reference,
    unequivocal_ratio: float,
) -> np.ndarray:  # fmt: skip
    """The response of each of `who` (CR to NE); a row of sizes for each, all else by row of the patient."""
    known = reference.baseline, reference.nadir, reference.lowest, reference.after_cr
    return _responses(sizes, who, role, organ, *known, unequivocal_ratio)


@njit(cache=True, nogil=True)
def _responses(  # pragma: no cover
    sizes, who, role, organ, baseline, nadir, lowest, after_cr, ratio
):  # fmt: skip
    found = np.empty(len(who), np.int8)
    for row in range(len(who)):
        own = who[row]
        target = _target(sizes[row], role[own], organ[own], baseline[own], nadir[own], after_cr[own])
        other, progressing = _non_target(sizes[row], role[own], organ[own], lowest[own], after_cr[own], ratio)
        found[row] = PD if progressing else _overall(target, other)
    return found


@njit(cache=True, nogil=True)
def _overall(target, other):  # pragma: no cover
    """The response of a patient, from targets and others; -1: there is none of the kind."""
    if target == -1:
        return NE if other == -1 else other
    if target == CR:
        return CR if other in (-1, CR) else PR
    return target


@njit(cache=True, nogil=True)
def _target(sizes, role, organ, baseline, nadir, after_cr):  # pragma: no cover
    """The response of the targets; -1: there is none."""
    total, some, missing, left = 0, False, False, False
    for place in range(len(sizes)):
        if role[place] == TARGET:
            some, size = True, sizes[place]
            missing |= size == MISSING
            total += max(size, 0)
            left |= size >= NODE_SIZE if organ[place] == NODE else size > 0
    if not some:
        return -1
    if not (missing or left):
        return CR
    rise = total - nadir
    if (left and after_cr) or (5 * rise >= nadir and rise >= RISE):
        return PD
    if missing:
        return NE
    return PR if 10 * (baseline - total) >= 3 * baseline else SD


@njit(cache=True, nogil=True)
def _non_target(sizes, role, organ, lowest, after_cr, ratio):  # pragma: no cover
    """The response of the other lesions (-1: there is none), and whether it is PD, or a lesion is new."""
    some, missing, left, progressing = False, False, False, False
    for place in range(len(sizes)):
        size = sizes[place]
        if role[place] == NON_TARGET:
            some = True
            missing |= size == MISSING
            here = size >= NODE_SIZE if organ[place] == NODE else size > 0
            left |= here
            progressing |= here and after_cr and organ[place] != NODE
            progressing |= _unequivocal(size, lowest[place], ratio)
        elif role[place] == NEW:
            progressing |= size > 0
    if not some:
        return -1, progressing
    return NE if missing else NON if left else CR, progressing


@njit(cache=True, nogil=True)
def _unequivocal(size, lowest, ratio):  # pragma: no cover
    """Whether a lesion is so much larger than it was at its smallest that nobody can doubt it (1.4)."""
    return size >= ratio * lowest and size - lowest >= RISE and size >= NODE_SIZE


@njit(cache=True, nogil=True)
def unequivocal(sizes, who, lowest, ratio):  # pragma: no cover
    """The same for every lesion of `who`."""
    found = np.empty(sizes.shape, np.bool_)
    for row in range(len(who)):
        for place in range(sizes.shape[1]):
            found[row, place] = _unequivocal(sizes[row, place], lowest[who[row], place], ratio)
    return found


def remember(
    reference: Reference, who: np.ndarray, sizes: np.ndarray, role: np.ndarray, response: np.ndarray
) -> None:
    """Make of the reference of these patients the one of their next scan."""
    known = reference.nadir, reference.lowest, reference.after_cr
    _remember(*known, who, sizes, role, response)


@njit(cache=True, nogil=True)
def _remember(nadir, lowest, after_cr, who, sizes, role, response):  # pragma: no cover
    for row in range(len(who)):
        own, total, complete = who[row], 0, True
        for place in range(sizes.shape[1]):
            size = sizes[row, place]
            if size != MISSING:
                lowest[own, place] = min(lowest[own, place], size)
            if role[own, place] == TARGET:
                complete &= size != MISSING
                total += size
        if complete:
            nadir[own] = min(nadir[own], total)
        if response[row] != NE:
            after_cr[own] = response[row] == CR
