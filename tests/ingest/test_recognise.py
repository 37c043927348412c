"""A path -> a record: which format, how time is told, which cut-off."""

import polars as pl
import pytest

from headway.errors import RecordError
from headway.ingest.recognise import read_record, recognised
from headway.ingest.template import write_template
from headway.record.examples import example_record


@pytest.fixture
def folder(tmp_path):
    for name, frame in example_record().items():
        frame.write_csv(tmp_path / f"{name}.csv")
    return tmp_path


def test_a_folder_and_a_workbook_hold_the_same_record(folder):
    write_template(folder / "cohort.xlsx", example_record())
    workbook = read_record(folder / "cohort.xlsx")
    (folder / "cohort.xlsx").unlink()
    csv = read_record(str(folder))
    assert csv.findings.is_empty()
    assert workbook.findings.is_empty()
    assert {name: table.height for name, table in csv.tables.items()} == {
        name: table.height for name, table in workbook.tables.items()
    }


@pytest.mark.parametrize(
    ("files", "format"),
    [
        ({"dm.csv": "STUDYID,USUBJID\n", "ex.csv": "USUBJID\n"}, "sdtm"),
        ({"patients.csv": "patient,days_to_initial_pathologic_diagnosis,days_to_last_followup\n"}, "tcga"),
        ({"patients.csv": "patient_id\n"}, "folder"),
        ({}, "folder"),
    ],
)
def test_folders_are_told_apart(tmp_path, files, format):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert recognised(tmp_path) == format


def test_the_format_can_be_said(folder):
    assert read_record(folder, format="folder").has("patients")
    with pytest.raises(
        RecordError, match=r"'excel' is not a format of a record; it is one of folder, workbook"
    ):
        read_record(folder, format="excel")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none.xlsx", "There is no file or folder"),
        ("none", "There is no file or folder"),
        ("patients.csv", "is one table. Give the folder"),
        ("cohort.sav", "is no record. A record is an .xlsx workbook, or a folder"),
    ],
)
def test_what_is_no_record(folder, name, says):
    (folder / "cohort.sav").write_text("x")
    with pytest.raises(RecordError, match=says):
        read_record(folder / name)


@pytest.mark.parametrize("cutoff", ["2022-01-31", "2021-06-01"])
def test_what_lies_after_the_cutoff_is_a_finding(folder, cutoff):
    assert "after-cutoff" in read_record(folder, cutoff=cutoff).findings["rule"].to_list()


def test_a_cutoff_after_everything_changes_nothing(folder):
    assert read_record(folder, cutoff="2025-03-31").findings.is_empty()


@pytest.mark.parametrize(
    ("cutoff", "says"),
    [
        (365, "does not fit the record"),
        ("365", "does not fit"),
        ("31.03.2025", "neither a date"),
        ("2025-03", "neither"),
    ],
)
def test_a_cutoff_that_does_not_fit(folder, cutoff, says):
    with pytest.raises(RecordError, match=says):
        read_record(folder, cutoff=cutoff)


def test_a_cutoff_in_relative_days(tmp_path):
    (tmp_path / "patients.csv").write_text("patient_id,last_alive_date\nP1,400\nP2,100\n")
    record = read_record(tmp_path, cutoff=365)
    assert record.time == "days"
    assert record.findings.select("rule", "patient_id").rows() == [("after-cutoff", "P1")]


def test_time_is_said_where_the_record_cannot_tell(tmp_path):
    (tmp_path / "patients.csv").write_text("patient_id,last_alive_date\nP1,2021\n")
    assert read_record(tmp_path).time == "dates"
    days = read_record(tmp_path, time="days")
    assert days.table("patients").select(pl.col("last_alive_day")).collect().item() == 2021
    with pytest.raises(RecordError, match="'weeks' is not a way to tell time"):
        read_record(tmp_path, time="weeks")
