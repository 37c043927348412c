"""Intervals: they end after they start, and the same drug is not given twice at once."""

from collections.abc import Iterator

import polars as pl

from headway.record.checks.days import count, earliest, latest, said
from headway.record.columns import imputed_name
from headway.record.findings import ROW, problems
from headway.record.record import Time, day_text
from headway.record.words import sentence

Tables = dict[str, pl.DataFrame]

SAME_DRUG = ["patient_id", "drug"]
_MORE_THAN_ANY_DAY = 1 << 32

WHAT = {
    "drugs": pl.col("drug"),
    "radiotherapy": sentence("course {}", pl.col("course_id")),
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
    message = sentence(words, what, said("end_day", time), apart, said("start_day", time))
    return problems(
        "end-before-start", table, at, message=message, column="end_date", value=said("end_day", time)
    )


def overlapping_drugs(tables: Tables, time: Time) -> Iterator[pl.DataFrame]:
    """Intervals of one drug that start inside an earlier one, or on the same day as another.

    An interval may start on the day on which the last one ends. An imputed day proves no overlap.
    """
    if "drugs" not in tables:
        return
    at = _beside_the_longest_before(_exact(tables["drugs"]))
    at = at.filter((pl.col("start_day") < pl.col("until")) | (pl.col("start_day") == pl.col("since")))
    days = [day_text(day, time) for day in ("start_day", "since", "until")]
    message = sentence("drugs: {} from {} overlaps with that from {} to {} on line {}", "drug", *days, "line")
    yield problems("overlapping-administration", "drugs", at, message=message, column="start_date")


def _exact(drugs: pl.DataFrame) -> pl.DataFrame:
    """Intervals with days as written, of drugs that the patient had more than once, in order."""
    flags = [pl.col(imputed_name(day)).fill_null("none") == "none" for day in ("start_day", "end_day")]
    known = drugs.filter(*flags).select(*SAME_DRUG, "start_day", "end_day", *ROW)
    again = known.group_by(SAME_DRUG).len().filter(pl.col("len") > 1)
    intervals = known.join(again, on=SAME_DRUG, how="semi")
    intervals = intervals.with_columns(end_day=pl.coalesce("end_day", "start_day"))
    return intervals.sort(*SAME_DRUG, "start_day", -pl.col("end_day"), *ROW, nulls_last=True)


def _beside_the_longest_before(ordered: pl.DataFrame) -> pl.DataFrame:
    """Each interval with the one of the same drug before it that lasts longest: since, until, line."""
    # Groups stand in order, so a running maximum of (group, end) is one within each group, without windows.
    group = (
        pl.any_horizontal(pl.col(name) != pl.col(name).shift(1) for name in SAME_DRUG)
        .fill_null(True)
        .cum_sum()
    )
    reach = ordered.with_columns(group=group.cast(pl.Int64)).with_columns(
        reach=(pl.col("group") * _MORE_THAN_ANY_DAY + pl.col("end_day")).cum_max()
    )
    leads = (pl.col("reach") > pl.col("reach").shift(1)).fill_null(True)
    beside = reach.with_columns(
        **{
            name: pl.when(leads).then(of).forward_fill().shift(1)
            for name, of in {"since": "start_day", "until": "end_day", "line": "source_line"}.items()
        }
    )
    return beside.filter(pl.col("group") == pl.col("group").shift(1))
