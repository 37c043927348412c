"""Propensity and weights: the example of domain.md 9.4, the likelihood's own equations, balance."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.analyse.survival.sample import AnalysisError
from headway.analyse.weighting.balance import balance, effective_size
from headway.analyse.weighting.e_value import e_value
from headway.analyse.weighting.logistic import logistic
from headway.analyse.weighting.weights import propensity, with_weights


@pytest.fixture
def cohort():
    rng = np.random.default_rng(7)
    n = 400
    age, site = rng.normal(62, 9, n), rng.choice(["larynx", "oral", "pharynx"], n)
    lean = 0.06 * (age - 62) + 0.8 * (site == "oral") - 0.3
    days = np.ceil(rng.exponential(300 * np.exp(-0.02 * (age - 62))))
    return pl.DataFrame(
        {
            "patient_id": [f"p{i:03}" for i in range(n)],
            "age": age,
            "site": site,
            "rt": rng.uniform(size=n) < 1 / (1 + np.exp(-lean)),
            "days": days,
            "event": rng.uniform(size=n) < 0.8,
        }
    )


def test_domain_9_4_example():
    frame = pl.DataFrame({"rt": [True, False], "propensity": [0.8, 0.8]})
    assert with_weights(frame, "rt")["weight"].to_list() == pytest.approx([1.25, 5])
    assert with_weights(frame, "rt", estimand="overlap")["weight"].to_list() == pytest.approx([0.2, 0.8])
    assert with_weights(frame, "rt", stabilised=True)["weight"].to_list() == pytest.approx([0.625, 2.5])


def test_logistic_solves_the_likelihood_equations():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(200, 3))
    y = rng.uniform(size=200) < 1 / (1 + np.exp(-x @ [0.5, -1, 0]))
    fit = logistic(x, y, ["a", "b", "c"])
    columns = np.column_stack([np.ones(200), x])
    assert columns.T @ (y - fit.probabilities) == pytest.approx(np.zeros(4), abs=1e-9)
    spread = (columns.T * fit.probabilities * (1 - fit.probabilities)) @ columns
    assert fit.covariance == pytest.approx(np.linalg.inv(spread), rel=1e-6)


def test_two_by_two_is_the_log_odds_ratio():
    x = np.repeat([1.0, 1, 0, 0], [25, 12, 30, 46])[:, None]
    y = np.repeat([True, False, True, False], [25, 12, 30, 46])
    fit = logistic(x, y, ["rt"])
    assert fit.coefficients[1] == pytest.approx(np.log(25 * 46 / (12 * 30)), rel=1e-10)
    assert fit.covariance[1, 1] == pytest.approx(1 / 25 + 1 / 12 + 1 / 30 + 1 / 46, rel=1e-8)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([[0.0], [0.1], [5], [6]], "age: separates the groups"),
        ([[1.0], [1], [1], [1]], "constant"),
    ],
)
def test_what_has_no_maximum_is_reported(x, message):
    with pytest.raises(AnalysisError, match=message):
        logistic(np.array(x), np.array([False, False, True, True]), ["age"])
    with pytest.raises(AnalysisError, match="all rows are in one"):
        logistic(np.array(x), np.ones(4, dtype=bool), ["age"])


def test_overlap_weights_balance_exactly(cohort):
    weighted = with_weights(propensity(cohort, "rt", ["age", "site"]), "rt", estimand="overlap")
    found = balance(weighted, "rt", ["age", "site"])
    before = found.filter(pl.col("statistic") == "difference unweighted")["value"].abs()
    after = found.filter(pl.col("statistic") == "difference weighted")["value"].abs()
    assert before.min() > 0.1
    assert after.max() < 1e-8
    sizes = found.filter(pl.col("statistic") == "effective sample size")
    assert (sizes["value"] < sizes["n"]).all()


@pytest.mark.parametrize("estimand", ["ATE", "ATT"])
def test_inverse_weights_balance_nearly(cohort, estimand):
    weighted = with_weights(propensity(cohort, "rt", ["age", "site"]), "rt", estimand=estimand)
    found = balance(weighted, "rt", ["age", "site"])
    assert found.filter(pl.col("statistic") == "difference weighted")["value"].abs().max() < 0.1
    treated = weighted.filter("rt")["weight"]
    if estimand == "ATE":
        assert treated.sum() == pytest.approx(cohort.height, rel=0.1)


def test_row_order_does_not_matter(cohort):
    one = propensity(cohort, "rt", ["age", "site"]).sort("patient_id")
    again = propensity(cohort.sample(fraction=1, shuffle=True, seed=2), "rt", ["age", "site"])
    assert again.sort("patient_id")["propensity"].to_list() == pytest.approx(one["propensity"].to_list())


def test_missing_covariates_have_no_propensity_and_trimmed_patients_no_weight(cohort):
    holes = cohort.with_columns(age=pl.when(pl.col("patient_id") == "p000").then(None).otherwise("age"))
    scored = propensity(holes, "rt", ["age"])
    assert scored["propensity"].null_count() == 1
    trimmed = with_weights(scored, "rt", trim=0.3)
    left = trimmed.drop_nulls("weight")["propensity"]
    assert left.min() >= 0.3
    assert left.max() <= 0.7
    capped = with_weights(scored, "rt", largest=0.9)["weight"]
    assert capped.max() == pytest.approx(with_weights(scored, "rt")["weight"].quantile(0.9, "linear"))


@given(st.lists(st.floats(0.1, 50), min_size=1, max_size=20))
def test_effective_size_lies_between_one_and_n(weights):
    assert 1 - 1e-9 <= effective_size(np.array(weights)) <= len(weights) + 1e-9


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"trim": 0.5}, "trim: a chance"),
        ({"largest": 0}, "largest: a quantile"),
        ({"stabilised": True, "estimand": "ATT"}, "stabilised: is for ATE"),
    ],
)
def test_what_makes_no_weights_is_refused(options, message):
    with pytest.raises(AnalysisError, match=message):
        with_weights(pl.DataFrame({"rt": [True], "propensity": [0.5]}), "rt", **options)
    with pytest.raises(AnalysisError, match="No column rt"):
        propensity(pl.DataFrame({"age": [1]}), "rt", ["age"])
    with pytest.raises(AnalysisError, match="rt: true/false"):
        propensity(pl.DataFrame({"age": [1], "rt": [1]}), "rt", ["age"])


def test_e_value_of_the_published_example():
    # VanderWeele and Ding 2017: RR 3.9 (1.8 to 8.7) has E-values 7.26 and 3.0.
    assert e_value(3.9, 1.8, common_outcome=False) == pytest.approx((7.26, 3.0), abs=5e-3)
    assert e_value(1 / 3.9, common_outcome=False)[0] == pytest.approx(7.26, abs=5e-3)
    assert e_value(0.8, 1.1) == (pytest.approx(e_value(1.25)[0]), 1.0)
    with pytest.raises(AnalysisError, match="ratio: a number above 0"):
        e_value(0)
