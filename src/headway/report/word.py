"""The report as a Word file: headings, tables with repeating headers, pictures with words beside them."""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime

from docx import Document as new_word_file
from docx.document import Document as WordFile
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from headway.report.document import Document, Figure, Section
from headway.report.figures.pictures import Picture
from headway.report.paper import (
    NOTICE,
    SYNTHETIC,
    Sheet,
    notes_of,
    printable,
    right_to_left,
    sheets,
    tables_of,
    words,
)

FONT = "Arial"
CELL, NOTE = "Table Text", "Table Note"
# No clock: Word wants a day of creation, and the same report must be the same bytes.
CREATED = datetime(2000, 1, 1)
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
A4 = (Cm(21), Cm(29.7))
# In cm: the line of an upright page and of one on its side. A sign of 8 pt is about 4 pt wide.
MARGIN, LINE, SIDEWAYS_LINE = Cm(2.2), 16.6, 25.3
TWIPS_PER_CM, TWIPS_PER_SIGN, CELL_MARGIN_TWIPS = 567, 92, 60
FULL_WIDTH_PX = 760


def word(document: Document, pictures: dict[str, Picture]) -> bytes:
    """Render the document; the same document gives the same bytes.

    Takes:  pictures: by the name of their figure.
    """
    file = new_word_file()
    _style(file)
    _describe(file, document)
    _title(file, document)
    counted = {"Figure": 0, "Table": 0}
    for section in document.sections:
        _section(file, section, pictures, counted)
    return _without_clock(file)


def _style(file: WordFile) -> None:
    normal = file.styles["Normal"]
    _font(normal, 10)
    normal.paragraph_format.space_after = Pt(6)  # type: ignore[union-attr]
    for name, size in {"Title": 18, "Heading 1": 13, "Caption": 9}.items():
        _font(file.styles[name], size, bold=True)
    _spaced(file.styles["Heading 1"], 18, 5)
    _spaced(file.styles["Caption"], 10, 3)
    file.styles["Caption"].paragraph_format.keep_together = True  # type: ignore[union-attr]
    for name, space in {CELL: 1, NOTE: 4}.items():
        added = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _font(added, 8)
        _spaced(added, space, space)
    title = file.styles["Title"].element.pPr
    title.remove(title.find(qn("w:pBdr")))
    _language(file)


def _spaced(style, before: int, after: int) -> None:
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _font(style, size: int, bold: bool | None = None) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    about = style.element.get_or_add_rPr()
    for size_of_other_scripts in about.findall(qn("w:szCs")):
        about.remove(size_of_other_scripts)
    about.append(OxmlElement("w:szCs", {qn("w:val"): str(2 * size)}))
    fonts = about.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:cs"), FONT)


def _language(file: WordFile) -> None:
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")


def _describe(file: WordFile, document: Document) -> None:
    """What the file says of itself, what stands on every page, and the page's size."""
    about = file.core_properties
    about.title, about.author, about.last_modified_by = printable(document.title), "Headway", "Headway"
    about.comments, about.language, about.revision = "", "en-GB", 1
    about.created = about.modified = CREATED
    page = file.sections[0]
    page.page_width, page.page_height = A4
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = MARGIN
    if document.synthetic:
        head = page.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _say(head, SYNTHETIC, size=8, bold=True, colour=RGBColor(0xB0, 0, 0x20))
    foot = page.footer.paragraphs[0]
    _say(foot, f"{NOTICE}   Page ", size=8)
    _field(foot, "PAGE", "1", size=8)
    _say(foot, " of ", size=8)
    _field(foot, "NUMPAGES", "1", size=8)


def _title(file: WordFile, document: Document) -> None:
    _say(file.add_paragraph(style="Title"), printable(document.title))
    for name, value in document.facts:
        line = file.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        _say(line, f"{printable(name)}: {printable(value)}", size=9)
    for i, (value, label) in enumerate(document.headline):
        line = file.add_paragraph()
        line.paragraph_format.space_before = Pt(0 if i else 12)
        line.paragraph_format.space_after = Pt(3)
        _say(line, words(value), size=12, bold=True)
        _say(line, f" {printable(label)}")


def _section(file: WordFile, section: Section, pictures: dict[str, Picture], counted: dict[str, int]) -> None:
    notes, shown = notes_of(section), [sheet for table in tables_of(section) for sheet in sheets(table)]
    # A heading goes with what it is over, onto a turned page too.
    _turned(file, not notes and not section.figures and bool(shown) and shown[0].sideways)
    _say(file.add_heading(level=1), printable(section.title))
    for said in notes:
        _say(file.add_paragraph(), said)
    for figure in section.figures:
        _figure(file, figure, pictures[figure.name].png, counted)
    for sheet in shown:
        _sheet(file, sheet, counted)


def _figure(file: WordFile, figure: Figure, png: bytes, counted: dict[str, int]) -> None:
    place = file.add_paragraph()
    place.paragraph_format.keep_with_next = True
    picture = place.add_run().add_picture(io.BytesIO(png))
    height = picture.height / picture.width
    # A picture is drawn at two dots a pixel, and Word takes a dot for a 72th of an inch.
    width = min(_pixels(png) / 2 / FULL_WIDTH_PX, 1.0) * LINE
    picture.width, picture.height = Cm(width), Cm(width * height)
    about = picture._inline.docPr
    about.set("descr", printable(figure.label))
    about.set("name", printable(figure.name))
    _caption(file, "Figure", printable(figure.caption), counted).paragraph_format.keep_with_next = False


def _pixels(png: bytes) -> int:
    """The width that a PNG says of itself."""
    return int.from_bytes(png[16:20], "big")


def _caption(file: WordFile, kind: str, text: str, counted: dict[str, int]) -> Paragraph:
    """A caption that Word counts itself, and lists."""
    counted[kind] += 1
    caption = file.add_paragraph(style="Caption")
    _say(caption, f"{kind} ")
    _field(caption, f"SEQ {kind} \\* ARABIC", str(counted[kind]))
    _say(caption, f". {text}", bold=False)
    return caption


def _sheet(file: WordFile, sheet: Sheet, counted: dict[str, int]) -> None:
    _turned(file, sheet.sideways)
    _caption(file, "Table", sheet.table.title, counted).paragraph_format.keep_with_next = True
    table = file.add_table(0, len(sheet.widths))
    _shape(table._tbl, sheet)
    for row in _rows(sheet):
        table._tbl.append(row)
    _say(file.add_paragraph(style=NOTE), sheet.table.note)


def _shape(table, sheet: Sheet) -> None:
    """Columns as wide as their text, and a line above and below, as journals print them."""
    line = SIDEWAYS_LINE if sheet.sideways else LINE
    share = min(1.0, line * TWIPS_PER_CM / (sum(sheet.widths) * TWIPS_PER_SIGN))
    for column, width in zip(table.tblGrid, sheet.widths, strict=True):
        column.set(qn("w:w"), str(int(width * TWIPS_PER_SIGN * share)))
    fixed = {qn("w:type"): "fixed"}
    table.tblPr.append(_borders("w:tblBorders", {"top": 8, "bottom": 8}))
    table.tblPr.append(OxmlElement("w:tblLayout", fixed))
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        about = {qn("w:w"): str(CELL_MARGIN_TWIPS), qn("w:type"): "dxa"}
        margins.append(OxmlElement(f"w:{side}", about))
    table.tblPr.append(margins)


def _turned(file: WordFile, sideways: bool) -> None:
    """Begin a page of the other orientation, if this is not the one already."""
    if (file.sections[-1].orientation == WD_ORIENT.LANDSCAPE) == sideways:
        return
    section = file.add_section()
    section.orientation = WD_ORIENT.LANDSCAPE if sideways else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = reversed(A4) if sideways else A4


def _rows(sheet: Sheet) -> Iterator:
    """The rows as Word writes them; python-docx's own cells take quadratic time in a long table."""
    last = len(sheet.rows) - 1
    yield _row(sheet, sheet.table.header, header=True, together=True)
    for i, row in enumerate(sheet.rows):
        heading = i in sheet.table.heading_rows
        yield _row(sheet, row, heading=heading, together=heading or (sheet.short and i < last))


def _row(
    sheet: Sheet, texts: tuple[str, ...], *, header: bool = False, heading: bool = False, together: bool
):  # fmt: skip
    """One row: the header, the heading of a block, or cells; `together`: on one page with the next."""
    row, about = OxmlElement("w:tr"), OxmlElement("w:trPr")
    about.append(OxmlElement("w:cantSplit"))
    if header:
        about.append(OxmlElement("w:tblHeader"))
    row.append(about)
    columns = len(sheet.widths)
    for i, text in enumerate(texts[:1] if heading else texts):
        cell = _cell(columns if heading else 1, line_below=header)
        paragraph = Paragraph(cell[-1], None)  # type: ignore[arg-type]
        paragraph.paragraph_format.keep_with_next = together or None
        if i in sheet.numbers:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _say(paragraph, text, bold=header or heading or None)
        row.append(cell)
    return row


def _cell(columns: int, line_below: bool):
    """An empty cell over so many columns."""
    cell, about = OxmlElement("w:tc"), OxmlElement("w:tcPr")
    if columns > 1:
        about.append(OxmlElement("w:gridSpan", {qn("w:val"): str(columns)}))
    if line_below:
        about.append(_borders("w:tcBorders", {"bottom": 4}))
    paragraph, style = OxmlElement("w:p"), OxmlElement("w:pPr")
    style.append(OxmlElement("w:pStyle", {qn("w:val"): CELL.replace(" ", "")}))
    paragraph.append(style)
    cell.extend([about, paragraph])
    return cell


def _borders(name: str, sides: dict[str, int]):
    borders = OxmlElement(name)
    for side, eighths in sides.items():
        line = {"w:val": "single", "w:sz": str(eighths), "w:space": "0", "w:color": "000000"}
        borders.append(OxmlElement(f"w:{side}", {qn(key): value for key, value in line.items()}))
    return borders


def _say(
    paragraph: Paragraph, text: str, *, size: int | None = None, bold: bool | None = None,
    colour: RGBColor | None = None,
) -> Run:  # fmt: skip
    """Add text, which runs the way its first letter does."""
    run = paragraph.add_run(text)
    if size:
        run.font.size = Pt(size)
    run.font.bold = bold
    if colour:
        run.font.color.rgb = colour
    if right_to_left(text):
        run.font.rtl = True
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    return run


def _field(paragraph: Paragraph, code: str, shown: str, size: int | None = None) -> None:
    """A number that Word counts, with what it shows until then."""
    field = OxmlElement("w:fldSimple", {qn("w:instr"): code})
    run = _say(paragraph, shown, size=size)
    field.append(run._r)
    paragraph._p.append(field)


def _without_clock(file: WordFile) -> bytes:
    """The file's bytes, its parts in the order of their names and without their time of writing."""
    written, steady = io.BytesIO(), io.BytesIO()
    file.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(steady, "w") as made:
        for part in parts.infolist():
            about = zipfile.ZipInfo(part.filename, ZIP_TIME)
            about.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(about, parts.read(part))
    return steady.getvalue()
