"""The reason of each immune response, in words and with the numbers that decided it."""

import polars as pl

from headway.derive.response.sizes import millimetres
from headway.record.record import Time, day_text
from headway.record.words import sentence

TARGET, NON_TARGET, NEW_LESION, PERSISTING = 1, 2, 4, 8  # as `immune_scan` adds them up


def with_immune_reasons(points: pl.DataFrame, time: Time) -> pl.DataFrame:
    """Add `reason` to points that have been through the immune scan."""
    response, pending = pl.col("immune_response"), day_text("pending_since_day", time)
    first = pl.col("pending_since_day") == pl.col("day")
    waits = pl.col("pending_since_day").is_not_null()
    progression, sums = _progression(time), _sums()
    confirmed = sentence("iCPD: the iUPD of {} is confirmed: {} (R2.3)", pending, _growth())
    again = sentence("iUPD: {}; that of {} is not confirmed (R2.4)", progression, pending)
    waiting = sentence("NE: not evaluable; the iUPD of {} stays pending (R2.9)", pending)
    reason = (
        pl.when(response.is_null()).then(pl.lit("after iCPD, not judged"))
        .when(response == "iCPD").then(confirmed)
        .when((response == "iUPD") & first).then(sentence("iUPD: {} (R2.1)", progression))
        .when(response == "iUPD").then(again)
        .when((response == "NE") & waits).then(waiting)
        .when(response == "NE").then(pl.lit("NE: not evaluable"))
        .when("reset").then(sentence("{}: {}; the earlier iUPD is reset (R2.5)", response, sums))
        .otherwise(sentence("{}: {} (R2.1)", response, sums))
    )  # fmt: skip
    return points.with_columns(reason=reason)


def _mm(hundredths: str | pl.Expr) -> pl.Expr:
    return millimetres(hundredths).cast(pl.String)


def _has(category: int) -> pl.Expr:
    return (pl.col("cause") & category) > 0


def _progression(time: Time) -> pl.Expr:
    """Why a time point is progression by RECIST 1.1."""
    target = sentence(
        "target sum {} mm is {} mm above the nadir of {} mm on {}",
        _mm("measured_sum"), _mm(pl.col("measured_sum") - pl.col("nadir")), _mm("nadir"),
        day_text("nadir_day", time),
    )  # fmt: skip
    parts = [
        pl.when(_has(TARGET)).then(target),
        pl.when(_has(NON_TARGET)).then(pl.lit("progression of a non-target lesion")),
        pl.when(_has(NEW_LESION)).then(sentence("new lesions: {}", "new_lesions_appeared")),
        pl.when(_has(PERSISTING)).then(pl.lit("a new lesion is still there and the rest no better")),
    ]
    return pl.concat_str(parts, separator="; ", ignore_nulls=True)


def _growth() -> pl.Expr:
    """What has grown since the iUPD."""
    target = sentence("target sum {} mm, {} mm then", _mm("measured_sum"), _mm("pending_sum"))
    further = sentence("further new lesions: {}", "new_lesions_appeared")
    grown = sentence("new lesions have grown, from {} to {} mm", _mm("pending_new_sum"), _mm("new_sum"))
    new = pl.when(pl.col("new_lesions_appeared") > 0).then(further).otherwise(grown)
    parts = [
        pl.when(_has(TARGET)).then(target),
        pl.when(_has(NON_TARGET)).then(pl.lit("a non-target lesion has grown")),
        pl.when(_has(NEW_LESION)).then(new),
    ]
    return pl.concat_str(parts, separator="; ", ignore_nulls=True)


def _sums() -> pl.Expr:
    target = sentence("target sum {} mm, baseline {} mm", _mm("sum"), _mm("baseline_sum"))
    return pl.coalesce(target, pl.lit("by non-target lesions"))
