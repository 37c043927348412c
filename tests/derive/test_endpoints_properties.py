"""What holds for every endpoint by every rule set, whatever the facts."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.derive.anchors import ANCHORS, starts
from headway.derive.endpoints import CLINICAL, ENDPOINTS, FDA_2018, RULE_SETS, gathered, time_to_event
from headway.record.columns import empty
from headway.record.derived.endpoints import FACTS, EndpointTimes, Facts
from headway.record.record import Record
from headway.record.tables import TABLES
from tests.derive.endpoint_examples import reported

endpoints = st.sampled_from(list(ENDPOINTS.values()))
rule_sets = st.sampled_from(
    [
        *RULE_SETS.values(),
        replace(FDA_2018, name="early death", no_baseline="early death counts", local_therapy="censor"),
        replace(CLINICAL, name="new therapy", new_therapy="event", tau_days=150),
    ]
)
cutoffs = st.one_of(st.none(), st.integers(-10, 300))
days = st.integers(-30, 330)
cohorts = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(FACTS), days), max_size=25, unique_by=lambda fact: fact
)
some_starts = st.dictionaries(st.integers(0, 4), st.one_of(st.none(), st.integers(-5, 60)), max_size=5)
everywhere = given(cohorts, some_starts, endpoints, rule_sets, cutoffs)


def facts_of(cohort: list[tuple]) -> pl.DataFrame:
    rows = [
        {"patient_id": str(patient), "fact": fact, "day": day, "what": fact, "source_table": "made up",
         "source_file": "", "source_sheet": "", "source_line": line}
        for line, (patient, fact, day) in enumerate(cohort)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=Facts.create_empty().schema)


def times(facts: pl.DataFrame, begins: dict, endpoint, rules, cutoff) -> pl.DataFrame:
    ids = [str(patient) for patient in begins]
    schema = {"patient_id": pl.String, "start_day": pl.Int32}
    zero = pl.LazyFrame({"patient_id": ids, "start_day": list(begins.values())}, schema=schema)
    people = zero.select("patient_id", vital_status=pl.lit("dead"), death_day=pl.lit(None, pl.Int32))
    return time_to_event(
        endpoint, "start", zero, facts.lazy(), people, rules=rules, time="days", cutoff_day=cutoff
    ).collect()


@everywhere
def test_the_order_of_rows_does_not_matter(cohort, begins, endpoint, rules, cutoff):
    facts = facts_of(cohort)
    turned = dict(reversed(begins.items()))
    assert times(facts, begins, endpoint, rules, cutoff).equals(
        times(facts.reverse(), turned, endpoint, rules, cutoff)
    )


@everywhere
def test_one_patient_does_not_change_another(cohort, begins, endpoint, rules, cutoff):
    facts = facts_of(cohort)
    together = times(facts, begins, endpoint, rules, cutoff)
    for patient, start in begins.items():
        alone = times(facts.filter(patient_id=str(patient)), {patient: start}, endpoint, rules, cutoff)
        assert alone.equals(together.filter(patient_id=str(patient)))


@everywhere
def test_every_patient_of_the_starts_is_told_once_in_the_declared_columns(
    cohort, begins, endpoint, rules, cutoff
):
    told = EndpointTimes.validate(times(facts_of(cohort), begins, endpoint, rules, cutoff))
    assert told["patient_id"].to_list() == sorted(str(patient) for patient in begins)


@everywhere
def test_days_are_never_negative_and_fit_their_days(cohort, begins, endpoint, rules, cutoff):
    told = times(facts_of(cohort), begins, endpoint, rules, cutoff).drop_nulls("days")
    assert (told["days"] >= 0).all()
    assert (told["days"] == told["end_day"] - told["start_day"]).all()


@everywhere
def test_nothing_ends_after_the_cut_off(cohort, begins, endpoint, rules, cutoff):
    told = times(facts_of(cohort), begins, endpoint, rules, cutoff).drop_nulls("days")
    if cutoff is not None:
        assert (told["end_day"] <= cutoff).all()


@everywhere
def test_what_lies_after_the_cut_off_changes_nothing(cohort, begins, endpoint, rules, cutoff):
    if cutoff is not None:
        before = [fact for fact in cohort if fact[2] <= cutoff or fact[1] == "alive"]
        told = [times(facts_of(some), begins, endpoint, rules, cutoff) for some in (cohort, before)]
        columns = ["patient_id", "days", "event", "rule", "reason"]
        assert told[0].select(columns).equals(told[1].select(columns))


@everywhere
def test_an_event_has_a_cause_and_a_time_has_a_rule(cohort, begins, endpoint, rules, cutoff):
    told = times(facts_of(cohort), begins, endpoint, rules, cutoff)
    assert told.filter("event")["cause"].null_count() == 0
    untimed = pl.col("days").is_null()
    assert told.filter(untimed != (pl.col("rule") == "no time")).is_empty()
    assert told.filter(untimed != pl.col("event").is_null()).is_empty()
    assert told["reason"].null_count() == 0


@given(cohorts, some_starts, rule_sets, st.sampled_from(["PFS", "TTP", "local failure"]))
def test_survival_is_never_shorter_than_progression_free_survival(cohort, begins, rules, name):
    # In a record that does not contradict itself: nothing is seen of a patient after death or last contact.
    last = max([day for *_, day in cohort], default=0)
    living = [fact for fact in cohort if fact[1] not in ("death", "alive")]
    lives = [*living, *((patient, "alive", last) for patient in begins)]
    ends = {patient for patient, fact, _ in cohort if fact == "death"}
    lives += [(patient, "death", last) for patient in ends]
    facts = facts_of(lives)
    longer = times(facts, begins, ENDPOINTS["OS"], rules, None)
    shorter = times(facts, begins, ENDPOINTS[name], rules, None)
    both = longer.join(shorter, on="patient_id", suffix="_progression").drop_nulls(
        ["days", "days_progression"]
    )
    assert (both["days"] >= both["days_progression"]).all()


@pytest.mark.parametrize("rules", RULE_SETS.values(), ids=RULE_SETS)
@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=ENDPOINTS)
def test_an_empty_record_gives_an_empty_table(endpoint, rules):
    record = Record("days")
    zero = starts(record, ANCHORS["enrolment"])
    happened = gathered(endpoint, record, reported(record), zero)
    told = time_to_event(
        endpoint, "enrolment", zero, happened, record.table("patients"), rules=rules, time="days"
    )
    assert EndpointTimes.validate(told.collect()).is_empty()


# The whole way from the record: assessments, drugs and reasons for stopping in any order.

RESPONSES = ["CR", "PR", "SD", "PD", "NE", "iUPD", "iCPD", "iSD", None]
scans = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(-10, 250),
        st.sampled_from(RESPONSES),
        st.sampled_from(["clinical", "CT"]),
    ),
    max_size=12,
    unique_by=lambda scan: scan[:2],
)
doses = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["nivolumab", "paclitaxel", "cetuximab"]),
        st.integers(-10, 250),
        st.integers(0, 90),
        st.sampled_from([None, "toxicity", "progression", "completed"]),
    ),
    max_size=8,
    unique_by=lambda dose: dose[:3],
)


def record_of(scanned: list[tuple], given_drugs: list[tuple]) -> Record:
    tables = {
        "patients": [{"patient_id": str(p), "enrolment_day": 0, "last_alive_day": 260} for p in range(3)],
        "assessments": [
            {"patient_id": str(p), "day": day, "reported_response": response, "criteria": how}
            for p, day, response, how in scanned
        ],
        "drugs": [
            {
                "patient_id": str(p),
                "drug": drug,
                "start_day": day,
                "end_day": day + length,
                "stop_reason": why,
            }
            for p, drug, day, length, why in given_drugs
        ],
    }
    return Record("days", {name: _source_table(name, rows) for name, rows in tables.items()})


def _source_table(name: str, rows: list[dict]) -> pl.DataFrame:
    blank = empty(TABLES[name].schema)
    told = [{**row, "source_file": f"{name}.csv", "source_line": line} for line, row in enumerate(rows, 2)]
    return (
        pl.concat([blank, pl.DataFrame(told, schema_overrides=blank.schema)], how="diagonal")
        if told
        else blank
    )


def of_record(record: Record, endpoint, rules) -> pl.DataFrame:
    zero = starts(record, ANCHORS["enrolment"])
    happened = gathered(endpoint, record, reported(record), zero)
    return time_to_event(
        endpoint, "enrolment", zero, happened, record.table("patients"), rules=rules, time="days"
    ).collect()


@settings(max_examples=20)
@given(scans, doses, endpoints, rule_sets)
def test_the_order_of_the_record_does_not_matter(scanned, given_drugs, endpoint, rules):
    record = record_of(scanned, given_drugs)
    turned = Record("days", {name: table.reverse() for name, table in record.tables.items()})
    assert of_record(record, endpoint, rules).equals(of_record(turned, endpoint, rules))


@settings(max_examples=20)
@given(scans, doses, endpoints, rule_sets)
def test_a_patient_of_the_record_does_not_change_another(scanned, given_drugs, endpoint, rules):
    record = record_of(scanned, given_drugs)
    together = of_record(record, endpoint, rules)
    alone = [of_record(record.only([str(patient)]), endpoint, rules) for patient in range(3)]
    assert pl.concat(alone).equals(together)
