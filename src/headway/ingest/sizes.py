"""Lesion sizes written in words: "TOO SMALL TO MEASURE", "<5", "NOT EVALUABLE" (R1.10)."""

import polars as pl

from headway.ingest.values import cleaned, each_distinct
from headway.record.findings import problems
from headway.record.words import sentence

# What radiologists write instead of a number, and the status that the field gives it.
WORDS = {
    "too small to measure": "too small to measure",
    "too small": "too small to measure",
    "tstm": "too small to measure",
    "<5": "too small to measure",
    "< 5": "too small to measure",
    "<5mm": "too small to measure",
    "<5 mm": "too small to measure",
    "< 5 mm": "too small to measure",
    "not evaluable": "not evaluable",
    "not assessable": "not evaluable",
    "not measurable": "not evaluable",
    "not measured": "not evaluable",
    "not done": "not evaluable",
    "ne": "not evaluable",
    "absent": "absent",
    "disappeared": "absent",
    "resolved": "absent",
    "not visible": "absent",
    "not seen": "absent",
    "merged": "merged",
    "present": "present",
}


def sizes_in_words(table: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Measurements with the words of diameter_mm moved to status, and a warning for each.

    A status that is already there stands; other text in diameter_mm is left for the number reader.
    """
    if table != "measurements" or frame.schema.get("diameter_mm") != pl.String:
        return frame, []
    meant = each_distinct(frame["diameter_mm"], _meaning)
    if meant.null_count() == len(meant):
        return frame, []
    status = cleaned(frame["status"]).fill_null(meant) if "status" in frame.columns else meant
    moved = frame.with_columns(status.alias("status"), frame["diameter_mm"].set(meant.is_not_null(), None))
    return moved, [_said(frame.with_columns(meant=meant))]


def _meaning(written: pl.Series) -> pl.Series:
    return cleaned(written).str.to_lowercase().replace_strict(WORDS, default=None, return_dtype=pl.String)


def _said(frame: pl.DataFrame) -> pl.DataFrame:
    at = frame.filter(pl.col("meant").is_not_null())
    message = sentence("measurements.diameter_mm '{}' was read as status '{}'", "diameter_mm", "meant")
    value, cause = pl.col("diameter_mm"), pl.col("meant")
    column = "diameter_mm"
    return problems(
        "ambiguous-size", "measurements", at, message=message, column=column, value=value, cause=cause
    )
