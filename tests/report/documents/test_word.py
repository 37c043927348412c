"""report.docx: real headings and tables, words beside pictures, no clock."""

import io
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document as opened
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from pypdf import PdfReader

from headway.report.document import Document
from headway.report.figures.pictures import pictures
from headway.report.word import word

SOFFICE = shutil.which("soffice")


def made(document: Document) -> bytes:
    return word(document, pictures(document))


@pytest.fixture(scope="module")
def everything_docx(everything) -> bytes:
    return made(everything)


@pytest.fixture(scope="module")
def file(everything_docx):
    return opened(io.BytesIO(everything_docx))


def test_the_same_bytes_twice_and_no_clock(everything, everything_docx, file):
    assert made(everything) == everything_docx
    about = file.core_properties
    assert about.created == about.modified == datetime(2000, 1, 1, tzinfo=UTC)
    with zipfile.ZipFile(io.BytesIO(everything_docx)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_title_and_headings_are_what_they_are(file):
    assert file.core_properties.title == "A study of 頭頸部癌: #panic()"
    headings = [p.text for p in file.paragraphs if p.style.name == "Heading 1"]
    assert headings == ["Patient flow", "Survival", "Tables", "Wide", "Data"]


def test_the_first_row_of_every_table_repeats(file):
    assert file.tables
    for table in file.tables:
        repeats = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert repeats == [True, *[False] * (len(repeats) - 1)]


def test_each_caption_is_counted(file):
    captions = [p.text for p in file.paragraphs if p.style.name == "Caption"]
    assert captions[0].startswith("Table ")
    codes = [field.get(qn("w:instr")) for field in file.element.iter(qn("w:fldSimple"))]
    assert codes.count("SEQ Table \\* ARABIC") == len(file.tables)
    assert codes.count("SEQ Figure \\* ARABIC") == 1


def test_a_picture_is_told_in_words(file):
    assert [shape._inline.docPr.get("descr") for shape in file.inline_shapes] == ["A falling curve"]


def test_every_page_says_that_the_data_are_synthetic_and_counts(file):
    assert "SYNTHETIC DATA" in file.sections[0].header.paragraphs[0].text
    assert all(section.header.is_linked_to_previous for section in list(file.sections)[1:])
    codes = [field.get(qn("w:instr")) for field in file.sections[0].footer._element.iter(qn("w:fldSimple"))]
    assert codes == ["PAGE", "NUMPAGES"]


def test_text_of_the_record_stays_text(file):
    cells = [row.cells[0].text for table in file.tables for row in table.rows if len(row.cells) == 2]
    assert '#read("/etc/passwd")' in cells
    assert "}} \\b bold \\par {\\field{\\*\\fldinst INCLUDETEXT x}}" in cells
    assert "bell   and null   end" in cells
    assert {field.get(qn("w:instr")).split()[0] for field in file.element.iter(qn("w:fldSimple"))} == {"SEQ"}


def test_right_to_left_text_runs_so(file):
    arabic = next(p for p in file.element.iter(qn("w:p")) if "غير" in "".join(p.itertext()))
    assert arabic.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None


def test_forty_columns_stand_in_parts_on_turned_pages(file):
    turned = [section for section in file.sections if section.orientation == WD_ORIENT.LANDSCAPE]
    assert len(turned) == 1
    wide = [table for table in file.tables if table.rows[0].cells[0].text == "Patient"]
    assert len(wide) > 2
    assert sum(len(table.columns) - 1 for table in wide) == 39


def as_read(content: bytes, folder: Path) -> str:
    """The text as LibreOffice sets it on pages; on a machine without it, as the file's own XML has it."""
    if SOFFICE is None:
        file = opened(io.BytesIO(content))
        parts = [file.element.body, file.sections[0].header._element]
        return "".join(text.text or "" for part in parts for text in part.iter(qn("w:t")))
    (folder / "report.docx").write_bytes(content)
    own = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [SOFFICE, own, "--headless", "--convert-to", "pdf", "--outdir", folder, folder / "report.docx"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return " ".join(page.extract_text() for page in PdfReader(folder / "report.pdf").pages)


def test_a_word_processor_reads_every_heading_caption_and_cell(everything, everything_docx, tmp_path):
    said = "".join(as_read(everything_docx, tmp_path).split())
    headings = [section.title for section in everything.sections]
    captions = ["Figure 1. Overall survival of 12.", "Table 1. Patient flow", "Table 3. Evil"]
    cells = ["1,078", "event 299", "29.9 (0.1 to 9.9)", "scan number 39", "SYNTHETIC DATA"]
    for text in [*headings, *captions, *cells]:
        assert "".join(text.split()) in said


def test_without_tables_and_figures(bare):
    file = opened(io.BytesIO(made(bare)))
    assert not file.tables
    assert file.sections[0].header.paragraphs[0].text == ""
