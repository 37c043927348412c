"""A folder of CSV, TSV and Parquet files: what is read, under which names, from which lines."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.errors import RecordError
from headway.ingest.assemble import assemble
from headway.ingest.csv_grid import csv_grid
from headway.ingest.extract import Source
from headway.ingest.folder import read_folder
from headway.record.examples import example_record


def _folder(path: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (path / (name if "." in name else f"{name}.csv")).write_bytes(data)
    return path


def _found(extract) -> list[tuple[str, str]]:
    return [
        (rule, message)
        for part in extract.problems
        for rule, message in part.select("rule", "message").rows()
    ]


def _findings(record) -> pl.DataFrame:
    """Without the one that these short tables always give: no survival time."""
    return record.findings.filter(pl.col("rule") != "no-time")


def test_the_example_cohort_as_csv_has_no_finding(tmp_path):
    for name, frame in example_record().items():
        frame.write_csv(tmp_path / f"{name}.csv")
    record = assemble(read_folder(tmp_path))
    assert record.findings.to_dicts() == []
    assert record.rows["rows_used"].sum() == sum(frame.height for frame in example_record().values())


def test_the_example_cohort_as_parquet_is_the_same_record(tmp_path):
    (tmp_path / "csv").mkdir()
    (tmp_path / "parquet").mkdir()
    for name, frame in example_record().items():
        frame.write_csv(tmp_path / "csv" / f"{name}.csv")
        dates = [column for column in frame.columns if column.endswith("date")]
        typed = frame.with_columns(pl.col(dates).str.to_date())
        typed.write_parquet(tmp_path / "parquet" / f"{name}.parquet")
    csv, parquet = (assemble(read_folder(tmp_path / kind)) for kind in ("csv", "parquet"))
    assert parquet.findings.to_dicts() == []
    for name, frame in csv.tables.items():
        own = [column for column in frame.columns if not column.startswith("source_")]
        assert frame.select(own).equals(parquet.tables[name].select(own))


@pytest.mark.parametrize(
    "file", ["patients.csv", "Patients.CSV", "patient.csv", " patients .csv", "PATIENTS.csv"]
)
def test_file_names_are_lenient(tmp_path, file):
    extract = read_folder(_folder(tmp_path, **{file: "patient_id\nP1\n"}))
    assert extract.rows_read == {Source(file): 1}


def test_a_file_that_is_no_table_is_named_with_its_nearest_name(tmp_path):
    extract = read_folder(
        _folder(tmp_path, patients="patient_id\nP1\n", measurments="a\n1\n", **{"README.md": "x"})
    )
    ((rule, message),) = _found(extract)
    assert rule == "unknown-table"
    assert "Did you mean `measurements`?" in message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path, encoding):
    text = "patient_id,sex\nMüller,male\n"
    extract = read_folder(_folder(tmp_path, patients=text.encode(encoding)))
    assert extract.tables["patients"]["patient_id"].to_list() == ["Müller"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_and_line_ends(tmp_path, delimiter, newline):
    rows = [["patient_id", "pack_years"], ["P1", "12"], ["P2", ""]]
    text = newline.join(delimiter.join(row) for row in rows)
    extract = read_folder(_folder(tmp_path, patients=text.encode()))
    assert extract.tables["patients"].rows() == [
        ("P1", "12", "patients.csv", None, 2),
        ("P2", None, "patients.csv", None, 3),
    ]
    assert extract.decimal_comma == ({"patients"} if delimiter == ";" else set())


def test_a_semicolon_file_has_decimal_commas(tmp_path):
    record = assemble(read_folder(_folder(tmp_path, patients="patient_id;pack_years;stage\nP1;12,5;a, b\n")))
    assert record.tables["patients"].select("pack_years", "stage").row(0) == (12.5, "a, b")


def test_the_delimiter_is_the_one_that_makes_known_names(tmp_path):
    extract = read_folder(_folder(tmp_path, patients="patient_id;age, in years, at start, of all\nP1;60\n"))
    assert extract.tables["patients"].columns[:2] == ["patient_id", "age, in years, at start, of all"]


def test_excels_own_separator_line(tmp_path):
    extract = read_folder(_folder(tmp_path, patients="sep=;\npatient_id;sex\nP1;male\n"))
    assert extract.tables["patients"].select("patient_id", "sex", "source_line").row(0) == ("P1", "male", 3)


def test_leading_zeros_and_numbers_stay_text(tmp_path):
    extract = read_folder(_folder(tmp_path, patients="patient_id,age_years\n007,061\n1e3,1\n"))
    assert extract.tables["patients"]["patient_id"].to_list() == ["007", "1e3"]


def test_lines_are_those_of_the_file_when_cells_hold_line_breaks(tmp_path):
    text = '\n\npatient_id,stage\nP1,"a\nb"\nP2,c\nP3,"d\r\n\r\ne"\nP4,f\n'
    table = read_folder(_folder(tmp_path, patients=text)).tables["patients"]
    assert table.select("patient_id", "source_line").rows() == [("P1", 4), ("P2", 6), ("P3", 7), ("P4", 10)]


def test_a_row_with_too_many_cells_is_set_aside_and_the_rest_is_read(tmp_path):
    text = 'patient_id,sex,stage\nP1,male,a,b\nP2,female,c\nP3,male,"d\ne"\nP4,male,,,\nP5\n'
    record = assemble(
        read_folder(
            _folder(tmp_path, patients=text, drugs="patient_id,drug,start_date\nP1,nivolumab,2021-03-05\n")
        )
    )
    finding = _findings(record).row(0, named=True)
    assert (finding["rule"], finding["source_line"], finding["patient_id"]) == ("ragged-row", 2, "P1")
    assert record.tables["patients"].select("patient_id", "source_line").rows() == [
        ("P2", 3),
        ("P3", 4),
        ("P4", 6),
        ("P5", 7),
    ]
    assert (record.rows["rows_read"] == record.rows["rows_used"] + record.rows["rows_set_aside"]).all()
    assert _findings(record).height == 1


def test_a_quotation_mark_that_is_never_closed_costs_one_row(tmp_path):
    text = 'patient_id,sex,stage\nP1,male,a\nP2,"female,c\nP3,male,d\n'
    record = assemble(read_folder(_folder(tmp_path, patients=text)))
    assert record.tables["patients"]["patient_id"].to_list() == ["P1", "P3"]
    assert _findings(record).select("rule", "source_line").rows() == [("ragged-row", 3)]


def test_two_stray_quotation_marks_do_not_swallow_the_rows_between_them(tmp_path):
    text = 'patient_id,sex,stage\nP1,male,"a\nP2,female,c\nP3,male,d\nP4,male,e"\n'
    record = assemble(read_folder(_folder(tmp_path, patients=text)))
    assert record.tables["patients"]["patient_id"].to_list() == ["P2", "P3", "P4"]
    assert _findings(record)["rule"].to_list() == ["ragged-row"]


def test_inches_are_not_quotation_marks(tmp_path):
    text = 'patient_id,stage\nP1,5" wide\nP2,6" wide\n'
    table = read_folder(_folder(tmp_path, patients=text)).tables["patients"]
    assert table["stage"].to_list() == ['5" wide', '6" wide']


def test_empty_rows_are_neither_read_nor_used(tmp_path):
    record = assemble(
        read_folder(_folder(tmp_path, patients="patient_id,sex\nP1,male\n,\n\n , \nP2,female\n,\n,\n"))
    )
    finding = _findings(record).row(0, named=True)
    assert (finding["rule"], finding["source_line"], finding["rows"]) == ("empty-row", 3, 0)
    assert "and 2 more rows" in finding["message"]
    assert record.rows.select("rows_read", "rows_used").row(0) == (2, 2)
    assert record.tables["patients"]["source_line"].to_list() == [2, 6]


def test_empty_columns_at_the_end_are_no_finding(tmp_path):
    assert _found(read_folder(_folder(tmp_path, patients="patient_id,sex,,\nP1,male,,\nP2,female,,\n"))) == []


def test_a_nameless_column_with_values_is_a_finding(tmp_path):
    record = assemble(read_folder(_folder(tmp_path, patients="patient_id,,sex\nP1,3,male\n")))
    assert _findings(record)["rule"].to_list() == ["unknown-column"]
    assert "column 2" in _findings(record)["message"][0]


def test_a_column_named_like_our_own_is_not_lost(tmp_path):
    record = assemble(read_folder(_folder(tmp_path, patients="patient_id,source_line\nP1,99\n")))
    assert _findings(record)["rule"].to_list() == ["unknown-column"]
    assert record.tables["patients"]["source_line"].to_list() == [2]


def test_a_table_with_a_header_and_no_rows(tmp_path):
    record = assemble(
        read_folder(_folder(tmp_path, patients="patient_id\nP1\n", drugs="patient_id,drug,start_date\n"))
    )
    assert _findings(record).to_dicts() == []
    assert record.rows["rows_read"].to_list() == [0, 1]


def test_parquet_of_other_programs(tmp_path):
    frame = pl.DataFrame(
        {"patient_id": [1, 2], "pack_years": [1.5, float("nan")], "stage": [["a"], None], "arm": [b"x", None]}
    )
    frame.write_parquet(tmp_path / "patients.parquet")
    record = assemble(read_folder(tmp_path))
    table = record.tables["patients"]
    assert table.select("patient_id", "pack_years").rows() == [("1", 1.5), ("2", None)]
    assert table["source_line"].to_list() == [1, 2]
    assert _findings(record).to_dicts() == []


def test_two_files_of_one_table(tmp_path):
    _folder(tmp_path, patients="patient_id\nP1\n", patient="patient_id\nP2\n")
    with pytest.raises(RecordError, match="Two files are the table patients"):
        read_folder(tmp_path)


_CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\ufeff"), max_size=8)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(_CELL, _CELL, _CELL).filter(lambda row: any(cell.strip() for cell in row)),
        min_size=1,
        max_size=6,
    )
)
def test_what_the_csv_module_writes_is_read_back(rows):
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([("patient_id", "sex", "stage"), *rows])
    grid, _ = csv_grid(stream.getvalue().encode(), {"patient_id", "sex", "stage"})
    read = [tuple(cell or "" for cell in row) for row in grid.rows.rows()]
    assert read == rows or grid.ragged
