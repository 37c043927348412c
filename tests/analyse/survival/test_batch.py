"""Batch kernels equal the single statistics, row by row; nothing that is not reached gets lost."""

import numpy as np
import polars as pl
import pytest

from headway.analyse.survival.batch import cox_fits, log_rank_statistics, quantiles, resampled_quantiles
from headway.analyse.survival.bootstrap import bootstrap_quantile
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.kaplan_meier import kaplan_meier, quantile
from headway.analyse.survival.log_rank import log_rank
from headway.analyse.survival.sample import AnalysisError, Outcome


@pytest.fixture(scope="module")
def simulated():
    """60 data sets of 40, from heavy ties to none, from few events to many."""
    random = np.random.default_rng(9)
    times = random.exponential(10, (60, 40))
    times[::3] = np.ceil(times[::3])
    times[1::3] = 5 * np.ceil(times[1::3] / 5)
    events = random.random((60, 40)) < np.linspace(0.1, 1, 60)[:, None]
    return times, events, random.random((60, 40)) < 0.4


def test_medians(simulated):
    times, events, _ = simulated
    single = [quantile(kaplan_meier(t, e), 0.5).value for t, e in zip(times, events, strict=True)]
    assert quantiles(times, events).tolist() == [np.inf if value is None else value for value in single]
    assert None in single


def test_log_ranks(simulated):
    times, events, second = simulated
    found = log_rank_statistics(times, events, second)
    for z, t, e, g in zip(found, times, events, second, strict=True):
        rows = log_rank(pl.DataFrame({"days": t, "event": e, "g": g}), "g")
        assert z**2 == pytest.approx(rows.filter(statistic="chi-square")["value"][0], rel=1e-10)


def test_cox_fits(simulated):
    times, events, second = simulated
    beta, error = cox_fits(times, events, second.astype(float))
    for b, se, t, e, g in zip(beta, error, times, events, second, strict=True):
        model = cox(pl.DataFrame({"days": t, "event": e, "x": g}), ["x"])
        if model.reasons:
            assert np.isinf(b)
            assert np.isnan(se)
        else:
            assert (b, se) == pytest.approx((model.coefficients[0], model.errors[0]), rel=1e-9, abs=1e-12)


def test_floating_noise_is_a_tie():
    times = np.array([[0.1 + 0.2, 0.3, 0.5, 0.7, 0.1 * 7, 1]])
    events = np.array([[True, True, False, True, True, True]])
    clean = np.round(times, 9)
    x = np.array([1.0, 0, 1, 0, 1, 0])
    assert log_rank_statistics(times, events, x > 0) == pytest.approx(
        log_rank_statistics(clean, events, x > 0)
    )
    assert cox_fits(times, events, x)[0] == pytest.approx(cox_fits(clean, events, x)[0])


def test_separation_is_infinite_and_a_constant_covariate_nan():
    times, events = np.array([[1.0, 2, 3, 4]] * 2), np.array([[True, True, False, False]] * 2)
    beta, error = cox_fits(times, events, np.array([[1.0, 1, 0, 0], [1.0, 1, 1, 1]]))
    assert beta[0] == np.inf
    assert np.isnan([*error, beta[1]]).all()


def test_resamples_equal_curves_of_the_same_draws():
    times, events = np.array([3.0, 1, 1, 8, 5]), np.array([True, False, True, True, False])
    order, random = np.argsort(times, kind="stable"), np.random.default_rng(7)
    expected = []
    for _ in range(50):
        drawn = order[(random.random(5) * 5).astype(int)]
        value = quantile(kaplan_meier(times[drawn], events[drawn]), 0.5).value
        expected.append(np.inf if value is None else value)
    assert resampled_quantiles(times, events, 50, seed=7).tolist() == expected


def test_trap_medians_not_reached_stay_in_the_bootstrap():
    """Dropping them would give a finite upper limit (greenwood's nan-percentiles)."""
    frame = pl.DataFrame({"days": range(1, 21), "event": [1] * 11 + [0] * 9})
    found = bootstrap_quantile(frame, seed=3)
    assert found["value"][0] == 10.5
    assert found["upper"][0] is None
    assert "not reached in" in found["note"][0]


def test_the_same_seed_gives_the_same_limits_and_groups_are_told_apart():
    frame = pl.DataFrame({"days": range(1, 41), "event": [1] * 40, "arm": list("AB") * 20})
    one, other = (bootstrap_quantile(frame, by="arm", seed=5) for _ in range(2))
    assert one.equals(other)
    assert one["group"].to_list() == ["A", "B"]


def test_repeated_patients_and_weights_are_refused():
    frame = pl.DataFrame({"days": [1, 2], "event": [1, 1], "patient_id": ["P1", "P1"], "w": [1.0, 2.0]})
    with pytest.raises(AnalysisError, match="patient_id: one row per patient"):
        bootstrap_quantile(frame)
    with pytest.raises(AnalysisError, match="without weights"):
        bootstrap_quantile(frame, outcome=Outcome(weight="w"))


def test_shapes_and_values_are_checked():
    with pytest.raises(AnalysisError, match="one row per data set"):
        quantiles(np.ones(3), np.ones(3, bool))
    with pytest.raises(AnalysisError, match="finite numbers"):
        quantiles(np.full((1, 2), np.nan), np.ones((1, 2), bool))
