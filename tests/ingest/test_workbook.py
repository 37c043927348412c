"""An xlsx workbook: which cells become which text, from which sheets and lines."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from xlsxwriter import Workbook

from headway.errors import RecordError
from headway.ingest.assemble import assemble
from headway.ingest.extract import Source
from headway.ingest.workbook import read_workbook

HEADER = ["patient_id", "sex", "last_alive_date", "ecog"]
ROW = ["P1", "male", "2021-03-15", 1]


@pytest.fixture
def book(tmp_path):
    """Write sheets (name: rows of cells) to a workbook; a callable may do more to it."""

    def write(sheets: dict[str, list[list]], more=lambda _workbook: None) -> Path:
        path = tmp_path / "cohort.xlsx"
        with Workbook(str(path)) as workbook:
            date = workbook.add_format({"num_format": "dd.mm.yyyy"})
            for name, rows in sheets.items():
                sheet = workbook.add_worksheet(name)
                for at, row in enumerate(rows):
                    for column, cell in enumerate(row):
                        if isinstance(cell, datetime):
                            sheet.write_datetime(at, column, cell, date)
                        elif isinstance(cell, str):
                            sheet.write_string(at, column, cell)
                        elif cell is not None:
                            sheet.write(at, column, cell)
            more(workbook)
        return path

    return write


def _found(extract) -> list[tuple[str, str]]:
    return [pair for part in extract.problems for pair in part.select("rule", "message").rows()]


def test_cells_become_text_as_they_are_meant(book):
    rows = [
        ["patient_id", "last_alive_date", "ecog", "pack_years", "stage", "arm"],
        [12, datetime(2021, 3, 15), 1, 12.5, True, "=1+1"],
        ["007", datetime(2021, 3, 15, 13, 30), "1", "12,5", 1234567.0, " a "],
        ["P3", "2021-03", None, 0.1, None, None],
    ]
    table = read_workbook(book({"patients": rows})).tables["patients"]
    assert table.rows() == [
        ("12", "2021-03-15", "1", "12.5", "true", "=1+1", "cohort.xlsx", "patients", 2),
        ("007", "2021-03-15 13:30:00", "1", "12,5", "1234567", " a ", "cohort.xlsx", "patients", 3),
        ("P3", "2021-03", None, "0.1", None, None, "cohort.xlsx", "patients", 4),
    ]


def test_numbers_keep_all_their_digits(book):
    rows = [
        ["patient_id", "pack_years"],
        ["P1", 6.53798767967236],
        ["P2", "0.1234567890"],
        ["P3", 12],
        ["P4", "many"],
    ]
    table = read_workbook(book({"patients": rows})).tables["patients"]
    assert table["pack_years"].to_list() == ["6.53798767967236", "0.1234567890", "12", "many"]


def test_dates_counted_from_1904_are_the_same_dates(tmp_path):
    path = tmp_path / "cohort.xlsx"
    with Workbook(str(path), {"date_1904": True}) as workbook:
        sheet = workbook.add_worksheet("patients")
        sheet.write_row(0, 0, HEADER[:3])
        sheet.write_row(1, 0, ROW[:2])
        sheet.write_datetime(1, 2, datetime(2021, 3, 15), workbook.add_format({"num_format": "d/m/yy"}))
    assert read_workbook(path).tables["patients"]["last_alive_date"].to_list() == ["2021-03-15"]


@pytest.mark.parametrize("sheet", ["Patients", "patient", " PATIENTS", "Adverse Events", "adverse-event"])
def test_sheet_names_are_lenient(book, sheet):
    extract = read_workbook(book({sheet: [["patient_id"], ["P1"]]}))
    assert extract.rows_read == {Source("cohort.xlsx", sheet): 1}


def test_titles_and_blank_rows_above_the_header(book):
    title = [["Cohort of Centre 1"], [], [None, None, "as of March"], []]
    extract = read_workbook(book({"patients": [*title, HEADER, ROW]}))
    assert extract.tables["patients"].select(*HEADER, "source_line").rows() == [
        ("P1", "male", "2021-03-15", "1", 6)
    ]


def test_a_table_that_begins_further_right(book):
    extract = read_workbook(book({"patients": [[None, None, *HEADER], [None, None, *ROW]]}))
    assert extract.tables["patients"]["patient_id"].to_list() == ["P1"]
    assert _found(extract) == []


def test_blank_rows_within_are_not_counted(book):
    record = assemble(read_workbook(book({"patients": [HEADER, ROW, [], ["P2", *ROW[1:]], ["  "]]})))
    assert record.findings.select("rule", "source_line").rows() == [("empty-row", 3)]
    assert record.rows["rows_read"].to_list() == [2]
    assert record.tables["patients"]["source_line"].to_list() == [2, 4]


def test_a_hidden_sheet_is_read_and_named(book):
    def hide(workbook):
        workbook.get_worksheet_by_name("drugs").very_hidden()

    sheets = {
        "patients": [HEADER, ROW],
        "drugs": [["patient_id", "drug", "start_date"], ["P1", "nivolumab", "2021-01-05"]],
    }
    record = assemble(read_workbook(book(sheets, hide)))
    assert record.has("drugs")
    assert record.findings.select("rule", "table", "source_sheet").rows() == [
        ("hidden-sheet", "drugs", "drugs")
    ]


def test_merged_cells_under_the_header_are_named_and_titles_are_not(book):
    def merge(workbook):
        sheet = workbook.get_worksheet_by_name("patients")
        sheet.merge_range("A1:D1", "Title")
        sheet.merge_range("B3:B4", "male")

    rows = [["Title"], HEADER, ROW, ["P2", None, *ROW[2:]]]
    record = assemble(read_workbook(book({"patients": rows}, merge)))
    ((rule, message),) = record.findings.select("rule", "message").rows()
    assert rule == "merged-cells"
    assert "1 range(s) of merged cells, first B3:B4" in message
    assert record.tables["patients"]["sex"].to_list() == ["male", None]


def test_other_sheets(book):
    sheets = {
        "READ ME": [["what this is"]], "Notes": [["x"]], "Sheet1": [],
        "patients": [HEADER, ROW], "Mesurements": [["x"]], "Budget": [["x"]],
    }  # fmt: skip
    found = _found(read_workbook(book(sheets)))
    assert [rule for rule, _ in found] == ["unknown-table", "unknown-table"]
    assert "Did you mean `measurements`?" in found[0][1]
    assert "Did you mean" not in found[1][1]


def test_a_chart_sheet_is_passed_over(book):
    def chart(workbook):
        drawn = workbook.add_chart({"type": "line"})
        drawn.add_series({"values": "=patients!$D$2:$D$2"})
        workbook.add_chartsheet("graph").set_chart(drawn)

    assert _found(read_workbook(book({"patients": [HEADER, ROW]}, chart))) == []


def test_duplicate_columns(book):
    extract = read_workbook(book({"patients": [["patient_id", "sex", "sex"], ["P1", "male", "female"]]}))
    assert [rule for rule, _ in _found(extract)] == ["duplicate-column"]
    assert extract.tables["patients"]["sex"].to_list() == ["male"]


def test_a_cell_with_an_error_is_empty(tmp_path):
    path = tmp_path / "cohort.xlsx"
    with Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("patients")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ROW[:3])
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
    assert read_workbook(path).tables["patients"]["ecog"].to_list() == [None]


def test_two_sheets_of_one_table(book):
    with pytest.raises(RecordError, match="two sheets are the table patients: 'patients' and 'Patient'"):
        read_workbook(book({"patients": [HEADER, ROW], "Patient": [HEADER, ROW]}))


def test_a_workbook_without_any_table_says_what_it_has(book):
    with pytest.raises(RecordError, match=r"no sheet that is a table.*'Tabelle1'.*patients, drugs"):
        read_workbook(book({"Tabelle1": [["a"]]}))


def test_a_header_that_is_nowhere_is_a_missing_column(book):
    record = assemble(read_workbook(book({"patients": [["a", "b"], ["P1", "male"]]})))
    assert set(record.findings["rule"]) == {"missing-column", "unknown-column"}
    assert record.rows.select("rows_read", "rows_used", "rows_set_aside").row(0) == (1, 0, 1)


def test_a_wide_and_long_sheet_keeps_its_rows(book):
    rows = [["patient_id", *(f"c{at}" for at in range(500))], *([f"P{at}", *range(500)] for at in range(200))]
    table = read_workbook(book({"patients": rows})).tables["patients"]
    assert table.height == 200
    assert table.select(pl.col("c499")).to_series().to_list() == ["499"] * 200
