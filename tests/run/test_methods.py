"""The methods section tells what was used, and nothing else."""

from pathlib import Path

import polars as pl
import pytest

from headway.ingest.recognise import read_record
from headway.run.cohort import cohort as derived
from headway.run.methods import methods_text
from headway.run.methods.statistics import statistics
from headway.run.pipeline import analysed
from headway.study import Study
from headway.study.parts import Comparison, Criteria, Exposure, Population, Report, Response, Survival

TCGA = Path(__file__).parents[2] / "examples" / "tcga-hnsc" / "source"
PATIENTS = """
| patient_id | diagnosis_day | enrolment_day | hpv      | last_alive_day | death_day |
| a          | 0             | 100           | negative | 500            |           |
| b          | 0             | 100           | positive |                | 160       |
| c          | 0             | 100           | negative |                | 400       |
"""
SCANS = "| patient_id | day | reported_response |\n| a | 150 | PR |\n| b | 150 | PD |\n| c | 150 | SD |"
DRUGS = "| patient_id | drug | start_day |\n| a | cisplatin | 100 |"
COURSES = "| patient_id | course_id | start_day | site |\n| a | 1 | 150 | lung |"
QUIET = {"characteristics": (), "treatment": False, "toxicity": False}


def said(record, report: dict, **study) -> str:
    wanted = Study(title="", record="", report=Report(**{**QUIET, **report}), **study)
    made = derived(wanted, record)
    return "\n".join(methods_text(made, analysed(made)))


def test_overall_survival_alone_says_nothing_of_progression_response_lines_or_tests(cohort):
    asked = {"survival": (Survival(endpoint="OS", since="diagnosis"),)}
    text = said(cohort(patients=PATIENTS, drugs=DRUGS, assessments=SCANS), asked)
    assert "Time zero was the day of the first diagnosis." in text
    assert "death from any cause" in text
    assert "All patients of the record were analysed." in text
    for unused in [
        "rogression",
        "esponse",
        "Lines of",
        "RECIST",
        "P-values",
        "Cox",
        "log-rank",
        "Proportions",
    ]:
        assert unused not in text


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("clinical", "A progression that no scan shows was an event."),
        ("FDA-2018", "An event more than 126 days after the last adequate assessment"),
        ("EMA-2012", "censored at the last adequate tumour assessment"),
    ],
)
def test_5_2_the_rule_set_that_was_used_is_told_and_no_other(cohort, rules, told):
    asked = {"survival": (Survival(endpoint="PFS", since="enrolment"),)}
    record = cohort(patients=PATIENTS, drugs=DRUGS, assessments=SCANS)
    text = said(record, asked, criteria=Criteria(pfs=rules))
    assert f"'{rules}'" in text
    assert told in text
    assert ("126 days" in text) == (rules == "FDA-2018")


def test_9_6_populations_and_exposures_stand_in_words_and_as_sql(cohort):
    asked = Comparison(endpoint="OS", since="enrolment", by="rt", population="negative")
    during = Exposure(
        title="lung radiotherapy", of="radiotherapy", since="enrolment", where="site = 'lung'", until=90
    )
    text = said(
        cohort(patients=PATIENTS, radiotherapy=COURSES), {"comparison": (asked,)}, exposure={"rt": during},
        population={"negative": Population(where="hpv = 'negative'", title="HPV-negative patients")},
    )  # fmt: skip
    assert "HPV-negative patients: patients for whom hpv is negative (SQL: hpv = 'negative')." in text
    assert "first row of radiotherapy with site is lung (SQL: site = 'lung')" in text
    assert "90 days later" in text


def test_4_lines_are_told_by_their_rule_set_where_a_number_depends_on_them(cohort):
    record = cohort(patients=PATIENTS, drugs=DRUGS)
    asked = {"survival": (Survival(endpoint="OS", since="first_line"),)}
    assert "rule set 'HNSCC'" in said(record, asked)
    text = said(record, asked, criteria=Criteria(lines="Meng 2021"))
    assert "'Meng 2021'" in text
    assert "progressions do not" in text


def test_r1_40_responses_that_are_reported_are_not_called_derived(cohort):
    text = said(cohort(patients=PATIENTS, assessments=SCANS), {"response": (Response(since="enrolment"),)})
    assert "that the record reports; they were not derived" in text
    assert "RECIST" not in text
    assert "exact (Clopper-Pearson)" in text


def test_limits_are_told_as_they_were_asked_for():
    text = statistics(["Kaplan-Meier, 95% limits log", "Kaplan-Meier, 95% limits plain"])
    assert "on the log scale, or pointwise" in text
    assert "log-log" not in text


def test_9_6_every_method_of_comparisons_on_real_data_has_a_sentence():
    asked = (
        Comparison(endpoint="OS", since="diagnosis", by="rt", adjust=("age_years",)),
        Comparison(endpoint="OS", since="diagnosis", by="smoking", subgroups=("sex",), strata=("sex",)),
        Comparison(endpoint="OS", since="diagnosis", by="sex", adjust=("age_years",), weights="ATE"),
    )
    during = Exposure(title="radiotherapy", of="radiotherapy", since="diagnosis")
    wanted = Study(title="", record="", exposure={"rt": during}, report=Report(**QUIET, comparison=asked))
    told = statistics(analysed(derived(wanted, read_record(TCGA))).results["method"].unique())
    for sentence in [
        "log-rank test",
        "Cox's proportional",
        "propensity",
        "time-dependent",
        "immortal time",
        "jackknife over patients",
        "Holm",
    ]:
        assert sentence in told
    assert "Further methods" not in told


def test_the_order_of_methods_does_not_matter():
    names = ["Cox, Efron ties, 95% limits", "log-rank", "count", "Kaplan-Meier, 95% limits log-log"]
    assert statistics(names) == statistics(pl.Series(names).sort())
