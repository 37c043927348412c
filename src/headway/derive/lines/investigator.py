"""The investigator's own line numbers instead of the rules."""

from dataclasses import replace

import polars as pl

from headway.derive.lines.administrations import provenance, sorted_out
from headway.derive.lines.boundaries import Divided
from headway.derive.lines.codes import CONTINUES, NUMBERED
from headway.derive.lines.intent import in_words, with_setting
from headway.derive.lines.lines import Around, LinesOfTherapy, progressions_until, summarised, with_codes
from headway.derive.lines.settings import HNSCC, LineRules
from headway.record.derived.lines import UnusedDrugs
from headway.record.record import Time
from headway.record.words import sentence

NAME = "investigator"
_LINE = ["patient_id", "line"]


def investigator_lines(
    drugs: pl.LazyFrame,
    patients: pl.LazyFrame,
    progressions: pl.LazyFrame,
    rules: LineRules = HNSCC,
    *,
    time: Time = "dates",
    cutoff_day: int | None = None,
) -> LinesOfTherapy:
    """The lines as the investigator numbered them; the rules only name, end and describe them.

    Takes:  as `lines_of_therapy`; drugs.line is the number.
    Gives:  `LinesOfTherapy`; rows without a number, and those of a line given when a later one had begun,
            come back unused.
    """
    drugs, patients, progressions = with_codes(provenance(drugs), patients, progressions)
    usable, unused = sorted_out(drugs, patients, rules, cutoff_day)
    usable = _with_reason(usable)
    refused = usable.filter(pl.col("reason").is_not_null()).select(UnusedDrugs.column_names())
    rows = _placed(with_setting(usable.filter(pl.col("reason").is_null())))
    seen = progressions_until(progressions, cutoff_day)
    found = Divided(rows, _lines(rows))
    named = replace(rules, name=NAME)
    return summarised(found, Around(patients, seen), pl.concat([unused, refused]), named, time, cutoff_day)


def _with_reason(usable: pl.DataFrame) -> pl.DataFrame:
    """Add reason: null, or why the row can be in none of the investigator's lines."""
    number = pl.col("numbered_as")
    starts = usable.group_by("patient_id", number).agg(pl.col("start_day").min()).sort("patient_id", number)
    later = pl.col("start_day").reverse().cum_min().reverse().shift(-1).over("patient_id", order_by=number)
    starts = starts.drop_nulls("numbered_as").select("patient_id", number, later_day=later)
    too_late = pl.col("later_day") <= pl.col("start_day")
    words = sentence("numbered as line {}, but given when a later line had begun", number)
    joined = usable.join(starts, on=["patient_id", "numbered_as"], how="left", maintain_order="left")
    return joined.with_columns(
        reason=pl.when(number.is_null()).then(pl.lit("not numbered by the investigator"))
        .when(too_late).then(words)
    )  # fmt: skip


def _placed(usable: pl.DataFrame) -> pl.DataFrame:
    first = pl.col("start_day").min().over("patient_id", "numbered_as")
    starts = pl.col("start_day") == first
    return usable.drop("reason", "later_day").with_columns(
        line=pl.col("numbered_as").cast(pl.Int32),
        why=pl.when(starts).then(NUMBERED).otherwise(CONTINUES).cast(pl.Int8),
        since=pl.lit(0, pl.Int32),
        pause=_pause(),
    )


def _pause() -> pl.Expr:
    """Days since the last dose of the line, 0 at its start."""
    line, by_day = ["patient_id", "numbered_as"], ["start_day", "last_day", "drug"]
    last = pl.col("last_day").cum_max().shift(1).over(line, order_by=by_day)
    return (pl.col("start_day") - last).fill_null(0).cast(pl.Int32)


def _lines(rows: pl.DataFrame) -> pl.DataFrame:
    """What `boundaries.divided` gives of each line."""
    in_order = rows.sort(*_LINE, "start_day", "setting")
    lines = in_order.group_by(_LINE, maintain_order=True).agg(
        pl.col("start_day").first(), setting=in_words(pl.col("setting").first())
    )
    return lines.with_columns(setting_at_start="setting", latest_pd=pl.lit(None, pl.Int32))
