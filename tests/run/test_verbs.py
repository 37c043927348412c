"""The verbs from record to report on a small cohort: what is written, and what is not."""

import contextlib
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from headway.errors import HeadwayError
from headway.run import Outcome, check, explain, run

PATIENTS = """\
patient_id,sex,age_years,hpv,diagnosis_date,last_alive_date,death_date
P1,female,61,positive,2020-01-01,2021-06-30,
P2,male,58,negative,2020-01-15,,2020-12-24
P3,male,70,,2020-03-01,2021-01-01,
P4,female,49,negative,2020-02-01,,2020-08-01
"""
STUDY = """\
title = "Four patients"
record = "record"
cutoff = 2021-12-31
[[report.survival]]
endpoint = "OS"
since = "diagnosis"
[[report.survival]]
endpoint = "OS"
since = "diagnosis"
by = "hpv"
"""


def written(folder: Path) -> Path:
    (folder / "record").mkdir()
    (folder / "record" / "patients.csv").write_text(PATIENTS, encoding="utf-8")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return folder


@pytest.fixture
def four(tmp_path) -> Path:
    return written(tmp_path)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory) -> Outcome:
    """A run that several tests look at; none changes it."""
    folder = written(tmp_path_factory.mktemp("four"))
    return run(folder / "study.toml", folder / "out")


def test_a_run_writes_page_figures_results_times_and_findings(outcome):
    out = outcome.folder
    written = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert {"report.html", "results.csv", "results.parquet", "findings.csv", "times_to_event.csv"} <= written
    assert {"figures/OS_since_diagnosis.svg", "figures/OS_since_diagnosis_by_hpv.png"} <= written
    median = outcome.made.results.filter(analysis="OS since diagnosis", statistic="median")
    assert median["n"].to_list() == [4]
    assert median["patients"][0].to_list() == ["P1", "P2", "P3", "P4"]


def test_every_result_row_carries_method_n_and_patients(outcome):
    results = outcome.made.results
    assert results.filter(pl.col("method").str.len_chars() == 0).is_empty()
    assert results["n"].null_count() == results["patients"].null_count() == 0


def test_the_missing_group_is_shown_and_not_dropped(outcome):
    results = outcome.made.results
    by_hpv = results.filter(analysis="OS since diagnosis by hpv", statistic="with a time")
    assert dict(by_hpv.select("group", "value").iter_rows()) == {
        "negative": 2.0,
        "positive": 1.0,
        "not recorded": 1.0,
    }


def test_the_same_input_gives_the_same_bytes(four, outcome):
    run(four / "study.toml", four / "again")
    one, two = (
        {p.relative_to(out): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}
        for out in (outcome.folder, four / "again")
    )
    assert one == two


def test_the_page_needs_no_network(outcome):
    page = (outcome.folder / "report.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    outside_of_scripts = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert "src=" not in outside_of_scripts
    assert 'href="http' not in outside_of_scripts


def test_text_of_the_record_is_text_on_the_page(four):
    evil = PATIENTS.replace("P1,", "<script>alert(1)</script>,").replace("female", "fe<b>male")
    (four / "record" / "patients.csv").write_text(evil, encoding="utf-8")
    run(four / "study.toml", four / "out")
    page = (four / "out" / "report.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "<b>male" not in page


def test_a_failed_run_leaves_the_older_report_alone(four):
    run(four / "study.toml", four / "out")
    before = (four / "out" / "report.html").read_bytes()
    (four / "record" / "patients.csv").write_text("patient_id\n", encoding="utf-8")
    with pytest.raises(HeadwayError):
        run(four / "study.toml", four / "out")
    assert (four / "out" / "report.html").read_bytes() == before
    assert [p.name for p in four.iterdir() if p.name.startswith(".headway")] == []


def test_a_folder_that_is_not_a_report_is_not_replaced(four):
    (four / "mine").mkdir()
    (four / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(HeadwayError, match="not a report of Headway"):
        run(four / "study.toml", four / "mine")
    assert (four / "mine" / "thesis.txt").exists()


def test_check_gives_findings_and_the_account_of_rows(four):
    record = check(four / "record")
    assert record.rows.select("rows_read", "rows_used", "rows_set_aside").row(0) == (4, 4, 0)


def test_explain_shows_one_patient_with_source_lines_and_reasons(four):
    explained = explain(four / "study.toml", "P2")
    assert explained.timeline["source_line"].unique().to_list() == [3]
    assert explained.record.tables["patients"].height == 1
    assert explained.times["reason"].to_list() == ["5.1: event on 2020-12-24: death"]


def test_explain_of_a_patient_with_assessments_but_no_lesions(four):
    header = "patient_id,date,done,reported_response,reported_new_lesion"
    seen = f"{header}\nP2,2020-06-01,yes,PD,\nP2,2020-03-01,yes,,no\n"
    (four / "record" / "assessments.csv").write_text(seen, encoding="utf-8")
    explained = explain(four / "study.toml", "P2")
    assert explained.responses.is_empty()
    assert explained.timeline.filter(table="assessments").height == 2


def test_explain_of_a_stranger_is_answered_in_words(four):
    with pytest.raises(HeadwayError, match="Patient 'P9' is not among"):
        explain(four / "study.toml", "P9")


def test_a_result_does_not_depend_on_the_order_of_rows(four, outcome):
    header, *rows = PATIENTS.splitlines()
    (four / "record" / "patients.csv").write_text("\n".join([header, *reversed(rows)]), encoding="utf-8")
    assert run(four / "study.toml", four / "out").made.results.equals(outcome.made.results)


@pytest.mark.parametrize("seconds", [1.0, 2.5])
def test_a_killed_run_leaves_no_folder_that_looks_finished(four, seconds):
    command = [sys.executable, "-m", "headway.cli", "run", "study.toml", "--out", "out", "--quiet"]
    process = subprocess.Popen(command, cwd=four)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.kill()
    process.wait()
    written = {path.name for path in (four / "out").iterdir()} if (four / "out").exists() else set()
    # Whole, where the machine was quicker than the killer; else not there at all.
    assert written == set() or {".headway", "report.html", "results.csv", "datasets"} <= written
