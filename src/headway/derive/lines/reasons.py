"""Why a line begins where it does, in words."""

import polars as pl

from headway.derive.lines.codes import (
    AFTER_GAP,
    FIRST,
    NEW_AFTER_PD,
    NEW_AGENT,
    NUMBERED,
    RECURRENCE,
    RESUMED_AFTER_PD,
    SETTING,
    STARTS_NO_LINE,
    SWAP_AFTER_PD,
)
from headway.record.record import Time, day_text

_LINE = ["patient_id", "line"]


def with_reasons(lines: pl.DataFrame, rows: pl.DataFrame, time: Time) -> pl.DataFrame:
    """Add reason to the lines.

    Takes:  lines with setting, start_day and latest_pd, sorted; rows with line, why and since.
    """
    starting = (
        rows.filter(pl.col("why") < STARTS_NO_LINE)
        .group_by(_LINE)
        .agg(
            pl.col("why").min(),
            since=pl.col("since").filter(pl.col("why") == pl.col("why").min()).max(),
            starters=pl.col("drug").filter(pl.col("why") == pl.col("why").min()).unique().sort(),
        )
    )
    joined = lines.join(starting, on=_LINE, how="left", maintain_order="left").with_columns(
        days=pl.col("start_day") - pl.col("start_day").shift(1).over("patient_id"),
        setting_before=pl.col("setting").shift(1).over("patient_id"),
        line_before=pl.col("line").shift(1).over("patient_id"),
    )
    return joined.with_columns(reason=_reason(time)).drop(
        "why", "since", "starters", "days", "setting_before", "line_before"
    )


def _reason(time: Time) -> pl.Expr:
    why = pl.col("why")
    told = {
        FIRST: pl.format("first systemic treatment: {}", _drugs()),
        SETTING: pl.format(
            "new line: {} {}, {} after {} (R4.1)", _drugs(), _starts(), "setting", "setting_before"
        ),
        RECURRENCE: pl.format("{}, after recurrence (R4.1)", _new()),
        NEW_AFTER_PD: pl.format("{}, not a same-class swap, after PD on {} (R4.4, R4.7)", _new(), _pd(time)),
        SWAP_AFTER_PD: pl.format("{}, a swap within its class, but after PD on {} (R4.5)", _new(), _pd(time)),
        RESUMED_AFTER_PD: pl.format(
            "{}, resumed after {} days and PD on {} (R4.9)", _new(), "since", _pd(time)
        ),
        NEW_AGENT: pl.format("{}, not a same-class swap, without PD (R4.4)", _new()),
        AFTER_GAP: pl.format("{}, resumed after a pause of {} days (R4.9)", _new(), "since"),
        NUMBERED: pl.format("line {} by the investigator: {}", "line", _drugs()),
    }
    return pl.coalesce(pl.when(why == code).then(words) for code, words in told.items())


def _drugs() -> pl.Expr:
    """`a, b and c`."""
    last = pl.col("starters").list.last()
    before = pl.col("starters").list.head(pl.col("starters").list.len() - 1).list.join(", ")
    return pl.when(before == "").then(last).otherwise(pl.format("{} and {}", before, last))


def _starts() -> pl.Expr:
    return pl.when(pl.col("starters").list.len() > 1).then(pl.lit("start")).otherwise(pl.lit("starts"))


def _new() -> pl.Expr:
    return pl.format(
        "new line: {} {} {} days after start of line {}", _drugs(), _starts(), "days", "line_before"
    )


def _pd(time: Time) -> pl.Expr:
    return day_text("latest_pd", time)
