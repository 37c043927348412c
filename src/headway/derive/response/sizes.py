"""The size of a lesion at a scan, and at baseline, in whole hundredths of a millimetre.

Whole numbers, because 30 % and 20 % must be decided exactly where a float would slip.
"""

import polars as pl

from headway.derive.response.baseline_sizes import with_baselines
from headway.derive.response.owners import with_their_readers
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
    """The record by patient and reader, with `size` beside each lesion at each scan, and baselines."""
    sized = with_their_readers(lesions, measurements).with_columns(size=size_at_scan(rules))
    return with_baselines(read(lesions, sized, assessments, start))
