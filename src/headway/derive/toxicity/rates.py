"""Toxicity in time: when the first severe event came, and events per time of treatment."""

import polars as pl

from headway.derive.toxicity.events import CHEMOTHERAPY, EmergenceRules, window_end
from headway.derive.toxicity.severity import PATIENT, SEVERE
from headway.record.derived.endpoints import TimesToEvent
from headway.record.derived.toxicity import ExposureAdjustedRates
from headway.record.findings import ROW
from headway.record.record import Time, day_text
from headway.record.words import sentence
from headway.units import months

ENDPOINT = "time to first grade 3-5 event"


def time_to_severe(
    events: pl.LazyFrame,
    windows: pl.LazyFrame,
    patients: pl.LazyFrame,
    rules: EmergenceRules = CHEMOTHERAPY,
    *,
    time: Time = "dates",
) -> pl.LazyFrame:
    """From the first dose to the first emergent event of grade 3 or more.

    Takes:  `EmergentEvents`; windows as `treatment_windows`; the record's patients. Without an event a
            patient is censored when the window ends, at death, or when last known alive: what comes first.
    Gives:  `TimesToEvent`, `since` being the window. No time where a severe event has no date: it may be the
            first.
    Source: R6.10, R6.12.
    """
    severe = events.filter(pl.col("grade") >= SEVERE)
    undated = severe.filter(pl.col("emergent").is_null()).select(*PATIENT, undated=pl.lit(True)).unique()
    joined = (
        observed(windows, patients, rules)
        .join(_first(severe), on=PATIENT, how="left")
        .join(undated, on=PATIENT, how="left")
        .with_columns(pl.col("undated").fill_null(False))
    )
    return _decided(joined, time).select(TimesToEvent.column_names())


def observed(windows: pl.LazyFrame, patients: pl.LazyFrame, rules: EmergenceRules) -> pl.LazyFrame:
    """Each window with the day until which its events were seen: patient_id, window, start_day, until_day."""
    lives = patients.select("patient_id", life_day=pl.coalesce("death_day", "last_alive_day"))
    until = pl.min_horizontal(window_end(rules.days_after_last_dose), "life_day")
    return windows.join(lives, on="patient_id", how="left").select(*PATIENT, "start_day", until_day=until)


def _first(severe: pl.LazyFrame) -> pl.LazyFrame:
    """The first severe event; of several on one day the worst, then the first in the source."""
    order = pl.struct("start_day", -pl.col("grade"), "term", *ROW)
    emergent = severe.filter("emergent")
    chosen = emergent.filter(order.rank("ordinal").over(PATIENT) == 1)
    return chosen.select(*PATIENT, "term", "grade", *ROW, event_day="start_day")


def _decided(joined: pl.LazyFrame, time: Time) -> pl.LazyFrame:
    event = pl.col("event_day").is_not_null()
    end = pl.coalesce("event_day", "until_day")
    timed = ~pl.col("undated") & (end >= pl.col("start_day")).fill_null(False)
    return joined.with_columns(
        endpoint=pl.lit(ENDPOINT),
        since=pl.col("window"),
        end_day=end,
        days=pl.when(timed).then(end - pl.col("start_day")).cast(pl.Float64),
        event=pl.when(timed).then(event),
        rule=pl.when(~timed)
        .then(pl.lit("no time"))
        .when(event)
        .then(pl.lit("event"))
        .otherwise(pl.lit("censored")),
        reason=_reason(timed, event, time),
        source_table=pl.when(event).then(pl.lit("adverse_events")),
    )


def _reason(timed: pl.Expr, event: pl.Expr, time: Time) -> pl.Expr:
    undated = "no time: the first day of an event of grade 3 or more is not known (R6.10)"
    unseen = "no time: the first dose, or until when the patient was seen, is not known (R6.10)"
    happened = sentence("event: grade {} {} on {} (R6.12)", "grade", "term", day_text("event_day", time))
    until = day_text("until_day", time)
    return (
        pl.when("undated").then(pl.lit(undated))
        .when(~timed).then(pl.lit(unseen))
        .when(event).then(happened)
        .otherwise(sentence("censored: no emergent event of grade 3 or more by {} (R6.10)", until))
    )  # fmt: skip


def exposure_adjusted_rates(
    events: pl.LazyFrame,
    windows: pl.LazyFrame,
    patients: pl.LazyFrame,
    rules: EmergenceRules = CHEMOTHERAPY,
) -> pl.LazyFrame:
    """Emergent events per 100 patient-months, by term.

    Takes:  `EmergentEvents`; windows as `treatment_windows`; the record's patients.
    Gives:  `ExposureAdjustedRates`. Time runs from the first dose to the end of the window, death, or last
            contact; patients of whom that end is not known give neither time nor events, and are counted.
    Source: domain.md 6.1 (table columns).
    """
    spans = observed(windows, patients, rules)
    length = pl.col("until_day") - pl.col("start_day")
    known = spans.filter(length >= 0)
    time_at_risk = spans.group_by("window").agg(
        patients=(length >= 0).sum(),
        patients_without_end=(~(length >= 0).fill_null(False)).sum(),
        patient_months=months(length.filter(length >= 0).sum().cast(pl.Float64)),
    )
    counted = events.filter("emergent").join(known, on=PATIENT, how="semi")
    rates = counted.group_by("window", "term").agg(events=pl.len()).join(time_at_risk, on="window")
    rate = pl.when(pl.col("patient_months") > 0).then(100 * pl.col("events") / pl.col("patient_months"))
    return ExposureAdjustedRates.cast(rates.with_columns(events_per_100_patient_months=rate))
