"""The bundled TCGA-HNSC study: 528 patients as they are, mess included; nothing lost, every doubt named."""

from pathlib import Path

import polars as pl
import pytest

from headway.ingest.assemble import assemble
from headway.ingest.tcga import looks_like_tcga, read_tcga
from headway.knowledge.drugs import drugs
from headway.record.record import Record

SOURCE = Path(__file__).parents[2] / "examples" / "tcga-hnsc" / "source"

FINDINGS = {  # (table, rule): findings, rows set aside
    ("patients", "conflicting-rows"): (1, 0),  # a cause of death, but alive
    ("patients", "dead-without-day"): (1, 0),
    ("patients", "no-time"): (1, 0),
    ("patients", "not-mapped"): (1, 0),
    ("drugs", "missing-required"): (18, 18),  # no name
    ("drugs", "start-not-known"): (1, 0),  # 13 rows
    ("drugs", "contact-after-last-alive"): (1, 0),  # oxaliplatin on day 2786, last contact on day 278
    ("drugs", "treatment-before-diagnosis"): (1, 0),
    ("drugs", "treatment-past-death"): (2, 0),
    ("drugs", "duplicate-row"): (2, 2),
    ("drugs", "dose-unit-unclear"): (1, 0),  # concentrations, 13 rows
    ("drugs", "unrecognised-drug"): (1, 0),
    ("drugs", "not-mapped"): (1, 0),
    ("radiotherapy", "start-not-known"): (1, 0),  # 22 rows
    ("radiotherapy", "contact-after-last-alive"): (1, 0),
    ("radiotherapy", "treatment-before-diagnosis"): (2, 0),
    ("radiotherapy", "treatment-past-death"): (1, 0),
    ("radiotherapy", "dose-unit-converted"): (3, 0),
    ("radiotherapy", "dose-unit-inferred"): (10, 0),
    ("radiotherapy", "dose-unit-unclear"): (1, 0),
    ("radiotherapy", "dose-against-fractions"): (2, 0),
    ("radiotherapy", "not-mapped"): (
        3,
        0,
    ),  # intent of radiotherapy for recurrence, for progression; questions
    ("assessments", "event-without-day"): (6, 2),
    ("assessments", "no-fact"): (12, 12),
    ("assessments", "not-mapped"): (14, 0),  # 12 new primaries; questions of two forms
    ("assessments", "conflicting-rows"): (3, 0),
    ("procedures", "event-without-day"): (3, 0),
}


@pytest.fixture(scope="module")
def record() -> Record:
    return assemble(read_tcga(SOURCE))


def _rows(record: Record, *rules: str, table: str) -> list[tuple[int, str]]:
    at = record.findings.filter(pl.col("rule").is_in(rules), table=table)
    return at.select("source_line", "value").rows()


def test_it_is_recognised():
    assert looks_like_tcga(SOURCE)


def test_528_patients_of_whom_224_died_one_on_an_unknown_day(record):
    patients = record.tables["patients"]
    dead = patients.filter(vital_status="dead")
    assert (patients.height, dead.height, dead["death_day"].count()) == (528, 224, 223)
    assert dead.filter(pl.col("death_day").is_null())["patient_id"].to_list() == ["TCGA-H7-A6C4"]
    assert patients.filter(vital_status="alive")["death_day"].count() == 0
    timeless = patients.filter(pl.coalesce("death_day", "last_alive_day").is_null())
    assert timeless["patient_id"].to_list() == ["TCGA-CQ-A4CA"]
    assert patients.filter(pl.col("last_alive_day") > pl.col("death_day")).height == 0


def test_353_drug_rows_of_186_patients_each_in_a_class_or_in_a_finding(record):
    written = pl.read_csv(SOURCE / "drugs.csv", infer_schema=False)
    assert (written.height, written["patient"].n_unique()) == (353, 186)
    known = record.tables["drugs"].filter(pl.col("drug").is_in(drugs()["drug"].implode()))
    doubtful = record.findings.filter(pl.col("rule") != "dose-unit-unclear", table="drugs")
    assert set(known["source_line"]) | set(doubtful["source_line"].drop_nulls()) >= set(range(2, 355))
    assert record.tables["drugs"].filter(~pl.col("drug").is_in(known["drug"].implode()))[
        "drug"
    ].to_list() == ["hsc vaccine injection"]


def test_467_radiotherapy_rows_of_314_patients_in_gy(record):
    written = pl.read_csv(SOURCE / "radiations.csv", infer_schema=False)
    assert (written.height, written["patient"].n_unique()) == (467, 314)
    courses = record.tables["radiotherapy"]
    assert (courses.height, courses["patient_id"].n_unique()) == (467, 314)
    doses = courses["dose_gy"].drop_nulls()
    assert (doses.len(), doses.median(), doses.min(), doses.max()) == (421, 60.0, 4.0, 98.0)


def test_the_dose_per_fraction_is_clinically_sane(record):
    courses = record.tables["radiotherapy"]
    known = courses.select(each=pl.col("dose_gy") / pl.col("fractions"))["each"].drop_nulls()
    assert (known.len(), known.median()) == (358, 2.0)
    assert known.is_between(1.5, 3.0).sum() == 329


def test_every_unit_that_cannot_be_right_is_a_finding_of_its_own(record):
    assert _rows(record, "dose-unit-converted", table="radiotherapy") == [
        (42, "7000.00 gy"), (222, "50 cgy"), (227, "60 cgy")
    ]  # fmt: skip
    assert _rows(record, "dose-unit-unclear", table="radiotherapy") == [(48, "182 gy")]
    assert [line for line, _ in _rows(record, "dose-unit-inferred", table="radiotherapy")] == [
        207, 208, 209, 228, 238, 239, 240, 247, 286, 334
    ]  # fmt: skip
    assert _rows(record, "dose-against-fractions", table="radiotherapy") == [(322, "98"), (323, "38")]


def test_new_tumour_events_are_progression_of_132_patients(record):
    seen = record.tables["assessments"]
    progressed = seen.filter(reported_response="PD")
    assert (progressed.height, progressed["patient_id"].n_unique()) == (172, 132)
    sites = dict(progressed["progression_site"].value_counts().iter_rows())
    assert sites == {"local": 68, "distant": 60, "regional": 29, "locoregional": 5, None: 10}
    assert seen.filter(pl.col("visit").str.starts_with("new primary")).height == 11


def test_nearly_everyone_without_event_was_seen_free_of_events(record):
    seen, patients = record.tables["assessments"], record.tables["patients"].drop_nulls("last_alive_day")
    no_event = patients.filter(pl.col("death_day").is_null()).join(
        seen.filter(reported_response="PD"), on="patient_id", how="anti"
    )
    free = seen.filter(reported_new_lesion=False)
    assert (no_event.height, no_event.join(free, on="patient_id", how="semi").height) == (260, 256)


def test_each_of_the_five_files_is_accounted_for_row_by_row(record):
    assert {file: tuple(counts) for file, _, *counts in record.rows.rows()} == {
        "patients.csv": (528, 528, 0),
        "drugs.csv": (353, 333, 20),
        "radiations.csv": (467, 467, 0),
        "follow_ups.csv": (687, 674, 13),
        "new_tumor_events.csv": (49, 48, 1),
    }


def test_the_findings_by_rule(record):
    counted = record.findings.group_by("table", "rule").agg(pl.len(), pl.col("rows").sum())
    assert {(table, rule): (n, aside) for table, rule, n, aside in counted.rows()} == FINDINGS
