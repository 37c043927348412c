"""TCGA's new tumour events -> assessments: what an honest PFS can stand on here.

TCGA holds no scans and no responses. It holds a question on each form, "has there been a new tumour
event after initial treatment?", with a day, a site and how it was determined. So:

- A local, regional or distant event is progression (PD) on its day. Nearly all of these patients were
  operated on first, so "PFS" from TCGA is time to first recurrence or death, as seen on visits of
  routine care and not on a schedule.
- A new primary tumour is another disease: an assessment without a response, and a finding. (The
  progression-free interval of TCGA's Clinical Data Resource, Liu et al., Cell 2018, counts it.)
- A contact on which a form denies an event, or at least says "tumor free", is an assessment with
  `reported_new_lesion` no, and no response, for none was judged. The last of them is the last day on
  which the patient is known to be free of events; being alive later says nothing about events.
- Treatment success ("progressive disease"), persistent disease and "with tumor" have no day of their
  own, and disease that never went away has not progressed by that. None of them makes an event.
- An event without a day cannot be placed. It is a finding: this patient's PFS may be too long.

Several forms often tell of one event. What they say of one patient and day is one assessment per
site, and what one of them says less precisely ("locoregional", or nothing) is not another event.
Events on different days are never taken for one.
"""

import polars as pl

from headway.ingest.tcga.forms import Part, answer
from headway.ingest.tcga.new_tumours import doubts, says_none
from headway.record.columns import PROVENANCE
from headway.record.findings import ROW
from headway.record.words import sentence

_STATUS, _SEEN = "person_neoplasm_cancer_status", "days_to_last_followup"
ASKED = {_STATUS, _SEEN}
_SUREST_FIRST = ["biopsy with histologic confirmation", "convincing imaging", "positive biomarker (s)"]
_ONE_DAY = ["patient_id", "date"]


def assessments(events: pl.DataFrame, follow_ups: pl.DataFrame, first_forms: pl.DataFrame) -> Part:
    """One row per patient, day and site of a dated event, and per contact that was free of events."""
    free = (_free_of_events(form, events) for form in (first_forms, follow_ups))
    told = pl.concat([events.filter(pl.col("date").is_not_null()), *free], how="diagonal")
    rows = _once(told)
    merged = told.join(rows, on=PROVENANCE, how="anti", nulls_equal=True).select(PROVENANCE)
    return Part(rows.select(*_ONE_DAY, *_columns(), *PROVENANCE), doubts(events), merged)


def _free_of_events(form: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Contacts with a living patient on which the form denies an event and tells of none."""
    alive, free = answer(form, "vital_status") == "alive", answer(form, _STATUS) == "tumor free"
    contacts = form.select(
        "patient_id",
        pl.when(alive).then(answer(form, _SEEN).cast(pl.Int32)).alias("date"),
        pl.when(free).then(pl.lit("tumour free")).alias("free"),
        pl.when(says_none(form)).then(pl.lit("no new tumour event")).alias("none"),
        *PROVENANCE,
    ).with_columns(none=pl.coalesce("none", "free"))
    known = contacts.filter(pl.all_horizontal(pl.col("date", "none").is_not_null())).drop("free")
    return known.join(events, on=PROVENANCE, how="anti", nulls_equal=True)


def _once(told: pl.DataFrame) -> pl.DataFrame:
    """Each event and each contact once: as the most precise form tells it, by the surest method."""
    rank = {how: rank for rank, how in enumerate(_SUREST_FIRST)}
    sureness = pl.col("how").replace_strict(rank, default=len(rank), return_dtype=pl.Int8)
    in_order = told.filter(~_known_better()).sort(*_ONE_DAY, sureness, *ROW, nulls_last=True)
    return in_order.unique([*_ONE_DAY, "kind"], keep="first", maintain_order=True)


def _known_better() -> pl.Expr:
    """Whether another form says more of what happened to the patient on that day."""
    kind, event = pl.col("kind"), pl.col("none").is_null()
    nearer = kind.is_in(["local", "regional"]).any().over(_ONE_DAY)
    return (
        (~event & event.any().over(_ONE_DAY))
        | (kind.is_null() & kind.is_not_null().any().over(_ONE_DAY))
        | ((kind == "locoregional").fill_null(False) & nearer)
    )


def _columns() -> list[pl.Expr]:
    free, primary = pl.col("none").is_not_null(), (pl.col("kind") == "new primary").fill_null(False)
    name = pl.when(primary).then(pl.lit("new primary tumour")).otherwise(pl.lit("new tumour event"))
    where = pl.coalesce(sentence("{}: {}", name, pl.coalesce("text", "site")), name)
    how = pl.coalesce(sentence("{} ({})", name, "how"), name)
    return [
        pl.when(free).then(pl.lit("follow-up")).otherwise(where).alias("visit"),
        pl.when(~free & ~primary).then(pl.lit("PD")).alias("reported_response"),
        pl.when(free).then(False).when(~primary).then(True).alias("reported_new_lesion"),
        pl.when(free).then("none").otherwise(how).alias("criteria"),
        pl.when(~primary).then("kind").alias("progression_site"),
    ]
