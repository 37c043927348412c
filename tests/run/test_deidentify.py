"""A report that may leave the house: the same numbers without ids, dates and small cells."""

import polars as pl
import pytest

from headway.errors import HeadwayError
from headway.run import read_key, run
from headway.run.deidentify import LEAST_KEY_BYTES

PATIENTS = """\
patient_id,sex,birth_date,centre,hpv,diagnosis_date,last_alive_date,death_date
JonesMary,female,1925-03-01,StMungo,positive,2020-01-01,2021-06-30,
SmithJohn,male,1960-05-02,StMungo,negative,2020-01-15,,2020-12-24
P3,male,1950-01-01,StMungo,negative,2020-03-01,2021-01-01,
P4,female,1971-01-01,StMungo,negative,2020-02-01,,2022-08-01
P5,female,1971-01-01,StMungo,negative,2020-02-01,,2020-08-01
P6,female,1971-01-01,StMungo,negative,2020-02-01,2021-08-01,
"""
DRUGS = """\
patient_id,drug,start_date,end_date
JonesMary,cisplatin,2020-02-01,2020-04-01
P4,cisplatin,2020-03-01,2020-04-01
"""
STUDY = """\
title = "Six patients"
record = "record"
cutoff = 2021-12-31
[report]
characteristics = ["sex", "age_years", "centre"]
[[report.survival]]
endpoint = "OS"
since = "diagnosis"
"""
NAMES = ["JonesMary", "SmithJohn", "StMungo", "2020", "2021", "1925", "drugs.csv", "patients.csv"]


@pytest.fixture
def six(tmp_path):
    (tmp_path / "record").mkdir()
    (tmp_path / "record" / "patients.csv").write_text(PATIENTS, encoding="utf-8")
    (tmp_path / "record" / "drugs.csv").write_text(DRUGS, encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "key.txt").write_text("a secret that nobody knows", encoding="utf-8")
    return tmp_path


def test_no_name_date_or_source_is_in_anything_that_is_written(six):
    run(six / "study.toml", six / "out", read_key(six / "key.txt", 1))
    texts = [path for path in (six / "out").rglob("*") if path.suffix in {".html", ".csv", ".json", ".svg"}]
    data = {path: path.read_text(encoding="utf-8") for path in texts}
    found = {(path.name, name) for path, text in data.items() for name in NAMES if _says(path, text, name)}
    assert found == set()


def _says(path, text: str, name: str) -> bool:
    """Years are also in the page's own words (references, the Vega bundle): there only whole dates count."""
    if name.isdigit():
        return any(f"{name}-{month:02d}-" in text for month in range(1, 13))
    if path.name == "dictionary.csv" or path.suffix == ".html":
        return name in text.replace("findings.csv", "") and not name.endswith(".csv")
    return name in text


def test_the_numbers_are_those_of_the_report_with_identities(six):
    known = run(six / "study.toml", six / "known").made.results
    hidden = run(six / "study.toml", six / "out", read_key(six / "key.txt", 1)).made.results
    same = ["analysis", "statistic", "at", "value", "lower", "upper", "n"]
    os_known, os_hidden = (r.filter(analysis="OS since diagnosis").select(same) for r in (known, hidden))
    assert os_known.equals(os_hidden)
    # P4 died after the cut-off: not an event in either.
    assert os_hidden.filter(statistic="events")["value"].to_list() == [2.0]


def test_ages_above_89_are_told_as_90(six):
    hidden = run(six / "study.toml", six / "out", read_key(six / "key.txt", 1)).record
    assert hidden.tables["patients"]["age_years"].max() == 90
    assert hidden.tables["patients"]["birth_day"].null_count() == 6


def test_small_cells_are_suppressed_with_their_patients(six):
    run(six / "study.toml", six / "out", read_key(six / "key.txt", 5))
    hidden = pl.read_parquet(six / "out" / "results.parquet")
    counts = hidden.filter(analysis="characteristic: sex", statistic="patients")
    men = counts.row(by_predicate=pl.col("group") == "male", named=True)
    assert (men["value"], men["patients"]) == (None, [])
    assert men["note"] == "fewer than 5 patients: suppressed"
    assert hidden.filter(analysis="patients")["value"].to_list() == [6.0]
    page = (six / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("&lt; 5") > 5


def test_a_figure_that_tells_a_small_number_is_left_out_and_its_table_stays(six):
    run(six / "study.toml", six / "known")
    assert (six / "known" / "figures" / "patient_flow.svg").exists()
    run(six / "study.toml", six / "out", read_key(six / "key.txt", 7))
    assert not (six / "out" / "figures" / "patient_flow.svg").exists()
    table = (six / "out" / "tables" / "table_01_patient_flow.rtf").read_text(encoding="ascii")
    assert "< 7" in table


def test_the_same_key_gives_the_same_ids_and_another_key_others(six):
    (six / "other.txt").write_text("another secret, as long", encoding="utf-8")
    ids = [
        run(six / "study.toml", six / "out", read_key(six / key, 1)).record.tables["patients"]["patient_id"]
        for key in ("key.txt", "key.txt", "other.txt")
    ]
    assert ids[0].to_list() == ids[1].to_list()
    assert set(ids[0]) & set(ids[2]) == set()


def test_a_missing_or_short_key_is_said(six):
    with pytest.raises(HeadwayError, match="There is no key file"):
        read_key(six / "nowhere.txt", 5)
    (six / "short.txt").write_text("x" * (LEAST_KEY_BYTES - 1), encoding="utf-8")
    with pytest.raises(HeadwayError, match="fewer than 16 characters"):
        read_key(six / "short.txt", 5)
