"""Follow-up and event forms that went into no table: each is set aside with the reason."""

import polars as pl

from headway.record.columns import PROVENANCE
from headway.record.findings import problems
from headway.record.tables import TABLES
from headway.record.words import sentence

_LATER = ["follow_ups", "new_tumor_events"]
_NO_FACT = "the form gives no day of contact or death, no new tumour event and no surgery"


def without_use(
    forms: dict[str, pl.DataFrame], used: pl.DataFrame, found: list[pl.DataFrame]
) -> list[pl.DataFrame]:
    """Forms neither among `used` nor set aside by one of `found`: of nobody, of a stranger, or empty."""
    aside = (problem.filter(pl.col("rows") > 0).select(PROVENANCE) for problem in found)
    later = pl.concat(forms[name].select("patient_id", *PROVENANCE) for name in _LATER)
    left = later.join(pl.concat([used, *aside]), on=PROVENANCE, how="anti", nulls_equal=True)
    nobody = pl.col("patient_id").is_null()
    strangers = left.filter(~nobody).join(forms["patients"], on="patient_id", how="anti")
    empty = left.join(forms["patients"], on="patient_id", how="semi")
    return [
        _of_nobody(left.filter(nobody)),
        _of_strangers(strangers),
        problems("no-fact", "assessments", empty, message=pl.lit(_NO_FACT)),
    ]


def _of_nobody(at: pl.DataFrame) -> pl.DataFrame:
    message = pl.lit("the form names no patient")
    return problems("missing-required", "assessments", at, message=message, column="patient_id")


def _of_strangers(at: pl.DataFrame) -> pl.DataFrame:
    """Part of the finding that a stranger's rows in other tables make (record.checks.references)."""
    patient = pl.col("patient_id")
    message = sentence("the form's patient '{}' is not in patients", patient)
    made = problems("unknown-patient", "assessments", at, message=message, column="patient_id", value=patient)
    part = pl.lit(list(TABLES).index("assessments"), pl.Int64)
    return made.with_columns(cause=sentence("unknown-patient|{}", patient), part=part)
