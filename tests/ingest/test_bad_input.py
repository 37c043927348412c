"""Input that no careful person would send: a clear message or a finding; nothing run, lost, half-written."""

import csv
import random
import struct
import time
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.errors import HeadwayError, RecordError
from headway.ingest.recognise import read_record
from headway.ingest.safe_csv import safe, write_csv
from headway.ingest.template import write_template

RUNS = ['=HYPERLINK("http://x")', "<script>alert(1)</script>", "+1+1", "-1+1", "@SUM(A1)", "\tx"]
GOOD = b"patient_id,last_alive_date\nP1,2021-03-15\n"


def _refusal(path: Path) -> str:
    """What the reader says where it refuses; the path where it reads, every row accounted for."""
    try:
        rows = read_record(path).rows
    except HeadwayError as reason:
        return str(reason)
    assert (rows["rows_read"] == rows["rows_used"] + rows["rows_set_aside"]).all()
    return f"{path} {rows['source_file'].to_list()}"


def _patients(folder: Path, content: bytes) -> Path:
    (folder / "patients.csv").write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "patients.csv cannot be read: it is empty"),
        (b"\xef\xbb\xbf", "it is empty"),
        (b"\n\n  \n", "it is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is not a text file"),
        (b"patient_id\n\x81\x8d\n", "it is not a text file"),
        (b"\xff\xfep", "it is not a text file"),
        (b"patient_id\n\xff\xfe\0\0", "it is not a text file"),
    ],
)
def test_files_that_are_no_text(tmp_path, content, says):
    with pytest.raises(RecordError, match=says):
        read_record(_patients(tmp_path, content))


def test_an_unreadable_table_beside_good_ones_is_one_finding(tmp_path):
    (tmp_path / "labs.csv").write_bytes(b"\0\0\0")
    (tmp_path / "drugs.parquet").write_bytes(b"PAR1 rubbish")
    findings = read_record(_patients(tmp_path, GOOD)).findings
    assert findings.select("rule", "source_file").rows() == [
        ("unreadable-file", "drugs.parquet"),
        ("unreadable-file", "labs.csv"),
    ]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([], "holds no table that can be read.*patients.csv"),
        (["notes.md"], "holds no table that can be read"),
        (["pateints.csv"], "Did you mean `patients`"),
        (["cohort.xlsx"], "give that file itself"),
    ],
)
def test_folders_without_a_table(tmp_path, files, says):
    for name in files:
        (tmp_path / name).write_bytes(GOOD)
    with pytest.raises(RecordError, match=says):
        read_record(tmp_path)


def test_a_header_alone_or_a_header_that_is_nowhere(tmp_path):
    assert read_record(_patients(tmp_path, b"patient_id")).rows["rows_read"].to_list() == [0]
    record = read_record(_patients(tmp_path, b"P1,male\nP2,female\n"))
    assert set(record.findings["rule"]) == {"missing-column", "unknown-column"}
    assert record.rows.select("rows_read", "rows_set_aside").row(0) == (1, 1)


@pytest.mark.parametrize("unique", [True, False])
def test_ten_thousand_columns_are_one_finding_and_fast(tmp_path, unique):
    header = ["patient_id", "last_alive_date", *(f"x{at if unique else ''}" for at in range(10_000))]
    rows = [[f"P{at}", "2021-03-15", *["1"] * 10_000] for at in range(20)]
    begun = time.perf_counter()
    record = read_record(_patients(tmp_path, "\n".join(",".join(row) for row in [header, *rows]).encode()))
    assert time.perf_counter() - begun < 10
    expected = ["unknown-column"] if unique else ["duplicate-column", "unknown-column"]
    assert record.findings["rule"].to_list() == expected
    assert record.findings["message"].str.len_chars().max() < 500
    assert record.rows["rows_used"].to_list() == [20]


def test_a_cell_of_a_megabyte(tmp_path):
    record = read_record(
        _patients(tmp_path, b"patient_id,last_alive_date,stage\nP1,2021-03-15," + b"x" * 1_000_000)
    )
    assert record.tables["patients"]["stage"].str.len_chars().to_list() == [1_000_000]


@pytest.mark.parametrize("patient", RUNS)
def test_identifiers_that_would_run_are_kept_as_they_are(tmp_path, patient):
    quoted = '"' + patient.replace('"', '""') + '"'
    text = f"patient_id,last_alive_date,ecog\n{quoted},2021-03-15,9\n"
    record = read_record(_patients(tmp_path, text.encode()))
    assert record.tables["patients"]["patient_id"].to_list() == [patient.strip()]
    assert record.findings["patient_id"].to_list() == [patient.strip()]
    write_csv(record.findings, tmp_path / "findings.csv")
    written = (tmp_path / "findings.csv").read_text()
    assert ",=" not in written.replace('"', "")
    assert (patient.strip() in written.replace('""', '"')) or patient.startswith("\t")


@pytest.mark.parametrize("cell", [*RUNS, "\rx", "\nx"])
def test_csv_that_we_write_is_safe_to_open(tmp_path, cell):
    frame = pl.DataFrame({cell: [cell, "plain", None], "number": [-1.5, 2.0, None]}, strict=False)
    write_csv(frame, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        back = list(csv.reader(file))
    expected = cell if cell.startswith("<") else "'" + cell
    assert back == [[expected, "number"], [expected, "-1.5"], ["plain", "2.0"], ["", ""]]


def test_text_of_a_closed_list_is_safe_too():
    assert safe(pl.DataFrame({"a": pl.Series(["=1"], dtype=pl.Categorical)})).row(0) == ("'=1",)


def test_a_failed_write_leaves_what_was_there(tmp_path):
    (tmp_path / "out.csv").write_text("before")
    with pytest.raises(pl.exceptions.PolarsError):
        write_csv(pl.DataFrame({"a": [[1, 2]]}), tmp_path / "out.csv")
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]
    assert (tmp_path / "out.csv").read_text() == "before"


# Workbooks


def _xlsx(path: Path) -> Path:
    write_template(
        path / "cohort.xlsx",
        {"patients": pl.DataFrame({"patient_id": ["P1"], "last_alive_date": ["2021-03-15"]})},
    )
    return path / "cohort.xlsx"


def _rewritten(path: Path, **parts: bytes) -> Path:
    """The same workbook with some parts replaced or added; `__` stands for / and `_xml` for .xml."""
    named = {name.replace("__", "/").replace("_xml", ".xml"): data for name, data in parts.items()}
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name not in named}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in {**kept, **named}.items():
            archive.writestr(name, data)
    return path


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    bomb = _rewritten(_xlsx(tmp_path), xl__worksheets__sheet3_xml=bytes(200 << 20))
    assert bomb.stat().st_size < 400_000
    begun = time.perf_counter()
    with pytest.raises(RecordError, match="unpacks to far more than a workbook of data does"):
        read_record(bomb)
    assert time.perf_counter() - begun < 1


def test_a_zip_bomb_that_lies_about_its_size(tmp_path):
    bomb = _rewritten(_xlsx(tmp_path), xl__worksheets__sheet3_xml=bytes(50 << 20))
    said = struct.pack("<L", 50 << 20)
    bomb.write_bytes(bomb.read_bytes().replace(said, struct.pack("<L", 1000)))
    with pytest.raises(RecordError, match="unpacks to far more"):
        read_record(bomb)


def test_entities_are_not_expanded(tmp_path):
    laughs = b'<!DOCTYPE a [<!ENTITY b "ha">]><workbook><sheets><sheet name="&b;"/></sheets></workbook>'
    with pytest.raises(RecordError, match="holds XML declarations"):
        read_record(_rewritten(_xlsx(tmp_path), xl__workbook_xml=laughs))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xlsx", b"", "is empty"),
        ("a.xlsx", GOOD, "is not an xlsx workbook"),
        ("a.xls", OLE, "is an old .xls workbook. Save it as .xlsx"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
        ("a.xlsx", b"PK\x03\x04 rubbish", "is not an xlsx workbook"),
    ],
)
def test_files_that_are_no_workbook(tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RecordError, match=says):
        read_record(tmp_path / name)


def test_a_zip_that_is_no_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("patients.csv", GOOD)
    with pytest.raises(RecordError, match="is not an xlsx workbook"):
        read_record(tmp_path / "a.xlsx")


@pytest.mark.parametrize("part", ["xl__workbook_xml", "xl__worksheets__sheet2_xml", "xl__sharedStrings_xml"])
@pytest.mark.parametrize("content", [b"", b"<a>", b"\0\1\2", b"<worksheet/>"])
def test_damaged_parts_are_a_message(tmp_path, part, content):
    path = _rewritten(_xlsx(tmp_path), **{part: content})
    assert str(path) in _refusal(path)


def test_damaged_bytes_anywhere_are_a_message(tmp_path):
    whole = _xlsx(tmp_path).read_bytes()
    chance = random.Random(7)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 5)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        cut = chance.choice([len(damaged), chance.randrange(len(damaged))])
        (tmp_path / "cohort.xlsx").write_bytes(bytes(damaged[:cut]))
        assert "cohort.xlsx" in _refusal(tmp_path / "cohort.xlsx")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60))
def test_any_bytes_give_a_record_or_a_message_and_rows_add_up(tmp_path, body):
    assert "patients.csv" in _refusal(_patients(tmp_path, b"patient_id,last_alive_date,ecog\n" + body))
