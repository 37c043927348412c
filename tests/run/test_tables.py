"""What the report counts adds up: treatment, first failure and toxicity of real and small cohorts."""

from pathlib import Path

import polars as pl
import pytest

from headway.ingest.recognise import read_record
from headway.run.cohort import cohort as cohort_of
from headway.run.pipeline import analysed
from headway.run.topics.toxicity import toxicity_results
from headway.study import Study
from headway.study.parts import Failure, Report, Survival

TCGA = Path(__file__).parents[2] / "examples" / "tcga-hnsc" / "source"


@pytest.fixture(scope="module")
def tcga() -> pl.DataFrame:
    survival = (Survival(endpoint="OS", since="diagnosis"),)
    report = Report(survival=survival, failure=Failure(since="diagnosis"))
    return analysed(cohort_of(Study(title="TCGA", record="source", report=report), read_record(TCGA))).results


def values(results: pl.DataFrame, analysis: str, statistic: str) -> dict[str, float]:
    return dict(results.filter(analysis=analysis, statistic=statistic).select("group", "value").iter_rows())


def test_tcga_median_overall_survival_and_its_limits(tcga):
    median = tcga.filter(analysis="OS since diagnosis", statistic="median").row(0, named=True)
    assert (median["value"], median["lower"], median["upper"], median["n"]) == (1718.0, 1398.0, 2064.0, 527)


def test_a_window_cuts_times_and_keeps_the_whole_ones_in_the_file(cohort):
    people = (
        "| patient_id | enrolment_day | last_alive_day | death_day |\n| a | 0 | | 730 |\n| b | 0 | | 731 |\n"
    )
    asked = Survival(endpoint="OS", since="enrolment", window_days=730)
    made = analysed(
        cohort_of(Study(title="", record="", report=Report(survival=(asked,))), cohort(patients=people))
    )
    assert values(made.results, "OS since enrolment within 730 days", "events") == {"all": 1.0}
    assert made.times["days"].to_list() == [730.0, 731.0]


@pytest.mark.parametrize(
    "analysis", ["lines of therapy", "palliative lines of therapy", "first failure since diagnosis"]
)
def test_patients_of_tcga_add_up_to_everybody(tcga, analysis):
    assert sum(values(tcga, analysis, "patients").values()) == 528
    assert sum(values(tcga, analysis, "share").values()) == pytest.approx(100)


@pytest.mark.parametrize("by", ["site", "intent"])
def test_courses_of_tcga_add_up_to_all_467(tcga, by):
    assert sum(values(tcga, f"radiotherapy by {by}", "rows").values()) == 467


def test_first_failures_of_tcga(tcga):
    assert values(tcga, "first failure since diagnosis", "patients") == {
        "neither, so far": 260, "death without progression": 135, "local": 61, "distant": 44, "regional": 21,
        "site not known": 6, "no time": 1,
    }  # fmt: skip


EVENTS = """
| patient_id | term   | grade | start_day | severity |
| a          | rash   | 2     | 10        |          |
| a          | rash   | 3     | 20        |          |
| b          | rash   | 1     | 10        |          |
| b          | nausea |       | 10        | mild     |
| c          | rash   | 1     | -30       |          |
"""


def test_r6_12_worst_grades_exclude_each_other_and_a_severity_is_no_grade(cohort):
    record = cohort(
        patients="| patient_id |\n| a |\n| b |\n| c |",
        drugs="| patient_id | drug | start_day | end_day |\n| a | cetuximab | 0 | 90 |\n"
        "| b | cetuximab | 0 | 90 |\n| c | cetuximab | 0 | 90 |",
        adverse_events=EVENTS,
    )
    made = toxicity_results(record)
    rash = {
        g: values(made, "toxicity by term", g).get("rash") for g in ("any grade", "grade 1-2", "grade 3-5")
    }
    # The rash of c began before the first dose: it is not treatment-emergent (R6.10).
    assert rash == {"any grade": 2, "grade 1-2": 1, "grade 3-5": 1}
    assert set(made.filter(pl.col("analysis") == "toxicity by term")["n"]) == {3}
    assert values(made, "severity of nausea", "patients") == {"mild": 1}
