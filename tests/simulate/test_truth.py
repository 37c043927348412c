"""Does the pipeline find again what the model did? With perfect readers it must, for every patient."""

import polars as pl
import pytest

from headway.derive.anchors import lines_of, roles_of
from headway.derive.response import timepoint_responses


@pytest.fixture(scope="module")
def truth(perfect):
    return pl.read_parquet(perfect / "truth" / "truth.parquet")


@pytest.fixture(scope="module")
def true_lines(perfect):
    return pl.read_parquet(perfect / "truth" / "line_truth.parquet")


@pytest.fixture(scope="module")
def responses(perfect_record):
    record = perfect_record
    start = record.table("patients").select("patient_id", start_day="enrolment_day")
    tables = [record.table(name) for name in ("lesions", "measurements", "assessments")]
    return timepoint_responses(*tables, start, reasons=False).collect()


def test_progression_is_the_true_one_at_the_first_scan_after_it(truth, responses):
    scans = responses.select("patient_id", "day").join(truth, on="patient_id")
    first = (
        scans.filter(pl.col("day") >= pl.col("progression_day"))
        .group_by("patient_id")
        .agg(pl.col("day").min())
    )
    derived = responses.filter(response="PD").group_by("patient_id").agg(derived=pl.col("day").min())
    both = (
        truth.select("patient_id")
        .join(first, on="patient_id", how="left")
        .join(derived, on="patient_id", how="left")
    )
    assert both.filter(pl.col("day").ne_missing(pl.col("derived"))).rows() == []
    assert both["day"].drop_nulls().len() > 700


def test_deaths_are_the_true_ones(truth, perfect_record):
    recorded = perfect_record.tables["patients"].select("patient_id", recorded="death_day")
    both = truth.join(recorded, on="patient_id")
    assert both.filter(pl.col("death_day").ne_missing(pl.col("recorded"))).is_empty()
    assert both["death_day"].drop_nulls().len() > 950


def test_lines_are_the_true_ones(true_lines, responses, perfect_record):
    progressions = responses.filter(response="PD").select("patient_id", "day").lazy()
    derived = lines_of(perfect_record, progressions).lines.select("patient_id", "line", "start_day").collect()
    true = true_lines.select("patient_id", "line", "start_day")
    assert derived.sort("patient_id", "line").rows() == true.sort("patient_id", "line").rows()
    assert true["line"].max() == 4


def test_roles_of_the_lines_are_those_of_the_scenario(true_lines, responses, perfect_record):
    progressions = responses.filter(response="PD").select("patient_id", "day").lazy()
    found = roles_of(lines_of(perfect_record, progressions), perfect_record).collect()
    by_place = true_lines.pivot("place", index="patient_id", values="start_day").sort("patient_id")
    assert found["ici_day"].to_list() == by_place["2"].to_list()
    assert found["scai1_day"].to_list() == by_place["3"].to_list()
    assert found["scai2_day"].to_list() == by_place["4"].to_list()


def test_the_true_effect_of_radiotherapy_stands_with_those_who_had_it(truth):
    treated = truth.filter(pl.col("growth_ratio") < 1)
    assert treated["death_ratio"].unique().to_list() == [0.8]
    assert truth.filter(pl.col("first_radiotherapy_day").is_null())["growth_ratio"].unique().to_list() == [
        1.0
    ]


def test_disease_that_answers_shrinks(true_lines, perfect_record):
    """Of those whose disease answers completely or partly on the index line, most have a response."""
    seen = perfect_record.tables["assessments"].filter(pl.col("reported_response").is_in(["CR", "PR"]))
    answering = true_lines.filter(pl.col("line") == 1, pl.col("kind").is_in(["complete", "partial"]))
    assert answering.join(seen, on="patient_id", how="semi").height > 0.8 * answering.height
