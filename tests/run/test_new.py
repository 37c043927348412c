"""`headway new` writes a study file that runs, for every kind of record; `headway schema` knows all keys."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from headway.errors import HeadwayError
from headway.run import new, run, schema
from headway.study import load

EXAMPLES = Path(__file__).parents[2] / "examples"
FULL = {
    "patients.csv": "patient_id,sex,age_years,enrolment_date,last_alive_date\n"
    + "".join(f"P{i},{'male' if i % 2 else 'female'},6{i},2020-01-0{i + 1},2021-01-01\n" for i in range(8))
    + "P9,female,70,2020-01-09,2021-01-01\nP10,male,70,2020-01-09,2021-01-01\n",
    "lesions.csv": "patient_id,lesion_id,role,organ\nP0,T1,target,lung\n",
    "measurements.csv": "patient_id,lesion_id,date,evaluator,diameter_mm\n"
    "P0,T1,2020-01-01,reader 1,30\nP0,T1,2020-03-01,reader 1,10\nP0,T1,2020-03-01,reader 2,12\n"
    "P0,T1,2020-01-01,reader 2,30\n",
}


def record(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_study_of_a_full_record_asks_for_what_it_has_and_runs(tmp_path):
    new(record(tmp_path / "record", FULL), tmp_path / "study.toml")
    study = load(tmp_path / "study.toml")
    assert (study.record, study.criteria.evaluator) == ("record", "reader 1")
    assert [asked.endpoint for asked in study.report.survival] == ["OS", "PFS"]
    assert study.report.comparison[0].by == "sex"
    run(tmp_path / "study.toml", tmp_path / "out")
    assert (tmp_path / "out" / "report.html").exists()


@pytest.mark.parametrize(
    "patients", ["patient_id\nP1\n", "patient_id,diagnosis_date\nP1,2020-01-01\n"], ids=["bare", "one"]
)
def test_the_study_of_a_bare_record_runs_too(tmp_path, patients):
    new(record(tmp_path / "record", {"patients.csv": patients}), tmp_path / "study.toml")
    run(tmp_path / "study.toml", tmp_path / "out")


def test_the_study_of_tcga_starts_at_diagnosis(tmp_path):
    new(EXAMPLES / "tcga-hnsc" / "source", tmp_path / "study.toml", format="tcga")
    study = load(tmp_path / "study.toml")
    assert study.format == "tcga"
    assert {asked.since for asked in study.report.survival} == {"diagnosis"}


def test_the_hints_at_the_end_are_a_study_too(tmp_path):
    new(record(tmp_path / "record", FULL), tmp_path / "study.toml")
    text = (tmp_path / "study.toml").read_text(encoding="utf-8")
    head, hints = text.split("# More to ask:\n")
    (tmp_path / "more.toml").write_text(head + re.sub(r"(?m)^# ?", "", hints), encoding="utf-8")
    assert load(tmp_path / "more.toml").exposure["radiotherapy"].since == "enrolment"


def test_a_path_with_quotes_is_a_path(tmp_path):
    new(record(tmp_path / 'my "record"', FULL), tmp_path / "study.toml")
    text = (tmp_path / "study.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["record"] == 'my "record"'


def test_a_study_file_that_is_there_is_not_replaced(tmp_path):
    (tmp_path / "study.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(HeadwayError, match=r"study\.toml exists"):
        new(record(tmp_path / "record", FULL), tmp_path / "study.toml")


def test_the_schema_is_json_and_knows_every_topic():
    told = json.loads(schema())
    assert {"survival", "comparison", "local_control"} <= set(told["$defs"]["Report"]["properties"])
