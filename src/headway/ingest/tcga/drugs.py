"""TCGA's drug forms: one row per drug and course of it.

`regimen_number` numbers all regimens, adjuvant ones included, so it is not a line of therapy and is
not used as one. A drug given for recurrence or progression is palliative in the sense of the record.
"""

import polars as pl

from headway.ingest.tcga.forms import answer
from headway.record.columns import PROVENANCE
from headway.record.findings import problems

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
}
_DOSES = {
    "dose": "prescribed_dose",
    "dose_unit": "prescribed_dose_units",
    "total": "total_dose",
    "total_unit": "total_dose_units",
}
ASKED = {*_AS_WRITTEN.values(), *_DOSES.values(), "regimen_indication", "regimen_indication_notes"}


def drugs(form: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The drugs; the dose is the prescribed one, or else the total, which its unit then says."""
    rows = form.select(
        "patient_id",
        *(answer(form, question).alias(name) for name, question in (_AS_WRITTEN | _DOSES).items()),
        intent(form, _INDICATIONS, _NOTES).alias("intent"),
        *PROVENANCE,
    )
    concentration = pl.col("dose_unit", "total_unit").str.contains("/ml", literal=True).fill_null(False)
    strange = rows.filter(pl.any_horizontal(concentration) & pl.any_horizontal(pl.col("dose", "total").is_not_null()))
    return rows.with_columns(_dose()).drop("total", "total_unit"), _concentrations(strange)


def _dose() -> list[pl.Expr]:
    """The first of prescribed and total dose that is a dose: a concentration (mg/ml) is none."""
    prescribed, total = _known("dose", "dose_unit"), _known("total", "total_unit")
    return [
        pl.when(prescribed).then("dose").when(total).then("total").alias("dose"),
        pl.when(prescribed).then("dose_unit").when(total).then(pl.col("total_unit") + " in all").alias("dose_unit"),
    ]


def _known(dose: str, unit: str) -> pl.Expr:
    concentration = pl.col(unit).str.contains("/ml", literal=True).fill_null(False)
    return pl.col(dose).is_not_null() & ~concentration


def _concentrations(at: pl.DataFrame) -> list[pl.DataFrame]:
    """One finding for all: the site wrote the strength of the vial."""
    written = pl.coalesce(pl.format("{} {}", "dose", "dose_unit"), pl.format("{} {}", "total", "total_unit"))
    message = pl.format("drugs.dose '{}' of {} is a concentration, not a dose; it is left out", written, "drug")
    return [
        problems(
            "dose-unit-unclear", "drugs", at, message=message, column="dose", value=written, cause=pl.lit("mg/ml")
        )
    ]


def intent(form: pl.DataFrame, indications: dict[str, str | None], notes: dict[str, str]) -> pl.Expr:
    """Why a treatment was given: what the notes say, else the indication.

    An indication, or a note to "other", that is in neither list is handed on as written and becomes a finding.
    """
    indication, noted = answer(form, "regimen_indication"), answer(form, "regimen_indication_notes")
    written = pl.when(indication.str.starts_with("other")).then(noted).otherwise(indication)
    said = indication.replace_strict(indications, default=written, return_dtype=pl.String)
    return pl.coalesce(noted.replace_strict(notes, default=None, return_dtype=pl.String), said)
