"""A study that names its scenario: every run writes its record, the same each time."""

import pytest

from headway.errors import StudyError
from headway.run.verbs import run

SCENARIO = """
title = "SYNTHETIC: a few patients"
patients = 12

[[regimen]]
name = "nivolumab"
drugs = [{ drug = "nivolumab", every_days = 14 }]
partial = { share = 0.5 }
progressing = { share = 0.5 }

[[line]]
regimens = { nivolumab = 1 }
"""
STUDY = """
title = "SYNTHETIC"
record = "made"
simulate = "scenario.toml"
synthetic = true
"""


@pytest.fixture
def study(tmp_path):
    (tmp_path / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    return tmp_path / "study.toml"


def test_the_record_is_made_from_the_scenario_and_the_same_again(study, tmp_path):
    first = run(study, tmp_path / "out")
    drugs = (tmp_path / "made" / "drugs.parquet").read_bytes()
    again = run(study, tmp_path / "out")
    assert first.record.tables["patients"].height == 12
    assert (tmp_path / "made" / "drugs.parquet").read_bytes() == drugs
    assert again.record.tables["drugs"].equals(first.record.tables["drugs"])


def test_another_scenario_makes_another_record(study, tmp_path):
    run(study, tmp_path / "out")
    (tmp_path / "scenario.toml").write_text(SCENARIO.replace("12", "7"), encoding="utf-8")
    assert run(study, tmp_path / "out").record.tables["patients"].height == 7


def test_a_record_that_was_not_simulated_is_never_replaced(study, tmp_path):
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "patients.csv").write_text("patient_id\nP1\n", encoding="utf-8")
    with pytest.raises(StudyError, match="was not simulated"):
        run(study, tmp_path / "out")
    assert (tmp_path / "made" / "patients.csv").is_file()
