"""Local control, disease states and quality of life in a study file (R3.10 to R3.14, R7.1 to R7.4, R5.14)."""

import polars as pl
import pytest

from headway.report.document import plain
from headway.run.cohort import cohort as derived
from headway.run.pipeline import analysed
from headway.run.topics import disease_state, local_control, quality_of_life, sabr, treatment
from headway.study import Study
from headway.study.parts import Criteria, DiseaseState, LocalControl, QualityOfLife, Report

PATIENTS = """
| patient_id | diagnosis_day | enrolment_day | last_alive_day | death_day |
| a          | -400          | 0             | 700            |           |
| b          | -400          | 0             |                | 200       |
| c          | -400          | 0             | 500            |           |
"""
COURSES = """
| patient_id | course_id | start_day | end_day | site | dose_gy | fractions | intent   |
| a          | 1         | 10        | 14      | lung | 54      | 3         | ablative |
| b          | 1         | 10        | 14      | lung | 54      | 3         | ablative |
| c          | 1         | 10        | 14      | bone | 30      | 3         | ablative |
"""
IRRADIATED = """
| patient_id | course_id | lesion_id | role |
| a          | 1         | M1        | SBRT |
| a          | 1         | M2        | SBRT |
| b          | 1         | M1        | SBRT |
| c          | 1         | M1        | SBRT |
"""
LESIONS = """
| patient_id | lesion_id | role   | organ | metastasis |
| a          | M1        | target | lung  | yes        |
| a          | M2        | target | lung  | yes        |
| b          | M1        | target | lung  | yes        |
| c          | M1        | target | bone  | yes        |
"""
MEASUREMENTS = """
| patient_id | lesion_id | day | diameter_mm |
| a          | M1        | -7  | 20          |
| a          | M1        | 100 | 10          |
| a          | M1        | 400 | 10          |
| a          | M1        | 600 | 10          |
| a          | M2        | -7  | 20          |
| a          | M2        | 100 | 10          |
| a          | M2        | 400 | 18          |
| a          | M2        | 600 | 25          |
| b          | M1        | -7  | 20          |
| b          | M1        | 100 | 12          |
| c          | M1        | -7  | 20          |
| c          | M1        | 400 | 12          |
"""
SCORES = """
| patient_id | day | instrument | item | score |
| a          | -1  | QLQ-C30    | QL   | 75    |
| a          | 350 | QLQ-C30    | QL   | 75    |
| b          | -1  | QLQ-C30    | QL   | 75    |
| c          | -1  | QLQ-C30    | QL   | 75    |
| c          | 350 | QLQ-C30    | QL   | 50    |
"""


@pytest.fixture
def made(cohort):
    record = cohort(
        patients=PATIENTS, radiotherapy=COURSES, irradiated_lesions=IRRADIATED, lesions=LESIONS,
        measurements=MEASUREMENTS, quality_of_life=SCORES,
    )  # fmt: skip
    report = Report(
        local_control=LocalControl(years=(1.0,)),
        disease_state=DiseaseState(since="enrolment"),
        quality_of_life=QualityOfLife(since="enrolment"),
        treatment=False,
    )
    return derived(Study(title="", record="", criteria=Criteria(evaluator=None), report=report), record)


def counts(results: pl.DataFrame, analysis: str, unit: str) -> dict[str, float]:
    return dict(results.filter(analysis=analysis, unit=unit).select("statistic", "value").iter_rows())


def test_r3_12_lesions_fail_die_or_are_followed(made):
    rows = analysed(made).results.filter(analysis="local control")
    assert counts(rows, "local control", "lesions") == {
        "lesions irradiated": 4.0, "lesions with a scan after it": 4.0, "local failures": 1.0,
        "deaths without local failure": 1.0,
    }  # fmt: skip


def test_r3_13_local_control_stands_beside_the_biased_kaplan_meier(made):
    rows = analysed(made).results.filter(analysis="local control", group="all")
    control = rows.filter(statistic="local control").row(0, named=True)
    # M2 of a failed on day 400, after one year: nothing had failed by then.
    assert (control["value"], control["n"]) == (1.0, 3)
    assert "biased" in rows.filter(statistic="failure by Kaplan-Meier")["note"][0]


def test_r3_13_the_figure_stacks_failure_and_death(made):
    steps = analysed(made).frames["local control"]
    last = dict(steps.group_by("cause").agg(pl.col("incidence").max()).iter_rows())
    assert set(last) == {"local failure", "death"}
    # b dies while four lesions are watched, and takes one with it.
    assert last["death"] == pytest.approx(0.25)


def test_r3_14_each_number_leads_to_the_lesions_of_its_patients(made):
    said = analysed(made).contributions.filter(analysis="local control", patient_id="a")["value"][0]
    assert "M1: " in said
    assert "M2: " in said


def test_r7_the_state_on_the_day_of_enrolment(made):
    rows = analysed(made).results.filter(analysis="disease state at enrolment", statistic="patients")
    assert rows["value"].sum() == 3
    assert "polymetastatic" not in rows["group"].to_list()


def test_r5_14_alive_at_one_year_without_deterioration(made):
    rows = analysed(made).results.filter(analysis="quality of life since enrolment")
    outcomes = dict(rows.filter(statistic="patients").select("group", "value").iter_rows())
    assert outcomes == {"alive without deterioration": 1.0, "died": 1.0, "deteriorated": 1.0}
    rate = rows.filter(statistic="rate").row(0, named=True)
    assert (rate["n"], rate["at"]) == (3, 1.0)


def test_r8_1_sabr_by_site_and_schedule_with_bed10_beside_the_regimens_of_the_site(made):
    found = sabr.sabr_schedules(made.record)
    told = found.filter(statistic="BED10").select("group", "value", "n", "note")
    assert told.rows() == [
        ("bone, 3 x 10 Gy", 60.0, 1, "no; nearest 3 x 9 Gy: 8.7 Gy more"),
        ("lung, 3 x 18 Gy", 151.2, 2, "no; nearest 3 x 20 Gy: 28.8 Gy less"),
    ]
    study = made.study.model_copy(update={"report": Report(treatment=True)})
    everything = analysed(derived(study, made.record))
    section = treatment.TOPIC.show(made, True, everything)
    assert [table.title for table in section.tables][-1] == "SABR by site and schedule"
    assert len(section.tables[-1].rows) == 2


@pytest.mark.parametrize("topic", [local_control, disease_state, quality_of_life])
def test_a_section_shows_what_was_made(made, topic):
    everything = analysed(made)
    (asked,) = topic.TOPIC.asked(made)
    assert all(table.rows for table in topic.TOPIC.show(made, asked, everything).tables)


@pytest.mark.parametrize("topic", [local_control, disease_state, quality_of_life])
def test_a_record_without_anything_of_it_gives_an_honest_section(cohort, made, topic):
    study = made.study
    bare = derived(study, cohort(patients="| patient_id |\n| a |"))
    (asked,) = topic.TOPIC.asked(bare)
    section = topic.TOPIC.show(bare, asked, analysed(bare))
    assert section.tables == ()
    assert plain(section.paragraphs[0]).startswith(("The record names no", "No patient of this population"))
