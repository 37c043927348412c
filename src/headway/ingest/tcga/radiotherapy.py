"""TCGA's radiation forms: one row per course at one site, the dose in Gy or cGy.

Radiotherapy for recurrence or progression may aim at cure or at relief, and the form does not say
which: its intent is left open.
"""

import polars as pl

from headway.ingest.doses import doses_in_gy
from headway.ingest.tcga.drugs import intent
from headway.ingest.tcga.forms import answer
from headway.record.columns import PROVENANCE
from headway.record.findings import problems

_INDICATIONS = {"adjuvant": "adjuvant", "palliative": "palliative", "recurrence": None, "progression": None}
_NOTES = {
    "primary": "curative",
    "neoadjuvant": "curative",
    "concurrent chemoradiation as definitive treatment": "curative",
}
_AS_WRITTEN = {
    "course_id": "number",
    "start_date": "days_to_radiation_therapy_start",
    "end_date": "days_to_radiation_therapy_end",
    "dose": "radiation_dosage",
    "dose_unit": "units",
    "fractions": "numfractions",
}
ASKED = {
    *_AS_WRITTEN.values(), "regimen_indication", "regimen_indication_notes", "anatomic_treatment_site",
    "radiation_type", "radiation_type_notes",
}  # fmt: skip


def radiotherapy(form: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The courses, their doses in Gy, and a finding for each unit that cannot be right."""
    rows, found = doses_in_gy(
        form.select(
            "patient_id",
            *(answer(form, question).alias(name) for name, question in _AS_WRITTEN.items()),
            _technique(form).alias("technique"),
            intent(form, _INDICATIONS, _NOTES).alias("intent"),
            _site(form).alias("site"),
            *PROVENANCE,
        )
    )
    return rows, [*found, _open_intents(form)]


def _technique(form: pl.DataFrame) -> pl.Expr:
    kind = answer(form, "radiation_type")
    return pl.when(kind.str.starts_with("other")).then(answer(form, "radiation_type_notes")).otherwise(kind)


def _site(form: pl.DataFrame) -> pl.Expr:
    """The field, with what the notes add to it ("back"); notes on the intent are not about the site."""
    noted = answer(form, "regimen_indication_notes")
    place = pl.when(~noted.is_in(list(_NOTES))).then(noted)
    return pl.concat_str([answer(form, "anatomic_treatment_site"), place], separator=", ", ignore_nulls=True).replace(
        "", None
    )


def _open_intents(form: pl.DataFrame) -> pl.DataFrame:
    at = form.with_columns(indication=answer(form, "regimen_indication")).filter(
        pl.col("indication").is_in([name for name, meaning in _INDICATIONS.items() if meaning is None])
    )
    message = pl.format("radiotherapy for {} may be curative or palliative; its intent is left open", "indication")
    return problems(
        "not-mapped", "radiotherapy", at, message=message, column="intent", value=pl.col("indication"),
        cause=pl.col("indication"), fix="Say whether it was curative or palliative, if that is known.",
    )  # fmt: skip
