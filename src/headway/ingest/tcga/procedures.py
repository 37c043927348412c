"""TCGA's surgery for new tumours -> procedures, where its day is given.

The first operation, which nearly all patients had, has no day on any form and is not here.
"""

from typing import NamedTuple

import polars as pl

from headway.ingest.tcga.forms import Part, answer
from headway.record.columns import PROVENANCE
from headway.record.findings import ROW, problems
from headway.record.words import sentence


class Asked(NamedTuple):
    """What was done, how the questions about it begin, the question whether; "days_to_" asks when."""

    procedure: str
    prefix: str
    whether: str

    @property
    def done(self) -> str:
        return f"{self.prefix}{self.whether}"

    @property
    def day(self) -> str:
        return f"{self.prefix}days_to_{self.whether}"


_SURGERY, _FOR_NEW = "new_tumor_event_additional_surgery_procedure", "surgery for a new tumour"
_ON_EVENT_FORM = Asked(_FOR_NEW, "", _SURGERY)
_ON_FOLLOW_UP = [
    Asked("locoregional surgery for a new tumour", "", "additional_surgery_locoregional_procedure"),
    Asked("surgery of a metastasis", "", "additional_surgery_metastatic_procedure"),
    Asked(_FOR_NEW, "new_tumor_events_new_tumor_event_", _SURGERY),
    Asked(_FOR_NEW, "new_tumor_events_new_tumor_event_2_", _SURGERY),
]
ASKED = {question for asked in [*_ON_FOLLOW_UP, _ON_EVENT_FORM] for question in (asked.done, asked.day)}
_SITE = ["new_neoplasm_occurrence_anatomic_site_text", "new_neoplasm_event_occurrence_anatomic_site"]


def procedures(follow_ups: pl.DataFrame, event_forms: pl.DataFrame) -> Part:
    """One row per patient and day of surgery; the same day on several forms is one operation."""
    on_follow_ups = [_told(follow_ups, asked) for asked in _ON_FOLLOW_UP]
    told = pl.concat([*on_follow_ups, _told(event_forms, _ON_EVENT_FORM)])
    dated = told.filter(pl.col("date").is_not_null()).sort(ROW, nulls_last=True)
    rows = dated.unique(["patient_id", "date"], keep="first", maintain_order=True)
    merged = dated.join(rows, on=PROVENANCE, how="anti", nulls_equal=True).select(PROVENANCE)
    return Part(rows.drop("done"), [_undated(told)], merged)


def _told(form: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    return form.select(
        "patient_id",
        answer(form, asked.day).cast(pl.Int32).alias("date"),
        pl.lit(asked.procedure).alias("procedure"),
        pl.coalesce(answer(form, asked.prefix + question) for question in _SITE).alias("site"),
        answer(form, asked.done).alias("done"),
        *PROVENANCE,
    )


def _undated(told: pl.DataFrame) -> pl.DataFrame:
    at = told.filter((pl.col("done") == "yes") & pl.col("date").is_null())
    what = pl.col("procedure")
    message = sentence("{} was done, but its day is not given", what)
    return problems("event-without-day", "procedures", at, message=message, column="date", value=what)
