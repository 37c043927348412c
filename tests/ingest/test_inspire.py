"""The INSPIRE cohort, as CSV and in the filled template: the same record, and what the paper says of it."""

import importlib.util
from pathlib import Path

import polars as pl
import pytest

from headway.ingest.recognise import read_record

SCRIPT = Path(__file__).parents[2] / "examples" / "inspire" / "make_record.py"


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """The record read from the folder and from the workbook."""
    spec = importlib.util.spec_from_file_location("make_record", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    folder = tmp_path_factory.mktemp("inspire") / "record"
    script.write_record(folder)
    return read_record(folder), read_record(folder.with_suffix(".xlsx"))


def test_both_are_read_without_a_finding(records):
    for record in records:
        assert record.findings.to_dicts() == []
        assert record.time == "days"
        assert (record.rows["rows_read"] == record.rows["rows_used"]).all()


def test_the_filled_template_gives_the_same_record_as_csv(records):
    csv, workbook = records
    assert {name for name in workbook.tables if workbook.has(name)} == set(csv.tables)
    for name, frame in csv.tables.items():
        own = [column for column in frame.columns if not column.startswith("source_")]
        assert frame.height > 0
        assert frame.select(own).equals(workbook.tables[name].select(own))
        assert frame["source_line"].equals(workbook.tables[name]["source_line"])


def test_the_cohort_is_the_published_one(records):
    tables = records[0].tables
    assert tables["patients"].height == 94
    assert tables["patients"].filter(arm="head and neck squamous cell carcinoma").height == 16
    endpoints = (
        tables["reported_endpoints"]
        .group_by("endpoint")
        .agg(pl.col("event").sum(), pl.len())
        .sort("endpoint")
    )
    assert endpoints.rows() == [("OS", 64, 94), ("PFS", 82, 94)]
    assert tables["assessments"].height == 270


def test_responses_stand_at_their_scans(records):
    """Partial responses shrank by 30 % or more, stable disease by less; progression is the PFS event."""
    tables = records[0].tables
    change = tables["assessments"].select("reported_response", size="reported_size_change_percent")
    assert change.filter(reported_response="PR")["size"].max() <= -30
    assert change.filter(reported_response="SD")["size"].is_between(-30, 20, closed="none").all()
    progression = (
        tables["assessments"].filter(reported_response="PD").group_by("patient_id").agg(pl.col("day").min())
    )
    event = tables["reported_endpoints"].filter(pl.col("event"), endpoint="PFS")
    both = event.join(progression, on="patient_id")
    same_day = (both["time"] * 365.25 / 12 - both["day"]).abs() < 0.5
    assert (same_day.sum(), len(same_day)) == (50, 55)
