"""What the figure of a patient draws, from a record."""

import pytest

from headway.ingest.recognise import read_record
from headway.record.figures_of_a_patient import LesionSizes, PatientMarks, PatientSpans, TargetSums, TimeZeros
from headway.run.cohort import cohort
from headway.run.pipeline import analysed
from headway.run.timelines import timelines
from headway.study import load
from tests.conftest import pipe_table

STUDY = """
title = "Two patients"
record = "record"

[[report.response]]
since = "first_drug"
"""
TABLES = {
    "patients": """
        | patient_id | diagnosis_date | last_alive_date | death_date |
        | P1         | 2020-01-01     |                 | 2021-01-01 |
        | P2         | 2020-01-01     | 2021-05-01      |            |
    """,
    "drugs": """
        | patient_id | drug      | start_date | end_date   | intent     |
        | P1         | cetuximab | 2020-02-01 | 2020-06-01 | palliative |
    """,
    "radiotherapy": """
        | patient_id | course_id | start_date | site | dose_gy | fractions |
        | P1         | A         | 2020-03-01 | lung | 54      | 3         |
        | P2         | B         |            | neck |         |           |
    """,
    "lesions": """
        | patient_id | lesion_id | role   | organ |
        | P1         | T1        | target | lung  |
    """,
    "measurements": """
        | patient_id | lesion_id | date       | diameter_mm |
        | P1         | T1        | 2020-01-25 | 40          |
        | P1         | T1        | 2020-04-01 | 20          |
        | P1         | T1        | 2020-06-01 | 30          |
    """,
    "adverse_events": """
        | patient_id | term | grade | start_date |
        | P1         | rash | 3     | 2020-02-10 |
        | P2         | pain | 2     |            |
    """,
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "record").mkdir()
    for name, text in TABLES.items():
        pipe_table(text).write_csv(folder / "record" / f"{name}.csv")
    base = cohort(load(folder / "study.toml"), read_record(folder / "record"))
    analysed(base)
    return timelines(base)


def test_every_layer_is_as_declared(drawn):
    layers = {
        PatientSpans: drawn.spans, PatientMarks: drawn.marks, LesionSizes: drawn.sizes,
        TargetSums: drawn.sums, TimeZeros: drawn.zeros,
    }  # fmt: skip
    for schema, layer in layers.items():
        schema.validate(layer)


def test_spans_are_lines_and_courses_with_a_day(drawn):
    assert drawn.spans.select("patient_id", "label").rows() == [
        ("P1", "line 1: cetuximab"),
        ("P1", "RT lung, 54 Gy in 3"),
    ]


def test_marks_are_responses_events_and_how_it_ended(drawn):
    marks = drawn.marks.sort("patient_id", "day").select("patient_id", "kind", "label", "grade").rows()
    assert marks == [
        ("P1", "adverse event", "rash", 3),
        ("P1", "response", "PR", None),
        ("P1", "response", "PD", None),
        ("P1", "progression", "progression", None),
        ("P1", "death", "death", None),
        ("P2", "last known alive", "last known alive", None),
    ]


def test_sums_begin_at_baseline(drawn):
    assert drawn.sums.sort("day").select("sum_mm", "nadir_mm").rows() == [(40, None), (20, 40), (30, 20)]
    assert drawn.zeros.rows() != []
