"""Radiobiology: every row of the tables of domain.md 8.2 to 8.4 and the vectors of 8.1."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.derive.radiobiology import (
    complication_probability,
    generalised_equivalent_uniform_dose_gy,
    linear_quadratic_linear_bed_gy,
    reaches_bed,
    scheduled_days,
    tumour_control_logistic,
    tumour_control_poisson,
)
from headway.derive.radiotherapy import courses, cumulative_doses, site_doses, with_time_factor
from headway.record.columns import empty
from headway.record.derived.radiotherapy import CumulativeDoses
from headway.record.tables import TABLES
from tests.conftest import pipe_table

REGIMENS = """
| regimen       | n  | dose | bed10  | eqd2_10 | bed3   | eqd2_3 | bed72 | dose60 | kind       |
| standard      | 35 | 70   | 84     | 70      | 116.67 | 70     | yes   | yes    | convent    |
| conventional  | 33 | 66   | 79.2   | 66      | 110    | 66     | yes   | yes    | convent    |
| 60 Gy         | 30 | 60   | 72     | 60      | 100    | 60     | yes   | yes    | convent    |
| Shuryak       | 18 | 54   | 70.2   | 58.5    | 108    | 64.8   | no    | no     | hypofract  |
| lung low      | 1  | 16   | 41.6   | 34.67   | 101.33 | 60.8   | no    | no     | SABR       |
| lung text     | 1  | 15   | 37.5   | 31.25   | 90     | 54     | no    | no     | SABR       |
| lung high     | 1  | 30   | 120    | 100     | 330    | 198    | yes   | no     | SABR       |
| lung 3x15     | 3  | 45   | 112.5  | 93.75   | 270    | 162    | yes   | no     | SABR       |
| lung 3x20     | 3  | 60   | 180    | 150     | 460    | 276    | yes   | yes    | SABR       |
| lung 8x7.5    | 8  | 60   | 105    | 87.5    | 210    | 126    | yes   | yes    | SABR       |
| central lung  | 5  | 40   | 72     | 60      | 146.67 | 88     | yes   | no     | SABR       |
| bone          | 3  | 24   | 43.2   | 36      | 88     | 52.8   | no    | no     | SABR       |
| McBride       | 3  | 27   | 51.3   | 42.75   | 108    | 64.8   | no    | no     | SABR       |
| palliative 10 | 10 | 30   | 39     | 32.5    | 60     | 36     | no    | no     | hypofract  |
| palliative 5  | 5  | 20   | 28     | 23.33   | 46.67  | 28     | no    | no     | hypofract  |
| palliative 1  | 1  | 8    | 14.4   | 12      | 29.33  | 17.6   | no    | no     | 5 Gy or m  |
| QUAD x1       | 4  | 14.8 | 20.28  | 16.90   | 33.05  | 19.83  | no    | no     | QUAD shot  |
| QUAD x3       | 12 | 44.4 | 60.83  | 50.69   | 99.16  | 59.50  | no    | no     | QUAD shot  |
| LDRT 4x0.5    | 4  | 2    | 2.10   | 1.75    | 2.33   | 1.40   | no    | no     | low-dose   |
| LDRT 2x1      | 2  | 2    | 2.20   | 1.83    | 2.67   | 1.60   | no    | no     | low-dose   |
"""


def made(*doses: tuple[float | None, int | None], days: int = 0) -> pl.DataFrame:
    rows = [(dose, fractions, 0, days - 1 if days else None) for dose, fractions in doses]
    types = {"dose_gy": pl.Float64, "fractions": pl.Int32, "start_day": pl.Int32, "end_day": pl.Int32}
    return courses(pl.LazyFrame(rows, types, orient="row")).collect()


TABLE = pipe_table(REGIMENS).rows(named=True)


@pytest.mark.parametrize("row", TABLE, ids=[row["regimen"] for row in TABLE])
def test_r8_1_and_r8_2_the_regimens_of_the_review(row):
    course = made((row["dose"], row["n"])).row(0, named=True)
    for name, expected in [("bed10_gy", "bed10"), ("eqd2_10_gy", "eqd2_10"), ("bed3_gy", "bed3"),
                           ("eqd2_3_gy", "eqd2_3")]:  # fmt: skip
        assert course[name] == pytest.approx(row[expected], abs=0.0051), name
    assert (course["reaches_bed10_72"], course["reaches_60_gy"]) == (row["bed72"], row["dose60"])
    assert course["fractionation"].startswith(row["kind"])


def test_r8_10_30_x_2_and_5_x_8_are_exactly_72_and_a_milligray_less_is_not():
    assert made((60.0, 30), (40.0, 5))["reaches_bed10_72"].to_list() == [True, True]
    assert made((59.999, 30), (39.999, 5))["reaches_bed10_72"].to_list() == [False, False]
    # As 0.1 + 0.2 is 0.3: the sum of 30 fractions of 2 Gy in steps of 0.1 is 60 Gy.
    assert made((sum([0.1] * 600), 30))["reaches_bed10_72"].item()
    assert sum([0.1] * 600) != 60


def test_r8_4_overall_time_from_dates_and_from_the_schedule():
    assert made((70.0, 35), days=47)["overall_days"].item() == 47
    schedule = pl.DataFrame({"n": [35, 33, 30, 18, 10, 1, 5, 6]}).select(scheduled_days(pl.col("n")))
    assert schedule.to_series().to_list() == [47, 45, 40, 24, 12, 1, 5, 8]


@pytest.mark.parametrize(
    ("dose", "fractions", "alpha", "kickoff", "bed"),
    [
        (70, 35, 0.35, 28, 71.46), (70, 35, 0.30, 28, 69.37), (70, 35, 0.30, 21, 63.98),
        (54, 18, 0.35, 28, 70.20), (54, 18, 0.30, 28, 70.20), (54, 18, 0.30, 21, 67.89),
        (60, 30, 0.35, 28, 64.08), (60, 30, 0.30, 28, 62.76), (60, 30, 0.30, 21, 57.37),
        (66, 33, 0.35, 28, 67.98), (66, 33, 0.30, 28, 66.11), (66, 33, 0.30, 21, 60.72),
    ],
)  # fmt: skip
def test_r8_3_the_time_factor(dose, fractions, alpha, kickoff, bed):
    days = pl.select(scheduled_days(pl.lit(fractions))).item()
    course = made((float(dose), fractions), days=days).lazy()
    timed = with_time_factor(course, alpha_per_gy=alpha, kickoff_days=kickoff, doubling_days=3).collect()
    assert timed["repopulated_bed10_gy"].item() == pytest.approx(bed, abs=0.0051)


def test_r8_3_late_dose_of_18_x_3_is_7_4_percent_lower():
    late = made((70.0, 35), (54.0, 18))["bed3_gy"]
    assert 100 * (late[1] / late[0] - 1) == pytest.approx(-7.4, abs=0.05)


@pytest.mark.parametrize(
    ("fractions", "dose", "transition", "bed"),
    [
        (1, 30, 20, 110.0), (1, 30, 10, 80.0), (1, 30, 6.2, 63.4), (1, 16, 20, 41.6), (1, 16, 10, 38.0),
        (1, 16, 6.2, 32.0), (3, 54, 20, 151.2), (3, 54, 10, 132.0), (3, 54, 6.2, 109.4), (3, 45, 20, 112.5),
        (3, 45, 10, 105.0), (3, 45, 6.2, 89.3), (5, 40, 20, 72.0), (5, 40, 10, 72.0), (5, 40, 6.2, 70.4),
    ],
)  # fmt: skip
def test_r8_5_linear_quadratic_linear(fractions, dose, transition, bed):
    frame = pl.DataFrame({"dose": [float(dose)], "n": [fractions]})
    formula = linear_quadratic_linear_bed_gy(
        pl.col("dose"), pl.col("n"), alpha_beta_gy=10, transition_gy=transition
    )
    assert frame.select(formula).item() == pytest.approx(bed, abs=0.051)


def test_r8_5_over_10_gy_a_fraction_the_reason_warns():
    reasons = made((54.0, 3), (30.0, 3))["dose_reason"].to_list()
    assert reasons[0] == (
        "3 x 18 Gy = 54 Gy: BED10 151.2 Gy, EQD2 126 Gy; BED3 378 Gy, EQD2 226.8 Gy (R8.1, R8.2); "
        "over 10 Gy a fraction the BED only ranks (R8.5)"
    )
    assert "ranks" not in reasons[1]


def test_r8_6_more_fractions_than_days_assumes_complete_repair():
    reason = made((14.8, 4), days=2)["dose_reason"].item()
    assert reason.endswith("more than one fraction a day, complete repair between them is assumed (R8.6)")


@pytest.mark.parametrize(
    ("dose", "fractions", "kind"),
    [
        (10.0, 1, "5 Gy or more a fraction, not SABR"), (10.1, 1, "SABR"), (24.0, 2, "5 Gy or more"),
        (15.0, 3, "SABR"), (14.9, 3, "hypofractionated"), (40.0, 8, "SABR"), (45.0, 9, "5 Gy or more"),
        (63.0, 35, "conventional"), (62.9, 35, "below 1.8"), (55.0, 25, "conventional"),
        (55.1, 25, "hypofractionated"), (10.0, 5, "low-dose"), (12.0, 6, "conventional"),
        (29.6, 8, "QUAD shot"), (81.6, 68, "below 1.8"),
    ],
)  # fmt: skip
def test_r8_11_the_kind_of_course(dose, fractions, kind):
    assert made((dose, fractions))["fractionation"].item().startswith(kind)


def test_r8_11_a_dose_that_makes_no_sense_or_is_not_known_has_no_bed():
    table = made((60.0, 1), (10.0, 30), (60.0, None), (None, 30))
    assert table["bed10_gy"].to_list() == [None] * 4
    assert table["fractionation"].to_list() == [None] * 4
    assert table["dose_reason"].to_list() == [
        "1 x 60 Gy = 60 Gy: not 0.5 to 34 Gy a fraction (R8.11)",
        "30 x 0.33 Gy = 10 Gy: not 0.5 to 34 Gy a fraction (R8.11)",
        "dose or fractions are not known",
        "dose or fractions are not known",
    ]


@pytest.mark.parametrize(("bed", "probability"), [(84, 0.99989), (70.2, 0.99288), (54, 0.39798)])
def test_r8_7_tumour_control_by_poisson(bed, probability):
    found = tumour_control_poisson(bed, clonogens=1e7, alpha_per_gy=0.3)
    assert found == pytest.approx(probability, abs=5.1e-6)


@pytest.mark.parametrize(
    ("dose", "probability"), [(60, 0.441), (66, 0.611), (70, 0.706), (72, 0.746), (0, 0)]
)
def test_r8_8_tumour_control_by_the_logistic(dose, probability):
    found = tumour_control_logistic(dose, d50_gy=62, gamma50=1.8)
    assert found == pytest.approx(probability, abs=5.1e-4)


@pytest.mark.parametrize(("volume_effect", "dose"), [(1, 24.0), (0.5, 28.64), (0.1, 42.61)])
def test_r8_9_equivalent_uniform_dose(volume_effect, dose):
    found = generalised_equivalent_uniform_dose_gy((0.5, 0.3, 0.2), (10, 30, 50), volume_effect=volume_effect)
    assert found == pytest.approx(dose, abs=0.0051)


def test_r8_9_volumes_that_do_not_sum_to_one_are_refused():
    with pytest.raises(ValueError, match=r"sum to 1, not to 0\.8"):
        generalised_equivalent_uniform_dose_gy((0.5, 0.3), (10, 30), volume_effect=1)


@pytest.mark.parametrize(("dose", "probability"), [(26, 0.192), (39.9, 0.5)])
def test_r8_9_complications_by_lyman_kutcher_burman(dose, probability):
    found = complication_probability(dose, td50_gy=39.9, slope=0.4)
    assert found == pytest.approx(probability, abs=5.1e-4)


def organ_doses(text: str) -> pl.LazyFrame:
    types = {"start_day": pl.Int32, "dose_gy": pl.Float64, "fractions": pl.Int32, "alpha_beta_gy": pl.Float64}
    return pipe_table(text).cast(types).lazy()  # type: ignore[arg-type]


REIRRADIATED = """
| patient_id | organ  | course_id | start_day | dose_gy | fractions | alpha_beta_gy |
| P1         | cord   | A         | 0         | 45      | 25        | 2             |
| P1         | cord   | B         | 900       | 15      | 5         | 2             |
| P1         | tumour | A         | 0         | 70      | 35        | 10            |
| P1         | tumour | B         | 900       | 35      | 5         | 10            |
| P2         | cord   | A         | 0         |         | 25        | 2             |
| P2         | cord   | B         | 900       | 15      | 5         | 2             |
| P3         | cord   | A         | 0         | 45      | 25        | 2             |
| P3         | cord   | B         | 900       | 15      | 5         | 3             |
"""


def test_r8_12_reirradiation_sums_eqd2_by_organ():
    table = cumulative_doses(organ_doses(REIRRADIATED)).collect().sort("patient_id", "organ", "start_day")
    CumulativeDoses.validate(table)
    assert table["cumulative_eqd2_gy"].round(2).to_list() == [
        42.75, 61.5, 70.0, 119.58, None, None, None, None,
    ]  # fmt: skip
    assert table["reason"][1] == (
        "cord: EQD2 18.75 Gy + 42.75 Gy before = 61.5 Gy, alpha/beta 2 Gy, all in one voxel (R8.12)"
    )
    assert table["reason"][5] == "cord: the dose of a course is not known (R8.12)"
    assert table["reason"][7] == "cord: courses with different alpha/beta (R8.12)"


def test_r8_12_a_recovery_factor_is_taken_off_the_earlier_dose():
    table = cumulative_doses(organ_doses(REIRRADIATED), recovered_fraction=0.5).collect()
    cord = table.filter(patient_id="P1", organ="cord").sort("start_day")
    assert cord["cumulative_eqd2_gy"].to_list() == pytest.approx([42.75, 18.75 + 42.75 / 2])
    assert "less 50 % recovered" in cord["reason"][1]


def test_r8_12_the_site_stands_for_the_organ_of_a_record(cohort):
    record = cohort(
        radiotherapy="""
        | patient_id | course_id | start_day | site      | dose_gy | fractions |
        | P1         | A         | 0         | Left neck | 70      | 35        |
        | P1         | B         | 400       | left neck | 30      | 10        |
        | P1         | C         | 500       |           | 30      | 10        |
        """
    )
    table = cumulative_doses(site_doses(record.table("radiotherapy"))).collect().sort("start_day")
    assert table["organ"].to_list() == ["left neck", "left neck"]
    assert table["cumulative_eqd2_gy"].to_list() == pytest.approx([70, 106])


def test_an_empty_table_is_fine():
    none = empty(TABLES["radiotherapy"].schema).lazy()
    assert courses(none).collect().is_empty()
    assert cumulative_doses(site_doses(none)).collect().is_empty()


DOSES = st.tuples(st.integers(1, 100_000), st.integers(1, 70))


@given(DOSES)
def test_the_exact_threshold_agrees_with_fractions(dose_and_fractions):
    milligray, fractions = dose_and_fractions
    frame = pl.DataFrame({"dose": [milligray / 1000], "n": [fractions]})
    found = frame.select(reaches_bed(pl.col("dose"), pl.col("n"), threshold_gy=72, alpha_beta_gy=10)).item()
    assert found == (milligray * fractions * 10_000 + milligray**2 >= 72_000 * fractions * 10_000)


@settings(max_examples=25)
@given(st.lists(DOSES, max_size=8), st.randoms(use_true_random=False))
def test_row_order_does_not_matter_and_patients_do_not_change_each_other(doses, random):
    rows = [(f"P{i % 2}", "cord", str(i), i // 3, d / 1000, n, 2.0) for i, (d, n) in enumerate(doses)]
    names = ["patient_id", "organ", "course_id", "start_day", "dose_gy", "fractions", "alpha_beta_gy"]
    types = [pl.String, pl.String, pl.String, pl.Int32, pl.Float64, pl.Int32, pl.Float64]
    schema = dict(zip(names, types, strict=True))

    def derived(rows: list[tuple]) -> pl.DataFrame:
        return (
            cumulative_doses(pl.LazyFrame(rows, schema, orient="row"))
            .collect()
            .sort("patient_id", "course_id")
        )

    whole, shuffled = derived(rows), random.sample(rows, len(rows))
    assert derived(shuffled).equals(whole)
    assert derived([row for row in rows if row[0] == "P1"]).equals(whole.filter(patient_id="P1"))
