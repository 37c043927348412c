"""What the model makes of a scan: targets in lung and node, another lesion, one that may be new."""

import numpy as np
import pytest

from headway.simulate.judge import NEW, NON_TARGET, RESPONSES, TARGET, Reference, judged, remember
from headway.simulate.patients import NODE, ORGANS

LUNG = ORGANS.index("lung")
ROLES = np.array([[TARGET, TARGET, NON_TARGET, NEW]], np.int8)
ORGAN = np.array([[LUNG, NODE, LUNG, LUNG]], np.int16)
FIRST = np.array([0])


def reference(nadir: float, after_cr: bool = False) -> Reference:
    """After a baseline of 60 mm; the smallest sizes so far are 20, 12, 15 and 0 mm."""
    smallest = np.array([[2000, 1200, 1500, 0]], np.int32)
    return Reference(np.array([6000]), np.array([int(nadir * 100)]), smallest, np.array([after_cr]))


def sizes(text: str) -> np.ndarray:
    """Millimetres of the four lesions; ? is a lesion that cannot be judged."""
    return np.array([[-1 if word == "?" else round(float(word) * 100) for word in text.split()]], np.int32)


@pytest.mark.parametrize(
    ("rule", "nadir", "scan", "expected"),
    [
        ("everything gone, the node below 10 mm", 30, "0 9 0 0", "CR"),
        ("R1.2: a node of 10 mm is still there", 30, "0 10 0 0", "PR"),
        ("targets gone, another lesion left", 30, "0 9 15 0", "PR"),
        ("30 % below baseline, to the hundredth", 42, "30 12 15 0", "PR"),
        ("just less than 30 %", 42.01, "30.01 12 15 0", "SD"),
        ("R1.9: 20 % and 5 mm above the nadir", 35, "30 12 15 0", "PD"),
        ("R1.9: a node is in the sum", 32, "26.4 12 15 0", "PD"),
        ("20 % and less than 5 mm", 20, "12 12.99 15 0", "PR"),
        ("R1.12: a target is missing", 30, "? 12 15 0", "NE"),
        ("R1.12: what can be seen of the targets has progressed", 20, "25 ? 15 0", "PD"),
        ("another lesion is missing", 30, "0 9 ? 0", "PR"),
        ("another lesion unequivocally larger", 42, "30 12 21 0", "PD"),
        ("R1.20: a new lesion of any size", 42, "30 12 15 2", "PD"),
    ],
)  # fmt: skip
def test_a_scan_is_judged(rule, nadir, scan, expected):
    found = judged(sizes(scan), FIRST, ROLES, ORGAN, reference(nadir), 1.4)
    assert RESPONSES[found[0]] == expected, rule


def test_r1_16_a_lesion_that_comes_back_after_a_complete_response_is_progression():
    found = judged(sizes("2 9 0 0"), FIRST, ROLES, ORGAN, reference(9, after_cr=True), 1.4)
    assert RESPONSES[found[0]] == "PD"


@pytest.mark.parametrize(
    ("rule", "scan", "nadir", "lowest"),
    [
        ("R1.9: a complete sum below the nadir", "18 10 15 0", 28, [18, 10, 15, 0]),
        ("R1.13: an incomplete sum is no nadir", "18 ? 14 0", 32, [18, 12, 14, 0]),
        ("R1.9: a larger sum is no nadir", "25 12 15 0", 32, [20, 12, 15, 0]),
    ],
)
def test_a_scan_is_remembered(rule, scan, nadir, lowest):
    known = reference(32)
    response = judged(sizes(scan), FIRST, ROLES, ORGAN, known, 1.4)
    remember(known, FIRST, sizes(scan), ROLES, response)
    assert known.nadir[0] == nadir * 100, rule
    assert (known.lowest[0] / 100).tolist() == lowest, rule
