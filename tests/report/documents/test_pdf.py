"""report.pdf: tagged, the same everywhere, and nothing of the record is run."""

import io
import re
from itertools import pairwise

import pytest
from pypdf import PdfReader

from headway.report.document import Document, Section, Table
from headway.report.figures.pictures import pictures
from headway.report.pdf import pdf


def made(document: Document) -> bytes:
    return pdf(document, pictures(document))


@pytest.fixture(scope="module")
def everything_pdf(everything) -> bytes:
    return made(everything)


@pytest.fixture(scope="module")
def reader(everything_pdf) -> PdfReader:
    return PdfReader(io.BytesIO(everything_pdf))


@pytest.fixture(scope="module")
def text(reader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).replace("\u200b", "").split())


def nodes(node) -> list:
    """Every element of the structure tree, in its order."""
    node = node.get_object()
    kids = node.get("/K", [])
    inside = [kid for kid in (kids if isinstance(kids, list) else [kids]) if not isinstance(kid, int)]
    own = [node] if "/S" in node else []
    return own + [deeper for kid in inside if hasattr(kid.get_object(), "get") for deeper in nodes(kid)]


def tags(root) -> list:
    """Every element (role, words for who cannot see)."""
    return [(node["/S"], node.get("/Alt")) for node in nodes(root)]


def scope(header) -> str | None:
    """What a header cell is the header of."""
    about = header.get("/A", {})
    found = [one.get_object().get("/Scope") for one in (about if isinstance(about, list) else [about])]
    return next((each for each in found if each), None)


def test_it_says_that_it_is_pdf_ua_1_with_title_and_language(reader):
    root = reader.trailer["/Root"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert reader.metadata.title == "A study of 頭頸部癌: #panic()"
    assert (root["/Lang"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == ("en-GB", True)


def test_headings_tables_and_figures_are_tagged_and_the_figure_is_told_in_words(reader):
    found = tags(reader.trailer["/Root"]["/StructTreeRoot"])
    roles = {role for role, _ in found}
    assert {"/H1", "/Table", "/THead", "/TH", "/TD", "/Caption", "/Figure"} <= roles
    assert ("/Figure", "A falling curve") in found


def test_everything_is_marked_and_read_in_the_order_of_its_tags(reader):
    # PDF/UA-1 7.1 and 7.18.3: content is tagged or an artefact, and the tab key follows the structure.
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712 — pypdf has its own
    for page in reader.pages:
        assert "/StructParents" in page
        if "/Annots" in page:
            assert page["/Tabs"] == "/S"


def test_no_figure_is_without_words_and_no_header_cell_without_its_direction(reader):
    root = reader.trailer["/Root"]["/StructTreeRoot"]
    assert [words for role, words in tags(root) if role == "/Figure"] == ["A falling curve"]
    directions = [scope(node) for node in nodes(root) if node.get("/S") == "/TH"]
    assert directions
    assert set(directions) <= {"/Column", "/Row", "/Both"}


def test_headings_skip_no_level(reader):
    levels = [int(role[2:]) for role, _ in tags(reader.trailer["/Root"]["/StructTreeRoot"])
              if re.fullmatch(r"/H\d", role)]  # fmt: skip
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_same_bytes_twice_and_no_clock(everything, everything_pdf, reader):
    assert made(everything) == everything_pdf
    assert "/CreationDate" not in reader.metadata


def test_only_fonts_that_come_with_it(reader):
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    families = {font["/BaseFont"].split("+")[1].split("-")[0] for font in fonts}
    assert families == {"LibertinusSerif", "LiberationSans", "DejaVuSansMono", "WenQuanYiMicroHei"}


def test_every_page_has_its_number_the_notice_and_that_the_data_are_synthetic(reader):
    for number, page in enumerate(reader.pages, 1):
        said = page.extract_text()
        assert f"{number} / {len(reader.pages)}" in said
        assert "SYNTHETIC DATA" in said
        assert "Not medical advice" in said


@pytest.mark.parametrize(
    "said",
    [
        '#read("/etc/passwd")', "#panic() $x^2$ *bold* _it_ @ref <label> // gone",
        "<script>alert(1)</script>", '=HYPERLINK("http://x.example")', "\\b bold \\par", "bell and null end",
    ],
)  # fmt: skip
def test_text_of_the_record_stays_text(text, said):
    # A long word may break over two lines.
    assert said.replace(" ", "") in text.replace(" ", "")
    assert "root:" not in text


def test_the_header_of_a_long_table_stands_on_each_of_its_pages(reader):
    pages = [page.extract_text() for page in reader.pages if re.search(r"event \d+", page.extract_text())]
    assert len(pages) > 4
    assert all("Share, %" in page for page in pages)


def test_forty_columns_stand_in_parts_on_turned_pages_with_the_first_column_in_each(reader):
    turned = [page for page in reader.pages if page.mediabox.width > page.mediabox.height]
    said = " ".join(page.extract_text() for page in turned)
    parts = int(re.search(r"part 1 of (\d+)", said)[1])
    assert said.count("P2") == parts > 2
    assert "scan number 39" in " ".join(said.split())


def test_other_scripts_are_there_as_they_are(text):
    for word in ["頭頸部癌", "头颈", "두경부암", "Größe ≥ 20 × − – α Ж"]:
        assert word in text


@pytest.mark.parametrize(("word", "number"), [("ไทย", "[U+0E44]"), ("বাংলা", "[U+09AC]"), ("😀", "[U+1F600]")])
def test_a_script_without_a_font_is_shown_as_numbers_and_the_page_says_so(bare, word, number):
    table = Table("T", ("A",), ((word,), ("plain",)))
    made_of = PdfReader(io.BytesIO(made(Document("T", (), (Section("S", tables=(table,)),)))))
    said = " ".join(page.extract_text() for page in made_of.pages).replace("\u200b", "")
    assert number in said
    assert "Unicode numbers" in said
    assert "Unicode numbers" not in PdfReader(io.BytesIO(made(bare))).pages[0].extract_text()


def test_without_tables_and_figures(bare):
    said = PdfReader(io.BytesIO(made(bare))).pages[0].extract_text()
    assert "No patient." in said
    assert "SYNTHETIC" not in said
