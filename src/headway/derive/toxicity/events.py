"""Treatment-emergent adverse events: which events belong to which treatment (R6.10)."""

from dataclasses import dataclass

import polars as pl

from headway.knowledge.ctcae import plain
from headway.knowledge.watch_lists import watch_lists
from headway.record.derived.toxicity import EmergentEvents
from headway.record.record import Time, day_text
from headway.record.words import sentence

SOC_UNKNOWN = "not recorded"


@dataclass(frozen=True)
class EmergenceRules:
    """How long after the last dose an event still counts as the treatment's (R6.10)."""

    name: str
    days_after_last_dose: int
    days_after_last_dose_if_serious: int
    watch_list: str | None = None  # whose events count as long as serious ones

    def __str__(self) -> str:
        return self.name


CHEMOTHERAPY = EmergenceRules("chemotherapy", 30, 30)
IMMUNOTHERAPY = EmergenceRules("immunotherapy", 30, 90, watch_list="immune checkpoint inhibitor")


def treatment_windows(drugs: pl.LazyFrame, next_therapy: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """The window of all drugs of a patient taken as one treatment.

    Takes:  the record's drugs; next_therapy, one row per patient: patient_id, next_therapy_day (or none).
    Gives:  patient_id, window, start_day, last_dose_day (null: an interval without an end, so not known),
            next_therapy_day. Windows of lines have the same columns, with the line as `window`.
    """
    last = (
        pl.when(pl.col("end_day").is_null() & _open())
        .then(None)
        .otherwise(pl.coalesce("end_day", "start_day"))
    )
    spans = (
        drugs.with_columns(last=last)
        .group_by("patient_id")
        .agg(
            start_day=pl.col("start_day").min(),
            last_dose_day=pl.when(pl.col("last").is_null().any()).then(None).otherwise(pl.col("last").max()),
        )
    )
    none = pl.LazyFrame(schema={"patient_id": pl.String, "next_therapy_day": pl.Int32})
    following = none if next_therapy is None else next_therapy
    return spans.join(following, on="patient_id", how="left").with_columns(window=pl.lit("all treatment"))


def _open() -> pl.Expr:
    """The only row of its drug: without an end it may be an interval that goes on, not one administration."""
    return pl.len().over("patient_id", "drug") == 1


def emergent_events(
    adverse_events: pl.LazyFrame,
    windows: pl.LazyFrame,
    rules: EmergenceRules = CHEMOTHERAPY,
    *,
    time: Time = "dates",
) -> pl.LazyFrame:
    """Whether each event is treatment-emergent, for each treatment window of its patient.

    Takes:  the record's adverse_events; windows as `treatment_windows` gives them.
    Gives:  `EmergentEvents`. An event counts from the first dose through the last dose + 30 days (90 if
            serious or immune-related, by the rules), and not from the first day of the next therapy on. An
            event that was there before at the same grade or a higher one does not count.
    Source: R6.10.

    >>> events = pl.LazyFrame({"patient_id": ["P1", "P1"], "term": ["Rash", "Fatigue"], "grade": [2, 1],
    ...     "soc": ["skin", "general"], "start_day": [40, 41], "end_day": [50, 50], "related": [True, None],
    ...     "serious": [False, False], "fatal": [False, False], "source_file": ["ae.csv", "ae.csv"],
    ...     "source_sheet": [None, None], "source_line": [2, 3]})
    >>> windows = pl.LazyFrame({"patient_id": ["P1"], "window": ["line 1"], "start_day": [0],
    ...     "last_dose_day": [10], "next_therapy_day": [200]})
    >>> emergent_events(events, windows).collect().sort("start_day")["emergent"].to_list()
    [True, False]
    """
    events = _named(adverse_events).with_columns(days_after=_days_after(rules))
    paired = events.join(_renamed(windows), on="patient_id").with_columns(
        window_end_day=window_end(pl.col("days_after"))
    )
    judged = paired.join(_pre_existing(paired), on=["event", "window"], how="left")
    judged = judged.with_columns(pl.col("there_before").fill_null(False))
    return judged.with_columns(emergent=_emergent(), reason=_reason(time)).select(
        EmergentEvents.column_names()
    )


def _named(adverse_events: pl.LazyFrame) -> pl.LazyFrame:
    soc = plain("soc").fill_null(SOC_UNKNOWN)
    return adverse_events.with_columns(plain("term").alias("term"), soc.alias("soc")).with_row_index("event")


def _days_after(rules: EmergenceRules) -> pl.Expr:
    listed = watch_lists().filter(watch_list=rules.watch_list)["term"].to_list() if rules.watch_list else []
    long = pl.col("serious").fill_null(False) | pl.col("term").is_in(listed)
    return pl.when(long).then(rules.days_after_last_dose_if_serious).otherwise(rules.days_after_last_dose)


def _renamed(windows: pl.LazyFrame) -> pl.LazyFrame:
    return windows.select(
        "patient_id", "window", "last_dose_day", "next_therapy_day", window_start_day="start_day"
    )


def window_end(days_after_last_dose: int | pl.Expr) -> pl.Expr:
    """The last day that counts; null while treatment goes on and no other has begun.

    The first day of the next therapy is no longer this therapy's.
    """
    last = pl.min_horizontal(pl.col("last_dose_day") + days_after_last_dose, pl.col("next_therapy_day") - 1)
    return last.cast(pl.Int32)


def _pre_existing(paired: pl.LazyFrame) -> pl.LazyFrame:
    """Events of a term that was there at the first dose, at this grade or higher, until this event began."""
    key = ["patient_id", "window", "term"]
    before = paired.filter(pl.col("start_day") < pl.col("window_start_day")).select(
        *key, earlier_grade="grade", earlier_end="end_day"
    )
    since = paired.filter(pl.col("start_day") >= pl.col("window_start_day")).join(before, on=key)
    lasting = pl.col("earlier_end").is_null() | (
        (pl.col("earlier_end") >= pl.col("window_start_day"))
        & (pl.col("earlier_end") >= pl.col("start_day") - 1)
    )
    still = since.filter(lasting, pl.col("earlier_grade") >= pl.col("grade"))
    return still.group_by("event", "window").agg(
        there_before=pl.lit(True), earlier_grade=pl.col("earlier_grade").max()
    )


def _within() -> pl.Expr:
    start = pl.col("start_day")
    return (start >= pl.col("window_start_day")) & (start <= pl.col("window_end_day")).fill_null(True)


def _emergent() -> pl.Expr:
    undated = pl.col("start_day").is_null() | pl.col("window_start_day").is_null()
    return pl.when(~undated).then(_within() & ~pl.col("there_before"))


def _reason(time: Time) -> pl.Expr:
    began, first, last = (day_text(day, time) for day in ("start_day", "window_start_day", "window_end_day"))
    goes_on = pl.when(pl.col("window_end_day").is_null()).then(pl.lit("the end of a treatment that goes on"))
    side = pl.when(_within()).then(pl.lit("within")).otherwise(pl.lit("outside"))
    said = sentence(
        "began on {}, {} {} (the first dose) to {} (R6.10)", began, side, first, goes_on.otherwise(last)
    )
    before = "grade {} was there before the first dose on {}, so that grade {} is no rise (R6.10)"
    return (
        pl.when(pl.col("start_day").is_null())
        .then(pl.lit("cannot be told: the first day of the event is not known (R6.10)"))
        .when(pl.col("window_start_day").is_null())
        .then(pl.lit("cannot be told: the first dose is not known (R6.10)"))
        .when("there_before").then(sentence(before, "earlier_grade", first, "grade"))
        .otherwise(said)
    )  # fmt: skip
