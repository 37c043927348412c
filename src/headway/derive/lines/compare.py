"""Two ways of counting lines on one cohort: where they differ, and how often."""

import polars as pl

from headway.derive.lines.lines import LinesOfTherapy, types_of
from headway.record.derived.lines import LineAgreement, LineDifferences

_START = ["patient_id", "start_day"]


def differences(one: LinesOfTherapy, other: LinesOfTherapy) -> pl.LazyFrame:
    """The line starts that only one of the two has, each with its reason (`LineDifferences`)."""
    found = [_only(one, other), _only(other, one)]
    return pl.concat(found).sort("patient_id", "day", "starts_by")


def _only(one: LinesOfTherapy, other: LinesOfTherapy) -> pl.LazyFrame:
    return one.lines.join(other.lines, on=_START, how="anti").select(
        "patient_id",
        pl.col("start_day").alias("day"),
        pl.lit(one.name).alias("starts_by"),
        pl.lit(other.name).alias("not_by"),
        *LineDifferences.column_names()[4:],
    )


def agreement(one: LinesOfTherapy, other: LinesOfTherapy) -> pl.LazyFrame:
    """How many patients, and how many lines, the two agree on (`LineAgreement`; one row)."""
    mine, theirs = (
        found.lines.select(*_START).with_columns(pl.lit(True).alias(by))
        for by, found in (("one", one), ("other", other))
    )
    starts = mine.join(theirs, on=_START, how="full", coalesce=True)
    counts = starts.group_by("patient_id").agg(
        mine=pl.col("one").sum(),
        theirs=pl.col("other").sum(),
        shared=(pl.col("one") & pl.col("other")).fill_null(False).sum(),
    )
    same_number = pl.col("mine") == pl.col("theirs")
    return counts.select(
        pl.lit(one.name).alias("one"),
        pl.lit(other.name).alias("other"),
        pl.len().alias("patients"),
        pl.col("mine").sum().alias("lines_of_one"),
        pl.col("theirs").sum().alias("lines_of_other"),
        same_number.sum().alias("same_number_of_lines"),
        (same_number & (pl.col("shared") == pl.col("mine"))).sum().alias("same_starts"),
        pl.col("shared").sum().alias("shared_starts"),
    ).cast(types_of(LineAgreement))
