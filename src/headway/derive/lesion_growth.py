"""Each lesion by itself: its size at each scan, the smallest size before, and whether it has grown since."""

from collections.abc import Sequence

import polars as pl

from headway.derive.response.settings import RECIST_1_1
from headway.derive.response.sizes import size_at_scan
from headway.derive.response.target import is_progression

LESION = ["patient_id", "lesion_id", "evaluator"]
GROWN_IN_WORDS = ["increased", "unequivocal progression"]


def lesion_scans(measurements: pl.LazyFrame) -> pl.LazyFrame:
    """The scans at which a lesion could be judged.

    Takes:  the record's measurements.
    Gives:  patient_id, lesion_id, evaluator, day, size (hundredths of a millimetre; null where only words say
            what was seen), worse_in_words, gone.
    """
    seen = measurements.with_columns(size=size_at_scan(RECIST_1_1)).filter(
        pl.col("size").is_not_null()
        | (pl.col("status").is_not_null() & (pl.col("status") != "not evaluable"))
    )
    gone = (pl.col("size") == 0).fill_null(False)
    words = pl.col("status").is_in(GROWN_IN_WORDS).fill_null(False)
    return seen.select(*LESION, "day", "size", worse_in_words=words, gone=gone)


def with_growth(scans: pl.LazyFrame, by: Sequence[str] = LESION) -> pl.LazyFrame:
    """Add the smallest size before each scan, and whether the lesion has grown from it.

    Gives: the same rows plus nadir (hundredths of a millimetre; null at the first size) and grown: 20 % and
    5 mm or more above the nadir, both inclusive, or said to have grown. `by` names a lesion, or a
    stretch of its life with a nadir of its own.

    >>> scans = pl.LazyFrame({"patient_id": ["P1"] * 3, "lesion_id": ["M1"] * 3, "evaluator": ["reader"] * 3,
    ...     "day": [0, 60, 120], "size": [2000, 1500, 2000], "worse_in_words": [False] * 3})
    >>> with_growth(scans).collect()["grown"].to_list()
    [False, False, True]
    """
    # cum_min is null where a scan has no size, and such a scan must not erase the nadir of those before it.
    so_far = pl.col("size").cum_min().forward_fill().shift(1)
    judged = scans.with_columns(nadir=so_far.over(by, order_by="day"))
    return judged.with_columns(
        grown=is_progression(pl.col("size")).fill_null(False) | pl.col("worse_in_words")
    )
