"""TCGA's new tumour events -> assessments: what an honest PFS can stand on here.

TCGA holds no scans and no response. What it holds is a question on each form, "has there been a new tumour event
after initial treatment?", with a day, a site and how it was determined. So:

- A local, regional or distant event is progression (PD) on its day. Nearly all of these patients were operated on
  first, so "PFS" from TCGA is time to first recurrence or death, seen on visits of routine care, not on a schedule.
- A new primary tumour is another disease: an assessment without a response, and a finding. (The progression-free
  interval of TCGA's Clinical Data Resource, Liu et al., Cell 2018, counts it as an event; this does not.)
- A contact on which a form says "no new tumour event", or at least "tumor free", is an assessment with
  `reported_new_lesion` no and no response, for none was judged. The last of them is the last day on which a patient
  is known to be free of events; censoring at last contact instead takes being alive for being free of events.
- Treatment success ("progressive disease"), persistent disease and "with tumor" have no day of their own, and disease
  that never went away has not progressed by that. None of them makes an event.
- An event without a day cannot be placed. It is a finding: this patient's PFS may be too long.

One event is often told by several forms. What forms say of one patient and day is one assessment per site; what one
of them says less precisely ("locoregional", or nothing) is not another event. Different days are never matched.
"""

import polars as pl

from headway.ingest.tcga.forms import Part, answer
from headway.ingest.tcga.new_tumours import says_none
from headway.record.columns import PROVENANCE
from headway.record.findings import ROW

_STATUS = "person_neoplasm_cancer_status"
ASKED = {_STATUS}
_SUREST_FIRST = ["biopsy with histologic confirmation", "convincing imaging", "positive biomarker (s)"]
_ONE_DAY = ["patient_id", "date"]


def assessments(events: pl.DataFrame, follow_ups: pl.DataFrame, first_forms: pl.DataFrame) -> Part:
    """One row per patient, day and site of a dated event, and per day on which a form saw none."""
    free = pl.concat(_free_of_events(form, events) for form in (first_forms, follow_ups))
    told = pl.concat([events.filter(pl.col("date").is_not_null()), free], how="diagonal")
    rows = _once(told)
    merged = told.join(rows, on=PROVENANCE, how="anti", nulls_equal=True)
    return Part(rows.select(*_columns(), *PROVENANCE), [], merged.select(PROVENANCE))


def _free_of_events(form: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Contacts with a living patient on which the form denies an event, and does not tell of one."""
    denied = says_none(form)
    free = (answer(form, _STATUS) == "tumor free").fill_null(False)
    seen = answer(form, "days_to_last_followup").cast(pl.Int32)
    said = pl.when(denied).then(pl.lit("no new tumour event")).when(free).then(pl.lit("tumour free"))
    status = answer(form, "vital_status").alias("vital_status")
    contacts = form.select("patient_id", seen.alias("date"), said.alias("none"), status, *PROVENANCE)
    alive = contacts.filter(
        pl.all_horizontal(pl.col("date", "none").is_not_null()), (pl.col("vital_status") == "alive").fill_null(False)
    )
    return alive.drop("vital_status").join(events, on=PROVENANCE, how="anti", nulls_equal=True)


def _once(told: pl.DataFrame) -> pl.DataFrame:
    """Each event and each contact once: the most precise row, by the surest method, first in the files."""
    sure = pl.col("how").replace_strict({how: i for i, how in enumerate(_SUREST_FIRST)}, default=9, return_dtype=pl.Int8)
    return (
        told.filter(~_known_better())
        .sort(*_ONE_DAY, sure, *ROW, nulls_last=True)
        .unique([*_ONE_DAY, "kind"], keep="first", maintain_order=True)
    )


def _known_better() -> pl.Expr:
    """Whether another row of that patient and day says more of the event."""
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
    where = pl.coalesce(pl.format("{}: {}", name, pl.coalesce("text", "site")), name)
    how = pl.coalesce(pl.format("{} ({})", name, "how"), name)
    return [
        *map(pl.col, _ONE_DAY),
        pl.when(free).then(pl.lit("follow-up")).otherwise(where).alias("visit"),
        pl.when(~free & ~primary).then(pl.lit("PD")).alias("reported_response"),
        pl.when(free).then(False).when(~primary).then(True).alias("reported_new_lesion"),
        pl.when(free).then("none").otherwise(how).alias("criteria"),
        pl.when(~primary).then("kind").alias("progression_site"),
    ]
