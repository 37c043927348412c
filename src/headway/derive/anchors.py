"""Anchors: the time zero of each patient."""

from dataclasses import dataclass

import polars as pl

from headway.record.record import Record


@dataclass(frozen=True)
class Anchor:
    """A time zero by name: the earliest day of one column of one table."""

    name: str
    title: str
    table: str
    column: str


ANCHORS = {
    anchor.name: anchor
    for anchor in [
        Anchor("diagnosis", "first diagnosis", "patients", "diagnosis_day"),
        Anchor(
            "recurrent_metastatic", "recurrent or metastatic disease", "patients", "recurrent_metastatic_day"
        ),
        Anchor("enrolment", "enrolment", "patients", "enrolment_day"),
        Anchor("first_drug", "first dose of any drug", "drugs", "start_day"),
        Anchor("first_radiotherapy", "first fraction of radiotherapy", "radiotherapy", "start_day"),
    ]
}


def starts(record: Record, anchor: Anchor) -> pl.LazyFrame:
    """Time zero of every patient.

    Gives: one row per patient: patient_id, start_day (null: this patient has no such day).
    """
    first = record.table(anchor.table).group_by("patient_id").agg(start_day=pl.col(anchor.column).min())
    return record.table("patients").select("patient_id").join(first, on="patient_id", how="left")
