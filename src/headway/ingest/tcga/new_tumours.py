"""New tumour events as TCGA's forms tell them: one row per event and form.

A follow-up form has three places for them: questions of its own (older forms), a nested block
(newer forms) and a second nested block. A row of new_tumor_events.csv is one event.
"""

from typing import NamedTuple

import polars as pl

from headway.ingest.tcga.forms import answer
from headway.record.columns import PROVENANCE
from headway.record.findings import problems
from headway.record.words import sentence


class Block(NamedTuple):
    """A place for one event on a form: the question that opens it, and how its other questions begin."""

    opens: str | None
    prefix: str


_ON_EVENT_FORM = Block(None, "")
_ON_FOLLOW_UP = [
    Block("new_tumor_event_after_initial_treatment", ""),
    Block("new_tumor_events_new_tumor_event_after_initial_treatment", "new_tumor_events_new_tumor_event_"),
    Block(None, "new_tumor_events_new_tumor_event_2_"),
]
_OPENING = [block.opens for block in _ON_FOLLOW_UP if block.opens]
_QUESTIONS = {
    "date": "days_to_new_tumor_event_after_initial_treatment",
    "type": "new_neoplasm_event_type",
    "site": "new_neoplasm_event_occurrence_anatomic_site",
    "text": "new_neoplasm_occurrence_anatomic_site_text",
    "how": "progression_determined_by",
}
ASKED = {*_OPENING, *(block.prefix + asked for block in _ON_FOLLOW_UP for asked in _QUESTIONS.values())}

_TYPES = {
    "locoregional recurrence": "locoregional",
    "locoregional disease": "locoregional",
    "distant metastasis": "distant",
    "new primary tumor": "new primary",
}
_SITES = {
    "oral cavity": "local",
    "oropharynx": "local",
    "hypopharynx": "local",
    "larynx": "local",
    "cervical lymph node": "regional",
    "distant metastasis": "distant",
}


def new_tumours(follow_ups: pl.DataFrame, event_forms: pl.DataFrame) -> pl.DataFrame:
    """Every event that a form tells of.

    Gives: patient_id, date (null: not given), type, site, text, how, as written; kind: local,
           regional, locoregional, distant or new primary (null: not told); where the form stands.
    """
    told = [_told(follow_ups, block).filter(_happened()) for block in _ON_FOLLOW_UP]
    return pl.concat([*told, _told(event_forms, _ON_EVENT_FORM)]).drop("opened").with_columns(kind=_kind())


def says_none(form: pl.DataFrame) -> pl.Expr:
    """Whether a form answers "no" where it asks for a new tumour."""
    return pl.any_horizontal((answer(form, question) == "no").fill_null(False) for question in _OPENING)


def _told(form: pl.DataFrame, block: Block) -> pl.DataFrame:
    opened = answer(form, block.opens) if block.opens else pl.lit(None, pl.String)
    told = (answer(form, block.prefix + question).alias(name) for name, question in _QUESTIONS.items())
    return form.select("patient_id", opened.alias("opened"), *told, *PROVENANCE).with_columns(
        pl.col("date").cast(pl.Int32)
    )


def _happened() -> pl.Expr:
    details = pl.any_horizontal(pl.col("date", "type", "site", "text").is_not_null())
    return (pl.col("opened") == "yes").fill_null(False) | details


def _type() -> pl.Expr:
    return pl.col("type").replace_strict(_TYPES, default=None, return_dtype=pl.String)


def _place() -> pl.Expr:
    return pl.col("site").replace_strict(_SITES, default=None, return_dtype=pl.String)


def _kind() -> pl.Expr:
    """By the type, by the site where the type says less; and a text may begin with "new primary"."""
    nearer = (_type() == "locoregional") & _place().is_in(["local", "regional"])
    return (
        pl.when(pl.col("text").str.starts_with("new primary")).then(pl.lit("new primary"))
        .when(nearer).then(_place())
        .otherwise(pl.coalesce(_type(), _place()))
    )  # fmt: skip


def doubts(events: pl.DataFrame) -> list[pl.DataFrame]:
    """Events of which a form says two things, and new primaries, which are not progression."""
    return [_crossed(events), _unsure(events), _new_primaries(events)]


def _crossed(events: pl.DataFrame) -> pl.DataFrame:
    far = _type() == "distant"
    at = events.filter(_type().is_in(["locoregional", "distant"]) & (far != (_place() == "distant")))
    message = sentence("the form calls it '{}' but places it in '{}'; the former is used", "type", "site")
    return problems(
        "conflicting-rows", "assessments", at, severity="warning", message=message,
        column="progression_site", value=pl.col("site"), fix="Check the type and the site of the event.",
    )  # fmt: skip


def _unsure(events: pl.DataFrame) -> pl.DataFrame:
    primary = pl.col("text").str.contains("new primary", literal=True)
    at = events.filter(primary & (pl.col("kind") != "new primary"))
    message = sentence("the form is not sure whether it is a new primary ('{}'); it is read as PD", "text")
    return problems(
        "conflicting-rows", "assessments", at, severity="warning", message=message,
        column="reported_response", value=pl.col("text"), fix="Find out whether it was a new primary.",
    )  # fmt: skip


def _new_primaries(events: pl.DataFrame) -> pl.DataFrame:
    at = events.filter(pl.col("kind") == "new primary")
    where = sentence(" ({})", pl.coalesce("text", "site")).fill_null("")
    message = sentence("a new primary tumour{} is not progression; the assessment has no response", where)
    return problems(
        "not-mapped", "assessments", at, message=message, column="reported_response",
        value=pl.coalesce("type", "text"), fix="Nothing, if second primaries do not count in the study.",
    )  # fmt: skip


def undated(events: pl.DataFrame, used: pl.DataFrame) -> list[pl.DataFrame]:
    """Events without a day. Warnings; but a form row that is not among `used` is set aside by it."""
    first = pl.col("date").min().over("patient_id")
    known = sentence("; the first that has one is on day {}", first).fill_null("")
    what = sentence(" ({})", pl.coalesce("kind", "text")).fill_null("")
    says = sentence("a new tumour event{} is reported without its day{}", what, known)
    at, message = events.with_columns(says=says).filter(pl.col("date").is_null()), pl.col("says")
    kept = at.join(used, on=PROVENANCE, how="semi", nulls_equal=True)
    aside = at.join(used, on=PROVENANCE, how="anti", nulls_equal=True)
    return [
        problems("event-without-day", "assessments", rows, message=message, column="date", severity=severity)
        for severity, rows in [("warning", kept), ("error", aside)]
    ]
