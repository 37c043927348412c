"""The report as one self-contained HTML file: no network, prints well, reads without a mouse."""

from dataclasses import dataclass, field

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from headway.report.tables import Table


@dataclass(frozen=True)
class Step:
    """One box of the patient flow: who is left, and who left here and why."""

    label: str
    patients: int
    left: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Figure:
    """A figure with its caption; `label` says in words what it shows, for screen readers."""

    svg: str
    caption: str
    label: str


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it, in this order: text, flow, figures, tables, findings."""

    title: str
    paragraphs: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    findings: pl.DataFrame | None = None

    @property
    def anchor(self) -> str:
        return "".join(sign if sign.isalnum() else "-" for sign in self.title.lower())


@dataclass(frozen=True)
class Document:
    """A whole report. `facts` are the lines under the title: cut-off, fingerprint, version."""

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    synthetic: bool = False
    headline: tuple[tuple[str, str], ...] = field(default=())


def html(document: Document) -> str:
    """Render the document; all text from the record is escaped."""
    environment = Environment(
        loader=PackageLoader("headway.report"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(document=document, shown_findings=shown_findings)


MOST_FINDINGS = 500


def shown_findings(findings: pl.DataFrame) -> list[dict]:
    """The findings that the page lists; the rest stands in findings.csv, and the page says so."""
    return findings.head(MOST_FINDINGS).to_dicts()
