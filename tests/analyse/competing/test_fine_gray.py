"""Fine-Gray: R's values by both conventions, and what weights, strata and clusters must do."""

import numpy as np
import polars as pl
import pytest

from headway.analyse.competing.fine_gray import fine_gray
from headway.analyse.competing.observations import observations
from headway.analyse.competing.outcomes import cause_specific, subdistribution_hazard_ratios
from headway.analyse.survival.sample import AnalysisError, Outcome

CASES = {
    "rd": ("time", ["x1", "x2", "x3"]),
    "cc": ("time", ["x1", "x2"]),
    "mg": ("etime", ["age", "male"]),
}


def inputs(r_data, name):
    time, covariates = CASES[name]
    data = r_data(name)
    if name == "mg":
        data = data.with_columns(male=(pl.col("sex") == "M").cast(float))
    return data[time].to_numpy(), data["cs"].to_numpy(), data.select(covariates).to_numpy()


def test_equals_finegray_and_coxph(r_values, r_data):
    times, causes, x = inputs(r_data, "rd")
    found = fine_gray(observations(times, causes), x, 1)
    assert found.coefficients == pytest.approx(r_values["fgr.rd.coef"], rel=1e-10)
    assert found.errors == pytest.approx(r_values["fgr.rd.se"], rel=1e-10)


def test_equals_finegray_and_coxph_on_mgus2(r_data):
    # Read in R at ten digits (survival 3.5-3).
    times, causes, x = inputs(r_data, "mg")
    found = fine_gray(observations(times, causes), x, 1)
    assert found.coefficients == pytest.approx([-0.01730073342, -0.25970091465], rel=2e-8)
    assert found.errors == pytest.approx([0.005700958023, 0.185579308546], rel=1e-8)


@pytest.mark.parametrize("name", ["rd", "cc", "mg"])
def test_equals_crr(r_values, r_data, name):
    """crr stops its search early (gtol 1e-6): coefficients agree to that, the maximum to the last digits."""
    times, causes, x = inputs(r_data, name)
    found = fine_gray(observations(times, causes), x, 1, convention="cmprsk")
    assert found.log_likelihood[1] == pytest.approx(r_values[f"crr.{name}.ll"][0], rel=1e-12)
    assert found.coefficients == pytest.approx(r_values[f"crr.{name}.coef"], rel=3e-5)
    assert found.errors == pytest.approx(r_values[f"crr.{name}.se"], rel=2e-7)


def test_without_ties_of_event_and_censoring_both_conventions_give_the_same_ratios(r_data):
    times, causes, x = inputs(r_data, "cc")
    ours, crr = (
        fine_gray(observations(times, causes), x, 1, convention=c).coefficients
        for c in ("survival", "cmprsk")
    )
    assert ours == pytest.approx(crr, rel=1e-8)


def test_order_units_and_doubling_all_rows(r_data):
    times, causes, x = inputs(r_data, "rd")
    one = fine_gray(observations(times, causes), x, 1)
    order = np.random.default_rng(2).permutation(len(times))
    again = fine_gray(observations(times[order], causes[order]), x[order], 1)
    assert again.coefficients == pytest.approx(one.coefficients, rel=1e-9)
    shifted = fine_gray(observations(times, causes), 1000 * x + 1e6, 1)
    assert shifted.coefficients * 1000 == pytest.approx(one.coefficients, rel=1e-7)
    n = len(times)
    twice = observations(np.tile(times, 2), np.tile(causes, 2), clusters=np.tile(np.arange(n), 2))
    doubled = fine_gray(twice, np.tile(x, (2, 1)), 1)
    assert doubled.coefficients == pytest.approx(one.coefficients, rel=1e-9)
    assert doubled.errors == pytest.approx(one.errors, rel=1e-9)
    heavy = fine_gray(observations(times, causes, weights=np.full(n, 3.0)), x, 1)
    assert heavy.errors == pytest.approx(one.errors, rel=1e-9)


def test_frames_in_results_out(r_data):
    data = r_data("rd").rename({"id": "patient_id"}).drop("event")
    outcome = Outcome(time="time", event="cs", weight="wt", strata=("s",), cluster="cl")
    found = subdistribution_hazard_ratios(data, ["x1", "x2"], outcome=outcome)
    assert found["group"].to_list() == ["x1", "x1", "x2", "x2"]
    assert found["n"].to_list() == [500] * 4
    assert found["lower"][0] < found["value"][0] < found["upper"][0]


def test_causes_by_themselves():
    frame = pl.DataFrame({"state": [0, 1, 2, None]})
    assert cause_specific(frame, 2)["state"].to_list() == [False, False, True, None]


@pytest.mark.parametrize(
    ("x", "cause", "message"),
    [
        ([1, 1, 1, 1], 1, "column 0 is constant"),
        ([[1, 2], [0, 0], [1, 2], [3, 6]], 1, "combination"),
        ([0, 1, 2, 3], 3, "nobody ended by cause 3"),
        ([0, 1, np.nan, 3], 1, "finite numbers"),
        ([0, 1], 1, "expected 4 rows"),
        ([3, 2, 1, 0], 1, "separates"),
    ],
)
def test_what_has_no_estimate_is_refused(x, cause, message):
    with pytest.raises(AnalysisError, match=message):
        fine_gray(observations([1, 2, 3, 4], [1, 1, 1, 0]), x, cause)


def test_crr_has_no_weights():
    seen = observations([1, 2, 3, 4], [1, 1, 1, 0], weights=[1, 2, 1, 1])
    with pytest.raises(AnalysisError, match="without weights"):
        fine_gray(seen, [0, 1, 0, 1], 1, convention="cmprsk")
