"""The kinds of column that a source table may have.

Each constructor returns a dataframely column. What dataframely does not know (unit, closed list
as a list, the name in the spreadsheet, what a partial date means) rides along as metadata, and
`describe` reads it back. Validation, reference page, template and example rows all start there.
"""

from dataclasses import dataclass
from typing import Any, Literal

import dataframely as dy
import polars as pl

Kind = Literal["identifier", "text", "choice", "number", "whole", "yes_no", "day"]
# What the missing day of a partial date becomes (domain.md 5.4); see ingest/dates.py.
Partial = Literal[
    "start", "end", "middle", "scan", "last_contact", "death", "adverse_event_start", "after_dose"
]


@dataclass(frozen=True)
class Description:
    """One column as people see it: its name in a spreadsheet, kind, unit, limits and meaning."""

    name: str  # in a spreadsheet: start_date
    inside: str  # in our frames: start_day
    kind: Kind
    sentence: str
    required: bool
    may_be_unknown: bool
    decisive: bool
    unit: str | None
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    synonyms: dict[str, str]
    partial: Partial | None
    example: Any


def _metadata(kind: Kind, sentence: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "sentence": sentence, **{k: v for k, v in more.items() if v is not None}}


def identifier(sentence: str, *, example: str, required: bool = True) -> dy.String:
    """A name given by the site; kept as written, leading zeros included."""
    return dy.String(nullable=not required, metadata=_metadata("identifier", sentence, example=example))


def text(sentence: str, *, example: str, required: bool = False) -> dy.String:
    """Free text."""
    return dy.String(nullable=not required, metadata=_metadata("text", sentence, example=example))


def choice(
    sentence: str,
    choices: list[str],
    *,
    synonyms: dict[str, str] | None = None,
    required: bool = False,
    decisive: bool = False,
) -> dy.String:
    """One of a closed list; case and listed synonyms do not matter."""
    return dy.String(
        nullable=not required,
        check=lambda column: column.is_in(choices),
        metadata=_metadata(
            "choice",
            sentence,
            choices=tuple(choices),
            synonyms=synonyms,
            decisive=decisive,
            example=choices[0],
        ),
    )


def yes_no(sentence: str, *, decisive: bool = False) -> dy.Bool:
    """Yes or no; empty means not recorded, never no."""
    return dy.Bool(nullable=True, metadata=_metadata("yes_no", sentence, decisive=decisive, example="yes"))


def number(
    sentence: str,
    unit: str | None,
    low: float | None,
    high: float | None,
    *,
    example: float,
    required: bool = False,
) -> dy.Float64:
    """A measured number in a fixed unit, between two inclusive limits."""
    metadata = _metadata("number", sentence, unit=unit, low=low, high=high, example=example)
    return dy.Float64(nullable=not required, min=low, max=high, metadata=metadata)


def whole(
    sentence: str,
    unit: str | None,
    low: int,
    high: int,
    *,
    example: int,
    required: bool = False,
    decisive: bool = False,
) -> dy.Int32:
    """A whole number between two inclusive limits."""
    metadata = _metadata("whole", sentence, unit=unit, low=low, high=high, example=example, decisive=decisive)
    return dy.Int32(nullable=not required, min=low, max=high, metadata=metadata)


def day(
    sentence: str,
    *,
    example: int,
    partial: Partial = "start",
    required: bool = False,
    may_be_unknown: bool = False,
) -> dy.Int32:
    """A day: a calendar date, or whole days from the patient's own day 0.

    Inside, a day is an integer: days since 1970-01-01 in a record with dates, else the relative
    day itself. `partial` names the rule that completes a date of which only month or year is
    known. An unreadable day sets its row aside: nothing may be concluded from a day nobody knows.
    A required day that `may_be_unknown` must have its column, but a cell may be empty (decision 0001).
    """
    metadata = _metadata(
        "day", sentence, partial=partial, example=example, decisive=True, may_be_unknown=may_be_unknown
    )
    return dy.Int32(nullable=may_be_unknown or not required, metadata=metadata)


class Sourced(dy.Schema):
    """What every source row carries besides its own columns: where it was read."""

    source_file = dy.String(nullable=True)
    source_sheet = dy.String(nullable=True)
    source_line = dy.Int64(nullable=True)


PROVENANCE = tuple(Sourced.columns())


def spreadsheet_name(inside: str) -> str:
    """The name of a day column in a spreadsheet: `start_day` is `start_date` there.

    >>> spreadsheet_name("start_day"), spreadsheet_name("day"), spreadsheet_name("dose_gy")
    ('start_date', 'date', 'dose_gy')
    """
    return inside.removesuffix("day") + "date" if inside == "day" or inside.endswith("_day") else inside


def imputed_name(inside: str) -> str:
    """The column that says how a day was completed: `start_day` has `start_imputed`.

    >>> imputed_name("start_day"), imputed_name("day")
    ('start_imputed', 'imputed')
    """
    return inside.removesuffix("day") + "imputed"


def describe(schema: type[dy.Schema]) -> list[Description]:
    """Every column of a source table, as declared; the provenance columns are left out."""
    return [_described(name, column) for name, column in schema.columns().items() if name not in PROVENANCE]


def _described(inside: str, column: dy.Column) -> Description:
    metadata = column.metadata or {}
    return Description(
        name=spreadsheet_name(inside) if metadata["kind"] == "day" else inside,
        inside=inside,
        kind=metadata["kind"],
        sentence=metadata["sentence"],
        required=not column.nullable or metadata.get("may_be_unknown", False),
        may_be_unknown=metadata.get("may_be_unknown", False),
        decisive=not column.nullable or metadata.get("decisive", False),
        unit=metadata.get("unit"),
        low=metadata.get("low"),
        high=metadata.get("high"),
        choices=metadata.get("choices", ()),
        synonyms=metadata.get("synonyms", {}),
        partial=metadata.get("partial"),
        example=metadata.get("example"),
    )


def empty(schema: type[dy.Schema]) -> pl.DataFrame:
    """A table without rows, with the columns that our frames have, the imputation flags included."""
    flags = [
        pl.lit(None, pl.String).alias(imputed_name(c.inside)) for c in describe(schema) if c.kind == "day"
    ]
    return schema.create_empty().with_columns(flags)
