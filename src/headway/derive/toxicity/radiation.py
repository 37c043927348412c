"""Acute and late effects of radiotherapy (R6.15), and events on watch lists (R6.14)."""

from typing import Literal

import polars as pl

from headway.knowledge.ctcae import plain
from headway.knowledge.watch_lists import watch_lists
from headway.record.derived.toxicity import RadiationPhases, WatchedEvents
from headway.record.record import Time, day_text
from headway.record.words import sentence

LAST_ACUTE_DAY = 90


def radiation_phases(
    adverse_events: pl.LazyFrame,
    radiotherapy: pl.LazyFrame,
    *,
    since: Literal["first fraction", "last fraction"] = "first fraction",
    time: Time = "dates",
) -> pl.LazyFrame:
    """Whether an event came within 90 days of radiotherapy (acute) or later (late).

    Takes:  the record's adverse_events and radiotherapy. The clock is the latest course by then.
    Gives:  `RadiationPhases`: the events of patients with radiotherapy; phase null before any course.
    Source: R6.15 (RTOG: acute is day 90 or before, from the start of radiotherapy).

    >>> events = pl.LazyFrame({"patient_id": ["P1", "P1"], "term": ["Mucositis", "Trismus"], "grade": [3, 2],
    ...     "start_day": [90, 91], "source_file": [None] * 2, "source_sheet": [None] * 2,
    ...     "source_line": [2, 3]})
    >>> radiotherapy = pl.LazyFrame({"patient_id": ["P1"], "start_day": [0], "end_day": [46]})
    >>> radiation_phases(events, radiotherapy).collect().sort("start_day")["phase"].to_list()
    ['acute', 'late']
    """
    column = "start_day" if since == "first fraction" else "end_day"
    clock = radiotherapy.select("patient_id", course_day=pl.col(column).cast(pl.Int32)).drop_nulls().unique()
    events = adverse_events.join(clock.select("patient_id").unique(), on="patient_id", how="semi")
    # A course begun on the day of the event is the clock: the join is backward and includes the day itself.
    dated = events.with_columns(pl.col("start_day").cast(pl.Int32)).sort("start_day").join_asof(
        clock.sort("course_day"), left_on="start_day", right_on="course_day", by="patient_id",
        check_sortedness=False,
    )  # fmt: skip
    after = pl.col("start_day") - pl.col("course_day")
    acute = pl.when(after <= LAST_ACUTE_DAY).then(pl.lit("acute"))
    phase = acute.when(after > LAST_ACUTE_DAY).then(pl.lit("late"))
    told = dated.with_columns(plain("term").alias("term"), phase=phase, reason=_reason(after, since, time))
    return told.select(RadiationPhases.column_names())


def _reason(after: pl.Expr, since: str, time: Time) -> pl.Expr:
    said = sentence(
        f"{{}} days after the {since} on {{}}; acute is up to 90 days (R6.15)",
        after,
        day_text("course_day", time),
    )
    undated = pl.when(pl.col("start_day").is_null()).then(
        pl.lit("the first day of the event is not known (R6.15)")
    )
    return pl.coalesce(undated, said, pl.lit("before any radiotherapy in the record (R6.15)"))


def watched_events(adverse_events: pl.LazyFrame) -> pl.LazyFrame:
    """The events on a watch list: cetuximab, immune checkpoint inhibitors.

    Takes:  the record's adverse_events.
    Gives:  `WatchedEvents`; whether the patient had that drug is the reader's question.
    Source: R6.14; headway.knowledge.watch_lists.
    """
    lists = watch_lists().lazy().select("watch_list", "topic", "term")
    named = adverse_events.with_columns(plain("term").alias("term"), pl.col("grade").cast(pl.Int32))
    return named.join(lists, on="term").select(WatchedEvents.column_names())
