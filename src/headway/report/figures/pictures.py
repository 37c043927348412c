"""The figures of a report as pictures: drawn once, used by every document and written as files."""

from dataclasses import dataclass
from pathlib import Path

from headway.report.document import Document, Figure
from headway.report.figures.theme import pdf, png, svg


@dataclass(frozen=True)
class Picture:
    """One figure in every form that something needs."""

    svg: str
    png: bytes
    pdf: bytes


def pictures(document: Document) -> dict[str, Picture]:
    """Every figure drawn, by its name.

    One after the other: vl-convert holds Python's lock, and threads were no faster.
    """
    return {figure.name: picture(figure) for section in document.sections for figure in section.figures}


def picture(figure: Figure) -> Picture:
    """Vega lays a figure out once; the other forms are made of that."""
    drawn = svg(figure.spec)
    return Picture(drawn, png(drawn), pdf(drawn))


def write_pictures(folder: Path, drawn: dict[str, Picture]) -> None:
    """A file of each kind for each figure."""
    folder.mkdir(exist_ok=True)
    for name, one in drawn.items():
        (folder / f"{name}.svg").write_text(one.svg, encoding="utf-8")
        (folder / f"{name}.png").write_bytes(one.png)
        (folder / f"{name}.pdf").write_bytes(one.pdf)
