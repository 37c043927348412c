"""What the figures of responses and times draw: one class per figure, nothing left to compute."""

import dataframely as dy

from headway.record.derived.response import OVERALL

LOCAL = "radiotherapy"
SWIMMER_MARKS = ["CR", "PR", "PD", LOCAL, "death", "ongoing"]


def _best_response() -> dy.String:
    return dy.String(nullable=True, check=lambda column: column.is_in(OVERALL))  # null: not recorded


class WaterfallBars(dy.Schema):
    """One row per patient who counts, with or without a bar (R1.46)."""

    patient_id = dy.String(primary_key=True)
    best_change_percent = dy.Float64(nullable=True)  # of the target sum; null: no complete sum, no bar
    best_response = _best_response()


class SpiderPoints(dy.Schema):
    """One row per patient and scan, the baseline included with a change of 0."""

    patient_id = dy.String(primary_key=True)
    months = dy.Float64(primary_key=True)  # since the start
    change_percent = dy.Float64(nullable=True)  # from baseline; null: not every target measured
    best_response = _best_response()  # of the patient
    new_lesion = dy.Bool()  # first seen at this scan
    progression = dy.Bool()  # the first PD is judged at this scan


class SwimmerSegments(dy.Schema):
    """One row per patient and stretch of time: a line of therapy, or follow-up without one."""

    patient_id = dy.String()
    line = dy.Int32(nullable=True)  # orders the legend; null: no treatment
    treatment = dy.String(nullable=True)  # "line 1", "ICI"; null: no treatment
    start_months = dy.Float64()
    end_months = dy.Float64()


class SwimmerMarks(dy.Schema):
    """One row per thing that is marked on a patient's bar."""

    patient_id = dy.String()
    mark = dy.String(check=lambda column: column.is_in(SWIMMER_MARKS))  # CR, PR: the response begins
    months = dy.Float64()


class IncidenceSteps(dy.Schema):
    """One row per step of a cumulative incidence curve: the share that ended by a cause."""

    group = dy.String()
    cause = dy.String()  # "distant failure", "death"
    days = dy.Float64()
    incidence = dy.Float64(min=0, max=1)
    lower = dy.Float64(nullable=True)
    upper = dy.Float64(nullable=True)
