"""Looking back along the time points of one reading, on whole columns.

Every frame here is sorted by reading and day. A running column over all rows is cut at the first
row of each reading, which costs one pass where a window per reading would cost one call each.
"""

import polars as pl

# Above any sum of lesions in hundredths of a millimetre, so that readings never mix.
APART = 2**36


def first_row() -> pl.Expr:
    """The number of the first row of this row's reading.

    >>> pl.DataFrame({"reading": [0, 0, 1]}).select(first_row()).to_series().to_list()
    [0, 0, 2]
    """
    begins = pl.col("reading").ne_missing(pl.col("reading").shift(1))
    return pl.when(begins).then(pl.int_range(pl.len())).forward_fill()


def latest_before(mark: pl.Expr) -> pl.Expr:
    """The number of the latest earlier row of the same reading where `mark` holds, else null.

    >>> points = pl.DataFrame({"reading": [0, 0, 0, 1], "found": [True, False, False, False]})
    >>> points.select(latest_before(pl.col("found"))).to_series().to_list()
    [None, 0, 0, None]
    """
    latest = pl.when(mark).then(pl.int_range(pl.len())).forward_fill().shift(1)
    return pl.when(latest >= first_row()).then(latest)


def lowest_before(values: pl.Expr) -> pl.Expr:
    """The lowest earlier value of the same reading; null before the first one. Nulls are passed over.

    >>> points = pl.DataFrame({"reading": [0, 0, 0, 1], "sum": [50, None, 30, 40]})
    >>> points.select(lowest_before(pl.col("sum"))).to_series().to_list()
    [None, 50, 50, None]
    """
    # Each reading lies APART below the one before it, so the running minimum never looks back
    # across readings once a reading has a value of its own.
    floor = pl.col("reading").cast(pl.Int64) * APART
    lowest = (values - floor).cum_min().forward_fill().shift(1) + floor
    return pl.when(lowest < APART // 2).then(lowest)


def total_until_now(values: pl.Expr) -> pl.Expr:
    """The sum of the values of this reading up to and with this row.

    >>> points = pl.DataFrame({"reading": [0, 0, 1, 1], "new": [1, 1, 0, 2]})
    >>> points.select(total_until_now(pl.col("new"))).to_series().to_list()
    [1, 2, 0, 2]
    """
    running = values.cum_sum()
    return running - (running - values).gather(first_row())
