"""Derived tables of response."""

import dataframely as dy

OVERALL = ["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"]
IMMUNE = ["iCR", "iPR", "iSD", "NON-iCR/NON-iUPD", "iCPD", "iUPD", "NE"]


class TimepointResponses(dy.Schema):
    """One row per patient, reader and time point after baseline."""

    patient_id = dy.String()
    evaluator = dy.String()
    day = dy.Int32()
    targets = dy.UInt32()  # target lesions of this reader
    targets_measured = dy.UInt32()
    baseline_day = dy.Int32(nullable=True)
    baseline_sum_mm = dy.Float64(nullable=True)
    sum_mm = dy.Float64(nullable=True)  # null unless every target was measured
    measured_sum_mm = dy.Float64(nullable=True)  # of the targets that were measured
    nadir_mm = dy.Float64(nullable=True)
    nadir_day = dy.Int32(nullable=True)
    change_from_baseline_percent = dy.Float64(nullable=True)
    change_from_nadir_mm = dy.Float64(nullable=True)
    change_from_nadir_percent = dy.Float64(nullable=True)
    target_response = dy.String(nullable=True)  # null: no target lesions
    non_target_response = dy.String(nullable=True)  # null: no non-target lesions
    new_lesions = dy.UInt32()  # that count at this time point
    new_lesions_appeared = dy.UInt32()  # of these, the ones that count from this time point on
    after_complete_response = dy.Bool()  # the latest earlier response other than NE is CR
    target_reappeared = dy.Bool()  # after CR, a target is back (R1.16)
    non_target_reappeared = dy.Bool()  # after CR, a non-target lesion is back (R1.16)
    response = dy.String(check=lambda column: column.is_in(OVERALL))
    needs_review = dy.Bool()
    reason = dy.String()


class ImmuneResponses(dy.Schema):
    """One row per patient, reader and time point, judged by iRECIST."""

    patient_id = dy.String()
    evaluator = dy.String()
    day = dy.Int32()
    immune_response = dy.String(nullable=True, check=lambda column: column.is_in(IMMUNE))  # null: after iCPD
    pending_since_day = dy.Int32(nullable=True)  # first iUPD of the run that is pending or confirmed here
    reset = dy.Bool()  # this time point wipes an iUPD that was pending (R2.5)
    reason = dy.String()


class BestImmuneResponses(dy.Schema):
    """One row per patient and reader: best response and progression by iRECIST."""

    patient_id = dy.String()
    evaluator = dy.String(nullable=True)  # null: no assessment at all
    best_immune_response = dy.String(check=lambda column: column.is_in(IMMUNE))
    best_immune_response_day = dy.Int32(nullable=True)
    immune_response_day = dy.Int32(nullable=True)  # first iCR or iPR
    unconfirmed_progression_day = dy.Int32(nullable=True)  # first iUPD of all, reset or not
    confirmed_progression_day = dy.Int32(nullable=True)  # the iCPD
    progression_event_day = dy.Int32(nullable=True)  # event of iPFS (R2.8); null: none
    progression_event = dy.String(nullable=True)  # "iCPD", "iUPD without a later scan" or "death"
    last_assessed_day = dy.Int32(nullable=True)  # last response other than NE
    reason = dy.String()


class TreatmentBeyondProgression(dy.Schema):
    """One row per patient and reader with a progression."""

    patient_id = dy.String()
    evaluator = dy.String()
    progression_day = dy.Int32()
    first_dose_after_day = dy.Int32(nullable=True)
    last_dose_day = dy.Int32(nullable=True)
    days_beyond_progression = dy.Int32(nullable=True)
    treated_beyond_progression = dy.Bool()


class BestResponses(dy.Schema):
    """One row per patient and reader."""

    patient_id = dy.String()
    evaluator = dy.String(nullable=True)  # null: no assessment at all
    best_response = dy.String()
    best_response_day = dy.Int32(nullable=True)
    confirmed_best_response = dy.String()
    confirmed_best_response_day = dy.Int32(nullable=True)
    confirmed_by_day = dy.Int32(nullable=True)  # the later scan of the pair that confirmed
    response_day = dy.Int32(nullable=True)  # first CR or PR
    confirmed_response_day = dy.Int32(nullable=True)
    progression_day = dy.Int32(nullable=True)
    last_assessed_day = dy.Int32(nullable=True)  # last response other than NE in the window
    reason = dy.String()
