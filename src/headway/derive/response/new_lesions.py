"""New lesions: from which scan they count, and the equivocal ones dated back (R1.20, R1.21)."""

import polars as pl

from headway.derive.response.order import total_until_now
from headway.derive.response.readings import Readings
from headway.derive.response.scans import rows_of


def seen_new_lesions(readings: Readings) -> pl.DataFrame:
    """The rows after baseline at which a new lesion is seen: reading, day, lesion, size, status.

    A lesion that appeared in an earlier line, and is there at this baseline already, is not new in this one.
    """
    status = pl.col("status").fill_null("present")
    seen = ~status.is_in(["absent", "not evaluable"]) & (pl.col("size") != 0).fill_null(True)
    rows = readings.dated(rows_of(readings, pl.col("role") == "new").filter(seen))
    after = pl.col("day") > pl.col("baseline_end")
    placed = rows.with_columns(baseline_end=readings.per_row("baseline_end"))
    known = placed.filter(~after).select("lesion").unique()
    return (
        placed.filter(after).drop("baseline_end").join(known, on="lesion", how="anti", maintain_order="left")
    )


def counting_from(seen: pl.DataFrame) -> pl.DataFrame:
    """Per new lesion that counts: reading, lesion and `day`, the first that showed it.

    A lesion that was never more than equivocal does not count; one that was later confirmed
    counts from the scan that first showed it.
    """
    unequivocal = (pl.col("status") != "equivocal").fill_null(True)
    lesion = seen.group_by("lesion").agg(
        pl.col("reading").first(), pl.col("day").min(), counts=unequivocal.any()
    )
    return lesion.filter("counts").drop("counts")


def with_new_lesions(points: pl.DataFrame, counting: pl.DataFrame) -> pl.DataFrame:
    """Add new_lesions_appeared (from this time point on) and new_lesions (that count by now)."""
    appeared = counting.group_by("reading", "day").agg(new_lesions_appeared=pl.len())
    points = points.join(appeared, on=["reading", "day"], how="left", maintain_order="left")
    points = points.with_columns(pl.col("new_lesions_appeared").fill_null(0))
    return points.with_columns(new_lesions=total_until_now(pl.col("new_lesions_appeared")))


def growth_of_new_lesions(seen: pl.DataFrame, counting: pl.DataFrame) -> pl.DataFrame:
    """Per time point with a counting new lesion in sight: reading, day, new_seen, new_sum, new_worse.

    new_sum is the sum of the sizes measured; new_worse: one without a size is called larger (R2.3).
    """
    larger = pl.col("status").is_in(["increased", "unequivocal progression"]).fill_null(False)
    counted = seen.join(counting, on="lesion", how="semi")
    return counted.group_by("reading", "day").agg(
        new_seen=pl.lit(True),
        new_sum=pl.col("size").cast(pl.Int64).sum(),
        new_worse=(larger & pl.col("size").is_null()).any(),
    )
