"""Which lesions become targets (R1.1 to R1.6)."""

import numpy as np
import pytest

from headway.simulate.judge import NON_TARGET, TARGET
from headway.simulate.patients import ORGANS
from headway.simulate.targets import roles

LETTERS = {0: "-", TARGET: "T", NON_TARGET: "n"}


@pytest.mark.parametrize(
    ("rule", "lesions", "expected"),
    [
        ("R1.1: 10 mm, to the hundredth", "lung 10, lung 9.99, liver 0", "Tn-"),
        ("R1.2: a node from 15 mm", "lymph node 15, lymph node 14.99", "Tn"),
        ("R1.3: no lesion of bone", "bone 40, lung 12", "nT"),
        ("R1.4: irradiated, and irradiated with growth since", "lung 30 irradiated, lung 20 failed", "nT"),
        ("R1.5: two an organ, the largest first", "lung 12, lung 30, lung 20, liver 11", "nTTT"),
        ("R1.5: the first of equals", "lung 20, lung 20, lung 20", "TTn"),
        (
            "R1.5: five in all",
            "lung 30, lung 29, liver 28, liver 27, lymph node 20, lymph node 19, other 40",
            "TTTTnnT",
        ),
    ],
)
def test_targets_are_chosen(rule, lesions, expected):
    words = [lesion.split(",")[0].split() for lesion in lesions.split(", ")]
    failed = np.array([[word[-1] == "failed" for word in words]])
    irradiated = failed | np.array([[word[-1] == "irradiated" for word in words]])
    plain = [word[:-1] if word[-1] in ("failed", "irradiated") else word for word in words]
    size = np.array([[round(float(word[-1]) * 100) for word in plain]], np.int32)
    organ = np.array([[ORGANS.index(" ".join(word[:-1])) for word in plain]], np.int16)
    found = roles(size, np.array([0]), organ, irradiated, failed)
    assert "".join(LETTERS[role] for role in found[0].tolist()) == expected, rule
