"""Alive at one year without definitive deterioration of quality of life: the endpoint of OMET (R5.14)."""

from dataclasses import dataclass

import polars as pl

from headway.derive.deterioration import TUDD, DeteriorationRules, deteriorations
from headway.record.derived.quality_of_life import OneYearQuality
from headway.record.record import Time, day_text
from headway.record.words import sentence


@dataclass(frozen=True)
class OneYear:
    """The days after the start at which OMET looks: one year, give or take three months."""

    day: int = 365
    window_start: int = 274
    window_end: int = 456
    deterioration: DeteriorationRules = TUDD


OMET = OneYear()


def one_year_quality(
    scores: pl.LazyFrame,
    start: pl.LazyFrame,
    patients: pl.LazyFrame,
    rules: OneYear = OMET,
    *,
    instrument: str = "QLQ-C30",
    scale: str = "QL",
    time: Time = "dates",
) -> pl.LazyFrame:
    """Who is alive at one year without definitive deterioration of global quality of life.

    Takes:  `ScaleScores`; start, one row per patient: patient_id, start_day; the record's patients.
    Gives:  `OneYearQuality`, one row per patient of start. Death by one year and definitive deterioration by
            the end of the window decide; failing these, a patient without a score in the window is missing.
    Source: OMET (GORTEC 2014-04), Thariat, Int J Radiat Oncol Biol Phys 2025;121:1194; domain.md R5.14.

    >>> scores = pl.LazyFrame({"patient_id": ["P1"] * 2, "day": [0, 300], "instrument": ["QLQ-C30"] * 2,
    ...     "scale": ["QL"] * 2, "kind": ["global"] * 2, "score": [66.7, 66.7]})
    >>> start = pl.LazyFrame({"patient_id": ["P1"], "start_day": [0]})
    >>> nobody = pl.lit(None, pl.Int32)
    >>> patients = start.select("patient_id", death_day=nobody, last_alive_day=nobody)
    >>> one_year_quality(scores, start, patients).collect()["outcome"].item()
    'alive without deterioration'
    """
    one_scale = scores.filter(pl.col("instrument") == instrument, pl.col("scale") == scale)
    judged = deteriorations(one_scale, start, rules.deterioration)
    joined = judged.join(_in_window(one_scale, start, rules), on="patient_id", how="left").join(
        patients.select("patient_id", "death_day", "last_alive_day"), on="patient_id", how="left"
    )
    decided = joined.with_columns(case=_case(rules))
    return decided.with_columns(**_outcome(scale, rules, time)).select(OneYearQuality.column_names())


def _in_window(one_scale: pl.LazyFrame, start: pl.LazyFrame, rules: OneYear) -> pl.LazyFrame:
    scored = one_scale.filter(pl.col("score").is_not_null()).join(
        start.select("patient_id", "start_day"), on="patient_id"
    )
    after = pl.col("day") - pl.col("start_day")
    seen = scored.filter(after.is_between(rules.window_start, rules.window_end))
    return seen.select("patient_id", scored_in_window=pl.lit(True)).unique()


def _case(rules: OneYear) -> pl.Expr:
    start = pl.col("start_day")
    # A form filled in is a sign of life, and so is a death after the window opened.
    alive_on = pl.max_horizontal("last_alive_day", "last_day", "death_day")
    return (
        pl.when(start.is_null()).then(pl.lit("no start"))
        .when(pl.col("death_day") - start <= rules.day).then(pl.lit("died"))
        .when(pl.col("event_day") - start <= rules.window_end).then(pl.lit("deteriorated"))
        .when((alive_on - start < rules.window_start).fill_null(True)).then(pl.lit("lost"))
        .when(pl.col("baseline_score").is_null()).then(pl.lit("no baseline"))
        .when(pl.col("scored_in_window").is_null()).then(pl.lit("no score"))
        .otherwise(pl.lit("alive without deterioration"))
    )  # fmt: skip


def _outcome(scale: str, rules: OneYear, time: Time) -> dict[str, pl.Expr]:
    case = pl.col("case")
    known = case.is_in(["died", "deteriorated", "alive without deterioration"])
    return {
        "outcome": pl.when(known).then(case).otherwise(pl.lit("missing")),
        "success": pl.when(known).then(case == "alive without deterioration"),
        "deterioration_day": pl.col("event_day"),
        "reason": _reason(scale, rules, time),
    }


def _reason(scale: str, rules: OneYear, time: Time) -> pl.Expr:
    case, window = pl.col("case"), f"day {rules.window_start} to {rules.window_end} from the start"
    worse = (pl.col("event_burden") - pl.col("reference_burden")).round(1)
    deteriorated = (
        f"{scale} of {{}} on {{}} is {{}} points worse than {rules.deterioration.reference}, for good"
    )
    said = {
        "no start": pl.lit("missing: time zero is not known"),
        "died": sentence(f"died on {{}}, by day {rules.day} from the start", day_text("death_day", time)),
        "deteriorated": sentence(
            deteriorated, pl.col("event_score").round(1), day_text("event_day", time), worse
        ),
        "lost": pl.lit(f"missing: not known to be alive on day {rules.window_start} from the start"),
        "no baseline": pl.lit(f"missing: no {scale} score by the start"),
        "no score": pl.lit(f"missing: alive, but no {scale} score from {window}"),
        "alive without deterioration": pl.lit(
            f"alive at one year, {scale} scored from {window}, no definitive fall"
        ),
    }
    words = pl.coalesce(pl.when(case == name).then(one) for name, one in said.items())
    return sentence("{} (R5.14)", words)
