"""The template: what it offers, and that what is written into it is read back as it was."""

import re
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from headway.errors import RecordError
from headway.ingest.assemble import assemble
from headway.ingest.folder import read_folder
from headway.ingest.template import write_template
from headway.ingest.workbook import read_workbook
from headway.record.examples import example_record
from headway.record.tables import TABLES

RUNS = [
    '=HYPERLINK("http://x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "<script>alert(1)</script>",
    "http://x",
]


def _parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}


def test_the_empty_template_has_every_table_and_column_and_reads_without_a_finding(tmp_path):
    write_template(tmp_path / "t.xlsx")
    extract = read_workbook(tmp_path / "t.xlsx")
    for name, table in TABLES.items():
        assert extract.tables[name].columns[:-3] == [column.name for column in table.columns]
    assert assemble(extract).findings.to_dicts() == []


def test_the_example_cohort_comes_back_as_it_was(tmp_path):
    write_template(tmp_path / "t.xlsx", example_record())
    (tmp_path / "csv").mkdir()
    for name, frame in example_record().items():
        frame.write_csv(tmp_path / "csv" / f"{name}.csv")
    written, csv = assemble(read_workbook(tmp_path / "t.xlsx")), assemble(read_folder(tmp_path / "csv"))
    assert written.findings.to_dicts() == []
    for name, frame in csv.tables.items():
        own = [column for column in frame.columns if not column.startswith("source_")]
        assert frame.select(own).equals(written.tables[name].select(own))


def test_every_column_has_a_note_with_its_sentence_and_limits(tmp_path):
    write_template(tmp_path / "t.xlsx")
    notes = " ".join(text for name, text in _parts(tmp_path / "t.xlsx").items() if "comments" in name)
    plain = re.sub(r"&(amp|lt|gt|quot);", "", re.sub(r"<[^>]+>", "", notes))
    for table in TABLES.values():
        for column in table.columns:
            assert re.sub(r"[&<>\"]", "", column.sentence) in plain
    assert "Number from 0 to 500 mm." in plain


def test_lists_numbers_and_dates_are_validated(tmp_path):
    write_template(tmp_path / "t.xlsx")
    sheets = _parts(tmp_path / "t.xlsx")
    patients = sheets["xl/worksheets/sheet2.xml"]
    assert "female,male,other" in patients
    assert "yes,no" in sheets["xl/worksheets/sheet7.xml"]
    assert re.search(r'type="decimal".*?<formula1>0</formula1><formula2>120</formula2>', patients)
    assert 'type="date"' in patients
    assert 'state="frozen"' in patients


def test_a_template_of_relative_days(tmp_path):
    rows = {"patients": pl.DataFrame({"patient_id": ["P1"], "last_alive_date": [500]})}
    write_template(tmp_path / "t.xlsx", rows, time="days")
    record = assemble(read_workbook(tmp_path / "t.xlsx"))
    assert (record.time, record.tables["patients"]["last_alive_day"].to_list()) == ("days", [500])
    assert 'type="date"' not in _parts(tmp_path / "t.xlsx")["xl/worksheets/sheet2.xml"]


def test_typed_and_written_values(tmp_path):
    rows = {
        "patients": pl.DataFrame(
            {"patient_id": ["007"], "last_alive_date": [date(2021, 3, 15)], "pack_years": ["12,5"]}
        ),
        "lesions": pl.DataFrame(
            {"patient_id": ["007"], "lesion_id": [1], "role": ["target"], "lymph_node": [True]}
        ),
        "drugs": pl.DataFrame(
            {"patient_id": ["007"], "drug": ["nivolumab"], "start_date": ["2021-03"], "dose": ["nan"]}
        ),
    }
    write_template(tmp_path / "t.xlsx", rows)
    tables = read_workbook(tmp_path / "t.xlsx").tables
    assert tables["patients"].select("patient_id", "last_alive_date", "pack_years").row(0) == (
        "007",
        "2021-03-15",
        "12,5",
    )
    assert tables["lesions"].select("lesion_id", "lymph_node").row(0) == ("1", "yes")
    assert tables["drugs"].select("start_date", "dose").row(0) == ("2021-03", "nan")


@pytest.mark.parametrize("cell", RUNS)
def test_nothing_is_written_as_a_formula_or_a_link(tmp_path, cell):
    write_template(
        tmp_path / "t.xlsx", {"patients": pl.DataFrame({"patient_id": [cell], "pack_years": [cell]})}
    )
    patients = _parts(tmp_path / "t.xlsx")["xl/worksheets/sheet2.xml"]
    assert "<f>" not in patients
    assert "<hyperlink" not in patients
    assert read_workbook(tmp_path / "t.xlsx").tables["patients"]["patient_id"].to_list() == [cell]


def test_the_same_template_is_the_same_file(tmp_path):
    write_template(tmp_path / "a.xlsx", example_record())
    write_template(tmp_path / "b.xlsx", example_record())
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ({"patients": pl.DataFrame({"patient_id": ["P1"], "shoe": [1]})}, "no patients shoe"),
        ({"shoes": pl.DataFrame({"size": [1]})}, "no shoes"),
        ({"patients": pl.DataFrame({"patient_id": ["x" * 40_000]})}, "row 2: a cell of a workbook holds"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_left_behind(tmp_path, rows, says):
    (tmp_path / "t.xlsx").write_text("before")
    with pytest.raises(RecordError, match=says):
        write_template(tmp_path / "t.xlsx", rows)
    assert [file.name for file in tmp_path.iterdir()] == ["t.xlsx"]
    assert (tmp_path / "t.xlsx").read_text() == "before"


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(RecordError, match="There is no folder"):
        write_template(tmp_path / "none" / "t.xlsx")
    with pytest.raises(RecordError, match="is a folder"):
        write_template(tmp_path)
