"""New tumour events as TCGA's forms tell them: one row per event and form.

A follow-up form has three places for them: questions of its own (the older edition), a nested block (the newer)
and a second nested block. A row of new_tumor_events.csv is one event.
"""

from typing import NamedTuple

import polars as pl

from headway.ingest.tcga.forms import answer
from headway.record.columns import PROVENANCE
from headway.record.findings import problems


class Block(NamedTuple):
    """A place on a form for one event: the question that opens it, and how the names of the others begin."""

    opens: str | None
    prefix: str


_FOLLOW_UP_BLOCKS = [
    Block("new_tumor_event_after_initial_treatment", ""),
    Block("new_tumor_events_new_tumor_event_after_initial_treatment", "new_tumor_events_new_tumor_event_"),
    Block(None, "new_tumor_events_new_tumor_event_2_"),
]
_OPENING = [block.opens for block in _FOLLOW_UP_BLOCKS if block.opens]
_QUESTIONS = {
    "date": "days_to_new_tumor_event_after_initial_treatment",
    "type": "new_neoplasm_event_type",
    "site": "new_neoplasm_event_occurrence_anatomic_site",
    "text": "new_neoplasm_occurrence_anatomic_site_text",
    "how": "progression_determined_by",
}
ASKED = {*_OPENING, *(block.prefix + asked for block in _FOLLOW_UP_BLOCKS for asked in _QUESTIONS.values())}

_SITES = {
    "oral cavity": "local",
    "oropharynx": "local",
    "hypopharynx": "local",
    "larynx": "local",
    "cervical lymph node": "regional",
    "distant metastasis": "distant",
}
_TYPES = {
    "locoregional recurrence": "locoregional",
    "locoregional disease": "locoregional",
    "distant metastasis": "distant",
    "new primary tumor": "new primary",
}


def new_tumours(follow_ups: pl.DataFrame, event_forms: pl.DataFrame) -> pl.DataFrame:
    """Every event that a form tells of.

    Gives: patient_id, date (null: unknown), type, site, text, how; kind (local, regional, locoregional, distant,
    new primary; null: not told), the row.
    """
    told = [_told(follow_ups, block).filter(_happened()) for block in _FOLLOW_UP_BLOCKS]
    return pl.concat([*told, _told(event_forms, Block(None, ""))]).drop("opened").with_columns(kind=_kind())


def says_none(form: pl.DataFrame) -> pl.Expr:
    """Whether a form says that no new tumour was seen, in answer to any of its opening questions."""
    return pl.any_horizontal((answer(form, question) == "no").fill_null(False) for question in _OPENING)


def _told(form: pl.DataFrame, block: Block) -> pl.DataFrame:
    return form.select(
        "patient_id",
        (answer(form, block.opens) if block.opens else pl.lit(None, pl.String)).alias("opened"),
        *(answer(form, block.prefix + question).alias(name) for name, question in _QUESTIONS.items()),
        *PROVENANCE,
    ).with_columns(pl.col("date").cast(pl.Int32))


def _happened() -> pl.Expr:
    details = pl.any_horizontal(pl.col("date", "type", "site", "text").is_not_null())
    return (pl.col("opened") == "yes").fill_null(False) | details


def _kind() -> pl.Expr:
    """By the form's type; by its site where the type says less. A text that begins "new primary" is a type."""
    kind = pl.col("type").replace_strict(_TYPES, default=None, return_dtype=pl.String)
    place = pl.col("site").replace_strict(_SITES, default=None, return_dtype=pl.String)
    near = place.is_in(["local", "regional"])
    return (
        pl.when(pl.col("text").str.starts_with("new primary")).then(pl.lit("new primary"))
        .when((kind == "locoregional") & near).then(place)
        .otherwise(pl.coalesce(kind, place))
    )  # fmt: skip


def doubts(events: pl.DataFrame) -> list[pl.DataFrame]:
    """Events of which the form says two things, and new primaries, which are not progression."""
    place = pl.col("site").replace_strict(_SITES, default=None, return_dtype=pl.String)
    kind = pl.col("type").replace_strict(_TYPES, default=None, return_dtype=pl.String)
    crossed = (kind.is_in(["locoregional", "distant"])) & ((kind == "distant") != (place == "distant"))
    return [_crossed(events.filter(crossed)), _unsure(events), _new_primary(events.filter(kind="new primary"))]


def _crossed(at: pl.DataFrame) -> pl.DataFrame:
    message = pl.format("the form calls the new tumour '{}' but places it in '{}'; the type is used", "type", "site")
    return problems(
        "conflicting-rows", "assessments", at, severity="warning", message=message, column="progression_site",
        value=pl.col("site"), fix="Check the type and the site of the event.",
    )  # fmt: skip


def _unsure(events: pl.DataFrame) -> pl.DataFrame:
    at = events.filter(pl.col("text").str.contains("new primary") & (pl.col("kind") != "new primary"))
    message = pl.format("the form doubts that this is the same disease ('{}'); it counts as progression", "text")
    return problems(
        "conflicting-rows", "assessments", at, severity="warning", message=message, column="reported_response",
        value=pl.col("text"), fix="Find out whether it was a metastasis or a new primary.",
    )  # fmt: skip


def _new_primary(at: pl.DataFrame) -> pl.DataFrame:
    place = pl.format(" ({})", pl.coalesce("text", "site"))
    message = pl.format(
        "a new primary tumour{} is not progression of this disease; the assessment has no response", place.fill_null("")
    )
    return problems(
        "not-mapped", "assessments", at, message=message, column="reported_response", value=pl.col("type"),
        fix="Nothing, if second primaries do not count in this study.",
    )  # fmt: skip


def undated(events: pl.DataFrame, used: pl.DataFrame) -> list[pl.DataFrame]:
    """Events without a day; a form row that holds nothing else (is not among `used`) is set aside."""
    first = pl.col("date").min().over("patient_id")
    other = pl.when(first.is_not_null()).then(pl.format("; the first that has one is on day {}", first))
    at = events.with_columns(other=other.fill_null("")).filter(pl.col("date").is_null())
    kind = pl.format(" ({})", pl.coalesce("kind", "text")).fill_null("")
    message = pl.format("a new tumour event{} is reported without its day{}", kind, "other")
    rows = {"warning": at.join(used, on=PROVENANCE, how="semi", nulls_equal=True),
            "error": at.join(used, on=PROVENANCE, how="anti", nulls_equal=True)}  # fmt: skip
    return [
        problems("event-without-day", "assessments", some, message=message, column="date", severity=severity)
        for severity, some in rows.items()
    ]
