"""Radiotherapy, surgery and ablation on the line in progress: local therapy is never a line (R4.11)."""

from typing import Literal

import polars as pl

from headway.record.derived.lines import LocalEvents
from headway.record.findings import ROW

_ABLATION = r"(?i)ablat|radiofrequency|\brfa\b|microwave|cryo|electroporation"


def local_events(radiotherapy: pl.LazyFrame, procedures: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """Every course and procedure of the record, with the line that it falls into.

    Takes:  the record's radiotherapy and procedures; `Lines`.
    Gives:  `LocalEvents`. A course that begins before a line and lasts into it belongs to that line: with
            concurrent treatment either may come first.
    Source: R4.11.
    """
    events = pl.concat([_courses(radiotherapy), _operations(procedures)])
    known = events.filter(pl.col("day").is_not_null())
    placed = pl.concat([_placed(known, lines), events.filter(pl.col("day").is_null())], how="diagonal")
    return placed.select(LocalEvents.column_names()).sort(
        "patient_id", "day", "source_table", *ROW, nulls_last=True
    )


def _courses(radiotherapy: pl.LazyFrame) -> pl.LazyFrame:
    what = pl.concat_str("technique", "site", separator=", ", ignore_nulls=True)
    return radiotherapy.select(
        "patient_id",
        pl.col("start_day").cast(pl.Int32).alias("day"),
        pl.col("end_day").cast(pl.Int32),
        pl.lit("radiotherapy").alias("event"),
        what.alias("what"),
        pl.lit("radiotherapy").alias("source_table"),
        *ROW,
    )


def _operations(procedures: pl.LazyFrame) -> pl.LazyFrame:
    ablation = pl.col("procedure").str.contains(_ABLATION).fill_null(False)
    return procedures.select(
        "patient_id",
        pl.col("day").cast(pl.Int32),
        pl.lit(None, pl.Int32).alias("end_day"),
        pl.when(ablation).then(pl.lit("ablation")).otherwise(pl.lit("surgery")).alias("event"),
        pl.concat_str("procedure", "site", separator=", ", ignore_nulls=True).alias("what"),
        pl.lit("procedures").alias("source_table"),
        *ROW,
    )


def _placed(events: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """The line in progress on the day, else the first line that starts during the course."""
    columns = events.collect_schema().names()
    before = _nearest(events, lines, "backward")
    in_progress = (pl.col("day") <= pl.col("line_end")).fill_null(False)
    outside = before.filter(~in_progress).select(columns)
    during = (pl.col("line_start") <= pl.col("end_day")).fill_null(False)
    of_line = [pl.when(during).then(name).alias(name) for name in ("line", "setting", "line_start")]
    later = _nearest(outside, lines, "forward").with_columns(of_line)
    found = pl.concat([before.filter(in_progress), later])
    return found.with_columns(day_of_line=pl.col("day") - pl.col("line_start"))


def _nearest(
    events: pl.LazyFrame, lines: pl.LazyFrame, strategy: Literal["backward", "forward"]
) -> pl.LazyFrame:
    """The events with the last line that started before them, or the first that started after."""
    about = lines.select("patient_id", "line", "setting", line_start="start_day", line_end="end_day")
    return events.sort("day").join_asof(
        about.sort("line_start"), left_on="day", right_on="line_start", by="patient_id", strategy=strategy,
        check_sortedness=False, coalesce=False,
    )  # fmt: skip
