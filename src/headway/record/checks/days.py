"""Days that may be imputed: what can be said of them for certain, and how they are shown."""

import polars as pl

from headway.record.columns import imputed_name
from headway.record.record import Time, day_text
from headway.record.words import sentence


def earliest(day: str) -> pl.Expr:
    """The first day that it can have been: of a month or year without a day, its first."""
    date = pl.col(day).cast(pl.Date)
    return _by_flag(day, date.dt.month_start(), date.dt.truncate("1y"))


def latest(day: str) -> pl.Expr:
    """The last day that it can have been."""
    date = pl.col(day).cast(pl.Date)
    return _by_flag(day, date.dt.month_end(), date.dt.truncate("1y").dt.offset_by("1y").dt.offset_by("-1d"))


def _by_flag(day: str, of_month: pl.Expr, of_year: pl.Expr) -> pl.Expr:
    flag, exact = pl.col(imputed_name(day)), pl.col(day).cast(pl.Int32)
    return (
        pl.when(flag == "D")
        .then(of_month.cast(pl.Int32))
        .when(flag == "M")
        .then(of_year.cast(pl.Int32))
        .otherwise(exact)
    )


def said(day: str, time: Time) -> pl.Expr:
    """The day as text, no more exact than it was written: 2021-03-15, 2021-03, 2021, day 56."""
    flag, text = pl.col(imputed_name(day)), day_text(day, time)
    return (
        pl.when(flag == "D").then(text.str.head(7)).when(flag == "M").then(text.str.head(4)).otherwise(text)
    )


def count(days: pl.Expr) -> pl.Expr:
    """A number of days in words: 1 day, 12 days."""
    return pl.when(days == 1).then(pl.lit("1 day")).otherwise(sentence("{} days", days))


def happened(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows that tell what happened; a missed scan only tells what was planned."""
    return frame.filter(pl.col("done").fill_null(True)) if table == "assessments" else frame
