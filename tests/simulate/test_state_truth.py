"""The true state of metastatic disease (R7.1 to R7.4), and what is derived from scans that see everything."""

from pathlib import Path

import polars as pl
import pytest

from headway.derive.disease_state import disease_states
from headway.derive.metastases import metastases_by_imaging
from headway.ingest.recognise import read_record
from headway.run.simulate import simulate

EXAMPLES = Path(__file__).parents[2] / "examples"
PERFECT = """[calendar]
accrual_months = 0
cutoff_months = 240

[imaging]
interval_days = 60
jitter_days = 5

"""


def perfect(name: str, before: str, after: str, folder: Path) -> Path:
    """A scenario of the examples, its calendar and imaging (between two heads) without error or end."""
    text = (EXAMPLES / name / "scenario.toml").read_text(encoding="utf-8")
    calendar, cohort = text.index("[calendar]"), text.index("[cohort]")
    kept = text[:calendar] + text[cohort : text.index(before)] + text[text.index(after) :]
    file = folder / "scenario.toml"
    file.write_text(kept.replace("[cohort]", PERFECT + "[cohort]"), encoding="utf-8")
    simulate(file, folder / "record", patients=400)
    return folder / "record"


@pytest.fixture(scope="module", params=["sabr-oligometastases", "rt-during-ici"])
def cohort_seen(request, tmp_path_factory):
    """The states that the pipeline derives where nothing is missed or misread, and the true ones."""
    after = {"sabr-oligometastases": "[[regimen]]", "rt-during-ici": "[growth]"}[request.param]
    folder = perfect(request.param, "[imaging]", after, tmp_path_factory.mktemp("perfect"))
    record = read_record(folder)
    tables = ("lesions", "measurements", "irradiated_lesions", "radiotherapy")
    imaging = metastases_by_imaging(*[record.table(name) for name in tables])
    treated = [record.table(name) for name in ("drugs", "radiotherapy", "procedures", "patients")]
    derived = disease_states(imaging, *treated, time=record.time)
    return derived.collect(), pl.read_parquet(folder / "truth" / "state_truth.parquet"), folder


def on_scans(derived: pl.DataFrame, truth: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """Both states on every day of a scan, of patients whose metastases are all measured.

    Growth of a lesion without a diameter counts in the record only when it is unequivocal.
    """
    zero = read_record(folder).table("patients").select("patient_id", "enrolment_day").collect()
    unmeasured = (
        pl.read_parquet(folder / "truth" / "lesion_truth.parquet")
        .filter(pl.col("lesion_id").str.starts_with("NT"))
        .filter(~pl.col("organ").is_in(["head and neck", "lymph node"]))
    )
    days = derived.join(zero, on="patient_id").join(unmeasured, on="patient_id", how="anti")
    scans = days.select(
        "patient_id", "metastases", derived="state", day=pl.col("day") - pl.col("enrolment_day")
    )
    true = truth.select("patient_id", "day", true="state", true_metastases="metastases")
    return scans.sort("day").join_asof(true.sort("day"), on="day", by="patient_id", check_sortedness=False)


def test_r7_1_to_r7_4_where_every_scan_is_perfect_the_derived_state_is_the_true_one(cohort_seen):
    both = on_scans(*cohort_seen)
    apart = pl.col("derived").ne_missing(pl.col("true")) | (pl.col("metastases") != pl.col("true_metastases"))
    assert both.filter(apart).rows() == []
    assert both.height > 2000
    assert both["true"].n_unique() >= 7


def test_the_truth_changes_on_its_own_day_and_not_on_that_of_a_scan(cohort_seen):
    """New metastases come between scans."""
    _, truth, folder = cohort_seen
    record = read_record(folder)
    zero = record.table("patients").select("patient_id", "enrolment_day").collect()
    scans = record.table("assessments").select("patient_id", "day").collect().join(zero, on="patient_id")
    scanned = scans.select("patient_id", day=pl.col("day") - pl.col("enrolment_day"))
    new = truth.filter(pl.col("new") > pl.col("new").shift(1).over("patient_id"))
    between = new.join(scanned, on=["patient_id", "day"], how="anti")
    assert new.height > 30
    assert between.height > 0.8 * new.height


def test_a_row_of_the_truth_says_something_new(cohort_seen):
    truth = cohort_seen[1]
    said = pl.struct("state", "metastases", "new", "growing", "controlled")
    assert truth.filter(said == said.shift(1).over("patient_id")).is_empty()
    assert (truth["metastases"] >= truth["new"] + truth["growing"]).all()
    assert (truth["state"] == "no metastasis").eq(truth["metastases"] == 0).all()
