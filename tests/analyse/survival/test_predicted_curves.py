"""Survival predicted by a Cox model."""

import polars as pl
import pytest

from headway.analyse.survival.cox.curves import predicted_curves
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.sample import AnalysisError, Outcome


def test_survival_error_and_limits_equal_r(r_data, r_values, same):
    model = cox(r_data("lung"), ["age", "sex"], outcome=Outcome("time", "st"))
    curve = predicted_curves(model, pl.DataFrame({"age": [60], "sex": [1]}))
    rows = pl.concat([curve.filter(pl.col("days") <= time).tail(1) for time in (100, 365, 700)])
    survival, _, lower, upper = (r_values["coxsurv.lung"][k : k + 3] for k in (0, 3, 6, 9))
    same(rows["survival"], survival, 1e-8)
    same(rows["lower"], lower, 1e-8)
    same(rows["upper"], upper, 1e-8)


def test_curves_bear_the_names_of_a_column(r_data):
    model = cox(r_data("lung"), ["sex"], outcome=Outcome("time", "st", analysis="OS"))
    curves = predicted_curves(model, pl.DataFrame({"sex": [1, 2], "who": ["men", "women"]}), label="who")
    assert curves["group"].unique(maintain_order=True).to_list() == ["men", "women"]
    assert curves["analysis"].unique().to_list() == ["OS"]


def test_a_stratum_or_level_that_the_model_does_not_know_is_refused(r_data):
    outcome = Outcome("time", "status", strata=("celltype",))
    model = cox(r_data("veteran"), ["karno"], outcome=outcome)
    with pytest.raises(AnalysisError, match="celltype: 1 rows are in no stratum"):
        predicted_curves(model, pl.DataFrame({"karno": [60], "celltype": ["unknown"]}))


def test_a_separated_model_predicts_nothing():
    frame = pl.DataFrame({"days": range(1, 9), "event": [1] * 4 + [0] * 4, "arm": [1] * 4 + [0] * 4})
    with pytest.raises(AnalysisError, match="no finite estimate"):
        predicted_curves(cox(frame, ["arm"]), pl.DataFrame({"arm": [0]}))
