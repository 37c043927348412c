"""How bad it was: worst grades per patient, counts by grade, toxic deaths, time to the first severe event."""

import polars as pl

from headway.record.derived.toxicity import ToxicDeaths, ToxicityCounts, WorstGrades
from headway.record.record import Time, day_text
from headway.record.words import sentence

SEVERE = 3
FATAL = 5
PATIENT = ["patient_id", "window"]


def worst_grades(events: pl.LazyFrame) -> pl.LazyFrame:
    """Each patient once per term, once per system organ class and once in all, at the worst grade.

    Takes:  events that count, as `EmergentEvents` (the caller filters on `emergent`).
    Gives:  `WorstGrades`. `band` is of the worst grade, so exclusive; had_grade_1_2 and had_grade_3_5 are
            event-wise, and a patient may have both.
    Source: R6.11, R6.12.
    """
    levels = [("term", pl.col("term")), ("soc", pl.col("soc")), ("any", pl.lit("any event"))]
    named = [events.with_columns(level=pl.lit(level), name=name) for level, name in levels]
    return (
        pl.concat(named)
        .group_by(*PATIENT, "level", "name")
        .agg(**_worst())
        .select(WorstGrades.column_names())
    )


def _worst() -> dict[str, pl.Expr]:
    grade = pl.col("grade").cast(pl.Int32)
    worst, severe = grade.max(), grade >= SEVERE
    return {
        "worst_grade": worst,
        "worst_grade_day": pl.col("start_day").filter(grade == worst).min(),
        "worst_related_grade": grade.filter(pl.col("related").fill_null(False)).max(),
        "events": pl.len().cast(pl.UInt32),
        "band": pl.when(worst >= SEVERE).then(pl.lit("3-5")).otherwise(pl.lit("1-2")),
        "had_grade_1_2": (~severe).any(),
        "had_grade_3_5": severe.any(),
    }


def toxicity_counts(worst: pl.LazyFrame, safety_set: pl.LazyFrame) -> pl.LazyFrame:
    """Patients by grade: what a toxicity table is made of.

    Takes:  `WorstGrades`; safety_set, one row per patient and window with a dose: patient_id, window.
    Gives:  `ToxicityCounts`. none + worst_1_2 + worst_3_5 = safety_set (exclusive); had_grade_1_2 and
            had_grade_3_5 overlap. Patients who are not in the safety set do not count.
    Source: R6.11, R6.12.
    """
    safety = safety_set.select(PATIENT).unique()
    size = safety.group_by("window").agg(safety_set=pl.len())
    counted = worst.join(safety, on=PATIENT, how="semi").group_by("window", "level", "name").agg(**_counts())
    none = pl.col("safety_set") - pl.col("any_grade")
    return ToxicityCounts.cast(counted.join(size, on="window").with_columns(none=none))


def _counts() -> dict[str, pl.Expr]:
    worst = pl.col("worst_grade")
    return {
        "any_grade": pl.len(),
        "worst_1_2": (worst < SEVERE).sum(),
        "worst_3_5": (worst >= SEVERE).sum(),
        **{f"worst_{grade}": (worst == grade).sum() for grade in (3, 4, 5)},
        "had_grade_1_2": pl.col("had_grade_1_2").sum(),
        "had_grade_3_5": pl.col("had_grade_3_5").sum(),
        "related": pl.col("worst_related_grade").is_not_null().sum(),
    }


def toxic_deaths(events: pl.LazyFrame, *, time: Time = "dates") -> pl.LazyFrame:
    """Patients with a grade 5 or fatal event, and whether it was the treatment's.

    Takes:  events with patient_id, term, grade, start_day, related, fatal.
    Gives:  `ToxicDeaths`, one row per patient. Of several events the related one decides, then the one whose
            relation is not recorded.
    Source: R6.12 (toxic death: grade 5 and treatment-related).
    """
    fatal = events.filter((pl.col("grade") == FATAL) | pl.col("fatal").fill_null(False))
    order = pl.when("related").then(0).when(pl.col("related").is_null()).then(1).otherwise(2)
    first = pl.struct(order.alias("order"), "start_day", "term", "related").sort().first()
    decided = fatal.group_by("patient_id").agg(first.alias("first")).unnest("first")
    return decided.rename({"start_day": "day", "related": "toxic_death"}).with_columns(
        reason=_death_reason(time)
    ).select(ToxicDeaths.column_names())  # fmt: skip


def _death_reason(time: Time) -> pl.Expr:
    related = (
        pl.when("toxic_death").then(pl.lit("related to treatment"))
        .when(pl.col("toxic_death").is_null()).then(pl.lit("whether related to treatment is not recorded"))
        .otherwise(pl.lit("not related to treatment"))
    )  # fmt: skip
    return sentence("grade 5 {} on {}, {} (R6.12)", "term", day_text("day", time), related)
