"""Derived tables of radiotherapy."""

import dataframely as dy


class CumulativeDoses(dy.Schema):
    """One row per patient, organ and course: the dose to the organ until then (R8.12)."""

    patient_id = dy.String()
    organ = dy.String()
    course_id = dy.String()
    start_day = dy.Int32()
    alpha_beta_gy = dy.Float64()
    eqd2_gy = dy.Float64(nullable=True)  # of this course
    earlier_eqd2_gy = dy.Float64()  # of the courses before whose dose is known
    cumulative_eqd2_gy = dy.Float64(nullable=True)
    reason = dy.String()


class SabrComparisons(dy.Schema):
    """One row per SABR course: the regimen of its site that it is, or is nearest to (domain.md 8.2, 8.5)."""

    patient_id = dy.String()
    course_id = dy.String()
    start_day = dy.Int32(nullable=True)
    site = dy.String(nullable=True)  # as written
    table_site = dy.String(nullable=True)  # the site of the table that it names; null: none, or several
    fractions = dy.Int32(nullable=True)
    dose_gy = dy.Float64(nullable=True)
    bed10_gy = dy.Float64(nullable=True)
    regimen = dy.String(nullable=True)
    setting = dy.String(nullable=True)
    regimen_bed10_gy = dy.Float64(nullable=True)
    bed10_difference_gy = dy.Float64(nullable=True)  # course less regimen
    same = dy.Bool(nullable=True)  # same fractions, and the same dose to 0.05 Gy
    uncertain = dy.String(nullable=True)  # what is in doubt about the regimen
    source = dy.String(nullable=True)  # of the regimen
    reason = dy.String()


class LocalControl(dy.Schema):
    """One row per irradiated lesion and reader: what became of it (R3.10 to R3.14)."""

    patient_id = dy.String()  # lesions of one patient are a cluster (R3.14)
    lesion_id = dy.String()
    evaluator = dy.String(nullable=True)  # null: not named, or no scan
    course_id = dy.String()  # the first course to this lesion
    role = dy.String(nullable=True)
    start_day = dy.Int32(nullable=True)  # of the clock: the first or the last fraction
    end_day = dy.Int32(nullable=True)
    days = dy.Float64(nullable=True)
    state = dy.Int8(nullable=True, min=0, max=2)  # 0 censored, 1 local failure, 2 death without local failure
    outcome = dy.String()
    nadir_mm = dy.Float64(nullable=True)  # that the failure is judged by
    failure_mm = dy.Float64(nullable=True)
    confirmed_day = dy.Int32(nullable=True)
    reason = dy.String()


class AnyLesionFailure(dy.Schema):
    """One row per patient and reader: the first local failure of any treated lesion (R3.14)."""

    patient_id = dy.String()
    evaluator = dy.String(nullable=True)
    lesions = dy.UInt32()
    start_day = dy.Int32()
    end_day = dy.Int32()
    days = dy.Float64()
    state = dy.Int8(min=0, max=2)
    reason = dy.String()
