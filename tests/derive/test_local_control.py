"""Local control of irradiated lesions: states and times per lesion (R3.10 to R3.14)."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.derive.local_control import CONFIRMED, LocalControlRules, any_lesion_failure, local_control
from headway.record.columns import empty
from headway.record.derived.radiotherapy import AnyLesionFailure, LocalControl
from headway.record.tables import TABLES

COURSES = """
| patient_id | course_id | start_day | end_day |
| P1         | A         | 0         | 10      |
| P1         | B         | 200       | 210     |
| P2         | A         | 0         | 10      |
"""
LIVES = """
| patient_id | death_day |
| P1         |           |
| P2         | 300       |
"""


def followed(cohort, sizes: str, rules: LocalControlRules = CONFIRMED, **tables: str) -> pl.DataFrame:
    """Lesions written as `P1 L1 A | -5: 20, 60: 12 present`; the course may be several, as A+B."""
    lines = [[part.strip() for part in line.split("|")] for line in sizes.strip().splitlines()]
    irradiated = ["| patient_id | course_id | lesion_id |"]
    measured = ["| patient_id | lesion_id | day | evaluator | diameter_mm | status |"]
    for name, scans in lines:
        patient, lesion, courses = name.split()
        irradiated += [f"| {patient} | {course} | {lesion} |" for course in courses.split("+")]
        for day, seen in (scan.split(":") for scan in scans.split(",") if scan):
            number, _, words = seen.strip().partition(" ")
            size, status = (number, words) if number[0].isdigit() else ("", seen.strip())
            measured.append(f"| {patient} | {lesion} | {day.strip()} | reader | {size} | {status} |")
    given_tables = {"patients": LIVES, "radiotherapy": COURSES, "irradiated_lesions": "\n".join(irradiated),
                    "measurements": "\n".join(measured)} | tables  # fmt: skip
    record = cohort(**given_tables)
    names = ["irradiated_lesions", "radiotherapy", "measurements", "patients"]
    table = local_control(*(record.table(name) for name in names), rules, time="days").collect()
    LocalControl.validate(table)
    return table.sort("patient_id", "lesion_id")


def outcome(cohort, sizes: str, rules: LocalControlRules = CONFIRMED) -> tuple:
    return followed(cohort, sizes, rules).select("state", "days", "reason").row(0)


@pytest.mark.parametrize(
    ("sizes", "state", "days", "reason"),
    [
        ("P1 L A | -5: 20, 60: 15, 120: 20, 180: 21", 1, 120,
         "local failure: 20 mm on day 120 is 5 mm above the nadir of 15 mm, confirmed on day 180 (R3.11)"),
        ("P1 L A | -5: 20, 60: 15, 120: 19.9, 180: 19.9", 0, 180,
         "censored: controlled at its last scan on day 180 (R3.12)"),
        ("P1 L A | -5: 40, 60: 40, 120: 45, 180: 47", 0, 180,
         "censored: controlled at its last scan on day 180 (R3.12)"),
        ("P1 L A | -5: 20, 60: 26, 120: 18", 0, 120,
         "censored: controlled at its last scan on day 120 (R3.12); growth on day 60 is not confirmed by "
         "the next scan (R3.11)"),
        ("P1 L A | -5: 20, 60: 26", 0, 60,
         "censored: controlled at its last scan on day 60 (R3.12); growth on day 60 is not confirmed by "
         "the next scan (R3.11)"),
        ("P2 L A | -5: 20, 60: 15", 2, 300, "death without local failure on day 300 (R3.12)"),
        ("P2 L A | -5: 20, 60: 26, 120: 27", 1, 60,
         "local failure: 26 mm on day 60 is 6 mm above the nadir of 20 mm, confirmed on day 120 (R3.11)"),
        ("P1 L A |", 0, 0, "censored on day 0: no scan of the lesion after radiotherapy (R3.12)"),
        ("P1 L A | -5: 20", 0, 0, "censored on day 0: no scan of the lesion after radiotherapy (R3.12)"),
        ("P1 L X | 60: 20", None, None, "the day of course X is not known"),
        ("P1 L A | -90: 8, -5: 20, 60: 20, 120: 20", 0, 120,
         "censored: controlled at its last scan on day 120 (R3.12)"),
        ("P1 L A | -5: 20, 60: absent, 120: 5, 180: 6", 1, 120,
         "local failure: 5 mm on day 120 is 5 mm above the nadir of 0 mm, confirmed on day 180 (R3.11)"),
        ("P1 L A | -5: present, 60: present, 120: unequivocal progression, 180: increased", 1, 120,
         "local failure: said to have grown on day 120, confirmed on day 180 (R3.11)"),
        ("P1 L A | -5: 20, 60: 26, 90: not evaluable, 120: 27", 1, 60,
         "local failure: 26 mm on day 60 is 6 mm above the nadir of 20 mm, confirmed on day 120 (R3.11)"),
        ("P1 L A | -5: 20, 60: present, 90: 15, 120: present, 150: 21, 180: 22", 1, 150,
         "local failure: 21 mm on day 150 is 6 mm above the nadir of 15 mm, confirmed on day 180 (R3.11)"),
    ],
)  # fmt: skip
def test_r3_11_and_r3_12_what_becomes_of_a_lesion(cohort, sizes, state, days, reason):
    assert outcome(cohort, sizes) == (state, days, reason)


def test_r3_10_the_clock_may_start_at_the_last_fraction(cohort):
    rules = LocalControlRules("last", clock="last fraction")
    assert outcome(cohort, "P1 L A | -5: 20, 60: 26, 120: 27", rules)[:2] == (1, 50)


def test_r3_11_growth_counts_at_once_if_no_confirmation_is_asked(cohort):
    rules = LocalControlRules("unconfirmed", confirmed=False)
    assert outcome(cohort, "P1 L A | -5: 20, 60: 26", rules) == (
        1, 60, "local failure: 26 mm on day 60 is 6 mm above the nadir of 20 mm (R3.11)",
    )  # fmt: skip


def test_r3_11_a_protocol_may_ask_for_weeks_between_growth_and_its_confirmation(cohort):
    rules = LocalControlRules("eight weeks", days_to_confirm=56)
    sizes = "P1 L A | -5: 20, 60: 26, 88: 18, 120: 27"
    assert outcome(cohort, sizes)[:2] == (0, 120)
    assert outcome(cohort, sizes, rules)[:2] == (1, 60)


def test_r3_12_a_second_course_to_the_lesion_censors_or_fails(cohort):
    sizes = "P1 L A+B | -5: 20, 60: 15, 260: 30, 320: 30"
    assert outcome(cohort, sizes) == (0, 200, "censored: irradiated again on day 200 (R3.12)")
    rules = LocalControlRules("failure", retreatment="failure")
    assert outcome(cohort, sizes, rules) == (1, 200, "local failure: irradiated again on day 200 (R3.12)")
    failed_before = "P1 L A+B | -5: 20, 60: 26, 120: 27, 260: 10"
    assert outcome(cohort, failed_before)[:2] == (1, 60)


def test_r3_13_five_lesions_with_death_as_a_competing_event(cohort):
    lesions = """
    A1 L A | 0: 20, 3: 30, 4: 30
    A2 L A | 0: 20, 4: 20
    A3 L A | 0: 20, 6: 20
    A4 L A | 0: 20, 8: 30, 9: 30
    A5 L A | 0: 20, 10: 20
    """
    courses = "| patient_id | course_id | start_day |\n" + "\n".join(f"| A{i} | A | 0 |" for i in range(1, 6))
    lives = "| patient_id | death_day |\n| A2 | 5 |\n| A1 | |"
    table = followed(cohort, lesions, patients=lives, radiotherapy=courses)
    assert table.select("days", "state").rows() == [(3, 1), (5, 2), (6, 0), (8, 1), (10, 0)]


def test_each_reader_has_a_row_and_an_unnamed_reader_is_a_reader(cohort):
    tables = {
        "irradiated_lesions": "| patient_id | course_id | lesion_id |\n| P1 | A | L |",
        "measurements": """
        | patient_id | lesion_id | day | evaluator | diameter_mm |
        | P1         | L         | -5  | reader    | 20          |
        | P1         | L         | 60  | reader    | 26          |
        | P1         | L         | 120 | reader    | 27          |
        | P1         | L         | -5  |           | 20          |
        | P1         | L         | 60  |           | 15          |
        """,
    }
    record = cohort(patients=LIVES, radiotherapy=COURSES, **tables)
    names = ["irradiated_lesions", "radiotherapy", "measurements", "patients"]
    table = local_control(*(record.table(name) for name in names)).collect()
    assert {row["evaluator"]: row["state"] for row in table.iter_rows(named=True)} == {"reader": 1, None: 0}


def test_r3_14_the_first_failure_of_any_lesion_of_a_patient(cohort):
    lesions = """
    P1 L1 A | -5: 20, 60: 15, 400: 15
    P1 L2 A | -5: 20, 60: 26, 120: 27
    P2 L1 A | -5: 20, 60: 15
    P2 L2 A | -5: 20, 60: 15
    P3 L1 A | -5: 20, 60: 15
    P3 L2 A | -5: 20, 90: 15
    """
    courses = COURSES + "| P3 | A | 0 | |\n"
    table = followed(cohort, lesions, radiotherapy=courses)
    patients = any_lesion_failure(table.lazy(), time="days").collect().sort("patient_id")
    AnyLesionFailure.validate(patients)
    assert patients.select("patient_id", "lesions", "days", "state").rows() == [
        ("P1", 2, 60, 1),
        ("P2", 2, 300, 2),
        ("P3", 2, 90, 0),
    ]
    assert patients["reason"][0] == "first local failure on day 60, of 2 treated lesions (R3.14)"


def test_an_empty_table_is_fine():
    names = ["irradiated_lesions", "radiotherapy", "measurements", "patients"]
    table = local_control(*(empty(TABLES[name].schema).lazy() for name in names))
    assert table.collect().is_empty()
    assert any_lesion_failure(table).collect().is_empty()


SIZES = st.lists(
    st.tuples(st.integers(-30, 300), st.integers(0, 40)), max_size=6, unique_by=lambda scan: scan[0]
)


@settings(max_examples=30)
@given(SIZES, SIZES, st.randoms(use_true_random=False))
def test_row_order_does_not_matter_and_patients_do_not_change_each_other(one, other, random):
    rows = [(p, "L", day, "reader", float(size), "measured") for p, scans in (("P1", one), ("P2", other))
            for day, size in scans]  # fmt: skip
    schema = {"patient_id": pl.String, "lesion_id": pl.String, "day": pl.Int32, "evaluator": pl.String,
              "diameter_mm": pl.Float64, "status": pl.String}  # fmt: skip
    ids = pl.LazyFrame({"patient_id": ["P1", "P2"], "course_id": ["A", "A"]})
    irradiated = ids.with_columns(lesion_id=pl.lit("L"), role=pl.lit("SBRT"))
    radiotherapy = ids.with_columns(start_day=pl.lit(0, pl.Int32), end_day=pl.lit(9, pl.Int32))
    patients = ids.select(
        "patient_id", death_day=pl.when(pl.col("patient_id") == "P2").then(pl.lit(200, pl.Int32))
    )

    def derived(rows: list[tuple]) -> pl.DataFrame:
        measured = pl.LazyFrame(rows, schema, orient="row")
        return local_control(irradiated, radiotherapy, measured, patients).collect().sort("patient_id")

    whole = derived(rows)
    assert derived(random.sample(rows, len(rows))).equals(whole)
    alone = derived([row for row in rows if row[0] == "P1"])
    assert alone.filter(patient_id="P1").equals(whole.filter(patient_id="P1"))
