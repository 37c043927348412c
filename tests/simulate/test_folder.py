"""The folder that is written: does it read as a record, and is it the same however it is made?"""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from headway.cli import app
from headway.errors import HeadwayError
from headway.ingest.recognise import read_record
from headway.record.findings import Findings
from headway.record.tables import TABLES
from headway.run.simulate import simulate
from headway.simulate.cohort import blocks
from headway.simulate.load import load
from headway.simulate.state_truth import StateTruth
from headway.simulate.truth import LesionTruth, LineTruth, PatientTruth

SCENARIO = Path(__file__).parent / "scenario.toml"
EARLY = SCENARIO.read_text(encoding="utf-8").index("patients")


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def scenario_with(tmp_path: Path, *top: str) -> Path:
    """The scenario with other keys at its top."""
    file = tmp_path / "scenario.toml"
    text = SCENARIO.read_text(encoding="utf-8")
    file.write_text(text[:EARLY] + "\n".join(top) + "\n" + text[EARLY:], encoding="utf-8")
    return file


@pytest.mark.parametrize("chunk", [1, 37, 299, 100_000])
def test_the_same_seed_gives_the_same_bytes_whatever_the_chunk(folder, tmp_path, chunk):
    simulate(SCENARIO, tmp_path / "again", chunk=chunk) if chunk > 1 else None
    if chunk == 1:
        simulate(SCENARIO, tmp_path / "again", patients=12, chunk=1)
        simulate(SCENARIO, tmp_path / "whole", patients=12)
        folder = tmp_path / "whole"
    assert files(tmp_path / "again") == files(folder)


def test_another_seed_gives_another_cohort(folder, tmp_path):
    simulate(SCENARIO, tmp_path / "other", seed=8)
    assert files(tmp_path / "other")["patients.parquet"] != files(folder)["patients.parquet"]


def test_a_patient_is_the_same_in_a_larger_cohort(folder, tmp_path):
    simulate(SCENARIO, tmp_path / "few", patients=100)
    few, many = (pl.read_parquet(where / "measurements.parquet") for where in (tmp_path / "few", folder))
    assert few.equals(many.filter(pl.col("patient_id") <= "P100"))


@pytest.mark.parametrize("format", ["parquet", "csv"])
@pytest.mark.parametrize("told_in", ["days", "dates"])
def test_a_check_of_the_record_finds_nothing(tmp_path, format, told_in):
    text = SCENARIO.read_text(encoding="utf-8")
    file = tmp_path / "scenario.toml"
    file.write_text(text.replace("[calendar]", f'[calendar]\ntold_in = "{told_in}"'), encoding="utf-8")
    simulate(file, tmp_path / "record", format=format)
    record = read_record(tmp_path / "record")
    assert record.time == told_in
    assert record.findings.equals(Findings.create_empty())
    assert set(record.tables) == set(TABLES) - {"procedures", "biomarkers", "reported_endpoints"}
    assert (record.rows["rows_read"] == record.rows["rows_used"]).all()


def test_a_cohort_that_enters_late_is_recorded_from_there(tmp_path):
    simulate(scenario_with(tmp_path, "index_line = 3"), tmp_path / "late")
    record, truth = (
        read_record(tmp_path / "late"),
        pl.read_parquet(tmp_path / "late" / "truth" / "truth.parquet"),
    )
    assert record.findings.is_empty()
    assert record.tables["patients"].height == 300
    assert truth["lines_before_index"].value_counts().height == 2
    assert (
        record.tables["drugs"].group_by("patient_id").agg(pl.col("start_day").min())["start_day"] < 0
    ).all()
    assert record.tables["measurements"]["day"].min() >= -28
    assert truth.filter(pl.col("death_day") < 0).is_empty()


def test_a_scan_before_baseline_shows_smaller_lesions(tmp_path):
    file, text = tmp_path / "scenario.toml", SCENARIO.read_text(encoding="utf-8")
    file.write_text(text.replace("[imaging]", "[imaging]\nprebaseline_days_before = 60"), encoding="utf-8")
    simulate(file, tmp_path / "record")
    record = read_record(tmp_path / "record")
    assert record.findings.is_empty()
    sizes = record.tables["measurements"].filter(pl.col("day") < 0, evaluator="investigator")
    sizes = sizes.sort("day").drop_nulls("diameter_mm").group_by("patient_id", "lesion_id").agg("diameter_mm")
    assert sizes["diameter_mm"].list.len().unique().to_list() == [2]
    assert (sizes["diameter_mm"].list.first() <= sizes["diameter_mm"].list.last()).mean() > 0.9


def test_what_lies_after_the_cut_off_is_not_recorded(folder):
    record, truth = read_record(folder), pl.read_parquet(folder / "truth" / "truth.parquet")
    last = truth.select("patient_id", last="followed_to_day")
    for name, day in [("measurements", "day"), ("drugs", "end_day"), ("adverse_events", "start_day")]:
        assert record.tables[name].join(last, on="patient_id").filter(pl.col(day) > pl.col("last")).is_empty()
    alive = record.tables["patients"].filter(vital_status="alive")
    assert 0 < alive.height < 300
    assert alive.join(last, on="patient_id").filter(pl.col("last_alive_day") != pl.col("last")).is_empty()


def test_the_truth_is_as_declared(folder):
    declared = {
        "truth": PatientTruth,
        "line_truth": LineTruth,
        "lesion_truth": LesionTruth,
        "state_truth": StateTruth,
    }
    assert {file.stem for file in (folder / "truth").iterdir()} == set(declared)
    for name, schema in declared.items():
        schema.validate(pl.read_parquet(folder / "truth" / f"{name}.parquet"), cast=True)


def test_the_folder_says_that_it_is_synthetic(folder):
    assert (folder / "SYNTHETIC.txt").read_text(encoding="utf-8").startswith("SYNTHETIC. No patient")


@settings(max_examples=12)
@given(seed=st.integers(0, 2**63 - 1), patients=st.integers(1, 9), chunk=st.integers(1, 9))
def test_every_seed_and_size_gives_whole_patients(seed, patients, chunk):
    made = list(blocks(load(SCENARIO, seed=seed, patients=patients), chunk))
    assert sum(block.patients for block in made) == patients
    ids = [name for block in made for name in block.tables["patients"]["patient_id"]]
    assert ids == [f"P{place}" for place in range(1, patients + 1)]
    for block in made:
        own = set(block.tables["patients"]["patient_id"])
        assert all(set(table["patient_id"]) <= own for table in block.tables.values())


def test_a_line_that_nobody_reaches_is_told(tmp_path):
    text = SCENARIO.read_text(encoding="utf-8").replace("death_per_month = 0.03", "death_per_month = 10")
    file = tmp_path / "scenario.toml"
    file.write_text(
        text.replace("seed = 7", "seed = 7\nindex_line = 4").replace("patients = 300", "patients = 5"),
        "utf-8",
    )
    with pytest.raises(HeadwayError, match="came to line 4; 5 are wanted"):
        simulate(file, tmp_path / "record")
    assert not (tmp_path / "record").exists()


def test_another_folder_is_never_overwritten(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(HeadwayError, match="choose another folder"):
        simulate(SCENARIO, tmp_path / "mine", patients=2)
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_the_command_writes_a_record(tmp_path):
    said = CliRunner().invoke(
        app, ["simulate", str(SCENARIO), "--out", str(tmp_path / "r"), "--patients", "3"]
    )
    assert said.exit_code == 0
    assert "SYNTHETIC, patients: 3" in said.output
    assert read_record(tmp_path / "r").tables["patients"].height == 3


def test_a_format_that_is_not_there_is_told(tmp_path):
    with pytest.raises(HeadwayError, match="'xlsx' is not a format to write; it is one of parquet, csv"):
        simulate(SCENARIO, tmp_path / "r", format="xlsx")
