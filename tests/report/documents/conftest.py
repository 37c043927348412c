"""One report with everything that paper finds hard."""

import polars as pl
import pytest

from headway.record.findings import Findings
from headway.report.document import Cell, Document, Figure, Section, Table

EVIL = [
    '#read("/etc/passwd")',
    "#panic() $x^2$ *bold* _it_ @ref <label> // gone",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x.example")',
    "}} \\b bold \\par {\\field{\\*\\fldinst INCLUDETEXT x}}",
    "bell \x07 and null \x00 end",
]
SCRIPTS = ["頭頸部癌 头颈 두경부암 かな", "مريض-١ غير مسجل", "ראש וצוואר", "Größe ≥ 20 × − – α Ж"]
PICTURE = {
    "data": {"values": [{"months": 0, "survival": 1.0}, {"months": 12, "survival": 0.5}]},
    "mark": "line",
    "width": 600,
    "encoding": {
        "x": {"field": "months", "type": "quantitative", "title": "months, 月"},
        "y": {"field": "survival", "type": "quantitative"},
    },
}
FINDING = {
    "severity": "error", "rule": "not-a-day", "table": "drugs", "source_file": "drugs.csv",
    "source_sheet": None, "source_line": 7, "patient_id": "P1", "column": "start_date", "value": "soon",
    "message": "not a day", "fix": "Write 2021-03-15.", "rows": 1,
}  # fmt: skip


def long_table(rows: int) -> Table:
    body = tuple((f"event {i}", Cell(f"{i:,}", i), f"{i / 10:.1f} (0.1 to 9.9)") for i in range(rows))
    return Table("Adverse events", ("Term", "Patients", "Share, % (95 % CI)"), body, note="Worst grades.")


def wide_table(columns: int) -> Table:
    header = ("Patient", *(f"scan number {i}" for i in range(1, columns)))
    return Table("All scans", header, tuple((f"P{row}", *("12.5",) * (columns - 1)) for row in range(3)))


@pytest.fixture(scope="session")
def everything() -> Document:
    blocks = Table("Sites", ("", "n"), (("Larynx",), ("left", Cell("1", 1))), heading_rows=frozenset({0}))
    evil = Table("Evil", ("Text", "n"), tuple((text, "1") for text in EVIL))
    scripts = Table("Scripts", ("Text", "n"), tuple((text, "1") for text in SCRIPTS))
    findings = pl.DataFrame([FINDING], schema=Findings.create_empty().schema)
    flow = Table("Patient flow", ("Step", "Patients"), (("read", Cell("1,080")), ("used", Cell("1,078"))))
    sections = (
        Section("Patient flow", ("In words.",), tables=(flow,)),
        Section("Survival", figures=(Figure("OS", PICTURE, "Overall survival of 12.", "A falling curve"),)),
        Section("Tables", tables=(blocks, Table("Nothing", ("A",), ()), evil, scripts, long_table(300))),
        Section("Wide", tables=(wide_table(40),)),
        Section("Data", findings=findings),
    )
    return Document(
        "A study of 頭頸部癌: #panic()",
        (("Data cut-off", "2025-03-31"), ("Source", EVIL[0])),
        sections,
        synthetic=True,
        headline=((Cell("56.4", 3), "months median OS"),),
    )


@pytest.fixture(scope="session")
def bare() -> Document:
    """No table, no figure, not synthetic."""
    return Document("Nothing", (), (Section("Data", ("No patient.",)),))
