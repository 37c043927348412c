"""Deterioration of quality of life: when it came, and whether for good (R5.12, R5.13)."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from headway.record.derived.endpoints import TimesToEvent
from headway.record.record import Time, day_text
from headway.record.words import sentence


@dataclass(frozen=True)
class DeteriorationRules:
    """What counts as deterioration, and what becomes of those without the scores to tell (R5.12, R5.13)."""

    name: str
    definitive: bool  # no later score back within `points` of the reference
    points: float = 10.0
    reference: Literal["baseline", "best previous"] = "baseline"
    death: Literal["event", "censored"] = "censored"
    last_score_counts: bool = True  # a deterioration that no later score can refute (drop-out)
    without_baseline: Literal["excluded", "event at day 1"] = "excluded"
    without_follow_up: Literal["censored at day 1", "event at day 1"] = "censored at day 1"


TTD = DeteriorationRules("TTD", definitive=False)
TUDD = DeteriorationRules("TUDD", definitive=True)
TUDD_WITH_DEATH = DeteriorationRules("TUDD with death", definitive=True, death="event")


def time_to_deterioration(
    scores: pl.LazyFrame,
    start: pl.LazyFrame,
    patients: pl.LazyFrame,
    rules: DeteriorationRules,
    *,
    instrument: str = "QLQ-C30",
    scale: str = "QL",
    time: Time = "dates",
) -> pl.LazyFrame:
    """Time to the deterioration of one scale.

    Takes:  `ScaleScores`; start, one row per patient: patient_id, start_day (baseline is the last score on or
            before it); the record's patients for deaths; the rules.
    Gives:  `TimesToEvent`, one row per patient of start. Without an event, censored at the last score.
    Source: Osoba 1998 (10 points); Anota and Bonnetain, Qual Life Res 2015; domain.md R5.12, R5.13.

    >>> scores = pl.LazyFrame({"patient_id": ["P1"] * 3, "day": [0, 56, 112], "instrument": ["QLQ-C30"] * 3,
    ...     "scale": ["QL"] * 3, "kind": ["global"] * 3, "score": [75.0, 50.0, 75.0]})
    >>> start = pl.LazyFrame({"patient_id": ["P1"], "start_day": [0]})
    >>> patients = start.select("patient_id", death_day=pl.lit(None, pl.Int32))
    >>> [time_to_deterioration(scores, start, patients, rules).collect().select("days", "event").row(0)
    ...  for rules in (TTD, TUDD)]
    [(56.0, True), (112.0, False)]
    """
    one_scale = scores.filter(pl.col("instrument") == instrument, pl.col("scale") == scale)
    judged = deteriorations(one_scale, start, rules)
    joined = judged.join(patients.select("patient_id", "death_day"), on="patient_id", how="left")
    return _timed(joined, rules, scale, time).select(TimesToEvent.column_names())


def deteriorations(one_scale: pl.LazyFrame, start: pl.LazyFrame, rules: DeteriorationRules) -> pl.LazyFrame:
    """The first deterioration of each patient by the rules, on one scale.

    Gives: one row per patient of start: start_day, baseline_score, baseline_burden, event_day, event_score,
    event_burden, reference_burden, last_day (of a score after the start; null: none). A burden is the score
    of a symptom, and 100 less the score of anything else.
    """
    scored = one_scale.filter(pl.col("score").is_not_null()).join(
        start.select("patient_id", "start_day"), on="patient_id"
    )
    # In one direction for every scale: the higher the burden, the worse.
    burden = pl.when(pl.col("kind") == "symptom").then(pl.col("score")).otherwise(100 - pl.col("score"))
    scored = scored.with_columns(burden=burden)
    baselines = scored.filter(pl.col("day") <= pl.col("start_day")).group_by("patient_id").agg(
        pl.col("score", "burden").sort_by("day").last().name.prefix("baseline_")
    )  # fmt: skip
    later = scored.filter(pl.col("day") > pl.col("start_day")).join(baselines, on="patient_id", how="left")
    firsts = _first(later, rules)
    return start.select("patient_id", "start_day").join(baselines, on="patient_id", how="left").join(
        firsts, on="patient_id", how="left"
    )  # fmt: skip


def _first(later: pl.LazyFrame, rules: DeteriorationRules) -> pl.LazyFrame:
    burden = pl.col("burden")
    best_before = burden.cum_min().shift(1).over("patient_id", order_by="day")
    reference = pl.col("baseline_burden")
    if rules.reference == "best previous":
        reference = pl.min_horizontal("baseline_burden", best_before)
    told = later.with_columns(
        reference=pl.when(pl.col("baseline_burden").is_not_null()).then(reference),
        best_from_here=burden.cum_min(reverse=True).over("patient_id", order_by="day"),
        is_last=pl.col("day") == pl.col("day").max().over("patient_id"),
    ).with_columns(counts=_counts(rules))
    first_day = pl.col("day").filter("counts").min()
    at_first = pl.col("day") == first_day
    return told.group_by("patient_id").agg(
        event_day=first_day,
        event_score=pl.col("score").filter(at_first).first(),
        event_burden=burden.filter(at_first).first(),
        reference_burden=pl.col("reference").filter(at_first).first(),
        last_day=pl.col("day").max(),
    )


def _counts(rules: DeteriorationRules) -> pl.Expr:
    compared = pl.col("best_from_here") if rules.definitive else pl.col("burden")
    deteriorated = _at_least(compared - pl.col("reference"), rules.points).fill_null(False)
    return deteriorated if rules.last_score_counts else deteriorated & ~pl.col("is_last")


def _at_least(change: pl.Expr, points: float) -> pl.Expr:
    """In whole millionths of a point: 10 points are 10, whatever the last digit of a float says."""
    return (change * 1e6).round().cast(pl.Int64) >= round(points * 1e6)


def _timed(joined: pl.LazyFrame, rules: DeteriorationRules, scale: str, time: Time) -> pl.LazyFrame:
    start, worse, last = pl.col("start_day"), pl.col("event_day").is_not_null(), pl.col("last_day")
    no_baseline, no_follow_up = pl.col("baseline_score").is_null(), last.is_null()
    dead = pl.col("death_day").is_not_null() & (pl.col("death_day") >= start)
    unfollowed_count = rules.without_follow_up == "event at day 1"
    death_counts = dead & (rules.death == "event")
    case = (
        pl.when(start.is_null()).then(pl.lit("no start"))
        .when(no_baseline & (rules.without_baseline == "excluded")).then(pl.lit("no baseline"))
        .when(no_baseline).then(pl.lit("event without baseline"))
        .when(worse).then(pl.lit("deteriorated"))
        .when(death_counts).then(pl.lit("died"))
        .when(no_follow_up & unfollowed_count).then(pl.lit("event without follow-up"))
        .when(no_follow_up).then(pl.lit("no follow-up"))
        .otherwise(pl.lit("censored"))
    )  # fmt: skip
    return joined.with_columns(case=case).with_columns(**_outcome(rules, scale, time))


DAY_ONE = ["event without baseline", "event without follow-up", "no follow-up"]
EVENTS = ["event without baseline", "deteriorated", "died", "event without follow-up"]


def _outcome(rules: DeteriorationRules, scale: str, time: Time) -> dict[str, pl.Expr]:
    case, start = pl.col("case"), pl.col("start_day")
    end = (
        pl.when(case.is_in(DAY_ONE)).then(start + 1)
        .when(case == "deteriorated").then("event_day")
        .when(case == "died").then("death_day")
        .when(case == "censored").then("last_day")
    )  # fmt: skip
    event = pl.when(end.is_not_null()).then(case.is_in(EVENTS))
    rule = (
        pl.when(event)
        .then(pl.lit("event"))
        .when(~event)
        .then(pl.lit("censored"))
        .otherwise(pl.lit("no time"))
    )
    return {
        "endpoint": pl.lit(f"{rules.name} {scale}"),
        "since": pl.lit("start"),
        "end_day": end.cast(pl.Int32),
        "days": (end - start).cast(pl.Float64),
        "event": event,
        "rule": rule,
        "reason": _reason(rules, scale, time),
        "source_table": pl.when(case == "died").then(pl.lit("patients")).otherwise(pl.lit("quality_of_life")),
        **{name: pl.lit(None, pl.String) for name in ("source_file", "source_sheet")},
        "source_line": pl.lit(None, pl.Int64),
    }


def _reason(rules: DeteriorationRules, scale: str, time: Time) -> pl.Expr:
    case, last = pl.col("case"), day_text("last_day", time)
    said = {
        "no start": pl.lit("no time: time zero is not known"),
        "no baseline": pl.lit(f"no time: no {scale} score by the start (R5.13)"),
        "event without baseline": pl.lit(
            f"event on day 1: no {scale} score by the start, counted as worse (R5.13)"
        ),
        "deteriorated": _deteriorated(rules, scale, time),
        "died": sentence("event: death on {} (R5.13)", day_text("death_day", time)),
        "event without follow-up": pl.lit(
            f"event on day 1: no later {scale} score, counted as worse (R5.13)"
        ),
        "no follow-up": pl.lit(f"censored on day 1: no {scale} score after the start (R5.13)"),
        "censored": sentence(f"censored: no {_kind(rules)} by the last {scale} score on {{}} (R5.13)", last),
    }
    return pl.coalesce(pl.when(case == name).then(words) for name, words in said.items())


def _kind(rules: DeteriorationRules) -> str:
    return "definitive deterioration" if rules.definitive else "deterioration"


def _deteriorated(rules: DeteriorationRules, scale: str, time: Time) -> pl.Expr:
    worse = (pl.col("event_burden") - pl.col("reference_burden")).round(1)
    for_good = f", and no later score within {rules.points:g} points of it" if rules.definitive else ""
    said = f"event: {scale} of {{}} on {{}} is {{}} points worse than {rules.reference}{for_good} (R5.13)"
    return sentence(said, pl.col("event_score").round(1), day_text("event_day", time), worse)
