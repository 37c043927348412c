"""The administrations of each line; an interval that runs on into the next line has a part in each."""

import polars as pl

from headway.derive.lines.codes import (
    CONTINUES,
    IN_WINDOW,
    RESUMED,
    SAME_PLAN,
    STARTS_NO_LINE,
    STARTS_WITH,
    SWAP,
    SWITCH_MAINTENANCE,
)
from headway.derive.lines.settings import LineRules

_WHY = {
    STARTS_WITH: "given on the first day of the line",
    IN_WINDOW: "first given within the window (R4.3)",
    CONTINUES: "goes on",
    SWAP: "same-class swap (R4.5)",
    SWITCH_MAINTENANCE: "planned switch maintenance (R4.8)",
    RESUMED: "resumed after a holiday (R4.9)",
    SAME_PLAN: "part of the same treatment with curative intent (R4.1)",
}
_HOW = {SWAP: "swap", SWITCH_MAINTENANCE: "switch maintenance", SAME_PLAN: "same curative treatment"}
_CARRIED = "goes on from the line before"


def line_doses(rows: pl.DataFrame, lines: pl.DataFrame, rules: LineRules) -> pl.DataFrame:
    """The usable rows cut to their lines, plus parts carried over into later lines (`LineDoses` and more).

    Takes:  rows with line, why, start_day, last_day; lines with next_line_day and chapter, sorted.
    """
    own = rows.join(lines.select("patient_id", "line", "next_line_day", "chapter"), on=["patient_id", "line"])
    parts = pl.concat(
        [own.with_columns(carried_over=pl.lit(False)), _carried(own, lines, rules)], how="diagonal_relaxed"
    )
    said = pl.col("why").replace_strict(_WHY, default="starts the line", return_dtype=pl.String)
    return parts.with_columns(
        last_day=pl.min_horizontal("last_day", pl.col("next_line_day") - 1),
        how=pl.col("why").replace_strict(_HOW, default="regimen", return_dtype=pl.String),
        said=pl.when("carried_over").then(pl.lit(_CARRIED)).otherwise(said),
    )


def _carried(own: pl.DataFrame, lines: pl.DataFrame, rules: LineRules) -> pl.DataFrame:
    """The parts in later lines of intervals that go on there for long enough.

    A few days of overlap are the blurred end of one treatment, not a part of the next.
    """
    beyond = own.filter(pl.col("last_day") - pl.col("next_line_day") >= rules.overlap_days)
    later = lines.select("patient_id", "chapter", "line", "start_day", "next_line_day")
    return (
        beyond.drop("next_line_day", "why")
        .join(later, on=["patient_id", "chapter"], suffix="_later")
        .filter(
            pl.col("line_later") > pl.col("line"),
            pl.col("last_day") - pl.col("start_day_later") >= rules.overlap_days,
        )
        .with_columns(
            line="line_later",
            start_day="start_day_later",
            why=pl.lit(STARTS_NO_LINE, pl.Int8),
            carried_over=pl.lit(True),
            pause=pl.lit(0, pl.Int32),
        )
        .drop("line_later", "start_day_later")
    )


def line_drugs(doses: pl.DataFrame) -> pl.DataFrame:
    """One row per line and drug, in the schema `LineDrugs`, plus end_uncertain."""
    return (
        doses.sort("patient_id", "line", "drug", "start_day", "why")
        .group_by("patient_id", "line", "drug", maintain_order=True)
        .agg(
            pl.col("drug_class").first(),
            pl.col("how").first(),
            first_day=pl.col("start_day").min(),
            last_day=pl.col("last_day").max(),
            rows=pl.len(),
            end_uncertain=(pl.len() == 1) & pl.col("end_day").is_null().all(),
        )
    )
