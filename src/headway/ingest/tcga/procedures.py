"""TCGA's surgery for new tumours -> procedures, where its day is given.

The first operation, which nearly all patients had, has no day on any form and is not here.
"""

from typing import NamedTuple

import polars as pl

from headway.ingest.tcga.forms import Part, answer
from headway.record.columns import PROVENANCE
from headway.record.findings import ROW, problems


class Asked(NamedTuple):
    """A question about surgery, the one about its day, and how the names of the site questions begin."""

    procedure: str
    done: str
    day: str
    site_prefix: str


_NEW = "surgery for new tumour"
_DONE, _DAY = "new_tumor_event_additional_surgery_procedure", "days_to_new_tumor_event_additional_surgery_procedure"
_LOCOREGIONAL = "additional_surgery_locoregional_procedure"
_METASTATIC = "additional_surgery_metastatic_procedure"
_NESTED, _SECOND = "new_tumor_events_new_tumor_event_", "new_tumor_events_new_tumor_event_2_"
_ON_FOLLOW_UP = [
    Asked("locoregional surgery for new tumour", _LOCOREGIONAL, f"days_to_{_LOCOREGIONAL}", ""),
    Asked("surgery of metastasis", _METASTATIC, f"days_to_{_METASTATIC}", ""),
    Asked(_NEW, _NESTED + _DONE, _NESTED + _DAY, _NESTED),
    Asked(_NEW, _SECOND + _DONE, _SECOND + _DAY, _SECOND),
]
_ON_EVENT_FORM = [Asked(_NEW, _DONE, _DAY, "")]
ASKED = {question for asked in _ON_FOLLOW_UP + _ON_EVENT_FORM for question in (asked.done, asked.day)}
_SITE = ["new_neoplasm_occurrence_anatomic_site_text", "new_neoplasm_event_occurrence_anatomic_site"]


def procedures(follow_ups: pl.DataFrame, event_forms: pl.DataFrame) -> Part:
    """One row per patient and day of surgery; the same day on several forms is one operation."""
    forms = [(follow_ups, asked) for asked in _ON_FOLLOW_UP] + [(event_forms, asked) for asked in _ON_EVENT_FORM]
    told = pl.concat(_told(form, asked) for form, asked in forms)
    dated = told.filter(pl.col("date").is_not_null()).sort(*ROW, nulls_last=True)
    rows = dated.unique(["patient_id", "date"], keep="first", maintain_order=True)
    merged = dated.join(rows, on=PROVENANCE, how="anti", nulls_equal=True).select(PROVENANCE)
    return Part(rows.drop("done"), [_undated(told)], merged)


def _told(form: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    return form.select(
        "patient_id",
        answer(form, asked.day).cast(pl.Int32).alias("date"),
        pl.lit(asked.procedure).alias("procedure"),
        pl.coalesce(answer(form, asked.site_prefix + question) for question in _SITE).alias("site"),
        answer(form, asked.done).alias("done"),
        *PROVENANCE,
    )


def _undated(told: pl.DataFrame) -> pl.DataFrame:
    at = told.filter((pl.col("done") == "yes") & pl.col("date").is_null())
    message = pl.format("{} was done, but its day is not given", "procedure")
    return problems("event-without-day", "procedures", at, message=message, column="date", value=pl.col("procedure"))
