"""The report as one self-contained HTML file: no network, prints well, reads without a mouse."""

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from headway.report.document import Document, plain
from headway.report.figures.theme import svg


def html(document: Document) -> str:
    """Render the document; all text from the record is escaped."""
    environment = Environment(
        loader=PackageLoader("headway.report"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(plain=plain, svg=svg)
    return environment.get_template("report.html").render(document=document, shown_findings=shown_findings)


MOST_FINDINGS = 500


def shown_findings(findings: pl.DataFrame) -> list[dict]:
    """The findings that the page lists; the rest stands in findings.csv, and the page says so."""
    return findings.head(MOST_FINDINGS).to_dicts()
