"""Derived tables of quality of life."""

import dataframely as dy

KINDS = ["function", "global", "symptom", "summary"]  # a symptom of 100 is worst, the others are best at 100


class ScaleScores(dy.Schema):
    """One row per patient, form and scale of which an item or a score is recorded."""

    patient_id = dy.String()
    day = dy.Int32()
    instrument = dy.String()
    scale = dy.String()
    title = dy.String()
    kind = dy.String(check=lambda column: column.is_in(KINDS))
    score = dy.Float64(nullable=True, min=0, max=100)  # null: too few items, see reason
    items = dy.UInt32()  # of the scale (of the summary: scales)
    items_answered = dy.UInt32()
    recorded_score = dy.Float64(nullable=True)  # as the source scored it
    reason = dy.String()


class UnscoredAnswers(dy.Schema):
    """One row per answer that no scale could use."""

    patient_id = dy.String()
    day = dy.Int32()
    instrument = dy.String()
    item = dy.String()
    score = dy.Float64(nullable=True)
    reason = dy.String()
    source_file = dy.String(nullable=True)
    source_sheet = dy.String(nullable=True)
    source_line = dy.Int64(nullable=True)


class OneYearQuality(dy.Schema):
    """One row per patient: alive at one year without definitive deterioration (R5.14)."""

    patient_id = dy.String()
    outcome = dy.String(
        check=lambda column: column.is_in(["alive without deterioration", "died", "deteriorated", "missing"])
    )
    success = dy.Bool(nullable=True)  # null: missing
    baseline_score = dy.Float64(nullable=True)
    deterioration_day = dy.Int32(nullable=True)
    reason = dy.String()
