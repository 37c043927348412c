"""Kaplan-Meier against R's survival, and the traps that libraries fall into (statistics.md, section 0)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.analyse.survival.kaplan_meier import follow_up, kaplan_meier, quantile, survival_at

LIMITS = ["log", "log-log", "plain"]


def lung(r_data):
    data = r_data("lung")
    return data["time"].to_numpy().astype(float), (data["status"] == 2).to_numpy()


def same(ours, theirs, tolerance=1e-10):
    expected = np.array([np.nan if value is None else value for value in theirs], dtype=float)
    np.testing.assert_allclose(np.array(ours, dtype=float), expected, rtol=tolerance, atol=0)


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("subset", ["lung", "lungsex1"])
def test_curve_and_limits_equal_r(r_data, r_values, limits, subset):
    times, events = lung(r_data)
    if subset == "lungsex1":
        men = (r_data("lung")["sex"] == 1).to_numpy()
        times, events = times[men], events[men]
    curve = kaplan_meier(times, events, limits=limits)
    same(curve.table.times, r_values[f"km.{subset}.{limits}.time"])
    same(curve.survival, r_values[f"km.{subset}.{limits}.surv"])
    same(curve.lower, r_values[f"km.{subset}.{limits}.lo"])
    same(curve.upper, r_values[f"km.{subset}.{limits}.hi"])


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize(
    ("name", "time", "event", "group", "dead"),
    [
        ("lung", "time", "status", "sex", 2),
        ("ovarian", "futime", "fustat", "rx", 1),
        ("veteran", "time", "status", "celltype", 1),
    ],
)
def test_quartiles_and_their_limits_equal_r(r_data, r_values, limits, name, time, event, group, dead):
    data = r_data(name)
    ours = []
    # R lists the levels of a factor in its own order: squamous, smallcell, adeno, large.
    levels = (
        ["squamous", "smallcell", "adeno", "large"] if group == "celltype" else sorted(data[group].unique())
    )
    for level in levels:
        rows = data.filter(data[group] == level)
        curve = kaplan_meier(
            rows[time].to_numpy().astype(float), (rows[event] == dead).to_numpy(), limits=limits
        )
        for p in (0.25, 0.5, 0.75):
            estimate = quantile(curve, p)
            ours += [estimate.value, estimate.lower, estimate.upper]
    same(ours, r_values[f"q.{name}.{limits}"])


def test_r9_2_a_level_at_exactly_one_half_gives_its_middle_as_in_r(r_values):
    four = kaplan_meier(np.arange(1.0, 5.0), np.ones(4, bool))
    same([quantile(four, 0.5).value], np.atleast_1d(r_values["median.plateau"]))
    ten = kaplan_meier(np.arange(1.0, 11.0), np.ones(10, bool))
    same([quantile(ten, p / 10).value for p in range(1, 10)], r_values["quant.10"])


@pytest.mark.parametrize("n", [24, 28, 30, 38])
def test_a_level_that_floating_point_misses_still_counts(n):
    curve = kaplan_meier(np.arange(1.0, n + 1), np.ones(n, bool))
    assert quantile(curve, 0.5).value == n / 2 + 0.5


def test_r9_4_follow_up_is_reverse_kaplan_meier(r_data, r_values):
    estimate = follow_up(*lung(r_data))
    # R stores quartiles, lower limits, upper limits; the medians are the second of each.
    stored = np.array(r_values["revkm.lung"], dtype=float).ravel()
    assert {estimate.value, estimate.lower, estimate.upper} <= set(stored)
    assert (estimate.value, estimate.lower, estimate.upper) == (588.0, 511.0, 821.0)


def test_domain_9_2_worked_example():
    times = np.array([1, 2, 2, 3, 5, 6, 8, 9, 11, 12, 14, 16, 18, 20, 24], dtype=float)
    events = np.array([1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0], dtype=bool)
    curve = kaplan_meier(times, events)
    at = {1: 0.9333, 2: 0.8667, 3: 0.7944, 5: 0.7222, 6: 0.65, 9: 0.5687, 11: 0.4875, 12: 0.40625, 16: 0.3047}
    for time, survival in at.items():
        assert survival_at(curve, time).value == pytest.approx(survival, abs=5e-5)
    median = quantile(curve, 0.5)
    assert (median.value, median.lower, median.upper) == (11.0, 3.0, None)
    assert quantile(kaplan_meier(times, events, limits="plain"), 0.5).lower == 5.0
    assert follow_up(times, events).value == 18.0


def test_times_that_differ_by_floating_point_are_one_time():
    curve = kaplan_meier(np.array([0.1 + 0.2, 0.3, 0.5]), np.ones(3, bool))
    assert curve.table.times.tolist() == [0.3, 0.5]
    assert curve.table.events.tolist() == [2.0, 1.0]


def test_r9_1_events_come_before_censorings_at_the_same_time():
    curve = kaplan_meier(np.array([5.0, 5.0]), np.array([True, False]))
    assert curve.survival.tolist() == [0.5]


def test_a_median_that_is_not_reached_is_none_and_not_a_number():
    curve = kaplan_meier(np.array([1.0, 2.0, 3.0]), np.array([True, False, False]))
    assert quantile(curve, 0.5).value is None


def test_nothing_is_said_beyond_the_last_follow_up():
    curve = kaplan_meier(np.array([1.0, 2.0]), np.array([True, False]))
    assert survival_at(curve, 2.5).value is None
    assert survival_at(curve, 0.5).value == 1.0


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=60), st.randoms())
def test_row_order_does_not_matter(patients, random):
    shuffled = random.sample(patients, len(patients))
    one, other = (
        kaplan_meier(np.array([float(t) for t, _ in rows]), np.array([e for _, e in rows]))
        for rows in (patients, shuffled)
    )
    np.testing.assert_array_equal(one.survival, other.survival)
    np.testing.assert_array_equal(one.lower, other.lower)


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=60))
def test_the_curve_is_the_product_over_those_at_risk(patients):
    curve = kaplan_meier(np.array([float(t) for t, _ in patients]), np.array([e for _, e in patients]))
    survival = 1.0
    for time, ours in zip(curve.table.times, curve.survival, strict=True):
        at_risk = sum(t >= time for t, _ in patients)
        survival *= 1 - sum(t == time and e for t, e in patients) / at_risk
        assert ours == pytest.approx(survival, abs=1e-12)
