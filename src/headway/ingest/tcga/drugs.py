"""TCGA's drug forms: one row per drug and course of it.

A drug for recurrence or progression is palliative, as the record understands the word.
`regimen_number` counts all regimens, adjuvant ones too, so it is no line of therapy and is not used.
"""

import polars as pl

from headway.ingest.tcga import intent
from headway.ingest.tcga.forms import Part, answer
from headway.record.columns import PROVENANCE
from headway.record.findings import problems
from headway.record.words import sentence

_INDICATIONS = {
    "adjuvant": "adjuvant",
    "palliative": "palliative",
    "recurrence": "palliative",
    "progression": "palliative",
}
_NOTES = {
    "primary: concurrent": "concurrent",
    "concurrent": "concurrent",
    "primary: induction": "induction",
    "induction": "induction",
    "neoadjuvant": "induction",
    "primary": "curative",
}
_AS_WRITTEN = {
    "drug": "drug_name",
    "start_date": "days_to_drug_therapy_start",
    "end_date": "days_to_drug_therapy_end",
    "dose": "prescribed_dose",
    "dose_unit": "prescribed_dose_units",
    "total": "total_dose",
    "total_unit": "total_dose_units",
}
ASKED = {*_AS_WRITTEN.values(), *intent.ASKED}


def drugs(form: pl.DataFrame) -> Part:
    """The drugs; the dose is the prescribed one, or else the total, and then its unit says "in all"."""
    rows = form.select(
        "patient_id",
        *(answer(form, question).alias(name) for name, question in _AS_WRITTEN.items()),
        intent.intent(form, _INDICATIONS, _NOTES).alias("intent"),
        *PROVENANCE,
    )
    return Part(rows.with_columns(_dose()).drop("total", "total_unit"), [_concentrations(rows)])


def _dose() -> list[pl.Expr]:
    prescribed, total = (
        pl.col(dose).is_not_null() & ~_concentration(unit)
        for dose, unit in [("dose", "dose_unit"), ("total", "total_unit")]
    )
    of_total = sentence("{} in all", "total_unit")
    return [
        pl.when(prescribed).then("dose").when(total).then("total").alias("dose"),
        pl.when(prescribed).then("dose_unit").when(total).then(of_total).alias("dose_unit"),
    ]


def _concentration(unit: str) -> pl.Expr:
    return pl.col(unit).str.contains("/ml", literal=True).fill_null(False)


def _concentrations(rows: pl.DataFrame) -> pl.DataFrame:
    """One finding for all of them: the sites wrote the strength of the vial."""
    written = [
        pl.when(_concentration(unit)).then(sentence("{} {}", dose, unit))
        for dose, unit in [("dose", "dose_unit"), ("total", "total_unit")]
    ]
    at = rows.with_columns(written=pl.coalesce(written)).filter(pl.col("written").is_not_null())
    message = sentence("drugs.dose '{}' is a concentration, not a dose; it is left out", "written")
    return problems(
        "dose-unit-unclear", "drugs", at, message=message, column="dose", value=pl.col("written"),
        cause=pl.lit("concentration"),
    )  # fmt: skip
