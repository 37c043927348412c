"""From a frame with our own columns to a dataset with the declared variables."""

from typing import TypeGuard

import polars as pl

from headway.record.record import Time
from headway.report.datasets.declared import Dataset, Variable
from headway.report.datasets.tables import AnalysisTables

NOT_STATED = "not stated"  # the reader of scans whose reader is not recorded
SCAN = ["patient_id", "evaluator", "day"]


def finished(dataset: Dataset, frame: pl.DataFrame, made_of: AnalysisTables) -> pl.DataFrame:
    """The declared variables in their order and types; the rows by key, then by everything else."""
    zero = made_of.zero.select("patient_id", zero_day=pl.col("start_day").cast(pl.Int32))
    frame = frame.join(zero, on="patient_id", how="left").with_columns(study=pl.lit(made_of.study))
    variables = dataset.told_in(made_of.time)
    counted = [variable for variable in variables if variable.kind == "sequence"]
    plain = [variable for variable in variables if variable.kind != "sequence"]
    built = frame.select(_value(variable, frame, made_of.time) for variable in plain)
    keys = [name for name in dataset.keys(made_of.time) if name in built.columns]
    order = [*keys, *(name for name in built.columns if name not in keys)]
    numbered = built.sort(order, nulls_last=True).with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("USUBJID").alias(variable.name)
        for variable in counted
    )
    return numbered.select(variable.name for variable in variables)


def _value(variable: Variable, frame: pl.DataFrame, time: Time) -> pl.Expr:
    # A fact that no table gives stays missing.
    column = pl.col(variable.column) if variable.column in frame.columns else pl.lit(None)
    if variable.kind == "flag":
        column = column.cast(pl.Boolean).replace_strict({True: "Y", False: "N"}, return_dtype=pl.String)
    if variable.kind == "study day":
        column = study_day(column) if time == "dates" else column
    return column.cast(_TYPES[variable.kind]).alias(variable.name)


_TYPES = {
    "text": pl.String, "long text": pl.String, "flag": pl.String, "whole": pl.Int32, "number": pl.Float64,
    "date": pl.Date, "study day": pl.Int32,
}  # fmt: skip


def study_day(day: pl.Expr) -> pl.Expr:
    """Days from zero_day, which is day 1; the day before is day -1.

    >>> days = pl.DataFrame({"day": [99, 100, 101], "zero_day": [100] * 3})
    >>> days.select(study_day(pl.col("day")))["day"].to_list()
    [-1, 1, 2]
    """
    since = day - pl.col("zero_day")
    return since + (since >= 0).cast(pl.Int32)


def some(frame: pl.DataFrame | None) -> TypeGuard[pl.DataFrame]:
    """Whether there is any row."""
    return frame is not None and not frame.is_empty()


def with_scans(frame: pl.DataFrame, made_of: AnalysisTables) -> pl.DataFrame:
    """Add to rows of a scan the name of the visit and what of its date was completed."""
    scans = [_scans(table) for table in (made_of.assessments, made_of.measurements) if table is not None]
    if not scans:
        return frame
    known = (
        pl.concat(scans, how="diagonal_relaxed")
        .group_by(SCAN)
        .agg(pl.col("visit", "imputed").drop_nulls().min())
    )
    return frame.join(known, on=SCAN, how="left")


def _scans(table: pl.DataFrame) -> pl.DataFrame:
    imputed = pl.col("imputed") if "imputed" in table.columns else pl.lit(None, pl.String)
    visit = pl.col("visit") if "visit" in table.columns else pl.lit(None, pl.String)
    return table.select(
        "patient_id", pl.col("evaluator").fill_null(NOT_STATED), "day",
        visit=visit, imputed=pl.when(imputed != "none").then(imputed),
    )  # fmt: skip


def stacked(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Parts below one another; a column that a part lacks is missing there."""
    return pl.concat(parts, how="diagonal_relaxed")
