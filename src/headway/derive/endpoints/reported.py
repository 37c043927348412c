"""Times that a source gives ready-made."""

import polars as pl

from headway.record.derived.endpoints import EndpointTimes
from headway.record.findings import ROW
from headway.record.words import sentence
from headway.units import DAYS_PER


def reported_times(reported: pl.LazyFrame, endpoint: str) -> pl.LazyFrame:
    """Times that the source gives ready-made (table reported_endpoints), in days.

    Months are 30.4375 days (domain.md, conventions).
    """
    days = pl.col("time") * pl.col("time_unit").replace_strict(
        DAYS_PER, default=None, return_dtype=pl.Float64
    )
    known = days.is_not_null() & pl.col("event").is_not_null()
    word = pl.when(pl.col("event")).then(pl.lit("event")).otherwise(pl.lit("censored"))
    reason = sentence(
        "{}: as reported, {} {} since {}",
        word,
        pl.col("time").round(2),
        "time_unit",
        pl.col("since").fill_null("?"),
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
            rule_set=pl.lit("as reported"),
            cause=pl.lit(None, pl.String),
            because_table=pl.lit("reported_endpoints"),
            **{name.replace("source", "because"): pl.col(name) for name in ROW},
        )
        .select(EndpointTimes.column_names())
        .sort("patient_id")
    )
