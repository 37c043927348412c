"""The report as a tagged PDF (PDF/UA-1), set by typst from data: no text is run as code."""

import json
import re
from functools import cache
from importlib.resources import files
from itertools import groupby

import typst

from headway.report.document import Document, Figure, Section
from headway.report.figures.pictures import Picture
from headway.report.paper import (
    NOTICE,
    SYNTHETIC,
    UPRIGHT,
    Sheet,
    notes_of,
    printable,
    right_to_left,
    sheets,
    tables_of,
    words,
)

_FONTS, _TEMPLATE = files("headway.report").joinpath("fonts"), "templates/report.typ"
# How wide a figure is that fills the line, and the longest run of signs that a line may hold without a break.
FULL_WIDTH_PX, LONGEST_RUN = 760, 24
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
_NUMBERED = (
    "Characters that the fonts of this PDF lack are shown as their Unicode numbers; report.html shows them."
)


def pdf(document: Document, pictures: dict[str, Picture]) -> bytes:
    """Render the document; the same document gives the same bytes on every machine.

    Takes:  pictures: by the name of their figure.
    """
    said = json.dumps(_report(document, pictures), ensure_ascii=False, sort_keys=True)
    numbered: set[str] = set()
    while True:
        try:
            return _compiled(_with_numbers(said, numbered))
        except typst.TypstError as error:
            lacking = _without_glyph(error.diagnostic)
            if not lacking - numbered:
                raise
            numbered |= lacking


def _without_glyph(complaint: str) -> set[str]:
    r"""The characters that typst cannot show, of its complaint; it writes some as numbers.

    >>> sorted(_without_glyph(r'the text `"\u{e44}ท"` could not be displayed with font `"X"`'))
    ['ท', 'ไ']
    """
    named = "".join(_NO_GLYPH.findall(complaint))
    plain = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), named)
    return {sign for sign in plain if not sign.isascii()}


def _compiled(said: str) -> bytes:
    template = files("headway.report").joinpath(_TEMPLATE).read_bytes()
    return typst.compile(
        template, font_paths=_fonts(), sys_inputs={"report": said}, pdf_standards=["ua-1"], timestamp=0
    )


@cache
def _fonts() -> typst.Fonts:
    """Ours and typst's own; a font of the machine would make other bytes on another machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(_FONTS)])


def _with_numbers(said: str, numbered: set[str]) -> str:
    """Characters without a glyph as `[U+0E44]`: PDF/UA refuses the empty box."""
    if not numbered:
        return said
    shown = said.translate({ord(sign): f"[U+{ord(sign):04X}]" for sign in numbered})
    return json.dumps({**json.loads(shown), "missing": _text(_NUMBERED)}, ensure_ascii=False, sort_keys=True)


def _report(document: Document, pictures: dict[str, Picture]) -> dict:
    return {
        "title": printable(document.title),
        "facts": [{"name": _text(name), "value": _text(value)} for name, value in document.facts],
        "headline": [
            {"value": words(value), "label": _text(printable(label))} for value, label in document.headline
        ],
        "sections": [_section(section, pictures) for section in document.sections],
        "synthetic": SYNTHETIC if document.synthetic else None,
        "notice": NOTICE,
        "missing": _text(""),
    }


def _section(section: Section, pictures: dict[str, Picture]) -> dict:
    return {
        "title": _text(section.title),
        "paragraphs": [_text(said) for said in notes_of(section)],
        "figures": [_figure(figure, pictures[figure.name].svg) for figure in section.figures],
        "pages": _pages([sheet for table in tables_of(section) for sheet in sheets(table)]),
    }


def _pages(shown: list[Sheet]) -> list[dict]:
    """Tables that stand on their side one after the other share their turned pages."""
    return [
        {"sideways": sideways, "sheets": [_sheet(sheet) for sheet in together]}
        for sideways, together in groupby(shown, lambda sheet: sheet.sideways)
    ]


def _figure(figure: Figure, svg: str) -> dict:
    width = re.search(r'<svg[^>]* width="([\d.]+)"', svg)
    share = min(float(width[1]) / FULL_WIDTH_PX, 1.0) if width else 1.0
    return {"caption": _text(figure.caption), "alt": printable(figure.label), "svg": svg, "share": share}


def _sheet(sheet: Sheet) -> dict:
    rows = [
        {"heading": i in sheet.table.heading_rows, "cells": [_text(cell) for cell in row]}
        for i, row in enumerate(sheet.rows)
    ]
    return {
        "title": _text(sheet.table.title),
        "note": _text(sheet.table.note),
        "header": [_text(name) for name in sheet.table.header],
        "columns": _columns(sheet),
        "numbers": sorted(sheet.numbers),
        "rows": rows,
        "size": 7 if sheet.smaller else 8,
        "short": sheet.short,
    }


def _columns(sheet: Sheet) -> list[int | None]:
    """The share of each column where the table fills the page; else as wide as its text."""
    full = sum(sheet.widths) > UPRIGHT
    return list(sheet.widths) if full else [None] * len(sheet.widths)


def _text(text: str) -> dict:
    """A text with the way it runs, and with places where a very long word may break."""
    shown = re.sub(rf"(\S{{{LONGEST_RUN}}})(?=\S)", "\\1\u200b", printable(text))
    return {"text": shown, "rtl": right_to_left(shown)}
