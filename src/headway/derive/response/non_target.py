"""Non-target lesions: gone, persisting, progressing or not assessed (domain.md 1.4)."""

import polars as pl

from headway.derive.response.readings import Readings
from headway.derive.response.scans import rows_of, totals
from headway.derive.response.settings import ResponseRules
from headway.derive.response.target import NODE_MM


def non_target_counts(readings: Readings) -> pl.DataFrame:
    """Per scan: how many non-target lesions were assessed, are left (nodes apart) and progress."""
    node, status, size = pl.col("lymph_node"), pl.col("status"), pl.col("size")
    progressing = (status == "unequivocal progression").fill_null(False)
    gone = ~progressing & ((status == "absent") | (size == 0) | (node & (size < NODE_MM))).fill_null(False)
    unseen = (status == "not evaluable").fill_null(False) | (status.is_null() & size.is_null())
    persisting = ~progressing & ~gone & ~unseen
    return totals(
        readings,
        rows_of(readings, pl.col("role") == "non-target"),
        non_targets_assessed=progressing | gone | persisting,
        non_targets_progressing=progressing,
        non_targets_left=persisting,
        non_nodal_non_targets_left=persisting & ~node,
    )


def with_non_target_response(points: pl.DataFrame, rules: ResponseRules) -> pl.DataFrame:
    """Add the non-target response, as it is after a complete response and as it is otherwise."""
    return points.with_columns(
        non_target_otherwise=_response(reappearance=False),
        non_target_after_cr=_response(reappearance=rules.reappearance == "progression"),
    )


def _response(*, reappearance: bool) -> pl.Expr:
    reappeared = (pl.col("non_nodal_non_targets_left") > 0) & reappearance
    return (
        pl.when(pl.col("non_targets") == 0)
        .then(None)
        .when((pl.col("non_targets_progressing") > 0) | reappeared)
        .then(pl.lit("PD"))
        .when(pl.col("non_targets_assessed") < pl.col("non_targets"))
        .then(pl.lit("NE"))
        .when(pl.col("non_targets_left") == 0)
        .then(pl.lit("CR"))
        .otherwise(pl.lit("NON-CR/NON-PD"))
    )


def worse_non_targets(readings: Readings) -> pl.DataFrame:
    """Days on which a non-target lesion is called larger, unequivocally or not (R2.3): reading, day."""
    larger = pl.col("status").is_in(["increased", "unequivocal progression"])
    rows = readings.dated(rows_of(readings, pl.col("role") == "non-target").filter(larger))
    return rows.select("reading", "day").unique().with_columns(non_target_worse=pl.lit(True))
