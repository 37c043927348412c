"""Intervals: they end after they start, and the same drug is not given twice at once."""

from collections.abc import Iterator

import polars as pl

from headway.record.checks.days import count, earliest, latest, said
from headway.record.columns import imputed_name
from headway.record.findings import ROW, problems
from headway.record.record import Time, day_text

Tables = dict[str, pl.DataFrame]

WHAT = {
    "drugs": pl.col("drug"),
    "radiotherapy": pl.format("course {}", pl.col("course_id")),
    "adverse_events": pl.col("term"),
}


def end_before_start(tables: Tables, time: Time) -> Iterator[pl.DataFrame]:
    """Drugs, courses and adverse events that end before they start."""
    for name, what in WHAT.items():
        if name in tables:
            at = tables[name].filter(pl.col("end_day") < pl.col("start_day"))
            yield _ends_too_early(name, what, at.filter(latest("end_day") < earliest("start_day")), time)


def _ends_too_early(table: str, what: pl.Expr, at: pl.DataFrame, time: Time) -> pl.DataFrame:
    apart = count(earliest("start_day") - latest("end_day"))
    words = f"{table}: {{}} ends on {{}}, {{}} before it starts ({{}})"
    message = pl.format(words, what, said("end_day", time), apart, said("start_day", time))
    return problems(
        "end-before-start", table, at, message=message, column="end_date", value=said("end_day", time)
    )


def overlapping_drugs(tables: Tables, time: Time) -> Iterator[pl.DataFrame]:
    """Intervals of one drug that start inside an earlier one, or on the same day as another.

    An interval may start on the day on which the last one ends. An imputed day proves no overlap.
    """
    if "drugs" not in tables:
        return
    exact = [
        pl.col(imputed_name(day)).is_null() | (pl.col(imputed_name(day)) == "none")
        for day in ("start_day", "end_day")
    ]
    known = tables["drugs"].filter(*exact)
    ordered = known.select(
        "patient_id", "drug", "start_day", *ROW, end_day=pl.coalesce("end_day", "start_day")
    ).sort("patient_id", "drug", "start_day", -pl.col("end_day"), *ROW, nulls_last=True)
    at = _beside_the_longest_before(ordered).filter(
        (pl.col("start_day") < pl.col("until")) | (pl.col("start_day") == pl.col("since"))
    )
    days = [day_text(day, time) for day in ("start_day", "since", "until")]
    message = pl.format(
        "drugs: {} from {} overlaps with that from {} to {} on line {}", "drug", *days, "line"
    )
    yield problems("overlapping-administration", "drugs", at, message=message, column="start_date")


def _beside_the_longest_before(ordered: pl.DataFrame) -> pl.DataFrame:
    """Each interval with the one before it (since, until, line) that lasts longest."""
    group = ["patient_id", "drug"]
    reached = pl.col("end_day").cum_max().over(group)
    leads = (pl.col("end_day") > pl.col("end_day").cum_max().shift(1).over(group)).fill_null(True)
    longest = {"since": pl.col("start_day"), "line": pl.col("source_line")}
    return ordered.with_columns(
        until=reached.shift(1).over(group),
        **{
            name: pl.when(leads).then(of).forward_fill().over(group).shift(1).over(group)
            for name, of in longest.items()
        },
    )
