"""One table as an RTF file, for the appendix of a submission.

Our own writer of a hundred lines: rtflite 2.6 takes braces and backslashes of a cell for RTF, so that a text
of the record could break the file or say something else, and it breaks pages by its own count of rows.
"""

from collections.abc import Iterator

from headway.report.document import Document
from headway.report.paper import NOTICE, SYNTHETIC, Sheet, printable, right_to_left, sheets, tables_of

# In twips, 20 to a point: A4, its margins, and the room that a sign of 8 pt takes.
PAGE, MARGIN, TWIPS_PER_SIGN = (11906, 16838), 1134, 92
_HEAD = r"{\rtf1\ansi\ansicpg1252\deff0\uc1{\fonttbl{\f0\fswiss\fcharset0 Arial;}}\f0\fs16"
_RULE = r"\brdrs\brdrw"


def rtf_files(document: Document) -> dict[str, str]:
    """Every table of the report as RTF, by the name of its file, numbered as in the report."""
    shown = [table for section in document.sections for table in tables_of(section)]
    made = [sheet for table in shown for sheet in sheets(table)]
    digits = max(len(str(len(made))), 2)
    return {
        f"table_{i:0{digits}}_{_stem(sheet.table.title)}.rtf": rtf(sheet, i, document)
        for i, sheet in enumerate(made, 1)
    }


def _stem(title: str) -> str:
    """The plain letters and digits of a title.

    >>> _stem("OS, by HPV status (part 1 of 2)")
    'os_by_hpv_status_part_1_of_2'
    """
    plain = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in title.lower())
    return "_".join(plain.split())[:60]


def rtf(sheet: Sheet, number: int, document: Document) -> str:
    """The table with its title, its notes, and what stands on every page. ASCII alone."""
    lines = [
        _HEAD,
        _page(sheet),
        _head_and_foot(document),
        _title(sheet, number),
        *_rows(sheet),
        _note(sheet),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _page(sheet: Sheet) -> str:
    width, height = reversed(PAGE) if sheet.sideways else PAGE
    turned = r"\landscape" if sheet.sideways else ""
    margins = "".join(rf"\marg{side}{MARGIN}" for side in "lrtb")
    return rf"\paperw{width}\paperh{height}{turned}{margins}"


def _head_and_foot(document: Document) -> str:
    marked = rf"\b {SYNTHETIC}\b0\line " if document.synthetic else ""
    page = r"Page {\field{\*\fldinst PAGE}{\fldrslt 1}}"
    return (
        rf"{{\header\pard\ql\f0\fs14 {marked}{escaped(document.title)}\par}}"
        "\n"
        rf"{{\footer\pard\ql\f0\fs14 {NOTICE} {page}\par}}"
    )


def _title(sheet: Sheet, number: int) -> str:
    return rf"\pard\keepn\sa80\fs18{{\b Table {number}.}} {escaped(sheet.table.title)}\par\fs16"


def _rows(sheet: Sheet) -> Iterator[str]:
    last = len(sheet.rows) - 1
    yield _row(sheet, sheet.table.header, r"\trhdr", above=15, below=10, bold=True)
    for i, row in enumerate(sheet.rows):
        heading = i in sheet.table.heading_rows
        yield _row(sheet, row[:1] if heading else row, "", below=15 if i == last else 0, bold=heading)


def _row(
    sheet: Sheet, texts: tuple[str, ...], kind: str, *, above: int = 0, below: int = 0, bold: bool
) -> str:  # fmt: skip
    """One row; a single text goes over all columns."""
    ends = _ends(sheet)[-1:] if len(texts) == 1 else _ends(sheet)
    lines = (rf"\clbrdrt{_RULE}{above}" if above else "") + (rf"\clbrdrb{_RULE}{below}" if below else "")
    shape = "".join(rf"{lines}\cellx{end}" for end in ends)
    cells = "".join(_cell(text, i in sheet.numbers, bold) for i, text in enumerate(texts))
    return rf"\trowd\trgaph60\trkeep{kind}{shape}{cells}\row"


def _cell(text: str, right: bool, bold: bool) -> str:
    side = r"\qr" if right else r"\ql"
    runs = r"\rtlpar" if right_to_left(text) else r"\ltrpar"
    said = rf"{{\b {escaped(text)}}}" if bold else escaped(text)
    return rf"\pard\intbl{side}{runs}\sb20\sa20 {said}\cell"


def _ends(sheet: Sheet) -> list[int]:
    """Where each column ends, the whole squeezed into the page."""
    line = (PAGE[1] if sheet.sideways else PAGE[0]) - 2 * MARGIN
    share = min(1.0, line / (sum(sheet.widths) * TWIPS_PER_SIGN))
    return [int(sum(sheet.widths[: i + 1]) * TWIPS_PER_SIGN * share) for i in range(len(sheet.widths))]


def _note(sheet: Sheet) -> str:
    return rf"\pard\sb80\fs14 {escaped(sheet.table.note)}\par"


def escaped(text: str) -> str:
    r"""A text that RTF shows and does not read: its own signs escaped, all beyond ASCII as numbers.

    >>> print(escaped("a {b} \\par ≥ 頭"))
    a \{b\} \\par \u8805? \u-26579?
    """
    return "".join(_sign(sign) for sign in printable(text))


def _sign(sign: str) -> str:
    if sign in "\\{}":
        return "\\" + sign
    if ord(sign) < 128:
        return sign
    units = sign.encode("utf-16-le")
    codes = (int.from_bytes(units[i : i + 2], "little", signed=True) for i in range(0, len(units), 2))
    return "".join(rf"\u{code}?" for code in codes)
