"""Rows that name a patient, lesion or course, and what becomes of them when it is not there."""

import polars as pl

from headway.record.checks import validated
from headway.record.checks.references import unknown_parents
from headway.record.findings import collapse, problems

LABS = """
    | patient_id | test      | day | value | unit   |
    | P1         | magnesium | 0   | 0.6   | mmol/L |
    | P2         | magnesium | 0   | 0.6   | mmol/L |
    """


def known_as_read(tables, time):
    return unknown_parents(tables)(tables, time)


def test_patient_lesion_and_course_must_exist(beside):
    beside(
        known_as_read,
        patients="| patient_id |\n| P1 |",
        lesions="""
        | patient_id | lesion_id | role   | expected        |
        | P1         | T1        | target |                 |
        | P2         | T1        | target | unknown-patient |
        """,
        measurements="""
        | patient_id | lesion_id | day | expected       |
        | P1         | T1        | 0   |                |
        | P1         | T2        | 0   | unknown-lesion |
        | P2         | T1        | 0   |                |
        """,
        radiotherapy="""
        | patient_id | course_id | start_day |
        | P1         | RT1       | 0         |
        """,
        irradiated_lesions="""
        | patient_id | course_id | lesion_id | expected       |
        | P1         | RT1       | T1        |                |
        | P1         | RT2       | T1        | unknown-course |
        | P1         | RT1       | T9        | unknown-lesion |
        """,
    )


def test_an_unknown_patient_is_one_finding_for_all_tables(raised):
    found = raised(
        known_as_read,
        patients="| patient_id |\n| P1 |",
        labs=LABS,
        biomarkers="| patient_id | marker |\n| P2 | ctDNA |",
    )
    assert found.select("table", "patient_id", "rows", "message").rows() == [
        ("labs", "P2", 2, "labs.patient_id 'P2' is not in patients (and 1 more row)")
    ]


def test_a_record_without_the_parent_table_says_so_once(raised):
    found = raised(known_as_read, labs=LABS)
    assert found.select("rows", "message").rows() == [
        (2, "labs names rows of patients, but the record has no table patients (and 1 more row)")
    ]


def _set_aside(tables, name, **row):
    at = tables[name].filter(**row)
    return problems("not-a-day", name, at, message=pl.lit("not a day"), column="death_date")


def test_rows_go_with_the_patient_who_is_set_aside(cohort):
    tables = cohort(patients="| patient_id |\n| P1 |\n| P2 |", labs=LABS).tables
    kept, everything = validated(tables, [_set_aside(tables, "patients", patient_id="P2")], "days", [])
    assert kept["labs"]["patient_id"].to_list() == ["P1"]
    assert collapse(everything).select("rule", "table", "rows", "message").rows() == [
        ("not-a-day", "patients", 2, "not a day (and 1 more row)")
    ]


def test_rows_stay_while_another_row_of_the_lesion_stands(cohort):
    tables = cohort(
        patients="| patient_id |\n| P1 |",
        lesions="""
        | patient_id | lesion_id | role   | evaluator |
        | P1         | T1        | target | A         |
        | P1         | T1        | target | B         |
        """,
        measurements="| patient_id | lesion_id | day |\n| P1 | T1 | 0 |",
    ).tables
    one = _set_aside(tables, "lesions", evaluator="A")
    kept, _ = validated(tables, [one], "days", [])
    assert kept["measurements"].height == 1
    kept, everything = validated(tables, [one, _set_aside(tables, "lesions", evaluator="B")], "days", [])
    assert kept["measurements"].height == 0
    assert collapse(everything)["rows"].to_list() == [2, 1]


def test_without_the_key_column_of_a_parent_its_children_go_with_it(cohort):
    tables = cohort(patients="| patient_id |\n| P1 |\n| P2 |", labs=LABS).tables
    tables["patients"] = tables["patients"].with_columns(patient_id=pl.lit(None, pl.String))
    missing = problems(
        "missing-column", "patients", tables["patients"], message=pl.lit("gone"), cause=pl.lit("table")
    )
    kept, everything = validated(tables, [missing], "days", [])
    assert kept["labs"].is_empty()
    assert collapse(everything).select("rule", "rows").rows() == [("missing-column", 4)]
