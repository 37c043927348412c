"""The generator against its published numbers, and a number against its place."""

import numpy as np
import pytest

from headway.simulate.draws import Draws
from headway.simulate.mixing import mixed

GAMMA = 0x9E3779B97F4A7C15
# The first outputs of SplitMix64 from the state 1234567.
PUBLISHED = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]


@pytest.mark.parametrize(("place", "expected"), list(enumerate(PUBLISHED, 1)))
def test_the_mixing_function_is_that_of_splitmix64(place, expected):
    assert int(mixed(np.uint64((1234567 + place * GAMMA) % 2**64))) == expected


def test_a_number_depends_on_patient_and_step_and_not_on_who_stands_beside():
    patients, steps = np.array([4, 2**31, 0, 4]), np.array([1, 1, 7, 9])
    together = Draws(5).uniform("death", patients, 3, step=steps)
    alone = [
        Draws(5).uniform("death", patients[at : at + 1], 3, step=int(steps[at])) for at in range(len(steps))
    ]
    assert (together == np.concatenate(alone)).all()
    assert len(np.unique(together)) == together.size
    assert ((together > 0) & (together < 1)).all()


def test_nobody_asks_for_nothing():
    assert Draws(5).uniform("death", np.arange(0), 3).shape == (0, 3)
