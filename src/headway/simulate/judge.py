"""RECIST 1.1 of one scan for many patients at once: what the truth shows, or what a reader saw.

Sizes are hundredths of a millimetre in whole numbers; MISSING where a lesion could not be judged.
The rules are those of docs/reference/response.md; the model needs them while it runs, since a line of therapy
changes when a progression is read.
"""

from dataclasses import dataclass

import numpy as np

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
    sizes: np.ndarray, role: np.ndarray, node: np.ndarray, reference: Reference, unequivocal_ratio: float
) -> np.ndarray:
    """The response of each patient (CR to NE)."""
    target = _target(sizes, role, node, reference)
    others, progressing = _non_target(sizes, role, node, reference, unequivocal_ratio)
    new = ((role == NEW) & (sizes > 0)).any(axis=1)
    has_targets, has_others = (role == TARGET).any(axis=1), (role == NON_TARGET).any(axis=1)
    complete = (target == CR) & (~has_others | (others == CR))
    overall = np.where(complete, CR, np.where(target == CR, PR, target))
    overall = np.where(has_targets, overall, np.where(has_others, others, NE))
    return np.where(new | progressing | (has_targets & (target == PD)), PD, overall)


def _target(sizes: np.ndarray, role: np.ndarray, node: np.ndarray, reference: Reference) -> np.ndarray:
    target, missing = role == TARGET, sizes == MISSING
    seen = np.where(target & ~missing, sizes, 0)
    total, complete = seen.sum(axis=1), ~(target & missing).any(axis=1)
    left = ((seen > 0) & ~node).any(axis=1) | ((seen >= NODE_SIZE) & node).any(axis=1)
    rise = total - reference.nadir
    grown = (5 * rise >= reference.nadir) & (rise >= RISE)
    shrunk = 10 * (reference.baseline - total) >= 3 * reference.baseline
    cases = [complete & ~left, left & reference.after_cr, grown, ~complete, shrunk]
    return np.select(cases, [CR, PD, PD, NE, PR], SD)


def _non_target(
    sizes: np.ndarray, role: np.ndarray, node: np.ndarray, reference: Reference, ratio: float
) -> tuple[np.ndarray, np.ndarray]:
    """The response of the non-target lesions, and whether it is PD."""
    other, missing = role == NON_TARGET, sizes == MISSING
    left = other & ~missing & np.where(node, sizes >= NODE_SIZE, sizes > 0)
    back = (left & ~node).any(axis=1) & reference.after_cr
    progressing = (other & unequivocal(sizes, reference.lowest, ratio)).any(axis=1) | back
    cases = [progressing, (other & missing).any(axis=1), ~left.any(axis=1)]
    return np.select(cases, [PD, NE, CR], NON), progressing


def unequivocal(sizes: np.ndarray, lowest: np.ndarray, ratio: float) -> np.ndarray:
    """Whether a lesion is so much larger than it was at its smallest that nobody can doubt it (1.4)."""
    return (sizes >= ratio * lowest) & (sizes - lowest >= RISE) & (sizes >= NODE_SIZE)


def remembered(reference: Reference, sizes: np.ndarray, role: np.ndarray, response: np.ndarray) -> Reference:
    """The reference of the next scan."""
    target, missing = role == TARGET, sizes == MISSING
    total, complete = np.where(target, sizes, 0).sum(axis=1), ~(target & missing).any(axis=1)
    nadir = np.where(complete, np.minimum(reference.nadir, total), reference.nadir)
    lowest = np.where(missing, reference.lowest, np.minimum(reference.lowest, sizes))
    after = np.where(response == NE, reference.after_cr, response == CR)
    return Reference(reference.baseline, nadir, lowest, after)
