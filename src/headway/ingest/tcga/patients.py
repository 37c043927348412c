"""TCGA's patients: who they were at diagnosis, and how they fared by all forms together.

Vital status, last contact and death stand on the first form (patients.csv) and on every follow-up
form. A death on any of them counts; the last contact is the latest of all. Forms that contradict
each other are findings: two days of death set the patient aside.
"""

import polars as pl

from headway.ingest.tcga.forms import Part, answer
from headway.record.columns import PROVENANCE
from headway.record.findings import problems

_SMOKING = {
    "lifelong non-smoker": "never",
    "current smoker": "current",
    "current reformed smoker for < or = 15 years": "former",
    "current reformed smoker for > 15 years": "former",
    "current reformed smoker, duration not specified": "former",
}
_AS_WRITTEN = {
    "sex": "gender",
    "birth_date": "days_to_birth",
    "age_years": "age_at_initial_pathologic_diagnosis",
    "primary_site": "anatomic_neoplasm_subdivision",
    "histology": "histological_type",
    "hpv": "hpv_status",
    "p16": "hpv_status_by_p16_testing",
    "pack_years": "number_pack_years_smoked",
    "centre": "tissue_source_site",
}
_CONTACT = {
    "vital_status": "vital_status",
    "death_date": "days_to_death",
    "death_cause": "patient_death_reason",
}
_SEEN = ["days_to_last_followup", "days_to_last_known_alive"]

ASKED = {
    *_AS_WRITTEN.values(), *_CONTACT.values(), *_SEEN, "tobacco_smoking_history", "pathologic_stage",
    "clinical_stage", "days_to_initial_pathologic_diagnosis",
}  # fmt: skip


def patients(form: pl.DataFrame, follow_ups: pl.DataFrame) -> Part:
    """The patients, with the fate that the first form and the follow-up forms tell together."""
    told = _contacts(form, follow_ups)
    twice = told.filter(pl.col("death_date").drop_nulls().n_unique().over("patient_id") > 1)
    rows = form.select(
        "patient_id",
        *(answer(form, question).alias(name) for name, question in _AS_WRITTEN.items()),
        _smoking(form).alias("smoking"),
        pl.coalesce(answer(form, "pathologic_stage"), answer(form, "clinical_stage")).alias("stage"),
        pl.lit(0).alias("diagnosis_date"),  # day 0 of TCGA by definition
        *PROVENANCE,
    ).join(_fate(told), on="patient_id", how="left", maintain_order="left")
    on_forms = told.join(form, on=PROVENANCE, how="anti", nulls_equal=True)
    merged = on_forms.join(form, on="patient_id", how="semi").join(twice, on="patient_id", how="anti")
    return Part(rows, [*_two_deaths(told, twice), *_cause_of_a_living(told)], merged.select(PROVENANCE))


def _smoking(form: pl.DataFrame) -> pl.Expr:
    said = answer(form, "tobacco_smoking_history")
    return said.replace_strict(_SMOKING, default=said, return_dtype=pl.String)


def _contacts(form: pl.DataFrame, follow_ups: pl.DataFrame) -> pl.DataFrame:
    """What each form tells of the patient's fate; forms that tell nothing are left out.

    "Alive" without a day tells nothing; "dead" without a day tells that no one is alive.
    """
    told = pl.concat(_contact(each) for each in (form, follow_ups))
    facts = ["last_alive_date", "death_date", "death_cause"]
    return told.filter(pl.any_horizontal(pl.col(facts).is_not_null()) | (pl.col("vital_status") == "dead"))


def _contact(form: pl.DataFrame) -> pl.DataFrame:
    seen = [answer(form, question).cast(pl.Int32) for question in _SEEN]
    return form.select(
        "patient_id",
        *(answer(form, question).alias(name) for name, question in _CONTACT.items()),
        pl.max_horizontal(seen).alias("last_alive_date"),
        *PROVENANCE,
    ).with_columns(pl.col("death_date").cast(pl.Int32))


def _fate(told: pl.DataFrame) -> pl.DataFrame:
    dead = (pl.col("vital_status") == "dead").any()
    causes = pl.col("death_cause").drop_nulls().unique(maintain_order=True).str.join("; ")
    return told.group_by("patient_id").agg(
        pl.when(dead).then(pl.lit("dead")).otherwise(pl.col("vital_status").drop_nulls().first()).alias("vital_status"),
        pl.col("last_alive_date").max(),
        pl.col("death_date").max(),
        pl.when(dead & (causes != "")).then(causes).alias("death_cause"),
    )


def _two_deaths(told: pl.DataFrame, twice: pl.DataFrame) -> list[pl.DataFrame]:
    """All forms of a patient who died twice: none is used, and it is one finding."""
    if twice.is_empty():
        return []
    at = told.join(twice, on="patient_id", how="semi")
    days = pl.col("death_date").drop_nulls().unique().sort().cast(pl.String).str.join(" and ").over("patient_id")
    message = pl.format("the forms of the patient give different days of death: {}", days)
    return [
        problems(
            "two-deaths", "patients", at, message=message, column="death_date", value=pl.col("death_date"),
            cause=pl.col("patient_id"),
        )
    ]  # fmt: skip


def _cause_of_a_living(told: pl.DataFrame) -> list[pl.DataFrame]:
    """A cause of death of a patient whom no form calls dead."""
    dead = (pl.col("vital_status") == "dead").any().over("patient_id")
    at = told.with_columns(dead=dead).filter(pl.col("death_cause").is_not_null() & ~pl.col("dead"))
    if at.is_empty():
        return []
    message = pl.format("the form gives a cause of death ('{}'), but no form says that the patient died", "death_cause")
    return [
        problems(
            "conflicting-rows", "patients", at, severity="warning", message=message, column="death_cause",
            value=pl.col("death_cause"), fix="Find out whether the patient died; counted as alive until then.",
        )
    ]  # fmt: skip
