"""The test of proportional hazards, and hazard ratios by period, against R."""

import numpy as np
import polars as pl
import pytest

from headway.analyse.survival.cox.design import Category
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.cox.piecewise import piecewise_hazard_ratios
from headway.analyse.survival.cox.proportional_hazards import change_tests, proportional_hazards
from headway.analyse.survival.sample import AnalysisError, Outcome

LUNG = ("lung", ["age", "sex", "ph.ecog"], Outcome("time", "st"))
VETERAN = ("veteran", ["trt", "karno", "age"], Outcome("time", "status"))
R_TESTS = {
    **{f"lung.{transform}": LUNG for transform in ("km", "identity", "log", "rank")},
    **{f"vet.{transform}": VETERAN for transform in ("km", "identity", "log", "rank")},
    "rdlt.km": ("rd", ["x1", "x2", "x3"], Outcome("time", "event", "entry")),
    "vetstr.km": ("veteran", ["trt", "karno", "age"], Outcome("time", "status", strata=("celltype",))),
    "vetfactor.km": ("veteran", ["trt", "karno", Category("celltype")], Outcome("time", "status")),
}


@pytest.mark.parametrize("key", R_TESTS)
def test_chi_squares_and_p_values_equal_r(r_data, r_values, same, key):
    name, covariates, outcome = R_TESTS[key]
    tests = change_tests(cox(r_data(name), covariates, outcome=outcome), key.split(".")[1])
    ours = [[test.value, test.df, test.p] for test in tests.values()]
    same(ours, np.reshape(r_values[f"zph.{key}"], (-1, 3)), 1e-7)  # R fitted to its own 1e-9


def test_results_name_the_method_and_the_whole_model(r_data, value_of):
    name, covariates, outcome = VETERAN
    found = proportional_hazards(cox(r_data(name), covariates, outcome=outcome))
    assert found["group"].unique(maintain_order=True).to_list() == ["trt", "karno", "age", "GLOBAL"]
    assert found["method"][0] == "Grambsch-Therneau score test, g = km time"
    assert value_of(found, "p-value", group="karno") < 0.001


def test_nothing_is_tested_where_nothing_is_estimated():
    frame = pl.DataFrame({"days": range(1, 9), "event": [1] * 4 + [0] * 4, "arm": [1] * 4 + [0] * 4})
    found = proportional_hazards(cox(frame, ["arm"]))
    assert found["value"].null_count() == found.height
    assert set(found["note"]) == {"not estimable"}


def test_log_of_time_zero_is_refused():
    frame = pl.DataFrame({"days": [0, 1, 2, 3], "event": [1] * 4, "x": [1, 0, 1, 0]})
    with pytest.raises(AnalysisError, match="transform: the log of time"):
        proportional_hazards(cox(frame, ["x"]), "log")


def test_hazard_ratios_by_period_equal_r(r_data, r_survival, same):
    found = piecewise_hazard_ratios(
        r_data("veteran"), "karno", [60, 180], adjust=["trt"], outcome=Outcome("time", "status")
    )
    ratios = found.filter(statistic="hazard ratio")
    assert ratios["group"].to_list() == ["karno, up to 60", "karno, 60 to 180", "karno, after 180", "trt"]
    same(np.log(ratios["value"]), r_survival["piecewise.coef"], 1e-9)
    same(np.log(ratios["upper"] / ratios["value"]) / 1.959963984540054, r_survival["piecewise.se"], 1e-9)
    test = found.filter(group="karno", statistic="chi-square")
    same(test["value"], r_survival["piecewise.test"], 1e-9)
    assert test["unit"].to_list() == ["2 df"]


def test_periods_with_robust_errors_are_compared_by_wald(r_data):
    veteran = r_data("veteran").with_row_index("patient_id")
    found = piecewise_hazard_ratios(
        veteran, Category("celltype"), [100], outcome=Outcome("time", "status"), robust=True
    )
    test = found.filter(group="celltype", statistic="p-value")
    assert (test["method"][0].split(", ")[-1], found.filter(statistic="hazard ratio").height) == ("Wald", 6)
    assert 0 < test["value"][0] < 1


def test_a_period_without_an_event_has_a_reason_and_no_number():
    frame = pl.DataFrame({"days": [1, 2, 3, 4, 5, 9, 9, 9], "event": [1] * 5 + [0] * 3, "x": [1, 0] * 4})
    found = piecewise_hazard_ratios(frame, "x", [6]).filter(statistic="hazard ratio", group="x, after 6")
    assert (found["value"][0], found["note"][0]) == (None, "not estimable: does not vary among those at risk")


def test_without_a_break_there_is_no_period():
    frame = pl.DataFrame({"days": [1, 2], "event": [1, 1], "x": [1, 0]})
    with pytest.raises(AnalysisError, match="breaks: at least one time"):
        piecewise_hazard_ratios(frame, "x", [])
