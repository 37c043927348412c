"""The report as one value: sections of text, figures and tables. Pages, Word and PDF are renderings of it."""

from dataclasses import dataclass, field

import polars as pl

from headway.record.figures_of_a_patient import Timelines
from headway.record.record import Time


@dataclass(frozen=True)
class Cell:
    """A text that comes from one row of the results: `row` is its number there, and leads to the patients."""

    text: str
    row: int | None = None


# What a reader sees; a sentence with numbers in it is the parts that it is made of.
Text = str | Cell
Sentence = str | tuple[Text, ...]


def plain(sentence: Text | Sentence) -> str:
    """The words alone.

    >>> plain(("Median ", Cell("56.4", 17), " months"))
    'Median 56.4 months'
    """
    if isinstance(sentence, tuple):
        return "".join(plain(part) for part in sentence)
    return sentence.text if isinstance(sentence, Cell) else sentence


@dataclass(frozen=True)
class Table:
    """A table as readers see it: header, rows of text, a note on method and population.

    `heading_rows` are the rows that open a block (one cell, set bold).
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    note: str = ""
    heading_rows: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Figure:
    """A figure with its caption; `label` says in words what it shows, for screen readers.

    `name` is the stem of its files; `spec` is Vega-Lite in the house theme; `counts` are the rows of the
    results whose patients it tells in numbers.
    """

    name: str
    spec: dict
    caption: str
    label: str
    counts: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it, in this order: text, figures, tables, findings."""

    title: str
    paragraphs: tuple[Sentence, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    findings: pl.DataFrame | None = None

    @property
    def anchor(self) -> str:
        return "".join(sign if sign.isalnum() else "-" for sign in self.title.lower())


@dataclass(frozen=True)
class Trace:
    """What stands behind the numbers.

    results        `NumberedResults`: every statistic with its patients
    contributions  `Contributions`: what each patient gives to an analysis
    stories        `Stories`: what the record says of a patient, what follows from it, and why
    timelines      what the figure of a patient draws; None: there is none
    time           whether the record tells days or dates
    """

    results: pl.DataFrame
    contributions: pl.DataFrame
    stories: pl.DataFrame
    timelines: Timelines | None = None
    time: Time = "days"


@dataclass(frozen=True)
class Document:
    """A whole report. `facts` are the lines under the title: cut-off, fingerprint, version."""

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    synthetic: bool = False
    headline: tuple[tuple[Cell, str], ...] = field(default=())
    trace: Trace | None = None
