"""Fine-Gray: R's values by both conventions, and what weights, strata and clusters must do."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from headway.analyse.competing.fine_gray import fine_gray, predicted_incidence
from headway.analyse.competing.observations import observations
from headway.analyse.competing.outcomes import (
    cause_specific,
    cause_specific_hazard_ratios,
    subdistribution_hazard_ratios,
)
from headway.analyse.survival.cox.model import cox
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


def expanded(data: pl.DataFrame, truncated: bool) -> pl.DataFrame:
    """Rows of survival::finegray: who ended by another cause goes on, a row for each step of its weight.

    Written from the definition, time by time, as a check of the sums that Headway uses.
    """
    entry = data["entry"].to_numpy() if truncated else np.full(data.height, -1)
    time, cause, weight = (data[name].to_numpy() for name in ("time", "cs", "wt"))

    def watched(t):
        chance = 1.0
        for c in np.unique(time[(cause == 0) & (time < t)]):
            at_risk = (entry < c) & ((time > c) | ((time == c) & (cause == 0)))
            chance *= 1 - ((time == c) & (cause == 0)).sum() / at_risk.sum()
        for e in np.unique(entry[entry >= t]):
            chance *= 1 - (entry == e).sum() / ((entry <= e) & (time > e)).sum()
        return chance

    deaths = np.unique(time[cause == 1])
    chances = {t: watched(t) for t in np.unique(time)}
    rows = []
    for i in range(data.height):
        rows.append((i, entry[i], time[i], cause[i] == 1, weight[i]))
        start = time[i]
        for t in deaths[deaths > time[i]] if cause[i] == 2 else []:
            rows.append((i, start, t, False, weight[i] * chances[t] / chances[time[i]]))
            start = t
    made = pl.DataFrame(rows, schema=["row", "start", "stop", "event", "fgwt"], orient="row")
    columns = data.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    return made.filter(pl.col("fgwt") > 0).join(columns.drop("event"), on="row", how="left")


@pytest.mark.parametrize("truncated", [False, True])
def test_weights_clusters_strata_and_entry_equal_cox_on_the_expanded_rows(r_data, truncated):
    data = r_data("rd").head(240).with_columns(s=pl.col("s") % 2)
    if truncated:
        data = data.with_columns(entry=pl.when(pl.col("entry") < pl.col("time")).then("entry").otherwise(0))
    parts = [expanded(data.filter(s=stratum), truncated) for stratum in (0, 1)]
    outcome = Outcome(time="stop", event="event", start="start", weight="fgwt", strata=("s",), cluster="cl")
    model = cox(pl.concat(parts), ["x1", "x2", "x3"], outcome=outcome, ties="breslow", robust=True)
    seen = observations(
        data["time"], data["cs"], weights=data["wt"], clusters=data["cl"],
        entry=data["entry"] if truncated else None,
    )  # fmt: skip
    found = fine_gray(seen, data.select("x1", "x2", "x3").to_numpy(), 1, strata=data["s"].to_numpy())
    assert found.coefficients == pytest.approx(model.coefficients, rel=1e-8)
    assert found.errors == pytest.approx(model.errors, rel=1e-8)
    assert found.log_likelihood == pytest.approx((model.loglik_null, model.loglik), rel=1e-10)


def test_cause_specific_ratios_are_cox_with_other_causes_censored(r_data):
    data = r_data("rd").drop("event")
    found = cause_specific_hazard_ratios(data, ["x1"], outcome=Outcome(time="time", event="cs"))
    by_hand = cox(data.with_columns(event=pl.col("cs") == 1), ["x1"], outcome=Outcome(time="time"))
    ratio = found.filter(pl.col("statistic") == "hazard ratio")["value"][0]
    assert ratio == pytest.approx(np.exp(by_hand.coefficients[0]), rel=1e-12)


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


@pytest.mark.parametrize(("name", "rows"), [("cc", [[0, 0], [-1.2, 1]]), ("rd", [[0, 0, 0], [1.5, 1, -0.4]])])
def test_predicted_incidence_equals_predict_crr(r_data, name, rows):
    path = Path(__file__).parents[2] / "reference" / "fine_gray.json"
    theirs = json.loads(path.read_text(encoding="utf-8"))
    times, causes, x = inputs(r_data, name)
    model = fine_gray(observations(times, causes), x, 1, convention="cmprsk")
    at = np.searchsorted(model.times, theirs[f"{name}.time"])
    found = predicted_incidence(model, rows)
    for row in range(len(rows)):
        assert found[row, at] == pytest.approx(theirs[f"{name}.{row + 1}"], rel=1e-8)


def test_predicted_incidence_has_a_baseline_for_each_stratum(r_data):
    times, causes, x = inputs(r_data, "rd")
    strata = r_data("rd")["s"].to_numpy()
    model = fine_gray(observations(times, causes), x, 1, strata=strata)
    first, second = predicted_incidence(model, x[:1], 0), predicted_incidence(model, x[:1], 1)
    assert len(model.baseline) == 4
    assert (first != second).any()
    assert (np.diff(first) >= 0).all()


def test_predicted_incidence_needs_the_covariates_of_the_model(r_data):
    times, causes, x = inputs(r_data, "cc")
    model = fine_gray(observations(times, causes), x, 1)
    with pytest.raises(AnalysisError, match="covariates: expected 1 rows of finite numbers"):
        predicted_incidence(model, [[np.nan, 1]])
    with pytest.raises(AnalysisError, match="covariates: expected 2 numbers"):
        predicted_incidence(model, [[1, 2, 3]])
