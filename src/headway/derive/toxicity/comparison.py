"""Grades that were recorded beside grades by numbers: where they differ, one of them is worth a look."""

import polars as pl

from headway.knowledge.ctcae import plain, term_names
from headway.record.derived.toxicity import GradeComparisons
from headway.record.words import sentence


def compared_grades(lab_grades: pl.LazyFrame, adverse_events: pl.LazyFrame) -> pl.LazyFrame:
    """The worst recorded and the worst computed grade of each patient and laboratory term.

    Takes:  `LabGrades` of the days that count; the record's adverse_events.
    Gives:  `GradeComparisons`: every recorded laboratory term, and every term with a computed grade over 0.
    Source: CTCAE v5.0; domain.md 6 (numbers and events are graded by the same scale).
    """
    spelled = term_names().lazy()
    recorded = (
        adverse_events.with_columns(written=plain("term"))
        .drop("term")
        .join(spelled, on="written")
        .group_by("patient_id", "term")
        .agg(recorded_grade=pl.col("grade").max().cast(pl.Int32))
    )
    computed = lab_grades.group_by("patient_id", "term").agg(lab_grade=pl.col("grade").max())
    both = recorded.join(computed, on=["patient_id", "term"], how="full", coalesce=True)
    worth_a_row = pl.col("recorded_grade").is_not_null() | (pl.col("lab_grade") > 0)
    return both.filter(worth_a_row).with_columns(verdict=_verdict(), reason=_reason()).select(
        GradeComparisons.column_names()
    )  # fmt: skip


def _verdict() -> pl.Expr:
    recorded, computed = pl.col("recorded_grade"), pl.col("lab_grade")
    return (
        pl.when(recorded.is_null()).then(pl.lit("not recorded"))
        .when(computed.is_null()).then(pl.lit("no gradable result"))
        .when(recorded > computed).then(pl.lit("recorded higher"))
        .when(recorded < computed).then(pl.lit("lab higher"))
        .otherwise(pl.lit("agree"))
    )  # fmt: skip


def _reason() -> pl.Expr:
    recorded = sentence("recorded grade {}", "recorded_grade").fill_null("no event is recorded")
    computed = sentence("worst grade by numbers {}", "lab_grade").fill_null("no result can be graded")
    return sentence("{}: {}, {} (CTCAE v5.0)", "term", recorded, computed)
