"""TCGA's patients: who they were at diagnosis, and how they fared by all forms together.

Vital status, last contact and death stand on the first form (patients.csv) and on every follow-up
form. A death on any of them counts; the last contact is the latest of all. Two days of death set the
patient aside. A contact after the day of death is left to the checks of the record.
"""

import polars as pl

from headway.ingest.tcga.forms import Part, answer
from headway.record.columns import PROVENANCE
from headway.record.findings import problems
from headway.record.words import sentence

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
_FIRST, _LATER = 0, 1  # the first form, and the follow-up forms: in a finding the first leads
_FATE = {"vital_status": "vital_status", "death_date": "days_to_death", "death_cause": "patient_death_reason"}
_SEEN = ["days_to_last_followup", "days_to_last_known_alive"]
_STAGE = ["pathologic_stage", "clinical_stage"]  # the operation tells more than the examination before it
_SMOKED = "tobacco_smoking_history"
ON_FIRST_FORM = {*_AS_WRITTEN.values(), *_FATE.values(), *_SEEN, *_STAGE, _SMOKED} | {
    "days_to_initial_pathologic_diagnosis"
}
ON_FOLLOW_UP = {*_FATE.values(), *_SEEN}


def patients(form: pl.DataFrame, follow_ups: pl.DataFrame) -> Part:
    """The patients, with the fate that the first form and the follow-up forms tell together."""
    told = _told(form, follow_ups)
    twice = told.filter(pl.col("death_date").drop_nulls().n_unique().over("patient_id") > 1)
    rows = form.select("patient_id", *_at_diagnosis(form), *PROVENANCE).join(
        _fates(told), on="patient_id", how="left", maintain_order="left"
    )
    later = told.filter(pl.col("part") == _LATER).join(form, on="patient_id", how="semi")
    merged = later.join(twice, on="patient_id", how="anti")
    return Part(rows, [_two_deaths(twice, told), _cause_without_death(told)], merged.select(PROVENANCE))


def _at_diagnosis(form: pl.DataFrame) -> list[pl.Expr]:
    smoked = answer(form, _SMOKED)
    return [
        *(answer(form, question).alias(name) for name, question in _AS_WRITTEN.items()),
        smoked.replace_strict(_SMOKING, default=smoked, return_dtype=pl.String).alias("smoking"),
        pl.coalesce(answer(form, question) for question in _STAGE).alias("stage"),
        pl.lit(0).alias("diagnosis_date"),  # day 0 of TCGA, by definition
    ]


def _told(form: pl.DataFrame, follow_ups: pl.DataFrame) -> pl.DataFrame:
    """What each form tells of the patient's fate; forms that tell nothing are left out.

    "Alive" without a day tells nothing; "dead" without one tells that nobody is alive.
    """
    told = pl.concat([_told_by(form, _FIRST), _told_by(follow_ups, _LATER)])
    facts = pl.any_horizontal(pl.col("last_alive_date", "death_date", "death_cause").is_not_null())
    return told.filter(facts | (pl.col("vital_status") == "dead").fill_null(False))


def _told_by(form: pl.DataFrame, part: int) -> pl.DataFrame:
    seen = pl.max_horizontal(answer(form, question).cast(pl.Int32) for question in _SEEN)
    fate = (answer(form, question).alias(name) for name, question in _FATE.items())
    told = form.select("patient_id", *fate, seen.alias("last_alive_date"), *PROVENANCE)
    return told.with_columns(pl.col("death_date").cast(pl.Int32), part=pl.lit(part, pl.Int64))


def _dead() -> pl.Expr:
    return (pl.col("vital_status") == "dead").any()


def _fates(told: pl.DataFrame) -> pl.DataFrame:
    causes = pl.col("death_cause").drop_nulls().unique(maintain_order=True)
    alive = pl.col("vital_status").drop_nulls().first()
    return told.group_by("patient_id").agg(
        pl.when(_dead()).then(pl.lit("dead")).otherwise(alive).alias("vital_status"),
        pl.col("last_alive_date", "death_date").max(),
        pl.when(_dead() & (causes.len() > 0)).then(causes.str.join("; ")).alias("death_cause"),
    )


def _two_deaths(twice: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """All forms of a patient who died on two days: none can be trusted, and it is one finding."""
    at = told.join(twice, on="patient_id", how="semi")
    days = pl.col("death_date").drop_nulls().unique().sort().cast(pl.String).str.join(" and ")
    message = sentence("the patient's forms give different days of death: {}", days.over("patient_id"))
    made = problems(
        "two-deaths", "patients", at, message=message, column="death_date", value=pl.col("death_date"),
        cause=pl.col("patient_id"),
    )  # fmt: skip
    return made.with_columns(at["part"])


def _cause_without_death(told: pl.DataFrame) -> pl.DataFrame:
    at = told.filter(pl.col("death_cause").is_not_null() & ~_dead().over("patient_id"))
    message = sentence("the form gives a cause of death, '{}', but no form says 'dead'", "death_cause")
    return problems(
        "conflicting-rows", "patients", at, severity="warning", message=message, column="death_cause",
        value=pl.col("death_cause"), fix="Find out whether the patient died; until then alive counts.",
    )  # fmt: skip
