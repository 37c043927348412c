"""Response in the report: rates by group, a historical rate, depth and time, subsets of the lesions."""

import runpy
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from headway.ingest.recognise import read_record
from headway.report.document import plain
from headway.run.cohort import cohort as derived
from headway.run.pipeline import analysed
from headway.run.topics import response
from headway.study import Study
from headway.study.parts import Population, Report, Response

PATIENTS = """
| patient_id | enrolment_day | sex    | last_alive_day | death_day |
| a          | 0             | female | 300            |           |
| b          | 0             | male   | 300            |           |
| c          | 0             | male   |                | 200       |
| d          | 0             |        | 300            |           |
| e          |               | male   | 300            |           |
"""
SCANS = """
| patient_id | day | reported_response | reported_size_change_percent |
| a          | 56  | PR                | -40                          |
| a          | 112 | PR                | -60                          |
| a          | 168 | PD                | -35                          |
| b          | 56  | SD                | 5                            |
| b          | 112 | PD                | 80                           |
| c          | 56  | PD                |                              |
"""


def made_of(record, population: str | None = None, **asked: Any):
    part = Response(since="enrolment", population="some" if population else None, **asked)
    chosen = {"some": Population(where=population)} if population else {}
    made = derived(Study(title="", record="", population=chosen, report=Report(response=(part,))), record)
    return made, part, analysed(made)


def section_of(record, **asked: Any):
    made, part, everything = made_of(record, **asked)
    return response.TOPIC.show(made, part, everything)


def rate(results: pl.DataFrame, analysis: str, population: str, group: str) -> tuple[float, int]:
    row = results.filter(analysis=analysis, population=population, group=group, statistic="rate")
    return row["at"][0], row["n"][0]


def test_r1_40_rates_are_of_everybody_and_of_those_evaluable(cohort):
    results = made_of(cohort(patients=PATIENTS, assessments=SCANS))[2].results
    name = "best response since enrolment"
    assert rate(results, name, "all patients", "objective response") == (1, 4)
    assert rate(results, name, "evaluable patients", "objective response") == (1, 3)


def test_r1_40_who_has_no_time_zero_does_not_count_even_with_a_reported_response(cohort):
    with_e = SCANS + "| e          | 56  | PR                | -50                          |\n"
    results = made_of(cohort(patients=PATIENTS, assessments=with_e))[2].results
    assert rate(results, "best response since enrolment", "all patients", "objective response") == (1, 4)


def test_r1_40_groups_add_up_to_everybody_and_a_missing_one_is_named(cohort):
    results = made_of(cohort(patients=PATIENTS, assessments=SCANS), by="sex")[2].results
    name = "best response since enrolment by sex"
    own = results.filter(analysis=name, group="objective response").select("population", "at", "n")
    assert own.filter(pl.col("population").str.starts_with("all")).rows() == [
        ("all patients: female", 1, 1),
        ("all patients: male", 0, 2),
        ("all patients: not recorded", 0, 1),
    ]


def test_a_historical_rate_is_tested_exactly_on_one_side_and_on_both(cohort):
    made, part, everything = made_of(cohort(patients=PATIENTS, assessments=SCANS), historical=0.13)
    tests = everything.results.filter(
        analysis="best response since enrolment", population="all patients", statistic="p-value"
    )
    assert tests["at"].to_list() == [0.13, 0.13]
    assert tests["value"].to_list() == pytest.approx([1 - 0.87**4] * 2)
    assert ["one-sided" in method for method in tests["method"]] == [True, False]
    shown = response.TOPIC.show(made, part, everything).tables[1]
    assert shown.title == "Objective response against the historical rate of 13.0 %"
    assert [plain(cell) for cell in shown.rows[0]][2:] == ["0.43", "0.43"]


def test_r1_46_best_change_runs_up_to_progression_and_who_has_none_is_counted(cohort):
    made = made_of(cohort(patients=PATIENTS, assessments=SCANS))[2]
    bars = made.frames["best change since enrolment, waterfall"]
    assert dict(bars.select("patient_id", "best_change_percent").iter_rows()) == {
        "a": -60,
        "b": 5,
        "c": None,
        "d": None,
    }
    without = made.results.filter(analysis="best change since enrolment", statistic="patients")
    assert dict(without.select("group", "value").iter_rows()) == {
        "no change of the target sum recorded": 1,
        "no scan since time zero on record": 1,
    }


def test_r1_46_new_treatment_ends_the_window(cohort):
    drugs = "| patient_id | drug | start_day | end_day |\n| a | cisplatin | 0 | 60 |\n"
    drugs += "| a | cetuximab | 100 | 130 |"
    made = made_of(cohort(patients=PATIENTS, assessments=SCANS, drugs=drugs))[2]
    bars = made.frames["best change since enrolment, waterfall"]
    assert bars.filter(patient_id="a")["best_change_percent"].to_list() == [-40]
    spider = made.frames["best change since enrolment, spider"]
    assert spider.filter(patient_id="a")["change_percent"].to_list() == [0, -40]


def test_r1_48_medians_of_responders_and_of_all_with_a_change(cohort):
    results = made_of(cohort(patients=PATIENTS, assessments=SCANS))[2].results
    medians = (
        results.filter(pl.col("analysis").str.contains("best change|time to"), statistic="median")
        .select("analysis", "group", "value", "unit")
        .rows()
    )
    assert medians == [
        ("best change since enrolment", "responders", -60, "percent"),
        ("best change since enrolment", "all with a change", -27.5, "percent"),
        ("time to response since enrolment", "responders", 56, "days"),
    ]


def test_a_window_leaves_out_what_comes_later_and_has_a_name_of_its_own(cohort):
    made = made_of(cohort(patients=PATIENTS, assessments=SCANS), window_days=100)[2]
    bars = made.frames["best change since enrolment within 100 days, waterfall"]
    assert bars.filter(patient_id="a")["best_change_percent"].to_list() == [-40]


def test_each_patient_says_what_he_gives(cohort):
    given = made_of(cohort(patients=PATIENTS, assessments=SCANS))[2].contributions
    told = dict(
        given.filter(analysis="best change since enrolment").select("patient_id", "value").iter_rows()
    )
    assert told == {
        "a": "-60.0 %; PR",
        "b": "5.0 %; SD",
        "c": "no change of the target sum recorded",
        "d": "no scan since time zero on record",
    }


def test_9_9_captions_say_who_counts_who_is_missing_and_the_cutoff(cohort):
    section = section_of(cohort(patients=PATIENTS, assessments=SCANS))
    assert [figure.name.split("_")[-1] for figure in section.figures] == ["waterfall", "spider"]
    fall = section.figures[0].caption
    assert "of 2 of 4 patients (all patients)" in fall
    assert "1 (no scan since time zero on record)" in fall
    assert "No data cut-off is set." in fall


@pytest.mark.parametrize(
    ("asked", "tables"),
    [
        ({}, {"patients": PATIENTS}),
        ({"by": "sex", "historical": 0.2, "subsets": True}, {"patients": PATIENTS}),
        ({"population": "sex = 'other'"}, {"patients": PATIENTS, "assessments": SCANS}),
        ({"population": "sex = 'female'", "by": "sex"}, {"patients": PATIENTS, "assessments": SCANS}),
        ({"historical": 0.2}, {"patients": "| patient_id |\n| a |"}),
    ],
    ids=["no scans", "all asked of nothing", "nobody", "one patient", "no time zero"],
)
def test_where_there_is_little_to_say_a_sentence_says_so(cohort, asked, tables):
    section = section_of(cohort(**tables), **asked)
    assert section.paragraphs
    assert all(len(row) == len(table.header) for table in section.tables for row in table.rows)


def test_nobody_with_time_zero_is_a_sentence_and_no_table(cohort):
    section = section_of(cohort(patients="| patient_id |\n| a |"), historical=0.2)
    assert section.paragraphs[-1] == "No patient of this population has this time zero."
    assert not section.tables


LESIONS = """
| patient_id | lesion_id | role   | lymph_node |
| P1         | T1        | target | no         |
| P1         | T2        | target | no         |
| P1         | T3        | target | yes        |
| P2         | T1        | target | no         |
"""
MEASURED = """
| patient_id | lesion_id | day | diameter_mm |
| P1         | T1        | 0   | 30          |
| P1         | T2        | 0   | 40          |
| P1         | T3        | 0   | 20          |
| P1         | T1        | 56  | 12          |
| P1         | T2        | 56  | 30          |
| P1         | T3        | 56  | 24          |
| P1         | T1        | 112 | 10          |
| P1         | T2        | 112 | 24          |
| P1         | T3        | 112 | 26          |
| P2         | T1        | 0   | 30          |
| P2         | T1        | 56  | 10          |
"""
TREATED = """
| patient_id | course_id | lesion_id | role |
| P1         | 1         | T1        | SBRT |
| P1         | 2         | T2        | LDRT |
| P2         | 1         | T1        | SBRT |
"""
COURSES = """
| patient_id | course_id | start_day |
| P1         | 1         | 5         |
| P1         | 2         | 5         |
| P2         | 1         | 5         |
"""
ENROLLED = """
| patient_id | enrolment_day | last_alive_day |
| P1         | 0             | 200            |
| P2         | 0             | 200            |
| P3         | 0             | 200            |
"""


@pytest.fixture
def irradiated(cohort):
    return cohort(
        patients=ENROLLED,
        lesions=LESIONS,
        measurements=MEASURED,
        irradiated_lesions=TREATED,
        radiotherapy=COURSES,
    )


@pytest.mark.parametrize(
    ("subset", "group", "expected"),
    [
        ("all", "objective response", (2, 2)),  # the worked example P1 of domain.md 3.1, and P2
        ("SBRT", "objective response", (2, 2)),
        ("LDRT", "objective response", (1, 1)),
        ("non-irradiated", "objective response", (0, 1)),  # P2 has no other lesion: not assessable (R3.2)
        ("non-irradiated", "SD", (1, 1)),
    ],
)
def test_r3_1_to_r3_3_each_subset_of_the_lesions_has_its_own_rate(irradiated, subset, group, expected):
    results = made_of(irradiated, subsets=True)[2].results
    found = rate(results, "best response of lesion subsets since enrolment", f"{subset} lesions", group)
    assert found == expected


def test_r3_1_r3_3_r3_5_outside_the_field(irradiated):
    results = made_of(irradiated, subsets=True)[2].results
    rows = results.filter(analysis="off-target response since enrolment").select("group", "at", "n").rows()
    assert rows == [("off-target response", 0, 1), ("mixed response", 0, 1), ("all lesions irradiated", 1, 2)]


def test_r1_46_radiotherapy_of_a_target_ends_the_window_unless_it_is_what_is_studied(irradiated):
    name = "best change since enrolment, waterfall"
    counted = {
        subsets: made_of(irradiated, subsets=subsets)[2].frames[name]["best_change_percent"].count()
        for subsets in (True, False)
    }
    assert counted == {True: 2, False: 0}


def test_r1_30_a_response_of_a_subset_after_the_next_therapy_does_not_count(cohort):
    drugs = """
    | patient_id | drug        | start_day |
    | P1         | cisplatin   | 0         |
    | P1         | paclitaxel  | 100       |
    | P2         | cisplatin   | 0         |
    """
    record = cohort(
        patients=ENROLLED,
        drugs=drugs,
        lesions=LESIONS,
        measurements=MEASURED,
        irradiated_lesions=TREATED,
        radiotherapy=COURSES,
    )
    results = made_of(record, subsets=True)[2].results
    analysis = "best response of lesion subsets since enrolment"
    assert rate(results, analysis, "LDRT lesions", "objective response") == (0, 1)  # 24 of 40 mm on day 112
    assert rate(results, analysis, "SBRT lesions", "objective response") == (2, 2)


SCRIPT = Path(__file__).parents[2] / "examples" / "inspire" / "make_record.py"
HNSCC = "arm = 'head and neck squamous cell carcinoma'"


def test_inspire_waterfall_of_the_16_with_head_and_neck_cancer(tmp_path):
    make = runpy.run_path(str(SCRIPT))["write_record"]
    make(tmp_path / "record")
    part = Response(since="first_drug", population="hnscc")
    report = Report(response=(part,))
    study = Study(title="", record="", population={"hnscc": Population(where=HNSCC)}, report=report)
    made = analysed(derived(study, read_record(tmp_path / "record")))
    bars = made.frames["best change since first_drug in hnscc, waterfall"]
    assert (bars.height, bars["best_change_percent"].count()) == (16, 14)
    # The source names 3 of the 16 as responders ("CR/PR").
    assert bars["best_response"].is_in(["CR", "PR"]).sum() == 3
    assert made.frames["best change since first_drug in hnscc, spider"]["patient_id"].n_unique() == 14
