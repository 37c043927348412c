"""Kaplan-Meier with left truncation, weights and robust errors, against R."""

import numpy as np
import pytest

from headway.analyse.survival.kaplan_meier import kaplan_meier


@pytest.mark.parametrize("limits", ["log", "log-log", "plain"])
@pytest.mark.parametrize("design", ["rdlt", "rdw", "rdwrob", "rdwcl"])
def test_curve_error_and_limits_equal_r(r_data, r_values, same, limits, design):
    data = r_data("rd")
    more = {
        "rdlt": {"start": data["entry"].to_numpy().astype(float)},
        "rdw": {"weights": data["wt"].to_numpy()},
        "rdwrob": {"weights": data["wt"].to_numpy(), "clusters": np.arange(data.height)},
        "rdwcl": {"weights": data["wt"].to_numpy(), "clusters": data["cl"].to_numpy() - 1},
    }[design]
    times, events = data["time"].to_numpy().astype(float), (data["event"] == 1).to_numpy()
    curve = kaplan_meier(times, events, limits=limits, **more)
    ours = {"time": curve.table.times, "surv": curve.survival, "se": curve.error * curve.survival,
            "lo": curve.lower, "hi": curve.upper}  # fmt: skip
    for name, values in ours.items():
        same(values, r_values[f"km.{design}.{limits}.{name}"])


def test_domain_weighted_lung_has_the_robust_error_of_r(r_data):
    data = r_data("lung")
    weights = 1 + 1.5 * (data["sex"] == 2).to_numpy()
    curve = kaplan_meier(
        data["time"].to_numpy().astype(float), (data["status"] == 2).to_numpy(), weights=weights,
        clusters=np.arange(data.height),
    )  # fmt: skip
    for time, survival, error in [(180, 0.7662594164, 0.02924388186), (365, 0.4521688146, 0.04048291731)]:
        at = np.searchsorted(curve.table.times, time, side="right") - 1
        assert curve.survival[at] == pytest.approx(survival, rel=1e-9)
        assert curve.survival[at] * curve.error[at] == pytest.approx(error, rel=1e-9)


def test_a_weighted_curve_ends_at_exactly_zero_when_everybody_has_failed():
    weights = np.array([0.1, 0.2, 0.3, 0.7])
    curve = kaplan_meier(np.arange(1.0, 5.0), np.ones(4, bool), weights=weights)
    assert curve.survival[-1] == 0.0


def test_equal_weights_change_no_estimate():
    times, events = np.array([1.0, 2, 2, 3, 5]), np.array([True, True, False, True, False])
    plain, doubled = kaplan_meier(times, events), kaplan_meier(times, events, weights=np.full(5, 2.0))
    np.testing.assert_allclose(plain.survival, doubled.survival, rtol=1e-14)


def test_robust_and_greenwood_errors_agree_without_weights():
    """A known identity: the jackknife variance of an unweighted curve is Greenwood's."""
    times, events = np.array([1.0, 2, 2, 3, 5, 8]), np.array([True, True, False, True, False, True])
    plain, robust = kaplan_meier(times, events), kaplan_meier(times, events, clusters=np.arange(6))
    np.testing.assert_allclose(robust.error[:-1], plain.error[:-1], rtol=1e-12)


@pytest.mark.parametrize("shift", [-10.0, 1000.0])
def test_a_shifted_time_origin_changes_nothing(r_data, shift):
    data = r_data("rd")
    times, start = data["time"].to_numpy().astype(float), data["entry"].to_numpy().astype(float)
    events = (data["event"] == 1).to_numpy()
    here = kaplan_meier(times, events, start=start)
    there = kaplan_meier(times + shift, events, start=start + shift)
    np.testing.assert_array_equal(here.survival, there.survival)
