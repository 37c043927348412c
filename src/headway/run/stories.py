"""Each patient's story: what the record says and what follows from it, with reasons and source rows."""

import polars as pl

from headway.derive.timeline import timeline
from headway.record.record import Record, day_text
from headway.record.results import Stories
from headway.record.words import sentence
from headway.run.cohort import Cohort
from headway.run.topics import Made
from headway.run.topics.captions import source_in_words

LINE = "line of therapy"


def stories(cohort: Cohort, made: Made) -> pl.DataFrame:
    """`Stories` of all patients, by patient and day."""
    record = cohort.record
    parts = [_recorded(record), _lines(cohort), _times(made.times, record), _responses(cohort), made.stories]
    joined = pl.concat([part.select(Stories.column_names()) for part in parts])
    return joined.sort("patient_id", "day", "derived", "topic", "what", nulls_last=False, maintain_order=True)


def _recorded(record: Record) -> pl.DataFrame:
    flagged = pl.col("imputed").fill_null("none")
    shown = day_text("day", record.time)
    # Of a date that was imputed, what is known.
    known = pl.when(flagged == "D").then(shown.str.head(7)).when(flagged == "M").then(shown.str.head(4))
    return timeline(record).collect().with_columns(
        shown_day=pl.when(pl.col("day").is_null()).then(pl.lit("")).otherwise(known.otherwise(shown)),
        topic=pl.col("table").str.replace_all("_", " "),
        derived=pl.lit(False),
        what=pl.col("what").fill_null(""),
        reason=pl.lit(None, pl.String),
        source=source_in_words(),
    )  # fmt: skip


def _lines(cohort: Cohort) -> pl.DataFrame:
    return cohort.lines.lines.collect().select(
        "patient_id", "reason", "end_day",
        day="start_day",
        shown_day=day_text("start_day", cohort.record.time),
        topic=pl.lit(LINE),
        derived=pl.lit(True),
        what=sentence("line {}, {}: {}", "line", "setting", "regimen"),
        source=pl.lit(None, pl.String),
    )  # fmt: skip


def _times(times: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Each time to an event, on the day on which it ends; one without an end stands without a day."""
    status = pl.when(pl.col("event")).then(pl.lit("event")).otherwise(pl.lit("censored"))
    days = pl.col("days").cast(pl.String).str.replace(r"\.0$", "")
    timed = pl.col("days").is_not_null()
    return times.select(
        "patient_id", "reason",
        day="end_day",
        end_day=pl.lit(None, pl.Int32),
        shown_day=pl.when(pl.col("end_day").is_null()).then(pl.lit("")).otherwise(
            day_text("end_day", record.time)
        ),
        topic=sentence("{} since {}", "endpoint", "since"),
        derived=pl.lit(True),
        what=pl.when(timed).then(sentence("{} days, {}", days, status)).otherwise(pl.lit("no time")),
        source=pl.coalesce(source_in_words(), source_in_words("because")),
    )  # fmt: skip


def _responses(cohort: Cohort) -> pl.DataFrame:
    """The responses of every time zero that an analysis asked for."""
    parts = [
        judged.select(
            "patient_id", "day",
            end_day=pl.lit(None, pl.Int32),
            shown_day=day_text("day", cohort.record.time),
            topic=pl.lit(f"response since {since}"),
            derived=pl.lit(True),
            what=pl.col("response").fill_null("no response named"),
            reason="what",
            source=source_in_words(),
        )
        for since, judged in cohort.judged()
    ]  # fmt: skip
    return pl.concat([Stories.create_empty(), *(part.select(Stories.column_names()) for part in parts)])
