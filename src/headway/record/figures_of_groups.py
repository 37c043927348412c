"""What the figures of a cohort and its groups draw: one class per figure, nothing left to compute."""

import dataframely as dy

ALL = "all"  # the factor of the row of all patients in a forest plot
FLOW_KINDS = ["here", "left"]
HOW_ENDED = ["dead", "no further line"]


class ForestRows(dy.Schema):
    """One row per level of a factor: the hazard ratio of one arm against the other among its patients."""

    position = dy.Int32()  # from the top
    factor = dy.String()  # "HPV status"; "all" for the row of all patients
    level = dy.String()
    patients_one = dy.Int64(nullable=True)  # null: the exposure has no arms
    events_one = dy.Int64(nullable=True)
    patients_other = dy.Int64(nullable=True)  # the arm that the hazard ratio compares with
    events_other = dy.Int64(nullable=True)
    patients = dy.Int64()  # of both arms
    events = dy.Int64()
    hazard_ratio = dy.Float64(nullable=True)  # of one against other; null: not estimable, see note
    lower = dy.Float64(nullable=True)
    upper = dy.Float64(nullable=True)
    p_interaction = dy.Float64(nullable=True)  # of the factor, the same in each of its rows
    note = dy.String(nullable=True)  # why there is no hazard ratio


class BalanceRows(dy.Schema):
    """One row per covariate: how far the arms lie apart, before and after weighting."""

    covariate = dy.String()
    difference_before = dy.Float64(nullable=True)  # standardised, with its sign; null: see note
    difference_after = dy.Float64(nullable=True)
    note = dy.String(nullable=True)


class SequenceSteps(dy.Schema):
    """One row per patient and line, and one more for how the sequence ended, where that is known."""

    patient_id = dy.String()
    line = dy.Int32(min=1)  # of an end: the number of the line that was not given
    what = dy.String()  # class of the regimen, or one of HOW_ENDED
    end = dy.Bool()  # nothing follows


class FlowRows(dy.Schema):
    """One row per box of the patient flow (here) or reason to leave after it (left)."""

    step = dy.Int32()  # from the top; the reasons of a step leave below its box
    position = dy.Int32()  # of the reason within the step; 0 for the box
    group = dy.String(nullable=True)  # null: before the patients are split into groups
    kind = dy.String(check=lambda column: column.is_in(FLOW_KINDS))
    label = dy.String()
    patients = dy.Int64()
