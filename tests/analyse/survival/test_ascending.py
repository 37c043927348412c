"""Times in order: whole days are counted, others sorted, and both ways give one answer."""

import numpy as np
import pytest

from headway.analyse.survival.ascending import ascending, starts_a_time, whole_days
from headway.analyse.survival.kaplan_meier import kaplan_meier, quantile
from headway.analyse.survival.log_rank import compare
from headway.analyse.survival.risk_set import risk_set


def drawn(n=3000):
    random = np.random.default_rng(5)
    days = np.ceil(random.exponential(400, n))
    return days, random.random(n) < 0.6, random.integers(0, 3, n)


def test_counted_days_and_sorted_days_give_the_same_table():
    days, events, _ = drawn()
    assert whole_days(days) is not None
    assert whole_days(days / 7) is None
    counted, ordered = risk_set(days, events), risk_set(days / 7, events)
    np.testing.assert_allclose(counted.times, ordered.times * 7, rtol=1e-15)
    for name in ("at_risk", "events", "censored", "survivors"):
        np.testing.assert_array_equal(getattr(counted, name), getattr(ordered, name))


def test_counted_days_and_sorted_days_give_the_same_log_rank():
    days, events, codes = drawn()
    assert compare(days, events, codes).chi_square == pytest.approx(
        compare(days / 7, events, codes).chi_square, rel=1e-13
    )


def test_table_is_what_counting_by_hand_gives():
    days, events, _ = drawn()
    table = risk_set(days, events)
    for row in (0, 17, len(table.times) - 1):
        now = table.times[row]
        by_hand = (days >= now).sum(), events[days == now].sum(), (~events)[days == now].sum()
        assert (table.at_risk[row], table.events[row], table.censored[row]) == by_hand


@pytest.mark.parametrize("shift", [0.0, -1.5, 1e6])
def test_events_stay_with_their_times(shift):
    times, events = np.array([2.0, 0.0, 1.0, -0.0, 3.0]) + shift, np.array([True, False, True, True, False])
    ordered, failing = ascending(times, events)
    assert ordered.tolist() == sorted(times.tolist())
    assert sorted(zip(ordered, failing, strict=True)) == sorted(zip(times, events, strict=True))


@pytest.mark.parametrize(
    ("times", "new"),
    [
        ([0.3, 0.1 + 0.2, 0.5], [True, False, True]),
        ([1.0, 1.0, 2.0], [True, False, True]),
        ([1.0, 1.0 + 1e-9, 2.0], [True, False, True]),
        ([1.0, 1.0 + 1e-7, 2.0], [True, True, True]),
        ([1e9, 1e9 + 1.0, 2e9], [True, False, True]),  # against a mean of a billion a gap of 1 is rounding
        ([-1e9, 0.0, 1.0], [True, True, False]),
        ([5.0], [True]),
    ],
)
def test_gaps_of_rounding_size_are_none(times, new):
    assert starts_a_time(np.array(sorted(times))).tolist() == new


def test_days_too_far_apart_are_not_counted():
    assert whole_days(np.arange(2000.0) * 1e6) is None


def test_a_quantile_far_into_a_long_curve_is_found_with_its_limits():
    times = np.arange(1.0, 10_001.0) / 3
    curve = kaplan_meier(times, np.ones(len(times), dtype=bool))
    found = quantile(curve, 0.5)
    first = times[np.flatnonzero(curve.lower <= 0.5)[0]], times[np.flatnonzero(curve.upper <= 0.5)[0]]
    assert (found.lower, found.upper) == first
    assert found.value == (times[4999] + times[5000]) / 2
