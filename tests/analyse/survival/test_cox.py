"""Cox models on R's own data sets, and the traps that libraries fall into (statistics.md, section 0)."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.analyse.survival.cox.design import Category
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.sample import AnalysisError, Outcome

# R's coxph stops when the log-likelihood changes by less than a relative 1e-9; truth.R left it so, and the
# coefficients and what follows from them are then R's to about 1e-8 (survival.R goes on to the maximum).
R_STOPS_EARLY = 4e-8
THREE = ["x1", "x2", "x3"]
RD = {"time": "time", "event": "event"}
R_MODELS = {
    "lung": ("lung", ["age", "sex", "ph.ecog"], Outcome("time", "st")),
    "vet": ("veteran", ["trt", "karno", "diagtime", "age", "prior"], Outcome("time", "status")),
    "vetstr": ("veteran", ["trt", "karno", "age"], Outcome("time", "status", strata=("celltype",))),
    "pbc": ("pbc", ["age", "edema", "log_bili", "log_protime", "log_albumin"], Outcome("time", "dead")),
    "rd": ("rd", THREE, Outcome(**RD)),
    "rdlt": ("rd", THREE, Outcome(**RD, start="entry")),
    "rdrob": ("rd", THREE, Outcome(**RD)),
    "rdcl": ("rd", THREE, Outcome(**RD, cluster="cl")),
    "rdltcl": ("rd", THREE, Outcome(**RD, start="entry", cluster="cl")),
    "rdw": ("rd", THREE, Outcome(**RD, weight="wt")),
    "rdwrob": ("rd", THREE, Outcome(**RD, weight="wt")),
    "rdwcl": ("rd", THREE, Outcome(**RD, weight="wt", cluster="cl")),
    "tv": ("tv", ["x", "trt"], Outcome("stop", "event", "start")),
    "tvcl": ("tv", ["x", "trt"], Outcome("stop", "event", "start", cluster="id")),
}
ROBUST = {"rdrob", "rdcl", "rdltcl", "rdwrob", "rdwcl", "tvcl"}


def data_of(r_data, name):
    data = r_data(name)
    if name != "pbc":
        return data
    logs = [pl.col(column).log().alias(f"log_{column}") for column in ("bili", "protime", "albumin")]
    return data.with_columns(*logs, dead=pl.col("status") == 2)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("key", R_MODELS)
def test_models_equal_r(r_data, r_values, same, key, ties):
    name, covariates, outcome = R_MODELS[key]
    model = cox(data_of(r_data, name), covariates, outcome=outcome, ties=ties, robust=key in ROBUST)
    theirs = {
        part: r_values[f"cox.{key}.{ties}.{part}"] for part in ("coef", "se", "nse", "ll", "ci", "tests")
    }
    same(model.coefficients, theirs["coef"], R_STOPS_EARLY)
    same(model.errors, theirs["se"], R_STOPS_EARLY)
    same(np.sqrt(np.diag(model.model_covariance)), theirs["nse"], R_STOPS_EARLY)
    same([model.loglik_null, model.loglik], theirs["ll"], 1e-12)
    same(np.column_stack(model.limits).ravel(), theirs["ci"], 3e-7)  # some limits are near 0
    same([model.likelihood_ratio.value, model.score.value], theirs["tests"][:2])
    same(model.wald.value, theirs["tests"][2], R_STOPS_EARLY)


def test_trap_weighted_efron(r_data, same):
    """greenwood 0.8: -0.04194 and -1.00544."""
    lung = r_data("lung").with_columns(w=1 + 1.5 * (pl.col("sex") == 2))
    model = cox(lung, ["age", "sex"], outcome=Outcome("time", "st", weight="w"), robust=True)
    same(model.coefficients, [0.01521389328, -0.52704667330], 1e-8)
    same(model.errors, [0.01002665698, 0.16521715833], 1e-8)
    same([model.loglik_null, model.loglik], [-1223.920252, -1213.190480], 1e-9)


def test_trap_robust_efron(r_data, same):
    """greenwood, statsmodels and lifelines: off by 0.2 to 13 % under ties."""
    outcome = Outcome("time", "st")
    model = cox(r_data("lung"), ["age", "sex", "ph.ecog"], outcome=outcome, robust=True)
    same(model.errors, [0.00988139278, 0.16474842795, 0.12415884861], 1e-8)


def test_without_ties_efron_and_breslow_are_one(r_data, r_values, same):
    data = r_data("cc").with_columns(event=pl.col("cs") == 1, w=1 + 2 * pl.col("x2"))
    outcome = Outcome("time", "event", weight="w")
    one, other = (cox(data, ["x1", "x2"], outcome=outcome, ties=ties) for ties in ("efron", "breslow"))
    same(one.coefficients, other.coefficients, 1e-12)
    same(one.coefficients, r_values["cox.ccw.efron.coef"], R_STOPS_EARLY)


@pytest.mark.parametrize("shift", [-10, 1000])
def test_trap_a_shifted_time_origin_changes_nothing(r_data, same, shift):
    outcome = Outcome(**RD, start="entry")
    here = cox(r_data("rd"), THREE, outcome=outcome)
    there = cox(r_data("rd").with_columns(pl.col("time", "entry") + shift), THREE, outcome=outcome)
    same(here.coefficients, there.coefficients, 1e-14)


def test_trap_times_with_floating_noise_are_ties(r_values, same):
    noisy = pl.DataFrame(
        {"days": [0.1 + 0.2, 0.3, 0.5, 0.7, 0.1 * 7, 1], "event": [1, 1, 0, 1, 1, 1], "x": [1, 0] * 3}
    )
    same(cox(noisy, ["x"]).coefficients, r_values["timefix.cox"], R_STOPS_EARLY)


@pytest.mark.parametrize("far", [1e6, 1e8])
def test_a_covariate_far_from_zero_loses_nothing(r_data, same, far):
    here = cox(r_data("lung"), ["age"], outcome=Outcome("time", "st"))
    there = cox(r_data("lung").with_columns(pl.col("age") + far), ["age"], outcome=Outcome("time", "st"))
    same(there.coefficients, here.coefficients, 1e-10)


def test_a_separated_covariate_is_a_reason_and_not_a_number(value_of):
    frame = pl.DataFrame({"days": range(1, 9), "event": [1, 1, 1, 1, 0, 0, 0, 0], "arm": [1] * 4 + [0] * 4})
    model = cox(frame, ["arm"])
    assert np.isnan(model.coefficients[0])
    found = model.to_frame()
    assert value_of(found, "hazard ratio") is None
    assert "goes to infinity (separation" in value_of(found, "hazard ratio", "note")
    assert value_of(found.filter(pl.col("method").str.contains("likelihood ratio")), "p-value") < 0.05


def test_the_other_covariates_stand_beside_a_separated_one():
    random = np.random.default_rng(5)
    event = np.arange(60) < 30
    frame = pl.DataFrame(
        {
            "days": random.permutation(60) + 1,
            "event": event,
            "arm": event.astype(int),
            "x": random.normal(size=60),
        }
    )
    both, alone = cox(frame, ["arm", "x"]), cox(frame.filter(arm=1), ["x"])
    assert set(both.reasons) == {"arm"}
    # In the limit those of arm 0 weigh nothing: the fit is that of arm 1 alone.
    np.testing.assert_allclose(both.coefficients[1], alone.coefficients[0], rtol=1e-4)


def test_a_covariate_that_only_a_separated_one_could_tell_has_a_reason_too():
    frame = pl.DataFrame({"days": [1, 3, 4], "event": [1, 0, 1], "x": [1, 0, 2], "g": ["a", "b", "b"]})
    model = cox(frame, ["x", "g"])
    assert model.reasons["x"] == "not estimable: only separated covariates could tell"
    assert model.to_frame().filter(statistic="hazard ratio")["upper"].null_count() == 2


def test_a_robust_error_of_nothing_is_not_shown(value_of):
    frame = pl.DataFrame({"days": [1, 1], "event": [1, 1], "x": [0, 1]})
    found = cox(frame, ["x"], ties="breslow", robust=True).to_frame()
    assert value_of(found.filter(group="x"), "p-value") is None
    assert value_of(found, "hazard ratio", "note").startswith("no error can be given")


@pytest.mark.filterwarnings("error")
def test_tiny_and_odd_samples_give_a_number_or_a_reason():
    random = np.random.default_rng(3)
    for k in range(300):
        n = random.integers(1, 12)
        x, g = random.integers(0, 3, n), random.choice(["a", "b"], n)
        times, weights = random.integers(0, 5, n).astype(float), random.uniform(0.5, 2, n)
        frame = pl.DataFrame({"days": times, "event": random.random(n) < 0.6, "x": x, "g": g, "w": weights})
        model = cox(frame, ["x", "g"], outcome=Outcome(weight="w"), robust=k % 2 == 0)
        rows = model.to_frame().filter(pl.col("statistic") == "hazard ratio")
        assert (rows["value"].is_not_null() | rows["note"].is_not_null()).all()
        assert rows["upper"].drop_nulls().is_finite().all()


def test_a_collinear_covariate_is_left_out_as_in_r_and_named():
    random = np.random.default_rng(1)
    x = random.normal(size=30)
    frame = pl.DataFrame({"days": range(1, 31), "event": [1] * 30, "x": x, "y": 3 * x - 1, "one": [7] * 30})
    model = cox(frame, ["x", "y", "one"])
    assert model.reasons == {
        "y": "not estimable: collinear with the covariates before it",
        "one": "not estimable: does not vary among those at risk",
    }
    np.testing.assert_allclose(model.coefficients[0], cox(frame, ["x"]).coefficients[0], rtol=1e-12)
    assert model.wald.df == 1


def test_nobody_fails():
    frame = pl.DataFrame({"days": [1, 2, 3], "event": [0, 0, 0], "x": [1, 2, 3]})
    model = cox(frame, ["x"])
    assert model.reasons == {"x": "not estimable: no event"}
    assert model.to_frame().filter(statistic="hazard ratio")["value"].to_list() == [None]


def test_everybody_fails_at_once():
    frame = pl.DataFrame({"days": [5, 5, 5], "event": [1, 1, 1], "x": [1, 2, 4]})
    model = cox(frame, ["x"], ties="breslow")
    assert abs(model.coefficients[0]) < 1e-8


def test_a_factor_is_compared_with_its_reference_and_tested_as_one(r_data):
    veteran = r_data("veteran")
    model = cox(veteran, [Category("celltype", "squamous"), "karno"], outcome=Outcome("time", "status"))
    assert model.names[:3] == [f"celltype {level} vs squamous" for level in ("adeno", "large", "smallcell")]
    found = model.to_frame().filter(group="celltype")
    assert found["method"].to_list() == ["Cox, Efron ties, Wald on 3 df"]
    plain = cox(veteran, ["celltype", "karno"], outcome=Outcome("time", "status"))
    assert model.joint_test([0, 1, 2]).value == pytest.approx(plain.joint_test([0, 1, 2]).value, rel=1e-9)


def test_offset_equals_r(r_data, r_survival, same):
    veteran = r_data("veteran").with_columns(shift=pl.col("age") / 50)
    model = cox(veteran, ["trt", "karno"], outcome=Outcome("time", "status"), offset="shift")
    same(model.coefficients, r_survival["offset.coef"])
    same(model.errors, r_survival["offset.se"])
    same([model.likelihood_ratio.value, model.score.value, model.wald.value], r_survival["offset.tests"])


def test_rows_without_a_covariate_are_counted(r_data, value_of):
    found = cox(r_data("lung"), ["ph.ecog"], outcome=Outcome("time", "st")).to_frame()
    assert value_of(found, "rows without a value, not used") == 1.0
    assert value_of(found, "hazard ratio", "n") == 227


@pytest.mark.parametrize(
    ("covariates", "message"),
    [
        ([], "covariates: at least one column is expected"),
        (["x", "x"], "covariates: x is named twice"),
        ([Category("g", "C")], "g: reference C is not among A, B"),
        (["nothing"], "No column nothing; the frame has"),
    ],
)
def test_mistakes_are_named(covariates, message):
    frame = pl.DataFrame({"days": [1, 2, 3], "event": [1, 1, 0], "x": [1, 2, 3], "g": ["A", "B", "A"]})
    with pytest.raises(AnalysisError, match=message):
        cox(frame, covariates)


rows = st.tuples(st.integers(1, 12), st.booleans(), st.integers(-3, 3), st.sampled_from([0.5, 1.0, 2.0]))


@given(st.lists(rows, min_size=12, max_size=40), st.randoms())
def test_row_order_does_not_matter(patients, random):
    shuffled = random.sample(patients, len(patients))
    fits = []
    for order in (patients, shuffled):
        days, event, x, w = zip(*order, strict=True)
        frame = pl.DataFrame({"days": days, "event": event, "x": x, "w": w})
        fits.append(cox(frame, ["x"], outcome=Outcome(weight="w"), robust=True))
    assert fits[0].reasons == fits[1].reasons
    np.testing.assert_allclose(fits[0].coefficients, fits[1].coefficients, rtol=1e-7, atol=1e-9)


@given(st.lists(rows, min_size=12, max_size=40))
def test_splitting_rows_in_time_changes_nothing(patients):
    """(0, t] and (0, t/2] + (t/2, t] say the same."""
    days, event, x, w = (list(column) for column in zip(*patients, strict=True))
    n = len(days)
    whole = pl.DataFrame({"start": [0.0] * n, "days": days, "event": event, "x": x, "w": w}, strict=False)
    whole = whole.with_columns(pl.col("days").cast(pl.Float64))
    first = whole.with_columns(days=pl.col("days") / 2, event=pl.lit(False))
    split = pl.concat([first, whole.with_columns(start=pl.col("days") / 2)])
    one, other = (cox(f, ["x"], outcome=Outcome(start="start", weight="w")) for f in (whole, split))
    assert one.reasons == other.reasons
    np.testing.assert_allclose(one.coefficients, other.coefficients, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(one.loglik, other.loglik, rtol=1e-12)
