"""Derived tables of response."""

import dataframely as dy

OVERALL = ["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"]
NOT_ASSESSABLE = "not assessable"  # a subset without a target lesion (R3.2)
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


class ResponseOutcomes(dy.Schema):
    """One row per patient and reader: what rates and durations of response are made of (R1.40 to R1.45)."""

    patient_id = dy.String()
    evaluator = dy.String(nullable=True)
    objective_response = dy.Bool()
    confirmed_objective_response = dy.Bool()
    disease_control = dy.Bool()
    confirmed_disease_control = dy.Bool()
    clinical_benefit = dy.Bool()
    time_to_response_days = dy.Int32(nullable=True)
    time_to_confirmed_response_days = dy.Int32(nullable=True)
    stable_disease_days = dy.Int32(nullable=True)  # start to PD or last assessment, best response SD only
    measurable = dy.Bool()  # a target lesion at baseline
    evaluable = dy.Bool()  # measurable and scanned since, or dead before the first scan


class Baselines(dy.Schema):
    """One row per patient and reader: the lesions at baseline."""

    patient_id = dy.String()
    evaluator = dy.String()
    targets = dy.UInt32()
    targets_without_baseline = dy.UInt32()  # lesions with role target that were set aside
    baseline_day = dy.Int32(nullable=True)
    baseline_sum_mm = dy.Float64(nullable=True)


class BestChanges(dy.Schema):
    """One row per patient and reader: the best change of the target sum (R1.46)."""

    patient_id = dy.String()
    evaluator = dy.String()
    best_change_percent = dy.Float64(nullable=True)  # null: no complete sum in the window
    best_change_day = dy.Int32(nullable=True)
    complete_sums = dy.UInt32()  # in the window


class SubsetResponses(TimepointResponses):
    """Time points of a subset of the lesions, judged by itself (R3.2)."""

    subset = dy.String()  # "all", "irradiated", "non-irradiated", or a role such as "SBRT"
    all_lesions_irradiated = dy.Bool()
    response = dy.String(check=lambda column: column.is_in([*OVERALL, NOT_ASSESSABLE]))


class SubsetBestResponses(dy.Schema):
    """One row per patient, reader and subset of the lesions."""

    patient_id = dy.String()
    evaluator = dy.String()
    subset = dy.String()
    best_response = dy.String(check=lambda column: column.is_in([*OVERALL, NOT_ASSESSABLE]))
    confirmed_best_response = dy.String(check=lambda column: column.is_in([*OVERALL, NOT_ASSESSABLE]))
    response_day = dy.Int32(nullable=True)
    confirmed_response_day = dy.Int32(nullable=True)
    progression_day = dy.Int32(nullable=True)
    reason = dy.String()


class OffTargetResponses(dy.Schema):
    """One row per patient and reader with an irradiated lesion (R3.3 to R3.5)."""

    patient_id = dy.String()
    evaluator = dy.String()
    irradiated_best_response = dy.String()
    non_irradiated_best_response = dy.String()
    off_target_response = dy.Bool(nullable=True)  # null: no lesion to judge it by
    mixed_response = dy.Bool(nullable=True)  # null: one of the two cannot be judged


class ReaderPairs(dy.Schema):
    """One row per patient and scan that two readers, or the engine and a reader, both judged."""

    patient_id = dy.String()
    day = dy.Int32()
    one = dy.String()
    other = dy.String()
    response_of_one = dy.String()
    response_of_other = dy.String()
    agree = dy.Bool()


class Agreement(dy.Schema):
    """One row per pair of readers: how often they agree."""

    one = dy.String()
    other = dy.String()
    judged = dy.UInt32()
    agreed = dy.UInt32()
    agreed_percent = dy.Float64()
    kappa = dy.Float64(nullable=True)  # null: both always say the same one thing


class GrowthRates(dy.Schema):
    """One row per patient and reader: growth before and on treatment (domain.md 3.3)."""

    patient_id = dy.String()
    evaluator = dy.String()
    prebaseline_day = dy.Int32(nullable=True)
    baseline_day = dy.Int32(nullable=True)
    first_day = dy.Int32(nullable=True)
    prebaseline_sum_mm = dy.Float64(nullable=True)
    baseline_sum_mm = dy.Float64(nullable=True)
    first_sum_mm = dy.Float64(nullable=True)
    first_response = dy.String(nullable=True)
    tgr_reference_percent_per_month = dy.Float64(nullable=True)
    tgr_experimental_percent_per_month = dy.Float64(nullable=True)
    tgr_ratio = dy.Float64(nullable=True)
    tgr_difference_percent_per_month = dy.Float64(nullable=True)
    tgk_pre_mm_per_month = dy.Float64(nullable=True)
    tgk_post_mm_per_month = dy.Float64(nullable=True)
    tgkr = dy.Float64(nullable=True)
    hyperprogression_champiat = dy.Bool(nullable=True)
    hyperprogression_ferrara = dy.Bool(nullable=True)
    hyperprogression_saada_bouzid = dy.Bool(nullable=True)
    reason_codes = dy.String()  # NO_PREBASELINE, NO_FIRST_SCAN, NO_PD, NONPOSITIVE_REFERENCE
