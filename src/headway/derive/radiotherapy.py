"""Radiotherapy courses: what each dose is worth, what kind of course it is, and what an organ had in all."""

import polars as pl

from headway.derive.radiobiology import bed_gy, eqd2_gy, milligray, reaches_bed, repopulated_bed_gy
from headway.record.derived.radiotherapy import CumulativeDoses
from headway.record.words import sentence
from headway.units import LEAST_FRACTION_GY, MOST_FRACTION_GY

TUMOUR, LATE_TISSUE, CORD = 10.0, 3.0, 2.0  # alpha/beta in Gy (domain.md 8.1, defaults)
RANK_ONLY_GY = 10  # dose a fraction above which a linear-quadratic BED only ranks (domain.md 8.4)
REVIEW_BED10_GY, REVIEW_DOSE_GY = 72, 60  # the thresholds that the review quotes (domain.md 8.2)
DOSE_TOLERANCE_GY = 0.05  # |D - n x d| (R8.11)
QUAD_SHOT_GY, QUAD_SHOT_FRACTIONS = 3.7, [4, 8, 12]


def courses(radiotherapy: pl.LazyFrame) -> pl.LazyFrame:
    """The courses with what follows from dose and fractions.

    Takes:  the record's radiotherapy, one row per course at one site.
    Gives:  the same rows plus dose_per_fraction_gy, overall_days (last - first fraction + 1, R8.4),
            fractionation (R8.11), bed10_gy, eqd2_10_gy, bed3_gy, eqd2_3_gy (R8.1, R8.2), reaches_bed10_72
            and reaches_60_gy (decided exactly), and dose_reason; null where dose or fractions are missing,
            or make no sense together (R8.11).

    >>> made = courses(pl.LazyFrame({"dose_gy": [70.0, 54.0], "fractions": [35, 3],
    ...                              "start_day": [0, 0], "end_day": [46, 4]})).collect()
    >>> made["dose_per_fraction_gy"].to_list(), made["fractionation"].to_list()
    ([2.0, 18.0], ['conventional (1.8-2.2 Gy)', 'SABR'])
    >>> made["dose_reason"][0]
    '35 x 2 Gy = 70 Gy: BED10 84 Gy, EQD2 70 Gy; BED3 116.67 Gy, EQD2 70 Gy (R8.1, R8.2)'
    """
    dose, fractions = pl.col("dose_gy"), pl.col("fractions")
    overall = pl.col("end_day") - pl.col("start_day") + 1
    sensible = (dose / fractions).is_between(LEAST_FRACTION_GY, MOST_FRACTION_GY)
    worth = {
        "bed10_gy": bed_gy(dose, fractions, TUMOUR),
        "eqd2_10_gy": eqd2_gy(dose, fractions, TUMOUR),
        "bed3_gy": bed_gy(dose, fractions, LATE_TISSUE),
        "eqd2_3_gy": eqd2_gy(dose, fractions, LATE_TISSUE),
        "reaches_bed10_72": reaches_bed(dose, fractions, threshold_gy=REVIEW_BED10_GY, alpha_beta_gy=TUMOUR),
        "fractionation": _fractionation(milligray(dose), fractions),
    }
    return radiotherapy.with_columns(
        dose_per_fraction_gy=dose / fractions,
        overall_days=overall,
        reaches_60_gy=milligray(dose) >= milligray(pl.lit(REVIEW_DOSE_GY)),
        **{name: pl.when(sensible).then(value) for name, value in worth.items()},
    ).with_columns(dose_reason=_reason(sensible))


def _fractionation(dose: pl.Expr, fractions: pl.Expr) -> pl.Expr:
    """The kind of course by its numbers, in whole milligray: 1.8 and 2.2 Gy are conventional (R8.11)."""

    def per_fraction(gray: float) -> pl.Expr:
        return fractions.cast(pl.Int64) * round(gray * 1000)

    single = (fractions == 1) & (dose > per_fraction(10))
    few = fractions.is_between(3, 8) & (dose >= per_fraction(5))
    quad = fractions.is_in(QUAD_SHOT_FRACTIONS) & ((dose - per_fraction(QUAD_SHOT_GY)).abs() <= 50)
    low = (dose <= per_fraction(2)) & (dose <= 10_000)
    return (
        pl.when(single | few).then(pl.lit("SABR"))
        .when(quad).then(pl.lit("QUAD shot"))
        .when(low).then(pl.lit("low-dose (up to 2 Gy a fraction, 10 Gy in all)"))
        .when(dose < per_fraction(1.8)).then(pl.lit("below 1.8 Gy a fraction"))
        .when(dose <= per_fraction(2.2)).then(pl.lit("conventional (1.8-2.2 Gy)"))
        .when(dose < per_fraction(5)).then(pl.lit("hypofractionated (over 2.2, under 5 Gy)"))
        .otherwise(pl.lit("5 Gy or more a fraction, not SABR"))
    )  # fmt: skip


def _reason(sensible: pl.Expr) -> pl.Expr:
    given = sentence("{} x {} Gy = {} Gy", "fractions", _shown("dose_per_fraction_gy"), _shown("dose_gy"))
    worth = sentence(
        "{}: BED10 {} Gy, EQD2 {} Gy; BED3 {} Gy, EQD2 {} Gy (R8.1, R8.2)",
        given, _shown("bed10_gy"), _shown("eqd2_10_gy"), _shown("bed3_gy"), _shown("eqd2_3_gy"),
    )  # fmt: skip
    large = pl.when(pl.col("dose_per_fraction_gy") > RANK_ONLY_GY).then(
        pl.lit(f"over {RANK_ONLY_GY} Gy a fraction the BED only ranks (R8.5)")
    )
    several = pl.when(pl.col("overall_days") < pl.col("fractions")).then(
        pl.lit("more than one fraction a day, complete repair between them is assumed (R8.6)")
    )
    senseless = sentence(
        f"{{}}: not {LEAST_FRACTION_GY:g} to {MOST_FRACTION_GY:g} Gy a fraction (R8.11)", given
    )
    return (
        pl.when(pl.col("dose_per_fraction_gy").is_null()).then(pl.lit("dose or fractions are not known"))
        .when(sensible).then(pl.concat_str(worth, large, several, separator="; ", ignore_nulls=True))
        .otherwise(senseless)
    )  # fmt: skip


def _shown(column: str) -> pl.Expr:
    return pl.col(column).round(2).cast(pl.String).str.strip_suffix(".0")


def consistent_dose(dose_gy: pl.Expr, fractions: pl.Expr, dose_per_fraction_gy: pl.Expr) -> pl.Expr:
    """Whether total dose, fractions and dose a fraction fit each other to 0.05 Gy (R8.11).

    >>> course = pl.DataFrame({"dose_gy": [54.05, 54.06], "fractions": [18, 18], "each": [3.0, 3.0]})
    >>> fits = consistent_dose(pl.col("dose_gy"), pl.col("fractions"), pl.col("each"))
    >>> course.select(fits).to_series().to_list()
    [True, False]
    """
    apart = milligray(dose_gy) - milligray(dose_per_fraction_gy) * fractions.cast(pl.Int64)
    return apart.abs() <= round(DOSE_TOLERANCE_GY * 1000)


def with_time_factor(
    courses: pl.LazyFrame,
    *,
    alpha_per_gy: float,
    kickoff_days: float,
    doubling_days: float,
) -> pl.LazyFrame:
    """Add repopulated_bed10_gy: BED10 less what the tumour regrows after the kick-off time.

    Takes:  `courses`; alpha per Gy, T_k and T_p in days, which differ from paper to paper: no defaults.
    Gives:  the same rows plus repopulated_bed10_gy in Gy; null where the overall time is not known.
    Source: R8.3.
    """
    bed = repopulated_bed_gy(
        pl.col("bed10_gy"), pl.col("overall_days"), alpha_per_gy=alpha_per_gy, kickoff_days=kickoff_days,
        doubling_days=doubling_days,
    )  # fmt: skip
    return courses.with_columns(repopulated_bed10_gy=bed)


def site_doses(radiotherapy: pl.LazyFrame, *, alpha_beta_gy: float = LATE_TISSUE) -> pl.LazyFrame:
    """The courses as doses to an organ, where the site is all that is known of it.

    Takes:  the record's radiotherapy.
    Gives:  patient_id, organ (the site in small letters), course_id, start_day, dose_gy, fractions,
            alpha_beta_gy.
    """
    organ = pl.col("site").str.to_lowercase().str.strip_chars()
    return radiotherapy.filter(organ.is_not_null()).select(
        "patient_id", "course_id", "start_day", "dose_gy", "fractions",
        organ=organ, alpha_beta_gy=pl.lit(alpha_beta_gy),
    )  # fmt: skip


def cumulative_doses(organ_doses: pl.LazyFrame, *, recovered_fraction: float = 0.0) -> pl.LazyFrame:
    """What each organ had in all at each course: sums of EQD2, since plain sums of Gy are wrong.

    Takes:  one row per course and organ: patient_id, organ, course_id, start_day, dose_gy and fractions to
            the organ, alpha_beta_gy. The whole earlier dose is taken to lie in the same voxel;
            recovered_fraction of the earlier EQD2 (0 to 1) is taken off.
    Gives:  `CumulativeDoses`; null where an earlier dose is not known, or was given with another alpha/beta.
    Source: R8.12. Limits of tolerance are not in the package.

    >>> cord = pl.LazyFrame({"patient_id": ["P1"] * 2, "organ": ["cord"] * 2, "course_id": ["A", "B"],
    ...     "start_day": [0, 900], "dose_gy": [45.0, 15.0], "fractions": [25, 5],
    ...     "alpha_beta_gy": [2.0, 2.0]})
    >>> cumulative_doses(cord).collect()["cumulative_eqd2_gy"].to_list()
    [42.75, 61.5]
    """
    organ, order = ["patient_id", "organ"], ["start_day", "course_id"]
    eqd2 = eqd2_gy(pl.col("dose_gy"), pl.col("fractions"), pl.col("alpha_beta_gy"))
    so_far = pl.col("eqd2_gy").fill_null(0).cum_sum().over(organ, order_by=order)
    earlier = so_far - pl.col("eqd2_gy").fill_null(0)
    known = pl.col("eqd2_gy").is_not_null().cum_min().over(organ, order_by=order)
    one_ratio = pl.col("alpha_beta_gy").n_unique().over(organ) == 1
    summed = organ_doses.with_columns(eqd2_gy=eqd2).with_columns(earlier_eqd2_gy=earlier, all_known=known)
    total = pl.col("eqd2_gy") + (1 - recovered_fraction) * pl.col("earlier_eqd2_gy")
    totals = summed.with_columns(
        cumulative_eqd2_gy=pl.when(pl.col("all_known") & one_ratio).then(total), one_ratio=one_ratio
    )
    told = totals.with_columns(reason=_cumulative_reason(recovered_fraction))
    return told.select(CumulativeDoses.column_names())


def _cumulative_reason(recovered_fraction: float) -> pl.Expr:
    off = f", less {100 * recovered_fraction:g} % recovered" if recovered_fraction else ""
    said = sentence(
        f"{{}}: EQD2 {{}} Gy + {{}} Gy before{off} = {{}} Gy, alpha/beta {{}} Gy, all in one voxel (R8.12)",
        "organ", _shown("eqd2_gy"), _shown("earlier_eqd2_gy"), _shown("cumulative_eqd2_gy"),
        _shown("alpha_beta_gy"),
    )  # fmt: skip
    mixed = sentence("{}: courses with different alpha/beta (R8.12)", "organ")
    unknown = sentence("{}: the dose of a course is not known (R8.12)", "organ")
    return (
        pl.when(~pl.col("one_ratio")).then(mixed)
        .when(~pl.col("all_known")).then(unknown)
        .otherwise(said)
    )  # fmt: skip
