"""An exposure in a study file: its window, the fair analyses, and the one that is named as biased (9.6)."""

from pathlib import Path

import polars as pl
import pytest

from headway.ingest.recognise import read_record
from headway.report.document import plain
from headway.run.cohort import cohort as derived
from headway.run.cohort import exposures_of, open_days_of
from headway.run.pipeline import analysed
from headway.run.topics import timing
from headway.study import Study
from headway.study.parts import Comparison, Exposure, Report

TCGA = Path(__file__).parents[2] / "examples" / "tcga-hnsc" / "source"
PATIENTS = """
| patient_id | diagnosis_day | enrolment_day | last_alive_day | death_day |
| a          | 0             | 100           | 500            |           |
| b          | 0             | 100           |                | 160       |
| c          | 0             | 100           | 400            |           |
| d          | 0             |               | 400            |           |
"""
COURSES = """
| patient_id | course_id | start_day | site |
| a          | 1         | 150       | lung |
| a          | 2         | 120       | bone |
| b          | 1         | 90        | lung |
| c          | 1         | 300       | lung |
| d          | 1         | 150       | lung |
"""


def study(until: str | int | None = None, where: str | None = None, **report: object) -> Study:
    during = Exposure(title="radiotherapy", of="radiotherapy", since="enrolment", until=until, where=where)
    return Study(title="", record="", exposure={"rt": during}, report=Report(**report))


@pytest.mark.parametrize(
    ("until", "where", "expected"),
    [
        (None, None, {"a": 20.0, "c": 200.0}),  # b was irradiated before, d was never enrolled
        (100, None, {"a": 20.0}),
        (None, "site = 'lung'", {"a": 50.0, "c": 200.0}),
        (10, None, {}),
    ],
)
def test_9_6_an_exposure_counts_within_its_window_from_time_zero(cohort, until, where, expected):
    made = derived(study(until, where), cohort(patients=PATIENTS, radiotherapy=COURSES))
    assert dict(exposures_of(made, "rt", "enrolment").iter_rows()) == expected


def test_9_6_a_patient_can_be_exposed_until_the_window_closes_or_life_ends(cohort):
    made = derived(study(100), cohort(patients=PATIENTS, radiotherapy=COURSES))
    assert dict(open_days_of(made, "rt", "enrolment").iter_rows()) == {"a": 100, "b": 60, "c": 100, "d": None}


@pytest.fixture(scope="module")
def tcga():
    asked = Comparison(endpoint="OS", since="diagnosis", by="rt", adjust=("age_years",))
    during = Exposure(title="radiotherapy", of="radiotherapy", since="diagnosis")
    wanted = Study(title="", record="", exposure={"rt": during}, report=Report(comparison=(asked,)))
    made = derived(wanted, read_record(TCGA))
    return made, asked, analysed(made)


def ratios(results: pl.DataFrame) -> dict[str, float]:
    rows = results.filter(analysis="OS since diagnosis by rt", statistic="hazard ratio")
    return dict(rows.select("group", "value").iter_rows())


def test_9_6_radiotherapy_of_tcga_helps_only_in_the_naive_split(tcga):
    found = ratios(tcga[2].results)
    assert found["naive split, biased"] == pytest.approx(0.743, abs=0.001)
    assert found["no effect at all"] == pytest.approx(0.83, abs=0.02)
    assert 0.9 < found["time-dependent"] < 1.1
    assert {"landmark at 3 months", "landmark at 6 months"} < set(found)


def test_9_6_patients_by_exposure_add_up_to_those_with_a_time(tcga):
    rows = tcga[2].results.filter(analysis="OS since diagnosis by rt")
    kinds = ["exposed while followed", "exposed only after the end", "never exposed"]
    assert rows.filter(pl.col("statistic").is_in(kinds))["value"].sum() == 527


def test_9_6_the_report_says_how_much_the_design_alone_makes(tcga):
    made, asked, everything = tcga
    section = timing.TOPIC.show(made, asked, everything)
    said = " ".join(plain(paragraph) for paragraph in section.paragraphs)
    assert "immortal time bias" in said
    assert "The naive split gives a hazard ratio of 0.74. If the exposure did nothing at all" in said
    assert [row[0] for row in section.tables[0].rows][-1] == "No effect at all"


def test_9_6_too_few_exposed_is_said_and_not_a_number(cohort):
    asked = Comparison(endpoint="OS", since="enrolment", by="rt")
    made = derived(study(10, comparison=(asked,)), cohort(patients=PATIENTS, radiotherapy=COURSES))
    rows = analysed(made).results.filter(statistic="hazard ratio", group="landmark at 3 months")
    assert rows["value"].to_list() == [None]
    assert "0 of 2 patients still followed were exposed" in rows["note"][0]
    assert timing.TOPIC.show(made, asked, analysed(made)).tables[0].rows


@pytest.mark.parametrize("endpoint", ["response", "disease control"])
def test_9_6_response_by_ever_exposed_is_named_as_biased(cohort, endpoint):
    scans = "| patient_id | day | reported_response |\n| a | 150 | PR |\n| b | 150 | PD |\n| c | 150 | SD |"
    asked = Comparison(endpoint=endpoint, since="enrolment", by="rt")
    record = cohort(patients=PATIENTS, radiotherapy=COURSES, assessments=scans)
    results = analysed(derived(study(comparison=(asked,)), record)).results
    contrasts = results.filter(analysis=f"{endpoint} since enrolment by rt", statistic="p-value")
    assert "biased by immortal time" in contrasts["note"][0]
