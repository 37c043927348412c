"""TCGA's radiation forms: one row per course at one site, the dose in Gy or cGy.

Radiotherapy for recurrence or progression may aim at cure or at relief, and the form does not say at
which: its intent is left open.
"""

import polars as pl

from headway.ingest.doses import doses_in_gy
from headway.ingest.tcga import intent
from headway.ingest.tcga.forms import Part, answer
from headway.record.columns import PROVENANCE
from headway.record.findings import problems
from headway.record.words import sentence

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
_SITE, _TYPE, _TYPE_NOTES = "anatomic_treatment_site", "radiation_type", "radiation_type_notes"
ASKED = {*_AS_WRITTEN.values(), *intent.ASKED, _SITE, _TYPE, _TYPE_NOTES}


def radiotherapy(form: pl.DataFrame) -> Part:
    """The courses, their doses in Gy, and a finding for each unit that cannot be right."""
    rows, found = doses_in_gy(
        form.select(
            "patient_id",
            *(answer(form, question).alias(name) for name, question in _AS_WRITTEN.items()),
            _technique(form).alias("technique"),
            intent.intent(form, _INDICATIONS, _NOTES).alias("intent"),
            _place(form).alias("site"),
            *PROVENANCE,
        )
    )
    return Part(rows, [*found, _open_intents(form)])


def _technique(form: pl.DataFrame) -> pl.Expr:
    kind = answer(form, _TYPE)
    return pl.when(kind.str.starts_with("other")).then(answer(form, _TYPE_NOTES)).otherwise(kind)


def _place(form: pl.DataFrame) -> pl.Expr:
    """The field, with what the notes add to it ("back"), where they are not about the intent."""
    field, noted = answer(form, _SITE), answer(form, "regimen_indication_notes")
    place = pl.when(~noted.is_in(list(_NOTES))).then(noted)
    return pl.coalesce(sentence("{}, {}", field, place), field, place)


def _open_intents(form: pl.DataFrame) -> pl.DataFrame:
    unsaid = [indication for indication, meaning in _INDICATIONS.items() if meaning is None]
    asked = form.with_columns(said=answer(form, "regimen_indication"))
    message = sentence("radiotherapy for {} may be curative or palliative; its intent is left open", "said")
    return problems(
        "not-mapped", "radiotherapy", asked.filter(pl.col("said").is_in(unsaid)), message=message,
        column="intent", value=pl.col("said"), cause=pl.col("said"),
        fix="Say whether it was curative or palliative, if that is known.",
    )  # fmt: skip
