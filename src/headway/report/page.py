"""The report as one self-contained HTML file: no network, prints well, reads without a mouse."""

from functools import partial
from importlib.resources import files

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from headway.report.document import Cell, Document, Figure, Sentence, Text
from headway.report.embedding import as_json, as_packed, as_script, fingerprint, with_own_ids
from headway.report.figures.pictures import Picture
from headway.report.figures.theme import svg
from headway.report.trace import packed, timelines
from headway.report.vega_bundle import vega_bundle

# In the order in which they build on each other; they stand in one script.
_SCRIPTS = (
    "elements.js",
    "trace.js",
    "figures.js",
    "panel_number.js",
    "panel_patient.js",
    "panel.js",
    "reading.js",
)


def html(document: Document, drawn: dict[str, Picture] | None = None) -> str:
    """Render the document; all text from the record is escaped.

    Takes: the figures by name, if they are drawn already.
    """
    scripts = {"vega": as_script(vega_bundle()), "page": as_script(_page_script())}
    traced = document.trace
    return _environment(document, drawn or {}).get_template("report.html").render(
        document=document,
        anchors=anchors([section.title for section in document.sections]),
        trace=as_packed(packed(traced)) if traced else None,
        patients=as_packed(timelines(traced)) if traced else None,
        scripts={name: Markup(script) for name, script in scripts.items()},
        allowed=" ".join(f"'{fingerprint(script)}'" for script in scripts.values()),
    )  # fmt: skip


def _environment(document: Document, ready: dict[str, Picture]) -> Environment:
    environment = Environment(
        loader=PackageLoader("headway.report"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    trace = document.trace
    rows = frozenset(trace.results["row"]) if trace else frozenset()
    told = frozenset(trace.stories["patient_id"]) if trace else frozenset()
    environment.filters.update(
        parts=parts, picture=partial(picture, ready=ready), json=_json, shown=shown_findings
    )
    environment.tests.update(traced=rows.__contains__, told=told.__contains__)
    return environment


def _page_script() -> str:
    folder = files("headway.report") / "templates"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in _SCRIPTS)


def anchors(titles: list[str]) -> list[str]:
    """Where the sections stand in the page; two of one title have two addresses.

    >>> anchors(["Patient flow", "Survival", "Survival"])
    ['s-patient-flow', 's-survival', 's-survival-2']
    """
    slugs = ["s-" + "".join(sign if sign.isalnum() else "-" for sign in title.lower()) for title in titles]
    counted = [slugs[: place + 1].count(slug) for place, slug in enumerate(slugs)]
    return [slug if n == 1 else f"{slug}-{n}" for slug, n in zip(slugs, counted, strict=True)]


def parts(sentence: Text | Sentence) -> tuple[Cell, ...]:
    """What a sentence or a cell of a table is made of.

    >>> parts(("Median ", Cell("56.4", 17)))
    (Cell(text='Median ', row=None), Cell(text='56.4', row=17))
    """
    said = sentence if isinstance(sentence, tuple) else (sentence,)
    return tuple(part if isinstance(part, Cell) else Cell(part) for part in said)


def picture(figure: Figure, number: str, *, ready: dict[str, Picture]) -> Markup:
    """The figure as it stands without a script, and in print."""
    drawn = ready[figure.name].svg if figure.name in ready else svg(figure.spec)
    return Markup(with_own_ids(drawn, f"figure-{number}"))


def _json(value: object) -> Markup:
    return Markup(as_json(value))


MOST_FINDINGS = 500


def shown_findings(findings: pl.DataFrame) -> list[dict]:
    """The findings that the page lists; the rest stands in findings.csv, and the page says so."""
    return findings.head(MOST_FINDINGS).to_dicts()
