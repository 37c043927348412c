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
from headway.derive.lines.order import row_before
from headway.record.record import Time, day_text
from headway.record.words import sentence

_LINE = ["patient_id", "line"]


def with_reasons(lines: pl.DataFrame, rows: pl.DataFrame, time: Time) -> pl.DataFrame:
    """Add reason to the lines.

    Takes:  lines with setting, start_day and latest_pd, sorted; rows with line, why and since.
    """
    starting = _starting(rows).with_columns(said=_drugs(), start=_starts())
    pd = pl.when(pl.col("latest_pd") > row_before(pl.col("start_day"))).then(day_text("latest_pd", time))
    joined = lines.join(starting, on=_LINE, how="left", maintain_order="left").with_columns(
        days=pl.col("start_day") - row_before(pl.col("start_day")),
        setting_before=row_before(pl.col("setting")),
        line_before=row_before(pl.col("line")),
        after_pd=sentence("after PD on {}", pd),
    )
    since = "new line: {} {} {} days after start of line {}"
    joined = joined.with_columns(new=sentence(since, "said", "start", "days", "line_before"))
    return joined.with_columns(reason=_reason()).select(*lines.columns, "reason")


def _starting(rows: pl.DataFrame) -> pl.DataFrame:
    """What starts each line: its drugs, the strongest why of them, and the longest pause before."""
    return (
        rows.filter(pl.col("why") < STARTS_NO_LINE)
        .sort(*_LINE, "drug")
        .group_by(_LINE, maintain_order=True)
        .agg(pl.col("why").min(), pl.col("since").max(), starters=pl.col("drug"))
        .with_columns(pl.col("starters").list.unique(maintain_order=True))
    )


def _reason() -> pl.Expr:
    progressed = sentence(" {}", "after_pd").fill_null("")
    told = {
        FIRST: sentence("first systemic treatment: {}", "said"),
        SETTING: sentence(
            "new line: {} {}{}, {} after {} (R4.1)", "said", "start", progressed, "setting", "setting_before"
        ),
        RECURRENCE: sentence("{}, after recurrence (R4.1)", "new"),
        NEW_AFTER_PD: sentence("{}, not a same-class swap, {} (R4.4, R4.7)", "new", "after_pd"),
        SWAP_AFTER_PD: sentence("{}, a swap within its class, but {} (R4.5)", "new", "after_pd"),
        RESUMED_AFTER_PD: sentence("{}, {} and a pause of {} days (R4.9)", "new", "after_pd", "since"),
        NEW_AGENT: sentence("{}, not a same-class swap, without PD (R4.4)", "new"),
        AFTER_GAP: sentence("{}, resumed after a pause of {} days (R4.9)", "new", "since"),
        NUMBERED: sentence("line {} by the investigator: {}", "line", "said"),
    }
    return pl.coalesce(pl.when(pl.col("why") == code).then(words) for code, words in told.items())


def _drugs() -> pl.Expr:
    """`a, b and c`."""
    last = pl.col("starters").list.last()
    before = pl.col("starters").list.head(pl.col("starters").list.len() - 1).list.join(", ")
    return pl.when(before == "").then(last).otherwise(sentence("{} and {}", before, last))


def _starts() -> pl.Expr:
    return pl.when(pl.col("starters").list.len() > 1).then(pl.lit("start")).otherwise(pl.lit("starts"))
