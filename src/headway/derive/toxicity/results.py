"""Laboratory results made ready for grading: tests and units known, numbers whole, the baseline beside each.

Numbers are compared as whole millionths of their unit (and multiples as whole hundredths), so that 0.1 + 0.2
is 0.3 and a boundary is decided by arithmetic, not by rounding error.
"""

import polars as pl

from headway.knowledge.ctcae import lab_test_names, plain, plain_unit, unit_names
from headway.record.findings import ROW
from headway.record.words import sentence

MILLIONTHS = 1_000_000
LARGEST = 1e9  # in the unit of the limit; beyond it no result is meant, and whole numbers would overflow
SERIES = ["patient_id", "test", "unit_key"]


def known_results(labs: pl.LazyFrame) -> pl.LazyFrame:
    """The results whose test CTCAE grades, with whole numbers.

    Gives: patient_id, test, day, value, unit, limit_unit (null: not a unit with limits), unit_key,
    symptomatic, millionths, lower_millionths, upper_millionths, lower_limit, upper_limit, unusable
    (why, or null).
    """
    units = unit_names().lazy()
    # The record itself has no symptoms; whoever knows them adds the column.
    given = "symptomatic" in labs.collect_schema().names()
    symptomatic = pl.col("symptomatic") if given else pl.lit(None, pl.Boolean).alias("symptomatic")
    named = labs.with_columns(plain("test").alias("written_test"), plain_unit("unit").alias("written"))
    return (
        named.drop("test")
        .join(lab_test_names().lazy().rename({"written": "written_test"}), on="written_test")
        .join(units, on=["written", "test"], how="left")
        .with_columns(unit_key=pl.coalesce("limit_unit", "written"))
        .select(
            "patient_id", "test", "day", "value", "unit", "limit_unit", "unit_key", symptomatic,
            _whole("value").alias("millionths"),
            _whole("lower_limit").alias("lower_millionths"),
            _whole("upper_limit").alias("upper_millionths"),
            "lower_limit", "upper_limit", *ROW,
            unusable=_unusable(),
        )
    )  # fmt: skip


def _whole(column: str) -> pl.Expr:
    """Millionths of the unit of the limit: exact, since a power of ten only moves the point."""
    scaled = pl.col(column) * MILLIONTHS * pl.lit(10.0).pow(pl.col("power_of_ten").fill_null(0))
    return pl.when(scaled.abs() <= LARGEST * MILLIONTHS).then(scaled.round()).cast(pl.Int64)


def in_units(millionths: pl.Expr) -> pl.Expr:
    """Millionths back to the unit, for people.

    Rounded, because polars divides by a constant through its reciprocal, which may slip in the last digit,
    and differently by the position of the row.
    """
    return (millionths / MILLIONTHS).round(6)


def _unusable() -> pl.Expr:
    small = sentence("{} {} is below 0", "value", "unit")
    large = sentence("{} {} is beyond any result", "value", "unit")
    return (
        pl.when(pl.col("value") < 0).then(small).when(pl.col("value").abs() > LARGEST).then(large)
    )  # fmt: skip


def with_corrected_calcium(results: pl.LazyFrame) -> pl.LazyFrame:
    """Put the calcium corrected for the albumin of the same day in place of each total calcium (R6.2).

    Corrected calcium (mg/dL) = calcium + 0.8 x (4.0 - albumin in g/dL); in mmol/L, calcium + 0.02 x (40 -
    albumin in g/L). Of several albumins on one day the lowest is taken.
    """
    is_albumin = (pl.col("test") == "albumin") & pl.col("limit_unit").is_not_null()
    grams_per_litre = pl.col("millionths") * pl.when(pl.col("limit_unit") == "g/dL").then(10).otherwise(1)
    albumin = (
        results.filter(is_albumin)
        .group_by("patient_id", "day")
        .agg(albumin=grams_per_litre.min())
    )  # fmt: skip
    total = results.filter(pl.col("test") == "calcium").join(albumin, on=["patient_id", "day"], how="left")
    return pl.concat([results.filter(pl.col("test") != "calcium"), _corrected(total)])


def _corrected(total: pl.LazyFrame) -> pl.LazyFrame:
    # 0.8 mg/dL per g/dL is 0.08 per g/L.
    hundredths = (
        pl.when(pl.col("limit_unit") == "mg/dL").then(8).when(pl.col("limit_unit") == "mmol/L").then(2)
    )
    corrected = pl.col("millionths") + hundredths * (40 * MILLIONTHS - pl.col("albumin")) // 100
    missing = pl.lit("the albumin of the same day, by which calcium is corrected, is not known (R6.2)")
    return total.with_columns(
        test=pl.lit("corrected calcium"),
        millionths=corrected,
        value=in_units(corrected),
        unusable=pl.coalesce("unusable", pl.when(pl.col("albumin").is_null()).then(missing)),
    ).drop("albumin")


def with_baselines(results: pl.LazyFrame, start: pl.LazyFrame) -> pl.LazyFrame:
    """Add the last result on or before the start day, in the same unit, and whether it was abnormal.

    Takes:  results as `known_results`; start, one row per patient: patient_id, start_day.
    Gives:  the same rows plus baseline_millionths, baseline_day and baseline_abnormal (over its own upper
            limit; null if that is not known). Of several results on the baseline day the lowest is taken.
    """
    before = (
        results.join(start.select("patient_id", "start_day"), on="patient_id")
        .filter(pl.col("day") <= pl.col("start_day"), pl.col("millionths").is_not_null())
        .filter(pl.col("day") == pl.col("day").max().over(SERIES))
    )
    lowest = pl.struct("millionths", "upper_millionths").sort().first()
    baseline = before.group_by(SERIES).agg(baseline_day=pl.col("day").first(), lowest=lowest)
    number, upper = (pl.col("lowest").struct.field(name) for name in ("millionths", "upper_millionths"))
    known = baseline.select(
        *SERIES, "baseline_day", baseline_millionths=number, baseline_abnormal=number > upper
    )
    return results.join(known, on=SERIES, how="left")
