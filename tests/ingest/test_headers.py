"""Which written column is which: leniently, never by guessing."""

import polars as pl
import pytest

from headway.ingest.extract import Source, with_source
from headway.ingest.headers import known_names, matched, plain
from headway.record.tables import TABLES

PATIENTS = TABLES["patients"]


def _matched(*names: str, table=PATIENTS):
    frame = pl.DataFrame({name: ["x"] for name in names})
    return matched(table, with_source(frame, Source("p.csv")))


def _messages(*names: str) -> list[tuple[str, str]]:
    return [pair for part in _matched(*names).problems for pair in part.select("rule", "message").rows()]


@pytest.mark.parametrize(
    "written",
    [
        "death_date", "Death Date", "DEATH-DATE", " death_date ", "death.date", "death  date",
        "\ufeffdeath_date", "death_day", "Death_Date:",
    ],
)  # fmt: skip
def test_case_spaces_and_signs_do_not_matter(written):
    found = _matched("patient_id", written)
    assert found.written == {"patient_id": "patient_id", "death_date": written}
    assert found.problems == []


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_found_under_its_own_name(name):
    columns = [column.name for column in TABLES[name].columns]
    found = _matched(*columns, table=TABLES[name])
    assert found.written == {column: column for column in columns}
    assert found.problems == []


@pytest.mark.parametrize("name", TABLES)
def test_no_two_columns_read_the_same(name):
    columns = TABLES[name].columns
    assert len({plain(column.name) for column in columns}) == len(columns)
    assert set(known_names(TABLES[name]).values()) >= {column.name for column in columns}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("deth_date", "death_date"),
        ("diagnose_date", "diagnosis_date"),
        ("age", "age_years"),
        ("shoe_size", None),
        ("packyears", "pack_years"),
    ],
)
def test_a_near_miss_is_proposed_and_not_used(written, meant):
    ((rule, message),) = _messages("patient_id", written)
    assert rule == "unknown-column"
    assert f"'{written}'" in message
    assert ("Did you mean" in message) == (meant is not None)
    assert meant is None or f"`{meant}`" in message


def test_strangers_are_one_finding():
    ((rule, message),) = _messages("patient_id", *(f"lab{at}" for at in range(12)))
    assert rule == "unknown-column"
    assert "12 column(s)" in message
    assert "…" in message


def test_two_spellings_of_one_column():
    found = _matched("patient_id", "Sex", "sex")
    assert found.written["sex"] == "Sex"
    ((rule, message),) = _messages("patient_id", "Sex", "sex")
    assert rule == "duplicate-column"
    assert "'Sex' and 'sex' are both sex; the first is used" in message


def test_a_missing_required_column_sets_the_table_aside():
    ((rule, message),) = _messages("sex")
    assert (rule, message) == ("missing-column", "patients: the required column patient_id is missing")


def test_a_table_without_rows_and_without_a_required_column():
    frame = with_source(pl.DataFrame(schema={"sex": pl.String}), Source("p.csv"))
    (problem,) = matched(PATIENTS, frame).problems
    assert problem.select("rule", "rows").row(0) == ("missing-column", 0)


def test_columns_in_another_unit():
    assert _matched("patient_id", "dose_cgy", table=TABLES["radiotherapy"]).written["dose_cgy"] == "dose_cgy"
    assert "dose_cgy" not in known_names(PATIENTS)


@pytest.mark.parametrize("written", ["###", "", " ", "§$%", "x" * 5000, '=HYPERLINK("http://x")', "<script>"])
def test_odd_names_are_strangers(written):
    ((rule, message),) = _messages("patient_id", written)
    assert rule == "unknown-column"
    assert len(message) < 6000
