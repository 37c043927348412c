"""Looking along the rows of a patient in a frame sorted by patient, without a window per patient."""

import polars as pl


def new_patient() -> pl.Expr:
    """Whether a row is the first of its patient."""
    return pl.col("patient_id").ne_missing(pl.col("patient_id").shift(1))


def row_before(values: pl.Expr) -> pl.Expr:
    """The value in the row before, null in the first row of a patient.

    >>> lines = pl.DataFrame({"patient_id": [1, 1, 2], "line": [1, 2, 1]})
    >>> lines.select(row_before(pl.col("line"))).to_series().to_list()
    [None, 1, None]
    """
    return pl.when(~new_patient()).then(values.shift(1))


def row_after(values: pl.Expr) -> pl.Expr:
    """The value in the row after, null in the last row of a patient."""
    return pl.when(~new_patient().shift(-1, fill_value=True)).then(values.shift(-1))


def number_within(flag: pl.Expr) -> pl.Expr:
    """How often the flag was set in the patient's rows up to and with this one.

    >>> lines = pl.DataFrame({"patient_id": [1, 1, 2], "chemotherapy": [True, True, False]})
    >>> lines.select(number_within(pl.col("chemotherapy"))).to_series().to_list()
    [1, 2, 0]
    """
    each = flag.cast(pl.Int32)
    running = each.cum_sum()
    before_patient = pl.when(new_patient()).then(running - each).forward_fill()
    return running - before_patient
