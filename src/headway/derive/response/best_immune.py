"""Best response and progression by iRECIST (R2.7, R2.8), and treatment beyond progression."""

import polars as pl

from headway.derive.response.readings import numbered
from headway.record.derived.response import BestImmuneResponses, TreatmentBeyondProgression
from headway.record.record import Time, day_text
from headway.record.words import sentence

# From best to worst (R2.7): an iUPD counts only where nothing better and no iCPD was seen.
ORDER = ["iCR", "iPR", "iSD", "NON-iCR/NON-iUPD", "iCPD", "iUPD"]


def best_immune_responses(
    responses: pl.LazyFrame,
    start: pl.LazyFrame,
    deaths: pl.LazyFrame | None = None,
    *,
    time: Time = "dates",
) -> pl.LazyFrame:
    """The best iRECIST response of each patient by each reader, and the event of iPFS.

    Takes:  `ImmuneResponses`; start (patient_id) for patients never scanned; deaths (patient_id, death_day).
    Gives:  `BestImmuneResponses`.
    Source: Seymour 2017, table 3; R2.7, R2.8.

    >>> seen = pl.LazyFrame({"patient_id": ["P1"] * 3, "evaluator": ["investigator"] * 3,
    ...                      "day": [56, 91, 147], "immune_response": ["iUPD", "iPR", "iUPD"],
    ...                      "pending_since_day": [56, None, 147]})
    >>> start = pl.LazyFrame({"patient_id": ["P1"], "start_day": [0]})
    >>> best_immune_responses(seen, start, time="days").collect()["reason"].to_list()
    ['iPR on day 91; iPFS event on day 147: iUPD without a later scan (R2.8)']
    """
    columns = ["patient_id", "evaluator", "day", "immune_response", "pending_since_day"]
    rows, readings = numbered(responses.select(columns).collect())
    best = readings.join(_days(rows), on="reading", how="left", maintain_order="left")
    unread = start.select("patient_id").collect().join(best, on="patient_id", how="anti")
    best = pl.concat([best, unread], how="diagonal").sort("patient_id", "evaluator")
    best = _with_event(_with_best(best), deaths)
    return best.with_columns(reason=_reason(time)).select(list(BestImmuneResponses.columns())).lazy()


def _days(rows: pl.DataFrame) -> pl.DataFrame:
    """Per reading, the first day of each response, and which iUPD is left at the end."""
    response = pl.col("immune_response")
    judged = response.is_not_null() & (response != "NE")

    def first(condition: pl.Expr, value: str = "day") -> pl.Expr:
        return pl.when(condition).then(pl.col(value)).drop_nulls().first()

    return rows.group_by("reading", maintain_order=True).agg(
        *(first(response == name).alias(name) for name in ORDER),
        any_day=pl.col("day").first(),
        confirmed_since=first(response == "iCPD", "pending_since_day"),
        last_response=pl.when(judged).then(response).drop_nulls().last(),
        last_since=pl.when(judged).then("pending_since_day").filter(judged).last(),
        last_assessed_day=pl.when(judged).then("day").max(),
    )


def _with_best(best: pl.DataFrame) -> pl.DataFrame:
    found = [pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in ORDER]
    return best.with_columns(
        best_immune_response=pl.coalesce(*found, pl.lit("NE")),
        best_immune_response_day=pl.coalesce(*ORDER, "any_day"),
        immune_response_day=pl.min_horizontal("iCR", "iPR"),
        unconfirmed_progression_day=pl.col("iUPD"),
        confirmed_progression_day=pl.col("iCPD"),
    )


def _with_event(best: pl.DataFrame, deaths: pl.LazyFrame | None) -> pl.DataFrame:
    """The first iUPD of the run that ended in iCPD, or that nothing followed; else death (R2.8)."""
    none = pl.LazyFrame(schema={"patient_id": pl.String, "death_day": pl.Int32})
    known = (none if deaths is None else deaths).select("patient_id", pl.col("death_day").cast(pl.Int32))
    best = best.join(known.collect(), on="patient_id", how="left", maintain_order="left")
    open_end = pl.when(pl.col("last_response") == "iUPD").then("last_since")
    events = {
        "iCPD": pl.col("confirmed_since"),
        "iUPD without a later scan": open_end,
        "death": pl.col("death_day"),
    }
    return best.with_columns(
        progression_event_day=pl.coalesce(*events.values()),
        progression_event=pl.coalesce(
            pl.when(day.is_not_null()).then(pl.lit(name)) for name, day in events.items()
        ),
    )


def _reason(time: Time) -> pl.Expr:
    response = pl.col("best_immune_response")
    day, event_day = (day_text(name, time) for name in ("best_immune_response_day", "progression_event_day"))
    best = (
        pl.when(pl.col("any_day").is_null())
        .then(pl.lit("NE, no assessment"))
        .otherwise(sentence("{} on {}", response, day))
    )
    event = sentence("iPFS event on {}: {} (R2.8)", event_day, "progression_event")
    return sentence("{}; {}", best, event.fill_null("no iPFS event (R2.8)"))


def treatment_beyond_progression(
    progressions: pl.LazyFrame, doses: pl.LazyFrame, *, tbp_min_days: int = 21
) -> pl.LazyFrame:
    """Who went on with a drug after progression, and for how long (domain.md 2).

    Takes:  progressions (patient_id, evaluator, progression_day; rows without one are left out); doses
            of the same drug as in the drugs table (patient_id, start_day, end_day).
    Gives:  `TreatmentBeyondProgression`; treated: the last dose lies at least tbp_min_days (one cycle) after.

    >>> progressions = pl.LazyFrame({"patient_id": ["P1"], "evaluator": ["investigator"],
    ...                              "progression_day": [56]})
    >>> doses = pl.LazyFrame({"patient_id": ["P1"] * 2, "start_day": [42, 84], "end_day": [None, None]})
    >>> treatment_beyond_progression(progressions, doses).collect()["days_beyond_progression"].to_list()
    [28]
    """
    progressed = progressions.select("patient_id", "evaluator", "progression_day").drop_nulls(
        "progression_day"
    )
    after = pl.when(pl.col("start_day") > pl.col("progression_day")).then("start_day")
    last = pl.coalesce(pl.col("end_day").cast(pl.Int32), "start_day")
    key = ["patient_id", "evaluator", "progression_day"]
    days = (
        progressed.join(doses.select("patient_id", "start_day", "end_day"), on="patient_id", how="left")
        .group_by(key)
        .agg(first_dose_after_day=after.min().cast(pl.Int32), last_dose_day=last.max().cast(pl.Int32))
    )
    beyond = pl.col("last_dose_day") - pl.col("progression_day")
    return (
        days.with_columns(days_beyond_progression=pl.when(beyond > 0).then(beyond))
        .with_columns(treated_beyond_progression=(beyond >= tbp_min_days).fill_null(False))
        .select(list(TreatmentBeyondProgression.columns()))
        .sort("patient_id", "evaluator")
    )
