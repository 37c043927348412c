"""Clone, censor, weight: both strategies by hand, and limits that leave out each patient in turn."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy.stats import t as students

from headway.analyse.survival.cox.design import Category
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.milestones import survival_at_times
from headway.analyse.survival.sample import DAYS, AnalysisError, Outcome
from headway.analyse.timing import jackknife
from headway.analyse.timing.clone import WITHIN, WITHOUT, clone_censor_weight
from headway.analyse.timing.jackknife import FEW
from tests.conftest import pipe_table

GRACE = 30.0
# b and e are exposed in time; c too late, f not while followed; d never.
PATIENTS = """
| patient_id | days | event | exposure_days |
| a          | 10   | yes   |               |
| b          | 60   | yes   | 20            |
| c          | 90   | yes   | 45            |
| d          | 40   | yes   |               |
| e          | 75   | no    | 25            |
| f          | 50   | yes   | 50            |
| g          | 20   | yes   | 5             |
"""
# Beyond day 30 b and e stand for b, c, d, e and f: 5/2 each. g is lost to the other strategy on day 5 (of 7),
# b on day 20 (of 5: g has gone, a has died), e on day 25 (of 4): weights 7/6, then 5/4 and 4/3 of that.
CLONES = """
| strategy | patient_id | start | stop | event | weight   |
| within   | a          | -1    | 10   | yes   | 1        |
| within   | b          | -1    | 30   | no    | 1        |
| within   | b          | 30    | 60   | yes   | 2.5      |
| within   | c          | -1    | 30   | no    | 1        |
| within   | d          | -1    | 30   | no    | 1        |
| within   | e          | -1    | 30   | no    | 1        |
| within   | e          | 30    | 75   | no    | 2.5      |
| within   | f          | -1    | 30   | no    | 1        |
| within   | g          | -1    | 20   | yes   | 1        |
| without  | a          | -1    | 5    | no    | 1        |
| without  | a          | 5     | 10   | yes   | 1.1666667 |
| without  | b          | -1    | 5    | no    | 1        |
| without  | b          | 5     | 20   | no    | 1.1666667 |
| without  | c          | -1    | 5    | no    | 1        |
| without  | c          | 5     | 20   | no    | 1.1666667 |
| without  | c          | 20    | 25   | no    | 1.4583333 |
| without  | c          | 25    | 90   | yes   | 1.9444444 |
| without  | d          | -1    | 5    | no    | 1        |
| without  | d          | 5     | 20   | no    | 1.1666667 |
| without  | d          | 20    | 25   | no    | 1.4583333 |
| without  | d          | 25    | 40   | yes   | 1.9444444 |
| without  | e          | -1    | 5    | no    | 1        |
| without  | e          | 5     | 20   | no    | 1.1666667 |
| without  | e          | 20    | 25   | no    | 1.4583333 |
| without  | f          | -1    | 5    | no    | 1        |
| without  | f          | 5     | 20   | no    | 1.1666667 |
| without  | f          | 20    | 25   | no    | 1.4583333 |
| without  | f          | 25    | 50   | yes   | 1.9444444 |
| without  | g          | -1    | 5    | no    | 1        |
"""
DAYS_ASKED = [15.0, 45.0, 70.0]


def asked(patients: pl.DataFrame, at=(), **options) -> pl.DataFrame:
    return clone_censor_weight(patients.drop("exposure_days"), patients, GRACE, at, **options)


def row(found: pl.DataFrame, statistic: str) -> dict:
    return found.filter(statistic=statistic).row(0, named=True)


def drawn(n: int, seed: int, exposure: float = 60.0) -> pl.DataFrame:
    """Patients in whom the exposure does nothing."""
    rng = np.random.default_rng(seed)
    days, came = np.ceil(rng.exponential(90, n)), np.ceil(rng.exponential(exposure, n))
    return pl.DataFrame({
        "patient_id": [f"P{i:05d}" for i in range(n)],
        "days": np.minimum(days, 400.0),
        "event": days <= 400,
        "exposure_days": [day if day < end else None for day, end in zip(came, days, strict=True)],
        "fit": rng.uniform(size=n) < 0.5,
    })  # fmt: skip


def test_both_strategies_are_those_of_clones_written_by_hand():
    found = asked(pipe_table(PATIENTS), DAYS_ASKED)
    clones = pipe_table(CLONES)
    outcome = replace(DAYS, start="start", time="stop", weight="weight")
    model = cox(clones, [Category("strategy", reference="without")], outcome=outcome)
    curves = survival_at_times(clones, DAYS_ASKED, by="strategy", outcome=outcome)
    by_hand = curves.filter(statistic="survival")["value"].to_list()
    assert row(found, "hazard ratio")["value"] == pytest.approx(np.exp(model.coefficients[0]), rel=1e-6)
    survival = found.filter(statistic="survival")
    assert survival["group"].to_list() == [WITHIN] * 3 + [WITHOUT] * 3
    assert survival["value"].to_list() == pytest.approx(by_hand, rel=1e-6)
    gains = found.filter(statistic="difference of survival")["value"].to_list()
    assert gains == pytest.approx(np.subtract(by_hand[3:], by_hand[:3]), abs=1e-6)


def test_limits_are_those_of_leaving_out_each_patient_with_weights_made_anew():
    patients = drawn(25, seed=1)
    found = asked(patients, [60.0])
    without = [
        asked(patients.filter(pl.col("patient_id") != one), [60.0])
        for one in patients["patient_id"].to_list()
    ]
    followed = patients.filter(pl.col("days") > GRACE)
    in_time = int((followed["exposure_days"] <= GRACE).sum())
    df = min(in_time, followed.height - in_time) - 1
    apart = students.ppf(0.975, df)

    logs = np.log([row(one, "hazard ratio")["value"] for one in without])
    error = np.sqrt(24 / 25 * ((logs - logs.mean()) ** 2).sum())
    ratio = row(found, "hazard ratio")
    limits = np.exp(np.log(ratio["value"]) + np.array([-1, 1]) * apart * error)
    assert [ratio["lower"], ratio["upper"]] == pytest.approx(limits, rel=1e-9)
    assert f"jackknife over patients, t on {df} df" in ratio["method"]
    p = 2 * students.sf(abs(np.log(ratio["value"])) / error, df)
    assert row(found, "p-value")["value"] != pytest.approx(p)  # that of the difference of survival
    assert found.filter(pl.col("statistic") == "p-value")["value"][-1] == pytest.approx(p, rel=1e-9)

    gains = np.array([row(one, "difference of survival")["value"] for one in without])
    error = np.sqrt(24 / 25 * ((gains - gains.mean()) ** 2).sum())
    gain = row(found, "difference of survival")
    assert gain["upper"] - gain["value"] == pytest.approx(apart * error, rel=1e-9)


def test_before_anything_is_lost_the_error_is_that_of_a_share():
    # Two of 25 die up to day 1, nobody is exposed or lost until then: S = 23/25, error sqrt(S (1 - S) / 24).
    patients = drawn(25, seed=1).with_columns(
        days=pl.when(pl.int_range(pl.len()) < 2).then(1.0).otherwise(pl.max_horizontal("days", pl.lit(3.0))),
        event=pl.lit(True),
        exposure_days=pl.max_horizontal("exposure_days", pl.lit(2.0)),
    )
    found = row(asked(patients, [1.0]), "survival")
    df = int(found["method"].split(" t on ")[1].split(" df")[0])
    share = 23 / 25
    error = np.sqrt(share * (1 - share) / 24) / share
    log = np.log(share)
    limits = np.exp(log * np.exp(np.array([-1, 1]) * students.ppf(0.975, df) * error / log))
    assert found["value"] == pytest.approx(share)
    assert [found["lower"], found["upper"]] == pytest.approx(limits)


def test_neither_row_order_nor_names_of_patients_decide(monkeypatch):
    patients = drawn(300, seed=2)
    renamed = patients.with_columns(patient_id=pl.col("patient_id").reverse())
    shuffled = patients.sample(fraction=1, shuffle=True, seed=9)
    for groups in (5000, 40):  # each patient left out, or groups of them
        monkeypatch.setattr(jackknife, "MOST_GROUPS", groups)
        first = asked(patients, [60.0], within=["fit"])
        assert first.equals(asked(shuffled, [60.0], within=["fit"]))
        assert first.equals(asked(renamed, [60.0], within=["fit"]))


def test_of_very_many_patients_groups_are_left_out_and_limits_are_much_the_same(monkeypatch):
    patients = drawn(3000, seed=3)
    whole = row(asked(patients), "hazard ratio")
    monkeypatch.setattr(jackknife, "MOST_GROUPS", 600)
    grouped = row(asked(patients), "hazard ratio")
    assert "jackknife over 600 groups of patients" in grouped["method"]
    assert grouped["value"] == whole["value"]
    assert np.log(grouped["upper"] / grouped["lower"]) == pytest.approx(
        np.log(whole["upper"] / whole["lower"]), rel=0.05
    )


@pytest.mark.parametrize("exposure", [30.0, 150.0], ids=["most exposed", "few exposed"])
def test_limits_hold_the_truth_where_few_keep_to_a_strategy(exposure):
    # 400 studies of 80 patients without effect. Errors robust over patients: 93 and 90 %.
    everybody = drawn(400 * 80, seed=4, exposure=exposure)
    studies = [everybody.slice(80 * k, 80) for k in range(400)]
    ratios = [row(asked(study), "hazard ratio") for study in studies]
    told = [(ratio["lower"], ratio["upper"]) for ratio in ratios if ratio["lower"] is not None]
    covered = np.mean([low <= 1 <= high for low, high in told])
    assert len(told) > 380
    assert 0.94 <= covered <= 0.99


def test_with_one_exposed_patient_there_is_a_ratio_but_no_limits():
    patients = pipe_table(PATIENTS).filter(pl.col("patient_id") != "e")
    found = asked(patients, [45.0])
    ratio = row(found, "hazard ratio")
    assert ratio["value"] is not None
    assert (ratio["lower"], ratio["upper"], ratio["note"]) == (None, None, FEW)
    assert found.filter(statistic="p-value")["value"].to_list() == [None, None]


def test_without_an_event_under_a_strategy_there_is_no_ratio():
    patients = pipe_table(PATIENTS).with_columns(event=pl.col("patient_id").is_in(["d", "f"]))
    ratio = row(asked(patients), "hazard ratio")
    assert (ratio["value"], ratio["lower"]) == (None, None)
    assert ratio["note"].startswith("not estimable")


def test_beyond_follow_up_nothing_is_said():
    found = asked(pipe_table(PATIENTS), [80.0])
    told = found.filter(statistic="survival").select("value", "note").rows()
    assert told == [(None, "follow-up ends at 75"), (pytest.approx(5 / 18), None)]
    assert row(found, "difference of survival")["note"] == "follow-up of a strategy ends before"


def test_within_columns_deal_with_what_drives_both_exposure_and_survival():
    rng = np.random.default_rng(5)
    n = 4000
    fit = rng.uniform(size=n) < 0.5
    days = np.ceil(rng.exponential(np.where(fit, 700, 250)))
    exposure = np.ceil(rng.exponential(np.where(fit, 100, 400)))
    times = pl.DataFrame({"patient_id": [str(i) for i in range(n)], "days": days, "event": True, "fit": fit})
    exposures = times.select("patient_id", exposure_days=pl.Series(exposure)).filter(
        pl.col("exposure_days") < pl.Series(days)
    )
    crude = row(clone_censor_weight(times, exposures, 90.0), "hazard ratio")
    adjusted = row(clone_censor_weight(times, exposures, 90.0, within=["fit"]), "hazard ratio")
    assert crude["upper"] < 0.9
    assert adjusted["lower"] < 1 < adjusted["upper"]
    assert adjusted["value"] == pytest.approx(1, abs=0.1)


def test_patients_without_a_value_in_within_are_counted():
    patients = drawn(60, seed=6).with_columns(fit=pl.when(pl.int_range(pl.len()) > 2).then("fit"))
    found = asked(patients, within=["fit"])
    assert row(found, "rows without a value, not used")["value"] == 3
    assert row(found, "hazard ratio")["n"] == 57


def test_what_cannot_be_compared_is_refused():
    patients = pipe_table(PATIENTS)
    late = patients.with_columns(exposure_days=pl.lit(45.0))
    with pytest.raises(AnalysisError, match="Of 5 patients followed beyond day 30 none was exposed"):
        asked(late)
    with pytest.raises(AnalysisError, match="grace_days: days above 0"):
        clone_censor_weight(patients, patients, 0.0)
    with pytest.raises(AnalysisError, match="takes right-censored rows, one per patient"):
        asked(patients.with_columns(w=1.0), outcome=Outcome(weight="w"))
    with pytest.raises(AnalysisError, match="No column ecog"):
        asked(patients, within=["ecog"])
