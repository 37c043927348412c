"""Derived tables of toxicity."""

import dataframely as dy


class LabGrades(dy.Schema):
    """One row per laboratory result and CTCAE term that it can grade."""

    patient_id = dy.String()
    term = dy.String()
    soc = dy.String()
    test = dy.String()
    day = dy.Int32()
    value = dy.Float64(nullable=True)  # in unit; null: a corrected calcium that cannot be computed
    unit = dy.String()
    lower_limit = dy.Float64(nullable=True)
    upper_limit = dy.Float64(nullable=True)
    baseline_value = dy.Float64(nullable=True)
    baseline_day = dy.Int32(nullable=True)
    grade = dy.Int32(nullable=True, min=0, max=4)  # null: not computable, see reason
    at_least = dy.Bool()  # a rule that could give a higher grade lacks its limit or baseline
    reason = dy.String()
    source_file = dy.String(nullable=True)
    source_sheet = dy.String(nullable=True)
    source_line = dy.Int64(nullable=True)


class GradeComparisons(dy.Schema):
    """One row per patient and laboratory term: the worst grade recorded, and the worst by numbers."""

    patient_id = dy.String()
    term = dy.String()
    recorded_grade = dy.Int32(nullable=True)  # null: no such event is recorded
    lab_grade = dy.Int32(nullable=True)  # null: no result that can be graded
    verdict = dy.String(
        check=lambda column: column.is_in(
            ["agree", "recorded higher", "lab higher", "not recorded", "no gradable result"]
        )
    )
    reason = dy.String()


class EmergentEvents(dy.Schema):
    """One row per adverse event and treatment window of its patient."""

    patient_id = dy.String()
    window = dy.String()  # "line 2"
    term = dy.String()  # in small letters
    soc = dy.String()  # in small letters; "not recorded"
    grade = dy.Int32()
    start_day = dy.Int32(nullable=True)
    related = dy.Bool(nullable=True)
    serious = dy.Bool(nullable=True)
    fatal = dy.Bool(nullable=True)
    window_start_day = dy.Int32(nullable=True)  # the first dose
    window_end_day = dy.Int32(nullable=True)  # null: treatment goes on
    emergent = dy.Bool(nullable=True)  # null: cannot be told
    reason = dy.String()
    source_file = dy.String(nullable=True)
    source_sheet = dy.String(nullable=True)
    source_line = dy.Int64(nullable=True)


class WorstGrades(dy.Schema):
    """One row per patient, window and term, system organ class, or any event at all (R6.11)."""

    patient_id = dy.String()
    window = dy.String()
    level = dy.String(check=lambda column: column.is_in(["term", "soc", "any"]))
    name = dy.String()
    worst_grade = dy.Int32()
    worst_grade_day = dy.Int32(nullable=True)  # first day of the worst grade; null: undated
    worst_related_grade = dy.Int32(nullable=True)  # null: no event is called related
    events = dy.UInt32()
    band = dy.String(check=lambda column: column.is_in(["1-2", "3-5"]))  # of the worst grade: exclusive
    had_grade_1_2 = dy.Bool()  # event-wise: both may be true
    had_grade_3_5 = dy.Bool()


class ToxicityCounts(dy.Schema):
    """One row per window, level and name: patients of the safety set by grade."""

    window = dy.String()
    level = dy.String()
    name = dy.String()
    safety_set = dy.UInt32()
    none = dy.UInt32()
    any_grade = dy.UInt32()
    worst_1_2 = dy.UInt32()  # exclusive: none + worst_1_2 + worst_3_5 = safety_set
    worst_3_5 = dy.UInt32()
    worst_3 = dy.UInt32()
    worst_4 = dy.UInt32()
    worst_5 = dy.UInt32()
    had_grade_1_2 = dy.UInt32()  # event-wise
    had_grade_3_5 = dy.UInt32()
    related = dy.UInt32()


class ToxicDeaths(dy.Schema):
    """One row per patient with a grade 5 or fatal event."""

    patient_id = dy.String()
    term = dy.String()
    day = dy.Int32(nullable=True)
    toxic_death = dy.Bool(nullable=True)  # null: the relation to treatment is not recorded
    reason = dy.String()


class ExposureAdjustedRates(dy.Schema):
    """One row per window and term: events per 100 patient-months of treatment."""

    window = dy.String()
    term = dy.String()
    patients = dy.UInt32()  # whose time counts
    patients_without_end = dy.UInt32()  # left out: how long they were treated is not known
    patient_months = dy.Float64()
    events = dy.UInt32()
    events_per_100_patient_months = dy.Float64(nullable=True)  # null: no time at all


class RadiationPhases(dy.Schema):
    """One row per adverse event of a patient with radiotherapy (R6.15)."""

    patient_id = dy.String()
    term = dy.String()
    grade = dy.Int32()
    start_day = dy.Int32(nullable=True)
    course_day = dy.Int32(nullable=True)  # of the latest course begun by then
    phase = dy.String(nullable=True, check=lambda column: column.is_in(["acute", "late"]))
    reason = dy.String()
    source_file = dy.String(nullable=True)
    source_sheet = dy.String(nullable=True)
    source_line = dy.Int64(nullable=True)


class WatchedEvents(dy.Schema):
    """One row per adverse event on a watch list (R6.14)."""

    patient_id = dy.String()
    watch_list = dy.String()
    topic = dy.String()
    term = dy.String()
    grade = dy.Int32()
    start_day = dy.Int32(nullable=True)
    source_file = dy.String(nullable=True)
    source_sheet = dy.String(nullable=True)
    source_line = dy.Int64(nullable=True)
