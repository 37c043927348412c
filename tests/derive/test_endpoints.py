"""Endpoints: small cohorts in, times with their reasons out (domain.md 5)."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.derive.endpoints import reported_times
from headway.record.columns import empty
from headway.record.record import Record
from headway.record.tables import TABLES
from tests.derive.endpoint_examples import times

PATIENTS = """
| patient_id | diagnosis_day | last_alive_day | death_day | vital_status |
| dies       | 0             | 300            | 400       |              |
| lives      | 0             | 300            |           | alive        |
| late       | 10            | 300            |           |              |
| unknown    | 0             |                |           |              |
| no start   |               | 300            |           |              |
| dead when  | 0             | 300            |           | dead         |
| before     | 500           | 300            |           |              |
"""


def derived(record, name, since="diagnosis", **options) -> dict[str, tuple]:
    rows = times(record, name, since=since, **options)
    return {r["patient_id"]: (r["days"], r["event"], r["reason"]) for r in rows.iter_rows(named=True)}


def test_os_of_each_kind_of_patient(cohort):
    assert derived(cohort(patients=PATIENTS), "OS") == {
        "dies": (400.0, True, "5.1: event on day 400: death"),
        "lives": (300.0, False, "R5.2: censored on day 300: last known alive (as recorded)"),
        "late": (290.0, False, "R5.2: censored on day 300: last known alive (as recorded)"),
        "unknown": (None, None, "no time: neither an event nor a day 'last known alive' is known"),
        "no start": (None, None, "no time: time zero is not known"),
        "dead when": (
            300.0,
            False,
            "R5.2: censored on day 300: last known alive (as recorded); dead, but on an unknown day",
        ),
        "before": (None, None, "no time: last known alive on day 300, before time zero on day 500"),
    }


def test_r5_2_a_death_after_the_cut_off_is_not_used(cohort):
    assert derived(cohort(patients=PATIENTS), "OS", cutoff_day=350)["dies"][:2] == (300.0, False)


def test_r5_2_who_was_alive_after_the_cut_off_was_alive_on_that_day(cohort):
    made = derived(cohort(patients=PATIENTS), "OS", cutoff_day=250)
    assert made["lives"] == (250.0, False, "R5.2: censored on day 250: last known alive (as recorded)")
    assert made["before"] == (None, None, "no time: time zero is after the data cut-off")


def test_r5_2_without_a_last_contact_a_scan_or_sample_proves_life_but_a_missed_scan_does_not(cohort):
    record = cohort(
        patients="""
        | patient_id | diagnosis_day | last_alive_day |
        | scanned    | 0             |                |
        | missed     | 0             |                |
        | stated     | 0             | 100            |
        """,
        assessments="""
        | patient_id | day | done |
        | scanned    | 200 | yes  |
        | missed     | 150 | yes  |
        | missed     | 200 | no   |
        | stated     | 200 | yes  |
        """,
    )
    assert derived(record, "OS") == {
        "scanned": (200.0, False, "R5.2: censored on day 200: last known alive (scan)"),
        "missed": (150.0, False, "R5.2: censored on day 150: last known alive (scan)"),
        "stated": (100.0, False, "R5.2: censored on day 100: last known alive (as recorded)"),
    }


PROGRESSIONS = """
| patient_id | day | reported_response | criteria | progression_site |
| early      | -20 | PD                | clinical |                  |
| early      | 90  | SD                |          |                  |
| both       | 60  | PD                | clinical | distant          |
| both       | 80  | PD                | clinical |                  |
| same day   | 70  | PD                |          |                  |
| stable     | 50  | SD                |          |                  |
| stable     | 80  | NE                |          |                  |
"""


def test_pfs_is_progression_or_death_whichever_comes_first(cohort):
    record = cohort(
        patients="""
        | patient_id | diagnosis_day | last_alive_day | death_day |
        | early      | 0             | 200            |           |
        | both       | 0             | 100            | 120       |
        | same day   | 0             | 60             | 70        |
        | dies       | 0             | 60             | 65        |
        | stable     | 0             | 150            |           |
        """,
        assessments=PROGRESSIONS,
    )
    assert derived(record, "PFS") == {
        # A progression before time zero belongs to what came before it.
        "early": (200.0, False, "R5.2: censored on day 200: last known alive (as recorded), clinical rules"),
        "both": (60.0, True, "P4: event on day 60: PD (clinical, distant), clinical rules"),
        "same day": (70.0, True, "P2: event on day 70: PD (as reported), clinical rules"),
        "dies": (65.0, True, "P7: event on day 65: death, before any assessment, clinical rules"),
        "stable": (150.0, False, "R5.2: censored on day 150: last known alive (as recorded), clinical rules"),
    }


def test_every_time_names_its_source_row(cohort):
    died = times(cohort(patients=PATIENTS), "OS", since="diagnosis").row(
        by_predicate=pl.col("patient_id") == "dies", named=True
    )
    assert (died["source_table"], died["source_file"], died["source_line"]) == ("patients", "patients.csv", 2)


def test_relative_days_are_never_shown_as_dates(cohort):
    reasons = [reason for *_, reason in derived(cohort(patients=PATIENTS), "OS").values()]
    assert not any("19" in reason or "20" in reason for reason in reasons)


def test_the_first_dose_can_be_time_zero(cohort):
    record = cohort(
        patients="| patient_id | death_day |\n| a | 100 |\n| b | 100 |",
        drugs="| patient_id | drug | start_day |\n| a | cisplatin | 30 |\n| a | cetuximab | 10 |",
    )
    assert {p: row[0] for p, row in derived(record, "OS", since="first_drug").items()} == {
        "a": 90.0,
        "b": None,
    }


@pytest.mark.parametrize(
    ("unit", "days"), [("days", 12.0), ("weeks", 84.0), ("months", 365.25), ("years", 4383.0)]
)
def test_reported_times_become_days(cohort, unit, days):
    record = cohort(
        patients="| patient_id |\n| a |",
        reported_endpoints=f"""
        | patient_id | endpoint | since     | time | time_unit | event |
        | a          | os       | enrolment | 12   | {unit}    | yes   |
        """,
    )
    rows = reported_times(record.table("reported_endpoints"), "OS").collect()
    assert rows.select("days", "event", "since").row(0) == (days, True, "enrolment")


def test_a_reported_time_without_its_event_is_no_time(cohort):
    record = cohort(
        patients="| patient_id |\n| a |",
        reported_endpoints="| patient_id | endpoint | time | time_unit | event |\n| a | OS | 12 | months | |",
    )
    row = reported_times(record.table("reported_endpoints"), "OS").collect().row(0, named=True)
    assert (row["days"], row["event"], row["rule"]) == (None, None, "no time")


days = st.one_of(st.none(), st.integers(-50, 400))
lives = st.lists(
    st.tuples(st.integers(0, 99), days, days), max_size=50, unique_by=lambda life: life[0]
)  # a plan of polars costs as much for one patient as for fifty


def record_of(rows: list[tuple]) -> Record:
    schema = {
        "patient_id": pl.String,
        "diagnosis_day": pl.Int32,
        "last_alive_day": pl.Int32,
        "death_day": pl.Int32,
    }
    patients = pl.DataFrame(
        [(str(p), 0, alive, death) for p, alive, death in rows], schema=schema, orient="row"
    )
    return Record(
        "days", {"patients": pl.concat([empty(TABLES["patients"].schema), patients], how="diagonal")}
    )


@settings(max_examples=15)
@given(lives, st.randoms())
def test_row_order_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    assert derived(record_of(rows), "OS") == derived(record_of(shuffled), "OS")


@settings(max_examples=15)
@given(lives)
def test_one_patient_does_not_change_another(rows):
    """The first alone, and the others with half of their neighbours gone."""
    together = derived(record_of(rows), "OS")
    apart = [derived(record_of(some), "OS") for some in (rows[:1], rows[1::2], rows[2::2])]
    assert together == {patient: row for some in apart for patient, row in some.items()}
