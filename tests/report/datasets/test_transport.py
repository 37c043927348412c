"""Transport files: long texts, limits, and no clock."""

from datetime import date, datetime

import polars as pl
import pyreadstat
import pytest

from headway.report.datasets.declared import Dataset, Variable
from headway.report.datasets.limits import fault
from headway.report.datasets.transport import cut, write_xpt

DATASET = Dataset(
    "ADTEST", "Test", "patient", "nothing",
    (
        Variable("USUBJID", "Subject", "text", "patient_id", "patients.patient_id"),
        Variable("CODE", "Code", "text", "code", "patients.code", limit=4),
        Variable("AVAL", "Value", "number", "value", "patients.value"),
        Variable("ADT", "Date", "date", "day", "patients.day"),
        Variable("REASON", "Reason", "long text", "reason", "patients.reason"),
    ),
)  # fmt: skip
LONG = " ".join(f"word{number}" for number in range(120))


def frame(**columns) -> pl.DataFrame:
    given = {
        "USUBJID": ["a", "b"],
        "CODE": ["OS", None],
        "AVAL": [0.1, None],
        "ADT": [date(1959, 12, 31), None],
    }
    return pl.DataFrame({**given, "REASON": ["short", None], **columns})


def test_version_5_continues_a_long_text_and_loses_nothing(tmp_path):
    written = frame(REASON=[LONG, "short"])
    write_xpt(DATASET, written, tmp_path / "a.xpt", 5, made_on=date(2024, 2, 29))
    back, about = pyreadstat.read_xport(str(tmp_path / "a.xpt"), output_format="polars")
    pieces = [name for name in back.columns if name.startswith("REASON")]
    assert pieces == ["REASON", "REASON1", "REASON2", "REASON3", "REASON4"]
    assert all(back[name].str.len_bytes().max() <= 200 for name in pieces)
    assert back.select(pl.concat_str(pieces))["REASON"].to_list() == [LONG, "short"]
    assert about.column_names_to_labels["REASON1"] == "Reason (continued)"


def test_version_8_keeps_a_long_text_whole(tmp_path):
    write_xpt(DATASET, frame(REASON=[LONG, None]), tmp_path / "a.xpt", 8, made_on=date(2024, 2, 29))
    back, _ = pyreadstat.read_xport(str(tmp_path / "a.xpt"), output_format="polars")
    assert back["REASON"].to_list() == [LONG, ""]


@pytest.mark.parametrize("version", [5, 8])
def test_the_cut_off_stands_for_the_clock(tmp_path, version):
    write_xpt(DATASET, frame(), tmp_path / "a.xpt", version, made_on=date(2024, 2, 29))
    _, about = pyreadstat.read_xport(str(tmp_path / "a.xpt"), output_format="polars")
    assert about.creation_time == about.modification_time == datetime(2024, 2, 29)
    assert f"{datetime.now():%d%b%y}".upper().encode() not in (tmp_path / "a.xpt").read_bytes()


@pytest.mark.parametrize("version", [5, 8])
def test_dates_before_1960_missing_values_and_columns_without_any(tmp_path, version):
    written = frame(CODE=pl.Series([None, None], dtype=pl.String))
    write_xpt(DATASET, written, tmp_path / "a.xpt", version, made_on=date(1970, 1, 1))
    back, _ = pyreadstat.read_xport(str(tmp_path / "a.xpt"), output_format="polars")
    assert back["ADT"].to_list() == [date(1959, 12, 31), None]
    assert back["AVAL"].to_list() == [0.1, None]
    assert back["CODE"].to_list() == ["", ""]


@pytest.mark.parametrize(
    ("column", "values", "version", "said"),
    [
        ("CODE", ["OS", "TOOLONG"], 5, "ADTEST.CODE, row 2: 7 bytes, and XPT 5 holds 4 here"),
        ("CODE", ["OS", "TOOLONG"], 8, None),
        ("USUBJID", ["x" * 200, "y" * 201], 5, "ADTEST.USUBJID, row 2: 201 bytes, and XPT 5 holds 200 here"),
        ("USUBJID", ["x" * 200, "y" * 201], 8, None),
        ("REASON", [LONG, None], 5, None),
        ("REASON", ["x" * 32_768, None], 8, "ADTEST.REASON, row 1: 32768 bytes, and XPT 8 holds 32767 here"),
        ("REASON", ["café", None], 8, None),
        ("REASON", ["tab\there", None], 5,
         "ADTEST.REASON, row 1: text that is not ASCII (1 of 2 rows), "
         "and XPT 5 does not say how it is encoded"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_row(column, values, version, said):
    assert fault(DATASET, frame(**{column: values}), version) == said


def test_text_without_a_blank_is_cut_all_the_same():
    assert cut("x" * 450) == ["x" * 200, "x" * 200, "x" * 50]


@pytest.mark.parametrize(("name", "label"), [("TOOLONGNM", "Label"), ("OK", "x" * 41), ("small", "Label")])
def test_a_declaration_beyond_the_limits_is_refused(name, label):
    with pytest.raises(ValueError, match=r"variable is named|at most 8 characters"):
        Variable(name, label, "text", "column", "origin")
