"""The size of a lesion at a scan, and at baseline, in whole hundredths of a millimetre.

Whole numbers, because 30 % and 20 % must be decided exactly where a float would slip.
"""

import polars as pl

from headway.derive.response.readings import Readings, read
from headway.derive.response.settings import RECIST_1_1, ResponseRules

HUNDREDTHS = 100


def size_at_scan(rules: ResponseRules) -> pl.Expr:
    """Size in hundredths of a millimetre, null where missing (R1.10, R1.11).

    >>> pl.DataFrame({"diameter_mm": [12.3, None, None, 8.0],
    ...               "status": [None, "too small to measure", "absent", "not evaluable"]}).select(
    ...     size_at_scan(RECIST_1_1)).to_series().to_list()
    [1230, 500, 0, None]
    """
    status = pl.col("status")
    size = (
        pl.when(status == "not evaluable")
        .then(None)
        .when(pl.col("diameter_mm").is_not_null())
        .then((pl.col("diameter_mm") * HUNDREDTHS).round())
        .when(status.is_in(["absent", "merged"]))
        .then(0)
        .when(status == "too small to measure")
        .then(round(rules.too_small_mm * HUNDREDTHS))
    )
    return size.cast(pl.Int32)


def millimetres(hundredths: str | pl.Expr) -> pl.Expr:
    """Hundredths back to millimetres, for people."""
    column = pl.col(hundredths) if isinstance(hundredths, str) else hundredths
    return column / HUNDREDTHS


def read_sizes(
    lesions: pl.LazyFrame,
    measurements: pl.LazyFrame,
    assessments: pl.LazyFrame,
    start: pl.LazyFrame,
    rules: ResponseRules = RECIST_1_1,
) -> Readings:
    """The record by patient and reader, with `size` beside each lesion at each scan."""
    return read(lesions, measurements.with_columns(size=size_at_scan(rules)), assessments, start)


def target_lesions(readings: Readings) -> pl.DataFrame:
    """The lesions with role target, and their baseline: lesion, reading, baseline_day, baseline_size.

    Baseline is the last size on or before the start day; for a reading without any, the sizes on
    the first day that has one. A lesion without a baseline over 0 is no target: nulls.
    """
    chosen = readings.lesions.filter(pl.col("role") == "target")
    baseline = _last_by_start(readings, chosen)
    late = chosen.join(
        chosen.filter(pl.col("lesion").is_in(baseline["lesion"].implode())), on="reading", how="anti"
    )
    baseline = pl.concat([baseline, _first_measured(readings, late)]).filter(pl.col("baseline_size") > 0)
    return chosen.join(baseline, on="lesion", how="left", maintain_order="left")


def _last_by_start(readings: Readings, chosen: pl.DataFrame) -> pl.DataFrame:
    by_start = pl.col("day") <= readings.per_row("start_day")
    sizes = readings.rows.filter(by_start, pl.col("size").is_not_null(), pl.col("lesion").is_not_null())
    # Rows run by day, so the last row of a lesion is its latest.
    last = sizes.unique("lesion", keep="last", maintain_order=True).select(BASELINE)
    return last.join(chosen, on="lesion", how="semi")


def _first_measured(readings: Readings, chosen: pl.DataFrame) -> pl.DataFrame:
    if chosen.is_empty():
        return pl.DataFrame(schema=BASELINE_TYPES)
    measured = readings.rows.filter(pl.col("size").is_not_null()).join(chosen, on="lesion", how="semi")
    return measured.filter(pl.col("day") == pl.col("day").min().over("reading")).select(BASELINE)


BASELINE = ["lesion", pl.col("day").alias("baseline_day"), pl.col("size").alias("baseline_size")]
BASELINE_TYPES = {"lesion": pl.UInt32, "baseline_day": pl.Int32, "baseline_size": pl.Int32}
