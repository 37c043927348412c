"""Time-to-event endpoints: an endpoint is a value, and one function reads them all (domain.md 5).

Source: domain.md 5.1 (definitions), R5.2 (data cut-off, last known alive).
"""

from dataclasses import dataclass

import polars as pl

from headway.record.derived.endpoints import TimesToEvent
from headway.record.findings import ROW
from headway.record.record import Time, day_text
from headway.units import DAYS_PER


@dataclass(frozen=True)
class Endpoint:
    """What happens, and at which fact a patient without it is censored.

    events        facts that count, in the order in which they win on the same day.
    censored_at   "alive": last known alive; "assessed": last adequate tumour assessment.
    """

    name: str
    title: str
    events: tuple[str, ...]
    censored_at: str
    source: str


ENDPOINTS = {
    "OS": Endpoint("OS", "Overall survival", ("death",), "alive", "domain.md 5.1"),
    "PFS": Endpoint("PFS", "Progression-free survival", ("progression", "death"), "alive", "domain.md 5.1"),
}
_CENSOR_WORDS = {"alive": "last known alive", "assessed": "last adequate assessment"}
_SOURCE = ["source_table", *ROW]


def time_to_event(
    endpoint: Endpoint,
    since: str,
    starts: pl.LazyFrame,
    facts: pl.LazyFrame,
    patients: pl.LazyFrame,
    *,
    time: Time,
    cutoff_day: int | None = None,
) -> pl.LazyFrame:
    """Time from each patient's start to the event, or to where the patient is censored.

    Takes:  starts (patient_id, start_day), facts (see facts.facts), patients (patient_id, vital_status,
            death_day), and the data cut-off as a day of the record.
    Gives:  one row per patient in the schema TimesToEvent; days is null where no time can be
            given, and reason says why. A missing fact never becomes "no event".
    """
    usable = facts if cutoff_day is None else facts.filter(pl.col("day") <= cutoff_day)
    usable = usable.join(starts, on="patient_id").with_columns(priority=_priority(endpoint))
    events = _first_event(usable.filter(pl.col("fact").is_in(endpoint.events)))
    censors = _last_fact(usable.filter(pl.col("fact") == endpoint.censored_at))
    joined = (
        starts.join(events, on="patient_id", how="left")
        .join(censors, on="patient_id", how="left", suffix="_censor")
        .join(patients.select("patient_id", *_dead_on_unknown_day()), on="patient_id", how="left")
    )
    return _decided(endpoint, since, joined, time).select(TimesToEvent.column_names()).sort("patient_id")


def _priority(endpoint: Endpoint) -> pl.Expr:
    order = {fact: i for i, fact in enumerate(endpoint.events)}
    return pl.col("fact").replace_strict(order, default=len(order), return_dtype=pl.Int32)


def _first_event(events: pl.LazyFrame) -> pl.LazyFrame:
    """The earliest event on or after time zero; ties by the endpoint's order, then by source row."""
    in_order = events.filter(pl.col("day") >= pl.col("start_day")).sort(
        "patient_id", "day", "priority", *_SOURCE, nulls_last=True
    )
    return in_order.group_by("patient_id").first().select("patient_id", "day", "what", *_SOURCE)


def _last_fact(facts: pl.LazyFrame) -> pl.LazyFrame:
    in_order = facts.sort(
        "patient_id", "day", *_SOURCE, descending=[False, True, *[False] * 4], nulls_last=True
    )
    return in_order.group_by("patient_id").first().select("patient_id", "day", "what", *_SOURCE)


def _dead_on_unknown_day() -> list[pl.Expr]:
    unknown = (pl.col("vital_status") == "dead") & pl.col("death_day").is_null()
    return [unknown.fill_null(False).alias("dead_on_unknown_day")]


def _decided(endpoint: Endpoint, since: str, joined: pl.LazyFrame, time: Time) -> pl.LazyFrame:
    event, start = pl.col("day").is_not_null(), pl.col("start_day")
    end = pl.coalesce("day", "day_censor")
    follow_up = start.is_not_null() & end.is_not_null() & (end >= start)
    return joined.with_columns(
        pl.lit(endpoint.name).alias("endpoint"),
        pl.lit(since).alias("since"),
        end.alias("end_day"),
        pl.when(follow_up).then(end - start).cast(pl.Float64).alias("days"),
        pl.when(follow_up).then(event).alias("event"),
        _rule(endpoint, event, follow_up).alias("rule"),
        _reason(endpoint, event, end, time).alias("reason"),
        *(pl.when(event).then(name).otherwise(f"{name}_censor").alias(name) for name in _SOURCE),
    )


def _rule(endpoint: Endpoint, event: pl.Expr, follow_up: pl.Expr) -> pl.Expr:
    censored = pl.lit(f"censored when {_CENSOR_WORDS[endpoint.censored_at]}")
    return pl.when(~follow_up).then(pl.lit("no time")).when(event).then(pl.lit("event")).otherwise(censored)


def _reason(endpoint: Endpoint, event: pl.Expr, end: pl.Expr, time: Time) -> pl.Expr:
    start, word = pl.col("start_day"), _CENSOR_WORDS[endpoint.censored_at]
    on = day_text(end, time)
    happened = pl.format("event: {} on {}", "what", on)
    censored = pl.format(f"censored: {word} on {{}} ({{}})", on, "what_censor")
    before = pl.format(f"no time: {word} on {{}}, before time zero on {{}}", on, day_text(start, time))
    dead = pl.format(f"censored: {word} on {{}}; dead, but on an unknown day", on)
    return (
        pl.when(start.is_null()).then(pl.lit("no time: time zero is not known"))
        .when(end.is_null()).then(pl.lit(f"no time: neither an event nor a day '{word}' is known"))
        .when(end < start).then(before)
        .when(event).then(happened)
        .when("dead_on_unknown_day").then(dead)
        .otherwise(censored)
    )  # fmt: skip


def reported_times(reported: pl.LazyFrame, endpoint: str) -> pl.LazyFrame:
    """Times that the source gives ready-made (table reported_endpoints), in days.

    Months are 30.4375 days (domain.md, conventions).
    """
    days = pl.col("time") * pl.col("time_unit").replace_strict(
        DAYS_PER, default=None, return_dtype=pl.Float64
    )
    known = days.is_not_null() & pl.col("event").is_not_null()
    word = pl.when(pl.col("event")).then(pl.lit("event")).otherwise(pl.lit("censored"))
    reason = pl.format(
        "{}: as reported, {} {} since {}", word, "time", "time_unit", pl.col("since").fill_null("?")
    )
    return (
        reported.filter(pl.col("endpoint").str.to_uppercase() == endpoint)
        .with_columns(
            endpoint=pl.lit(endpoint),
            since=pl.col("since").fill_null("not stated"),
            start_day=pl.lit(None, pl.Int32),
            end_day=pl.lit(None, pl.Int32),
            days=pl.when(known).then(days),
            event=pl.when(known).then("event"),
            rule=pl.when(known).then(pl.lit("as reported")).otherwise(pl.lit("no time")),
            reason=pl.when(known).then(reason).otherwise(pl.lit("no time: time, unit or event is missing")),
            source_table=pl.lit("reported_endpoints"),
        )
        .select(TimesToEvent.column_names())
        .sort("patient_id")
    )
