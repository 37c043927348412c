"""CTCAE v5.0 grades from laboratory results: every vector of domain.md 6, and what cannot be computed."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.derive.toxicity import compared_grades, lab_grades
from headway.record.columns import empty
from headway.record.derived.toxicity import GradeComparisons, LabGrades
from headway.record.tables import TABLES


def labs(*rows, **extra) -> pl.LazyFrame:
    """Rows of the table labs: (test, day, value, unit, lower, upper), of P1 unless an id is last."""
    names = ["test", "day", "value", "unit", "lower_limit", "upper_limit", "patient_id"]
    full = [dict(zip(names, [*row, "P1"][:7], strict=True)) | extra for row in rows]
    blank = empty(TABLES["labs"].schema)
    schema = {name: dtype for name, dtype in blank.schema.items() if name in names} | {
        "symptomatic": pl.Boolean
    }
    frame = pl.DataFrame([row | {"symptomatic": row.get("symptomatic")} for row in full], schema=schema)
    frame = frame.with_columns(source_line=pl.int_range(2, 2 + pl.len(), dtype=pl.Int64))
    return pl.concat([blank, frame], how="diagonal").lazy()


def graded(table: pl.LazyFrame, **options) -> pl.DataFrame:
    start = table.select("patient_id", start_day=pl.lit(0, pl.Int32)).unique()
    return lab_grades(table, start, time="days", **options).collect().sort("source_line", "term")


def grade_of(term: str, *rows, **options) -> int | None:
    """The grade of the last row."""
    return graded(labs(*rows), **options).filter(term=term)["grade"].to_list()[-1]


LOW = {
    "Neutrophil count decreased": (
        "ANC",
        "10^9/L",
        2.0,
        "2.0:0 1.99:1 1.5:1 1.49:2 1.0:2 0.99:3 0.5:3 0.49:4",
    ),
    "Platelet count decreased": ("platelets", "10^9/L", 150, "150:0 75:1 74:2 50:2 49.9:3 25:3 24:4"),
    "Anemia": ("hemoglobin", "g/dL", 13, "13:0 10.0:1 9.9:2 8.0:2 7.9:3 3:3"),
    "White blood cell decreased": ("WBC", "10^9/L", 4, "3.0:1 2.99:2 2:2 1.99:3 1:3 0.99:4"),
    "Lymphocyte count decreased": ("lymphocytes", "10^9/L", 1, "0.8:1 0.79:2 0.5:2 0.49:3 0.2:3 0.19:4"),
    "Hypomagnesemia": ("Mg", "mmol/L", 0.66, "0.66:0 0.65:1 0.50:1 0.49:2 0.40:2 0.39:3 0.30:3 0.29:4"),
    "Hypokalemia": ("potassium", "mmol/L", 3.5, "3.5:0 3.0:1 2.9:3 2.8:3 2.5:3 2.4:4"),
    "Hyponatremia": ("sodium", "mmol/L", 135, "135:0 130:1 129:2 125:2 124:3 120:3 119:4"),
    "Hypoalbuminemia": ("albumin", "g/L", 35, "30.0:1 29.9:2 20:2 19.9:3 1:3"),
    "Hypocalcemia": ("corrected calcium", "mmol/L", 2.2, "2.0:1 1.99:2 1.75:2 1.74:3 1.5:3 1.49:4"),
    "Hypoglycemia": ("glucose", "mmol/L", 3.9, "3.0:1 2.9:2 2.2:2 2.1:3 1.7:3 1.6:4"),
}
HIGH = {
    "Hypermagnesemia": ("magnesium", "mmol/L", 1.07, "1.07:0 1.23:1 1.24:3 3.30:3 3.31:4"),
    "Hyperkalemia": ("K", "mEq/L", 5.1, "5.1:0 5.5:1 5.51:2 6.0:2 6.1:3 7.0:3 7.01:4"),
    "Hypernatremia": ("Na", "mmol/L", 145, "145:0 150:1 151:2 155:2 156:3 160:3 161:4"),
    "Hypercalcemia": ("corrected calcium", "mg/dL", 10.5, "10.5:0 11.5:1 11.6:2 12.5:2 12.6:3 13.5:3 13.6:4"),
    "INR increased": ("INR", "ratio", 1.1, "1.2:0 1.21:1 1.5:1 1.51:2 2.5:2 2.51:3 9:3"),
    "Creatinine increased": ("creatinine", "mg/dL", 1.0, "1.0:0 1.5:1 1.51:2 3.0:2 3.01:3 6.0:3 6.1:4"),
}
IONISED = {
    "Hypocalcemia": ("ionised calcium", "mmol/L", 1.12, "1.0:1 0.99:2 0.9:2 0.89:3 0.8:3 0.79:4"),
    "Hypercalcemia": ("ionized calcium", "mmol/L", 1.32, "1.5:1 1.51:2 1.6:2 1.61:3 1.8:3 1.81:4"),
}


def single_results(table: dict, *, low: bool):
    """(term, rows, grade) of one patient each."""
    for term, (test, unit, limit, steps) in table.items():
        for value, grade in (step.split(":") for step in steps.split()):
            limits = (limit, None) if low else (None, limit)
            # Creatinine is judged by its baseline too: here one that is so high as not to count.
            yield (
                term,
                [(test, 0, 99.0, unit, None, None), (test, 8, float(value), unit, *limits)],
                int(grade),
            )


LIVER_NORMAL = {
    "Alanine aminotransferase increased": ("ALT", "40:0 40.1:1 120:1 120.4:2 200:2 200.4:3 800:3 800.4:4"),
    "Aspartate aminotransferase increased": ("AST", "120:1 121:2 200:2 201:3 800:3 801:4"),
    "Alkaline phosphatase increased": ("ALP", "100:1 101:2 200:2 201:3 800:3 801:4"),
    "GGT increased": ("GGT", "100:1 101:2 200:2 201:3 800:3 801:4"),
    "Blood bilirubin increased": ("bilirubin", "60:1 61:2 120:2 121:3 400:3 401:4"),
}
LIVER_ABNORMAL = {  # baseline 80, twice the upper limit of 40
    "Alanine aminotransferase increased": ("ALT", "119.2:0 120:1 240:1 240.8:2 400:2 401:3 1600:3 1601:4"),
    "Alkaline phosphatase increased": ("ALP", "159:0 160:1 200:1 201:2 400:2 401:3 1600:3 1601:4"),
    "GGT increased": ("GGT", "159:0 160:1 200:1 201:2"),
    "Blood bilirubin increased": ("bilirubin", "80:0 96:1 120:1 121:2 240:2 241:3 800:3 801:4"),
}


def after_baseline(table: dict, baseline: float):
    for term, (test, steps) in table.items():
        for value, grade in (step.split(":") for step in steps.split()):
            rows = [(test, 0, baseline, "U/L", None, 40.0), (test, 8, float(value), "U/L", None, 40.0)]
            yield term, rows, int(grade)


VECTORS = {
    f"{number} {rows[-1][0]} {rows[-1][2]} {rows[-1][3]}, baseline {rows[0][2]}": (term, rows, grade)
    for number, (term, rows, grade) in enumerate(
        [
            *single_results(LOW, low=True),
            *single_results(HIGH, low=False),
            *single_results({"Hypocalcemia": IONISED["Hypocalcemia"]}, low=True),
            *single_results({"Hypercalcemia": IONISED["Hypercalcemia"]}, low=False),
            *after_baseline(LIVER_NORMAL, 30.0),
            *after_baseline(LIVER_ABNORMAL, 80.0),
        ]
    )
}


@pytest.fixture(scope="module")
def cohort_of_vectors() -> pl.DataFrame:
    """Every vector as a patient of one cohort, graded together."""
    return graded(labs(*((*row, name) for name, (_, rows, _) in VECTORS.items() for row in rows)))


@pytest.mark.parametrize("name", VECTORS)
def test_r6_1_a_value_on_the_boundary_has_the_milder_grade(name, cohort_of_vectors):
    term, _, grade = VECTORS[name]
    assert cohort_of_vectors.filter(patient_id=name, term=term, day=8)["grade"].item() == grade


OTHER_UNITS = {
    **{
        # 1.2 mg/dL is 0.494 mmol/L: by the limit of 0.5 mmol/L it would be grade 2.
        f"magnesium {value} mg/dL": ("Hypomagnesemia", ("Mg", 8, value, "mg/dL", 1.6, None), grade)
        for value, grade in [(1.2, 1), (1.19, 2), (0.9, 2), (0.89, 3), (0.7, 3), (0.69, 4)]
    },
    **{
        f"{test} {value} {unit}": (term, (test, 8, float(value), unit, None, None), grade)
        for test, value, unit, term, grade in [
            ("neutrophils", 499, "/uL", "Neutrophil count decreased", 4),
            ("neutrophils", 500, "cells/mm3", "Neutrophil count decreased", 3),
            ("hemoglobin", 79, "g/L", "Anemia", 3),
            ("hemoglobin", 4.8, "mmol/L", "Anemia", 3),
            ("albumin", 1.99, "g/dL", "Hypoalbuminemia", 3),
            ("glucose", 29, "mg/dL", "Hypoglycemia", 4),
        ]
    },
}


@pytest.fixture(scope="module")
def in_other_units() -> pl.DataFrame:
    return graded(labs(*((*row, name) for name, (_, row, _) in OTHER_UNITS.items())))


@pytest.mark.parametrize("name", OTHER_UNITS)
def test_r6_1_other_units_have_limits_of_their_own(name, in_other_units):
    term, _, grade = OTHER_UNITS[name]
    assert in_other_units.filter(patient_id=name, term=term)["grade"].item() == grade


def test_r6_1_a_sum_of_floats_does_not_decide_a_grade():
    assert 0.1 + 0.2 != 0.3
    assert grade_of("Hypomagnesemia", ("Mg", 8, 0.1 + 0.2, "mmol/L", 0.66, None)) == 3
    assert grade_of("Hypomagnesemia", ("Mg", 8, 0.3, "mmol/L", 0.66, None)) == 3
    assert grade_of("Alanine aminotransferase increased", ("ALT", 8, 3 * 0.7, "ukat/L", None, 0.7)) is None
    rows = [("ALT", 0, 0.5, "ukat/L", None, 0.7), ("ALT", 8, 3 * 0.7, "ukat/L", None, 0.7)]
    assert 3 * 0.7 != 2.1
    assert grade_of("Alanine aminotransferase increased", *rows) == 1


CALCIUM = [
    (7.2, 3.0, "mg/dL", "g/dL", 8.0, 1),
    (7.2, 30.0, "mg/dL", "g/L", 8.0, 1),
    (7.1, 3.0, "mg/dL", "g/dL", 7.9, 2),
    (8.0, 4.0, "mg/dL", "g/dL", 8.0, 1),
    (1.8, 30.0, "mmol/L", "g/L", 2.0, 1),
    (1.79, 30.0, "mmol/L", "g/L", 1.99, 2),
]


def test_r6_2_calcium_is_corrected_for_the_albumin_of_the_day():
    rows = []
    for number, (calcium, albumin, unit, albumin_unit, _, _) in enumerate(CALCIUM):
        rows.append(("albumin", 8, albumin, albumin_unit, None, None, f"P{number}"))
        rows.append(("calcium", 8, calcium, unit, 8.5, None, f"P{number}"))
    found = graded(labs(*rows)).filter(term="Hypocalcemia")
    assert found["test"].to_list() == ["corrected calcium"] * len(CALCIUM)
    assert found["value"].to_list() == pytest.approx([corrected for *_, corrected, _ in CALCIUM])
    assert found["grade"].to_list() == [grade for *_, grade in CALCIUM]


def test_r6_2_without_albumin_calcium_is_not_graded():
    rows = [("albumin", 7, 30.0, "g/L", None, None), ("calcium", 8, 1.4, "mmol/L", 2.2, 2.6)]
    row = graded(labs(*rows)).filter(term="Hypocalcemia")
    assert row["grade"].item() is None
    assert row["reason"].item() == (
        "not computable: the albumin of the same day, by which calcium is corrected, is not known (R6.2)"
    )


MISSING = [
    (
        "Anemia",
        ("Hb", 8, 11.0, "g/dL", None, None),
        None,
        "not computable: hemoglobin is 11 g/dL, and the lower limit of normal is not known (R6.3)",
    ),
    (
        "Anemia",
        ("Hb", 8, 9.0, "g/dL", None, None),
        2,
        "grade 2: 9 g/dL is under 10.0 g/dL (CTCAE v5.0, R6.1)",
    ),
    (
        "Creatinine increased",
        ("creatinine", 8, 2.0, "mg/dL", None, 1.0),
        2,
        "grade 2: 2 mg/dL is over 1.5 x the upper limit of 1 (CTCAE v5.0, R6.3); could be higher, for "
        "the baseline is not known (R6.3)",
    ),
    (
        "Creatinine increased",
        ("creatinine", 8, 2.0, "mg/dL", None, None),
        None,
        "not computable: creatinine is 2 mg/dL, and the upper limit of normal and the baseline is not "
        "known (R6.3)",
    ),
    (
        "GGT increased",
        ("GGT", 8, 41.0, "U/L", None, 40.0),
        None,
        "not computable: gamma glutamyl transferase is 41 U/L, and the baseline is not known (R6.3)",
    ),
    (
        "GGT increased",
        ("GGT", 8, 40.0, "U/L", None, 40.0),
        0,
        "grade 0: 40 U/L crosses no limit of CTCAE v5.0",
    ),
    (
        "Hypomagnesemia",
        ("Mg", 8, 0.9, "mEq/L", 1.3, None),
        None,
        "not computable: CTCAE v5.0 has no limit in mEq/L for magnesium (R6.1)",
    ),
    (
        "Hyperglycemia",
        ("glucose", 8, 30.0, "mmol/L", None, 5.5),
        None,
        "not computable: CTCAE v5.0 grades hyperglycemia by what was done about it, not by numbers",
    ),
    ("Anemia", ("Hb", 8, -1.0, "g/dL", 13, None), None, "not computable: -1.0 g/dL is below 0"),
    (
        "Platelet count decreased",
        ("PLT", 8, 1e300, "10^9/L", 150, None),
        None,
        "not computable: 1e+300 10^9/L is beyond any result",
    ),
]


@pytest.fixture(scope="module")
def with_missing() -> pl.DataFrame:
    return graded(labs(*((*row, str(number)) for number, (_, row, _, _) in enumerate(MISSING))))


@pytest.mark.parametrize(
    "number", range(len(MISSING)), ids=[f"{row[0]} {row[2]} {row[3]}" for _, row, _, _ in MISSING]
)
def test_r6_3_what_is_missing_is_said_and_what_is_certain_is_graded(number, with_missing):
    term, _, grade, reason = MISSING[number]
    found = with_missing.filter(patient_id=str(number), term=term)
    assert found.select("grade", "reason").row(0) == (grade, reason)


def test_r6_3_a_grade_that_could_be_higher_is_marked():
    row = graded(labs(("creatinine", 8, 2.0, "mg/dL", None, 1.0)))
    assert row["at_least"].item()
    certain = graded(
        labs(("creatinine", 0, 0.9, "mg/dL", None, 1.0), ("creatinine", 8, 2.0, "mg/dL", None, 1.0))
    )
    assert not certain["at_least"].any()


SYMPTOMS = [  # test, value, lower limit, term, the lower and the worst grade
    ("potassium", 3.4, 3.5, "Hypokalemia", 1, 2),
    ("potassium", 3.0, 3.5, "Hypokalemia", 1, 2),
    ("potassium", 2.8, 3.5, "Hypokalemia", 3, 3),
    ("sodium", 129, 135, "Hyponatremia", 2, 3),
    ("sodium", 125, 135, "Hyponatremia", 2, 3),
    ("sodium", 130, 135, "Hyponatremia", 1, 1),
]


def by_symptoms(symptomatic: bool | None = None, **options) -> list[int]:
    """The grades of SYMPTOMS, one a patient."""
    rows = [
        (test, 8, float(value), "mmol/L", lower, None, f"P{number}")
        for number, (test, value, lower, *_) in enumerate(SYMPTOMS)
    ]
    extra = {} if symptomatic is None else {"symptomatic": symptomatic}
    found = graded(labs(*rows, **extra), **options)
    return [
        found.filter(patient_id=f"P{number}", term=term)["grade"].item()
        for number, (_, _, _, term, _, _) in enumerate(SYMPTOMS)
    ]


def test_r6_4_symptoms_split_two_grades_and_an_option_decides_where_they_are_not_known():
    lower, worst = ([row[place] for row in SYMPTOMS] for place in (4, 5))
    assert by_symptoms() == lower
    assert by_symptoms(symptoms="worst") == worst
    assert by_symptoms(True, symptoms="worst") == worst
    assert by_symptoms(False, symptoms="worst") == lower


def test_r6_5_creatinine_by_its_baseline_under_the_upper_limit():
    rows = [("creatinine", -3, 0.5, "mg/dL", None, 1.2), ("creatinine", 8, 0.8, "mg/dL", None, 1.2)]
    last = graded(labs(*rows)).row(-1, named=True)
    assert last["grade"] == 2
    assert last["reason"] == (
        "grade 2: 0.8 mg/dL is over 1.5 x the baseline of 0.5 on day -3 (CTCAE v5.0, R6.5)"
    )


def test_r6_5_the_baseline_is_the_last_result_by_the_start_in_the_same_unit():
    table = labs(
        ("creatinine", -9, 9.0, "mg/dL", None, 1.2),
        ("creatinine", 0, 0.5, "mg/dL", None, 1.2),
        ("creatinine", 0, 0.6, "mg/dL", None, 1.2),
        ("creatinine", 1, 0.1, "mg/dL", None, 1.2),
        ("creatinine", 0, 44.0, "umol/L", None, 106),
        ("creatinine", 8, 0.8, "mg/dL", None, 1.2),
    )
    last = graded(table).filter(source_line=7).row(0, named=True)
    assert (last["baseline_day"], last["baseline_value"]) == (0, 0.5)


def test_tests_that_ctcae_does_not_grade_are_left_out_and_an_empty_table_is_fine():
    assert graded(labs(("vitamin B12", 8, 300.0, "pg/mL", None, None))).is_empty()
    assert graded(empty(TABLES["labs"].schema).lazy()).is_empty()


RESULTS = st.lists(
    st.tuples(
        st.sampled_from(["ANC", "Mg", "ALT", "creatinine", "calcium", "albumin", "sodium"]),
        st.integers(-3, 5),
        st.integers(0, 300).map(lambda tenths: tenths / 10),
        st.sampled_from(["10^9/L", "mmol/L", "mg/dL", "g/L", "U/L"]),
        st.sampled_from([None, 0.66, 2.0]),
        st.sampled_from([None, 1.2, 40.0]),
        st.sampled_from(["P1", "P2", "P3"]),
    ),
    max_size=30,
)


@settings(max_examples=6)
@given(RESULTS, st.randoms(use_true_random=False))
def test_row_order_does_not_matter_and_patients_do_not_change_each_other(rows, random):
    whole = graded(labs(*rows))
    LabGrades.validate(whole)
    table = labs(*rows).collect()
    order = list(range(table.height))
    random.shuffle(order)
    assert graded(table[order].lazy()).equals(whole)
    alone = graded(table.filter(patient_id="P1").lazy())
    assert alone.equals(whole.filter(patient_id="P1"))


@settings(max_examples=5)
@given(st.lists(st.integers(0, 1000), min_size=2, max_size=40, unique=True))
def test_a_lower_neutrophil_count_never_has_a_milder_grade(hundredths):
    rows = [("ANC", day, count / 100, "10^9/L", 2.0, None) for day, count in enumerate(sorted(hundredths))]
    grades = graded(labs(*rows))["grade"].to_list()
    assert grades == sorted(grades, reverse=True)


def test_recorded_grades_are_compared_with_the_grades_by_numbers(cohort):
    record = cohort(
        adverse_events="""
        | patient_id | term            | grade |
        | P1         | Hypomagnesaemia | 2     |
        | P1         | Anaemia         | 3     |
        | P1         | Nausea          | 1     |
        | P2         | neutropenia     | 4     |
        | P3         | hyponatremia    | 2     |
        """
    )
    results = labs(
        ("Mg", 8, 0.39, "mmol/L", 0.66, None),
        ("Mg", 15, 0.60, "mmol/L", 0.66, None),
        ("Hb", 8, 7.5, "g/dL", 13, None),
        ("ANC", 8, 0.9, "10^9/L", 2, None, "P2"),
        ("platelets", 8, 60, "10^9/L", 150, None, "P2"),
        ("potassium", 8, 4.0, "mmol/L", 3.5, 5.1, "P2"),
    )
    compared = compared_grades(graded(results).lazy(), record.table("adverse_events")).collect()
    GradeComparisons.validate(compared)
    assert sorted(compared.select("patient_id", "term", "verdict").iter_rows()) == [
        ("P1", "Anemia", "agree"),
        ("P1", "Hypomagnesemia", "lab higher"),
        ("P2", "Neutrophil count decreased", "recorded higher"),
        ("P2", "Platelet count decreased", "not recorded"),
        ("P3", "Hyponatremia", "no gradable result"),
    ]
    assert compared.filter(term="Hypomagnesemia")["reason"].item() == (
        "Hypomagnesemia: recorded grade 2, worst grade by numbers 3 (CTCAE v5.0)"
    )
