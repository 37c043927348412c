"""Anchors: the time zero of each patient."""

from dataclasses import dataclass

import polars as pl

from headway.derive.judgements import reported_judgements
from headway.derive.lines import HNSCC, LineRules, LinesOfTherapy, lines_of_therapy
from headway.derive.roles import line_roles, roles
from headway.record.record import Record


@dataclass(frozen=True)
class Anchor:
    """A time zero by name: the earliest day of one column of one table of the record, or of its roles."""

    name: str
    title: str
    table: str
    column: str


_ROLES = "roles"  # not a table of the record: derived from its drugs
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
        Anchor("first_line", "first palliative line of systemic therapy", _ROLES, "first_line_day"),
        Anchor("ici", "first line with an immune checkpoint inhibitor", _ROLES, "ici_day"),
        Anchor("lcbi", "last chemotherapy before immunotherapy", _ROLES, "lcbi_day"),
        Anchor("scai1", "first salvage chemotherapy after immunotherapy", _ROLES, "scai1_day"),
        Anchor("scai2", "second salvage chemotherapy after immunotherapy", _ROLES, "scai2_day"),
    ]
}


def starts(record: Record, anchor: Anchor, derived: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """Time zero of every patient.

    Takes:  `Roles`, where they are derived already; else they are derived by the HNSCC rules.
    Gives:  one row per patient: patient_id, start_day (null: this patient has no such day).
    """
    if anchor.table == _ROLES:
        derived = roles_of(lines_of(record), record) if derived is None else derived
        return derived.select("patient_id", start_day=pl.col(anchor.column))
    first = record.table(anchor.table).group_by("patient_id").agg(start_day=pl.col(anchor.column).min())
    return record.table("patients").select("patient_id").join(first, on="patient_id", how="left")


def roles_of(found: LinesOfTherapy, record: Record) -> pl.LazyFrame:
    """The roles of a record's patients in their lines (`Roles`)."""
    return roles(line_roles(found), record.table("patients"))


def lines_of(
    record: Record,
    progressions: pl.LazyFrame | None = None,
    rules: LineRules = HNSCC,
    *,
    cutoff_day: int | None = None,
) -> LinesOfTherapy:
    """The lines of a record's patients.

    Takes:  progressions (patient_id, day); without them, those that the record reports count.
    """
    if progressions is None:
        reported = reported_judgements(record.table("assessments"))
        progressions = reported.filter(pl.col("response") == "PD").select("patient_id", "day")
    return lines_of_therapy(
        record.table("drugs"),
        record.table("patients"),
        progressions,
        rules,
        radiotherapy=record.table("radiotherapy"),
        time=record.time,
        cutoff_day=cutoff_day,
    )
