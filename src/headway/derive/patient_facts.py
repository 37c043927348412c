"""What a condition of a study may ask of a patient: one row per patient, one documented column per fact."""

import polars as pl

from headway.derive.lines import LinesOfTherapy
from headway.record.record import Record

# A patient has these only after time zero: a group by them would be immortal time (R4.14, 9.6).
KNOWN_LATER = [
    "lines", "curative_lines", "palliative_lines", "drugs", "drug_classes", "radiotherapy_courses",
    "best_response", "confirmed_best_response", "evaluable", "pd1_resistance", "last_alive_day", "death_day",
    "death_cause", "vital_status",
]  # fmt: skip


def patient_facts(
    record: Record,
    found: LinesOfTherapy,
    anchors: dict[str, pl.LazyFrame],
    responses: pl.LazyFrame,
    resistance: pl.LazyFrame,
) -> pl.LazyFrame:
    """One row per patient.

    Takes:  the record; its lines; for each anchor its days (patient_id, start_day); responses (patient_id,
            best_response, confirmed_best_response, evaluable, measurable); resistance (patient_id,
            pd1_resistance).
    Gives:  the columns of patients, those that docs/reference/study.md names, and a column
            `<anchor>_day` for each anchor (null: never).
    """
    parts = [_line_counts(found), _drugs(found), _courses(record), _metastases(record), responses, resistance]
    parts += [
        days.select("patient_id", pl.col("start_day").alias(f"{name}_day")) for name, days in anchors.items()
    ]
    # A column of patients wins over an anchor's of the same name: they are the same days.
    facts = record.table("patients").collect()
    for part in parts:
        own = part.collect()
        new = [name for name in own.columns if name not in facts.columns]
        facts = facts.join(own.select("patient_id", *new), on="patient_id", how="left", maintain_order="left")
    return facts.lazy().with_columns(
        pl.col("lines", "curative_lines", "palliative_lines", "radiotherapy_courses").fill_null(0)
    )


def _line_counts(found: LinesOfTherapy) -> pl.LazyFrame:
    setting = pl.col("setting")
    return found.lines.group_by("patient_id").agg(
        lines=pl.len(),
        curative_lines=(setting == "curative").sum(),
        palliative_lines=(setting == "palliative").sum(),
    )


def _drugs(found: LinesOfTherapy) -> pl.LazyFrame:
    return found.drugs.group_by("patient_id").agg(
        drugs=pl.col("drug").unique().sort().str.join(" + "),
        drug_classes=pl.col("drug_class").unique().sort().str.join(" + "),
    )


def _courses(record: Record) -> pl.LazyFrame:
    return (
        record.table("radiotherapy")
        .group_by("patient_id")
        .agg(radiotherapy_courses=pl.col("course_id").n_unique())
    )


def _metastases(record: Record) -> pl.LazyFrame:
    """Lesions called metastases that were there at the first imaging; null where lesions do not say."""
    first = record.table("measurements").group_by("patient_id").agg(first_day=pl.col("day").min())
    seen = record.table("measurements").group_by("patient_id", "lesion_id").agg(day=pl.col("day").min())
    told = record.table("lesions").filter(pl.col("metastasis").is_not_null())
    return (
        told.select("patient_id", "lesion_id", "metastasis")
        .unique()
        .join(seen, on=["patient_id", "lesion_id"])
        .join(first, on="patient_id")
        .group_by("patient_id")
        .agg(metastases_at_baseline=(pl.col("metastasis") & (pl.col("day") == pl.col("first_day"))).sum())
    )
