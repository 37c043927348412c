"""SABR courses beside the regimens of their site: the same, the nearest, or none, and why."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.derive.radiotherapy import courses
from headway.derive.sabr import compared_with_regimens
from headway.record.columns import empty
from headway.record.derived.radiotherapy import SabrComparisons
from headway.record.tables import TABLES
from tests.conftest import pipe_table

TYPES = {
    "patient_id": pl.String, "course_id": pl.String, "start_day": pl.Int32, "end_day": pl.Int32,
    "technique": pl.String, "site": pl.String, "dose_gy": pl.Float64, "fractions": pl.Int32,
}  # fmt: skip


def compared(rows: pl.DataFrame) -> pl.DataFrame:
    missing = [pl.lit(None, TYPES[name]).alias(name) for name in TYPES if name not in rows.columns]
    found = compared_with_regimens(courses(rows.with_columns(missing).cast(TYPES).lazy())).collect()  # type: ignore[arg-type]
    return SabrComparisons.validate(found)


def one(site: str | None, dose: float | None, fractions: int | None, technique: str | None = "SABR") -> dict:
    row = pl.DataFrame(
        [("P1", "A", technique, site, dose, fractions)],
        {
            name: TYPES[name]
            for name in ["patient_id", "course_id", "technique", "site", "dose_gy", "fractions"]
        },
        orient="row",
    )
    return compared(row).row(0, named=True)


SPEC = """
| patient_id | course_id | site            | dose_gy | fractions | regimen    | bed10_difference_gy | same |
| P1         | A         | lung            | 16      | 1         | 1 x 16 Gy  | 0                   | yes  |
| P1         | B         | Lung, left      | 60      | 8         | 8 x 7.5 Gy | 0                   | yes  |
| P1         | C         | lung            | 54      | 3         | 3 x 20 Gy  | -28.8               | no   |
| P1         | D         | lung            | 50      | 5         | 8 x 7.5 Gy | -5                  | no   |
| P1         | E         | lung            | 35      | 5         | 5 x 8 Gy   | -12.5               | no   |
| P1         | F         | lung            | 27      | 3         | 3 x 9 Gy   | 0                   | yes  |
| P1         | G         | liver           | 50      | 5         | 3 x 15 Gy  | -12.5               | no   |
| P1         | H         | bone metastasis | 24      | 3         | 3 x 8 Gy   | 0                   | yes  |
| P1         | I         | bone            | 16      | 1         | 3 x 8 Gy   | -1.6                | no   |
| P1         | J         | left neck       | 27      | 3         |            |                     |      |
"""


def test_each_course_has_the_regimen_it_is_or_the_nearest_of_its_site():
    told, rows = ["regimen", "bed10_difference_gy", "same"], pipe_table(SPEC)
    assert compared(rows.drop(told)).select(told).rows() == rows.select(told).rows()


@pytest.mark.parametrize(("dose", "same"), [(45.05, True), (44.95, True), (45.06, False), (44.94, False)])
def test_r8_11_the_same_dose_to_0_05_gy(dose, same):
    assert one("liver", dose, 3)["same"] is same


def test_a_course_is_sabr_by_its_numbers_or_by_its_technique():
    conventional, unnamed = ("lung", 70.0, 35), ("lung", 45.0, 3)
    assert one(*conventional, technique="SABR")["regimen"] == "5 x 8 Gy"
    assert one(*unnamed, technique=None)["same"]
    with pytest.raises(pl.exceptions.OutOfBoundsError):
        one(*conventional, technique="IMRT")


def test_the_bone_regimen_comes_before_that_of_any_site_and_says_what_is_in_doubt():
    course = one("bone", 27.0, 3)
    assert course["setting"] == "upper dose, as the dose to the cord allows"
    assert course["reason"] == (
        "bone: 3 x 9 Gy is a regimen of the table (S5, domain.md 8.2); the regimen: upper dose, as the dose "
        "to the cord allows; uncertain: a digit of the upper dose is lost in S5"
    )


def test_a_regimen_of_any_site_is_never_the_nearest():
    # BED10 52.48 Gy: the McBride regimen is 1.18 Gy away, that of the liver 60.
    assert one("liver", 32.0, 5)["regimen"] == "3 x 15 Gy"


def test_the_reason_tells_the_distance_the_range_and_that_a_large_fraction_only_ranks():
    assert one("lung", 54.0, 3)["reason"] == (
        "lung: 3 x 18 Gy, BED10 151.2 Gy, is not in the table; the nearest is 3 x 20 Gy, BED10 180 Gy: 28.8 "
        "Gy less (S5, domain.md 8.2); 54 Gy lie between its 45 and 60 Gy in 3 fractions; over 10 Gy a "
        "fraction the BED only ranks (R8.5)"
    )


@pytest.mark.parametrize(
    ("course", "reason"),
    [
        (("larynx", 45.0, 3), "larynx: site not in the table (one of lung, liver, bone)"),
        (("lung and liver", 45.0, 3), "lung and liver: site not in the table (one of lung, liver, bone)"),
        ((None, 45.0, 3), "the site is not recorded"),
        (("lung", None, 3), "lung: dose or fractions are not known"),
        (("lung", 45.0, None), "lung: dose or fractions are not known"),
        (("lung", 80.0, 2), "lung: 2 x 40 Gy = 80 Gy: not 0.5 to 34 Gy a fraction (R8.11)"),
    ],
)
def test_where_nothing_can_be_compared_the_reason_says_why(course, reason):
    found = one(*course)
    assert found["reason"] == reason
    assert [found[name] for name in ("regimen", "source", "same", "bed10_difference_gy")] == [None] * 4


def test_an_empty_table_is_fine():
    none = compared_with_regimens(courses(empty(TABLES["radiotherapy"].schema).lazy())).collect()
    assert SabrComparisons.validate(none).is_empty()


COURSES = st.tuples(
    st.sampled_from(["lung", "liver", "bone", "neck", None]), st.sampled_from([16.0, 24.0, 45.0, 54.0, None]),
    st.sampled_from([1, 3, 5, None]), st.sampled_from(["SABR", "IMRT", None]),
)  # fmt: skip


@given(st.lists(COURSES, max_size=8), st.randoms(use_true_random=False))
def test_row_order_does_not_matter_and_patients_do_not_change_each_other(given_courses, random):
    names = ["patient_id", "course_id", "site", "dose_gy", "fractions", "technique"]
    rows = [(f"P{i % 2}", str(i), *course) for i, course in enumerate(given_courses)]

    def derived(rows: list[tuple]) -> pl.DataFrame:
        return compared(pl.DataFrame(rows, {name: TYPES[name] for name in names}, orient="row"))

    whole = derived(rows)
    assert derived(random.sample(rows, len(rows))).equals(whole)
    assert derived([row for row in rows if row[0] == "P1"]).equals(whole.filter(patient_id="P1"))
