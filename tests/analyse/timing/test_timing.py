"""Immortal time: found and refused, the remedies, and the size of the artefact (domain.md 9.6)."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.sample import DAYS, AnalysisError, Outcome
from headway.analyse.timing.artefact import NoEffect, artefact_of, expected_artefact, rate_artefact_of
from headway.analyse.timing.clone import clone_censor_weight
from headway.analyse.timing.exposure import (
    ImmortalTimeError,
    demand_known_at_start,
    split_rows,
    with_exposure,
)
from headway.analyse.timing.remedies import (
    exposure_effect,
    landmark,
    mantel_byar,
    naive_split,
    time_dependent,
)
from headway.units import DAYS_PER_MONTH


def ratio(found: pl.DataFrame, says: str = "") -> float:
    rows = found.filter((pl.col("statistic") == "hazard ratio") & pl.col("method").str.contains(says))
    return rows["value"][0]


@pytest.fixture(scope="module")
def cohort():
    """4,000 patients in whom the exposure does nothing, as two tables."""
    made = NoEffect(365, 183, patients=4000, seed=3).cohort().with_row_index("patient_id")
    made = made.with_columns(pl.col("patient_id").cast(pl.String))
    return made.drop("exposure_days"), made.drop_nulls().select("patient_id", "exposure_days")


@pytest.mark.parametrize(
    ("months", "share", "naive", "medians"),
    [(3, 0.47, 0.59, (15.7, 8.4)), (6, 0.38, 0.51, (17.7, 8.5)), (12, 0.26, 0.48, (19.7, 9.3))],
)
def test_domain_9_6_table(months, share, naive, medians):
    found = expected_artefact(NoEffect(12, months, follow_up=(6, 40)), landmark_days=3)
    value = dict(found.select("statistic", "value").iter_rows())
    assert value["share exposed"] == pytest.approx(share, abs=0.006)
    assert ratio(found, "naive") == pytest.approx(naive, abs=0.012)
    assert ratio(found, "time-dependent") == pytest.approx(1, abs=0.02)
    assert ratio(found, "landmark") == pytest.approx(1, abs=0.03)
    assert value["naive median, exposed"] == pytest.approx(medians[0], abs=0.35)
    assert value["naive median, not exposed"] == pytest.approx(medians[1], abs=0.2)


def test_a_split_by_what_comes_later_is_refused_and_the_biased_result_only_stands_beside_the_others(cohort):
    with pytest.raises(ImmortalTimeError, match=r"of 4000 patients came into their group after time zero"):
        naive_split(*cohort)
    quiet = exposure_effect(*cohort, [90.0])
    assert not quiet["method"].str.contains("BIASED").any()
    shown = exposure_effect(*cohort, [90.0], acknowledge_immortal_time=True)
    biased = shown.filter(pl.col("method").str.contains("BIASED"))
    assert shown.head(quiet.height).equals(quiet)
    assert ratio(biased) < 0.6
    assert biased["note"].str.starts_with("biased by immortal time").all()
    assert ratio(shown, "time-dependent") == pytest.approx(1, abs=0.12)


def test_any_group_decided_after_the_start_is_found():
    times = pl.DataFrame({"patient_id": ["a", "b", "c"], "start_day": [10, 20, 30]})
    groups = pl.DataFrame({"patient_id": ["a", "b", "c"], "group_day": [10, None, 95]})
    with pytest.raises(ImmortalTimeError, match=r"1 of 3 patients .*median day 65"):
        demand_known_at_start(groups, times)
    demand_known_at_start(groups, times, acknowledge_immortal_time=True)
    demand_known_at_start(groups.head(2), times)


def test_exposure_at_time_zero_is_a_plain_split():
    times = pl.DataFrame(
        {"patient_id": list("abcdef"), "days": [5, 8, 9, 11, 14, 20], "event": [True] * 5 + [False]}
    )
    exposures = pl.DataFrame({"patient_id": ["a", "d", "f"], "exposure_days": [0, -3, 0]})
    found = exposure_effect(times, exposures, [7.0])
    plain = cox(times.with_columns(g=pl.Series([1, 0, 0, 1, 0, 1])), ["g"])
    assert ratio(found) == pytest.approx(np.exp(plain.coefficients[0]))
    assert found["method"].str.starts_with("exposed at time zero or never").all()
    assert ratio(time_dependent(times, exposures)) == pytest.approx(ratio(found))


def test_time_dependent_equals_r_on_the_rows_that_r_split(r_values, r_data):
    # tv: (start, stop] rows of 200 patients, trt from the switch on; one row per patient is made of them.
    rows = r_data("tv")
    times = rows.group_by("id").agg(
        pl.col("stop").max().alias("days"), pl.col("event").max(), pl.col("x").first()
    )
    times = times.with_columns(patient_id=pl.col("id").cast(pl.String))
    exposures = rows.filter(pl.col("trt") == 1).select(
        pl.col("id").cast(pl.String).alias("patient_id"), exposure_days="start"
    )
    found = time_dependent(times, exposures, covariates=["x"])
    by_name = dict(found.filter(pl.col("statistic") == "hazard ratio").select("group", "value").iter_rows())
    x, trt = np.exp(r_values["cox.tv.efron.coef"])
    assert by_name == {"exposed": pytest.approx(trt, rel=1e-8), "x": pytest.approx(x, rel=1e-8)}


TIMES = pl.DataFrame(
    {"patient_id": list("abcd"), "days": [0, 50, 120, 300], "event": [True, True, False, True]}
)
LATER = pl.DataFrame({"patient_id": ["b", "c", "c", "d"], "exposure_days": [50, 110, 95, 30]})


def test_rows_are_split_at_the_first_exposure_and_an_event_that_day_is_unexposed():
    rows = split_rows(with_exposure(TIMES, LATER, DAYS), DAYS).sort("patient_id", "start")
    assert rows.select("patient_id", "start", "stop", "event", "exposed").rows() == [
        ("a", -1, 0, True, 0),
        ("b", -1, 50, True, 0),
        ("c", -1, 95, False, 0),
        ("c", 95, 120, False, 1),
        ("d", -1, 30, False, 0),
        ("d", 30, 300, True, 1),
    ]


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans(), st.none() | st.integers(-3, 30)), min_size=1))
def test_splitting_keeps_events_and_time(rows):
    frame = pl.DataFrame(rows, schema=["days", "event", "exposure_days"], orient="row").cast(
        {"days": pl.Float64, "exposure_days": pl.Float64}
    )
    split = split_rows(frame, DAYS)
    assert split["event"].sum() == frame["event"].sum()
    assert (split["stop"] - split["start"]).sum() == frame["days"].sum() + frame.height
    assert (split["stop"] > split["start"]).all()


def test_landmark_leaves_out_who_ended_before_it(cohort):
    found = landmark(*cohort, [90.0, 180.0])
    counts = found.filter((pl.col("at") == 90) & (pl.col("unit") == "patients"))
    assert counts["value"].sum() == 4000
    assert ratio(found) == pytest.approx(1, abs=0.15)
    with pytest.raises(AnalysisError, match="landmark 10000: 0 of 0"):
        landmark(*cohort, [10_000.0])


def test_mantel_byar_finds_no_difference_where_there_is_none(cohort):
    found = mantel_byar(*cohort, [365.0])
    survival = found.filter(pl.col("statistic") == "survival")
    assert survival["group"].to_list() == ["exposed", "not (yet) exposed"]
    assert survival["value"].to_list() == pytest.approx([0.5, 0.5], abs=0.06)
    p = found.filter(pl.col("statistic") == "p-value")
    assert p["method"][0].startswith("Mantel-Byar")
    assert 0.01 < p["value"][0] <= 1


def test_clone_censor_weight_finds_no_difference_where_there_is_none(cohort):
    found = clone_censor_weight(*cohort, 120.0, [365.0])
    assert ratio(found) == pytest.approx(1, abs=0.1)
    survival = found.filter(pl.col("statistic") == "survival")["value"].to_list()
    assert survival == pytest.approx([0.5, 0.5], abs=0.04)
    assert "jackknife" in found.filter(pl.col("statistic") == "hazard ratio")["method"][0]


def test_row_order_does_not_matter(cohort):
    times, exposures = cohort[0].head(300), cohort[1]
    shuffled = times.sample(fraction=1, shuffle=True, seed=9)
    one, again = (exposure_effect(rows, exposures, [90.0])["value"].to_list() for rows in (times, shuffled))
    assert again == pytest.approx(one, rel=1e-9)


@pytest.mark.parametrize(
    ("times", "exposures", "message"),
    [
        (TIMES.drop("event"), LATER, "No column event"),
        (TIMES, LATER.rename({"exposure_days": "day"}), "No column exposure_days"),
        (pl.concat([TIMES, TIMES]), LATER, "one row per patient is expected; 4 rows"),
    ],
)
def test_tables_that_do_not_fit_are_refused(times, exposures, message):
    with pytest.raises(AnalysisError, match=message):
        with_exposure(times, exposures, Outcome())


def test_what_cannot_be_simulated_is_refused():
    with pytest.raises(AnalysisError, match="candidates: a share"):
        expected_artefact(NoEffect(365, 90, candidates=1.5))
    with pytest.raises(AnalysisError, match="days above 0"):
        expected_artefact(NoEffect(0, 90))


def test_an_exposure_without_a_day_is_none():
    nameless = pl.DataFrame({"patient_id": ["a", "b"], "exposure_days": [None, float("nan")]})
    assert with_exposure(TIMES, nameless, DAYS)["exposure_days"].null_count() == 4


def test_9_6_without_an_event_the_artefact_is_no_number():
    times = pl.DataFrame({"patient_id": ["a", "b", "c"], "days": [500.0, 400.0, 300.0], "event": [False] * 3})
    exposures = pl.DataFrame({"patient_id": ["a"], "exposure_days": [50.0]})
    found = artefact_of(times, exposures, replicates=20)
    assert found.filter(statistic="hazard ratio").is_empty()
    assert found.filter(statistic="share exposed").height == 1


def test_9_6_the_artefact_of_a_cohort_is_that_of_its_design():
    # The table of 9.6: exposure at a median of 6 months, nothing it does: a naive hazard ratio of .51.
    imagined = NoEffect(12 * DAYS_PER_MONTH, 6 * DAYS_PER_MONTH, patients=20_000).cohort()
    cohort = imagined.with_columns(patient_id=pl.int_range(pl.len()).cast(pl.String))
    exposures = cohort.select("patient_id", "exposure_days").drop_nulls()
    found = artefact_of(cohort.drop("exposure_days"), exposures, replicates=10)
    values = dict(found.select("statistic", "value").iter_rows())
    assert values["hazard ratio"] == pytest.approx(0.51, abs=0.015)
    assert values["share exposed"] == pytest.approx(0.38, abs=0.015)


def test_9_6_an_exposure_at_time_zero_makes_no_artefact():
    rng = np.random.default_rng(7)
    ids = [f"P{i}" for i in range(400)]
    times = pl.DataFrame({"patient_id": ids, "days": rng.exponential(300, 400), "event": True})
    exposures = pl.DataFrame({"patient_id": ids[::2], "exposure_days": 0.0})
    ratio = artefact_of(times, exposures).filter(statistic="hazard ratio").row(0, named=True)
    assert ratio["value"] == pytest.approx(1, abs=0.03)
    assert ratio["lower"] < 1 < ratio["upper"]


def test_9_6_a_response_rate_by_a_late_exposure_is_an_artefact_too():
    # Who lives long responds more often; exposure comes at random while a patient lives.
    rng = np.random.default_rng(8)
    days = rng.exponential(300, 2000)
    late = rng.exponential(200, 2000)
    rows = pl.DataFrame(
        {
            "patient_id": [f"P{i}" for i in range(2000)],
            "event": days > 200,
            "exposure_days": np.where(late < days, late, np.nan),
        }
    ).with_columns(pl.col("exposure_days").fill_nan(None))
    followed = rows.select("patient_id", open_days=pl.Series(days))
    made = dict(rate_artefact_of(rows, followed).select("statistic", "value").iter_rows())
    exposed = rows.filter(pl.col("exposure_days").is_not_null())["event"].mean()
    assert made["proportion, exposed"] == pytest.approx(exposed, abs=0.03)
    assert made["proportion, exposed"] > made["proportion, not exposed"] + 0.2
