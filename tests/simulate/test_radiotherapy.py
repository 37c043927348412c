"""Radiotherapy: who gets it, what it does to the lesions that it hits, and what to everything else."""

from pathlib import Path

import polars as pl
import pytest

from headway.ingest.recognise import read_record
from headway.run.simulate import simulate

TRIAL = Path(__file__).parent / "trial.toml"
SCENARIO = Path(__file__).parent / "scenario.toml"


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    out = tmp_path_factory.mktemp("trial") / "record"
    simulate(TRIAL, out)
    return out


@pytest.fixture(scope="module")
def record(trial):
    return read_record(trial)


@pytest.fixture(scope="module")
def lesions(trial):
    return pl.read_parquet(trial / "truth" / "lesion_truth.parquet")


def test_a_check_finds_nothing(record):
    assert record.findings.is_empty()


def test_the_largest_lesions_get_the_high_dose_and_the_others_the_low_one(record):
    hit = record.tables["irradiated_lesions"]
    courses = record.tables["radiotherapy"].filter(intent="ablative").select("patient_id")
    baseline = (
        record.tables["lesions"].filter(pl.col("role") != "new").join(courses, on="patient_id", how="semi")
    )
    number = (
        baseline.group_by("patient_id")
        .len()
        .join(
            hit.group_by("patient_id").agg(high=(pl.col("role") == "SBRT").sum(), hit=pl.len()),
            on="patient_id",
        )
    )
    assert number.filter(pl.col("hit") != pl.col("len")).is_empty()
    assert number.filter(pl.col("high") != pl.min_horizontal("len", pl.lit(2))).is_empty()
    assert number.height > 190


def test_a_cured_lesion_never_fails_and_the_others_do(record, lesions):
    assert lesions.filter("cured", pl.col("local_failure_day").is_not_null()).is_empty()
    assert lesions.filter(~pl.col("cured"), pl.col("local_failure_day").is_not_null()).height > 50
    high = (
        record.tables["irradiated_lesions"].filter(role="SBRT").join(lesions, on=["patient_id", "lesion_id"])
    )
    assert high["cured"].mean() == pytest.approx(0.7, abs=0.07)


def test_curative_treatment_comes_before_recurrence_and_is_no_line(record, trial):
    curative = record.tables["drugs"].filter(intent="concurrent")
    patients = record.tables["patients"].join(curative, on="patient_id")
    assert patients.filter(pl.col("end_day") >= pl.col("recurrent_metastatic_day")).is_empty()
    assert 100 < patients.height < 170
    assert pl.read_parquet(trial / "truth" / "truth.parquet")["lines"].unique().to_list() == [1]


def test_arms_are_the_regimens_of_the_index_line(record):
    arms = record.tables["patients"].select("patient_id", "arm")
    assert set(arms["arm"]) == {"cadonilimab", "SABR alone"}
    given = record.tables["drugs"].filter(drug="cadonilimab").join(arms, on="patient_id")
    assert given["arm"].unique().to_list() == ["cadonilimab"]


def test_a_true_effect_touches_those_alone_who_were_irradiated(tmp_path):
    text = SCENARIO.read_text(encoding="utf-8")
    none = text.replace("growth_ratio = 0.7", "growth_ratio = 1").replace(
        "death_ratio = 0.8", "death_ratio = 1"
    )
    truths = []
    for name, words in [("effect", text), ("none", none)]:
        (tmp_path / f"{name}.toml").write_text(words, encoding="utf-8")
        simulate(tmp_path / f"{name}.toml", tmp_path / name)
        truths.append(pl.read_parquet(tmp_path / name / "truth" / "truth.parquet"))
    both = truths[0].join(truths[1], on="patient_id", suffix="_without")
    touched = pl.col("death_ratio") < 1
    later = pl.col("death_day") > pl.col("death_day_without")
    assert both.filter(~touched, pl.col("death_day").ne_missing(pl.col("death_day_without"))).is_empty()
    assert both.filter(touched, ~later).height <= 0.1 * both.filter(touched).height
    assert both.filter(touched).height > 10
