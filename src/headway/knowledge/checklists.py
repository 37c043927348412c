"""Reporting guidelines: the items that a paper of a design has to answer (checklists.toml)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Item:
    """One item of a guideline, in our words.

    by         parts of the report that answer it
    write      what the investigators write themselves
    only_if    it applies only if the study has one of these; `otherwise` says why it does not
    """

    number: str
    part: str
    topic: str
    by: tuple[str, ...] = ()
    write: str = ""
    only_if: tuple[str, ...] = ()
    otherwise: str = ""


@dataclass(frozen=True)
class Checklist:
    """A guideline with its source."""

    name: str
    source: str
    designs: tuple[str, ...]
    items: tuple[Item, ...]


@cache
def checklists() -> tuple[Checklist, ...]:
    """The guidelines as the file has them.

    >>> [(one.name, len({item.number.rstrip("abcde") for item in one.items})) for one in checklists()]
    [('STROBE', 22), ('CONSORT 2025', 30)]
    """
    text = files("headway.knowledge").joinpath("checklists.toml").read_text(encoding="utf-8")
    return tuple(_checklist(one) for one in tomllib.loads(text)["checklist"])


def _checklist(one: dict) -> Checklist:
    return Checklist(one["name"], one["source"], tuple(one["designs"]), tuple(map(_item, one["item"])))


def _item(one: dict) -> Item:
    lists = {key: tuple(one.get(key, ())) for key in ("by", "only_if")}
    words = {key: one.get(key, "") for key in ("write", "otherwise")}
    return Item(one["number"], one["part"], one["topic"], **lists, **words)


def checklist_of(design: str) -> Checklist:
    """The guideline for a design of the study file.

    >>> checklist_of("cohort").name
    'STROBE'
    """
    return next(one for one in checklists() if design in one.designs)
