"""Everything against R on 30 random designs: ties, truncation, weights, strata, clusters, time-varying x.

tests/reference/survival.R made the designs and the values.
"""

import numpy as np
import polars as pl
import pytest

from headway.analyse.survival.concordance import agreement_of_model
from headway.analyse.survival.cox.curves import predicted_curves
from headway.analyse.survival.cox.design import Category
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.cox.proportional_hazards import change_tests
from headway.analyse.survival.groups import curve_of
from headway.analyse.survival.kaplan_meier import quantile
from headway.analyse.survival.log_rank import compare, log_rank
from headway.analyse.survival.restricted_mean import area
from headway.analyse.survival.sample import Outcome, group_codes, sample

COVARIATES = ["x1", "x2", Category("f")]
DESIGNS = range(1, 31)


@pytest.fixture(scope="session")
def designs(r_data):
    return r_data("designs").partition_by("design", as_dict=True)


def outcome_of(rows, **more):
    late = (rows["start"] != rows["start"].min()).any()
    strata = ("s",) if rows["s"].n_unique() > 1 else ()
    return Outcome("stop", "event", "start" if late else None, "w", strata, **more)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("number", DESIGNS)
def test_cox_model(r_survival, same, designs, number, ties):
    rows, key = designs[(number,)], f"d{number}.{ties}"
    plain = cox(rows, COVARIATES, outcome=outcome_of(rows), ties=ties)
    robust = cox(rows, COVARIATES, outcome=outcome_of(rows, cluster="cl"), ties=ties, robust=True)
    same(plain.coefficients, r_survival[f"{key}.coef"], 1e-9)
    same(plain.errors, r_survival[f"{key}.se"], 1e-9)
    same(robust.errors, r_survival[f"{key}.rse"], 1e-9)
    same([plain.loglik_null, plain.loglik], r_survival[f"{key}.ll"], 1e-12)
    same(
        [plain.likelihood_ratio.value, plain.score.value, plain.wald.value], r_survival[f"{key}.tests"], 1e-9
    )
    same([robust.robust_score.value, robust.wald.value], r_survival[f"{key}.rtests"], 1e-8)
    for model, name in [(plain, "conc"), (robust, "rconc")]:
        found = agreement_of_model(model)
        same([found.value, found.error], r_survival[f"{key}.{name}"], 1e-10)


@pytest.mark.parametrize("number", DESIGNS)
def test_proportional_hazards(r_survival, same, designs, number):
    rows = designs[(number,)]
    model = cox(rows, COVARIATES, outcome=outcome_of(rows))
    for transform in ["km", "identity", "rank", *(["log"] if rows["stop"].min() > 0 else [])]:
        tests = change_tests(model, transform).values()
        same(
            [[t.value, t.df, t.p] for t in tests],
            np.reshape(r_survival[f"d{number}.efron.zph.{transform}"], (-1, 3)),
            1e-8,
        )


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("number", DESIGNS)
def test_predicted_curves(r_survival, same, designs, number, ties):
    rows, key = designs[(number,)], f"d{number}.{ties}"
    new = pl.DataFrame({"x1": [-1.0, 0.7], "x2": [0, 1], "f": ["a", "c"], "s": [rows["s"].min()] * 2})
    for kind, robust in [("plain", False), ("robust", True)]:
        model = cox(rows, COVARIATES, outcome=outcome_of(rows, cluster="cl"), ties=ties, robust=robust)
        found = predicted_curves(model, new).filter(pl.col("days") > pl.col("days").min().over("group"))
        same(found["survival"], r_survival[f"{key}.curve.{kind}"], 1e-9)
        same(found["upper"], r_survival[f"{key}.curve.{kind}.hi"], 1e-9)


@pytest.mark.parametrize("kind", ["model", "robust"])
@pytest.mark.parametrize("number", DESIGNS)
def test_curve_quantiles_and_restricted_mean(r_survival, same, designs, number, kind):
    rows, key = designs[(number,)], f"d{number}.km.{kind}"
    got = sample(rows, Outcome("stop", "event", outcome_of(rows).start, "w", cluster="cl"))
    curve = curve_of(got, robust=kind == "robust")
    same(curve.table.times, r_survival[f"{key}.time"])
    same(curve.survival, r_survival[f"{key}.surv"])
    for ours, name in [(curve.lower, "lo"), (curve.upper, "hi")]:
        # Before the first event R gives no limits; ours are 1.
        same(ours, np.where(curve.survival == 1, 1.0, _floats(r_survival[f"{key}.{name}"])))
    found = np.array([_limits_of(quantile(curve, p)) for p in (0.25, 0.5, 0.75)])
    theirs = np.reshape(_floats(r_survival[f"{key}.quantiles"]), (3, 3))
    # With few at risk early, the lower limit of S may rise again. R's search then goes astray (design 24:
    # a lower limit above the estimate); ours takes the first time below the level, as R9.2 says.
    falling = np.all(np.diff(curve.lower[~np.isnan(curve.lower)]) <= 0)
    columns = slice(None) if falling else [0, 2]
    same(found[:, columns], theirs[:, columns])
    if f"{key}.tau" in r_survival:
        mean, error = area(got, r_survival[f"{key}.tau"][0], robust=kind == "robust")
        same([error] if kind == "robust" else [mean, error], r_survival[f"{key}.rmst"])


def _limits_of(estimate):
    return _floats([estimate.value, estimate.lower, estimate.upper])


def _floats(values):
    return np.array([np.nan if value is None else value for value in values], dtype=float)


@pytest.mark.parametrize("number", [n for n in DESIGNS if n % 2 and n % 6])
def test_log_rank(r_survival, same, value_of, designs, number):
    rows = designs[(number,)]
    outcome = Outcome("stop", "event", strata=outcome_of(rows).strata)
    for rho in (0, 1, 0.5):
        same(
            value_of(log_rank(rows, "f", outcome=outcome, rho=rho), "chi-square"),
            r_survival[f"d{number}.lr.{rho}"],
        )
    trend = log_rank(rows, "f", outcome=outcome, trend=[0, 1, 2])
    same(value_of(trend, "chi-square"), r_survival[f"d{number}.lr.trend"])


@pytest.mark.parametrize("number", [6, 12, 18, 24, 30])
def test_truncated_log_rank(r_survival, same, designs, number):
    rows = designs[(number,)]
    got = sample(rows, Outcome("stop", "event", "start", strata=outcome_of(rows).strata), ["f"])
    test = compare(got.stop, got.event, group_codes(got.rows, "f")[1], start=got.start, strata=got.stratum)
    same(test.chi_square, r_survival[f"d{number}.lr.truncated"])
