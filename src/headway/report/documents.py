"""The report's files: page, PDF, Word, each table as RTF, each figure as a picture."""

from pathlib import Path

from headway.report.document import Document
from headway.report.figures.pictures import pictures, write_pictures
from headway.report.page import html
from headway.report.pdf import pdf
from headway.report.rtf import rtf_files
from headway.report.word import word


def write_documents(folder: Path, document: Document) -> None:
    """Write report.html, report.pdf, report.docx, tables/ and figures/."""
    drawn = pictures(document)
    (folder / "report.html").write_text(html(document, drawn), encoding="utf-8")
    (folder / "report.pdf").write_bytes(pdf(document, drawn))
    (folder / "report.docx").write_bytes(word(document, drawn))
    write_pictures(folder / "figures", drawn)
    (folder / "tables").mkdir()
    for name, text in rtf_files(document).items():
        (folder / "tables" / name).write_text(text, encoding="ascii")
