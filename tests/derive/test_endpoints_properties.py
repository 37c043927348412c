"""What holds for every endpoint by every rule set, whatever the facts."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.derive.anchors import ANCHORS, starts
from headway.derive.endpoints import (
    CLINICAL,
    ENDPOINTS,
    FDA_2018,
    RULE_SETS,
    Endpoint,
    RuleSet,
    gathered,
    time_to_event,
)
from headway.record.columns import empty
from headway.record.derived.endpoints import FACTS, EndpointTimes, Facts
from headway.record.record import Record
from headway.record.tables import TABLES
from tests.derive.endpoint_examples import reported

RULES = [
    *RULE_SETS.values(),
    replace(FDA_2018, name="early death", no_baseline="early death counts", local_therapy="censor"),
    replace(CLINICAL, name="new therapy", new_therapy="event", tau_days=150),
]
Fact = tuple[str, str, int, int]  # patient, fact, day, line of the source


@dataclass
class World:
    """Facts of many patients, and what is asked of them."""

    told: list[Fact]
    begins: dict[str, int | None]
    endpoint: Endpoint
    rules: RuleSet
    cutoff: int | None

    @cached_property
    def times(self) -> pl.DataFrame:
        return times(self)


def world(seed: int, endpoint: Endpoint, rules: RuleSet) -> World:
    """Up to forty patients with facts on any day, several on one day or none at all; some have no start."""
    random = Random(seed)
    names = [f"{number:02}" for number in range(random.randint(0, 40))]
    days = [random.randint(-30, 330) for _ in range(60)]
    facts = {
        (name, random.choice(FACTS), random.choice(days))
        for name in names
        for _ in range(random.randint(0, 9))
    }
    facts |= {(name, "alive", random.choice(days)) for name in names if random.random() < 0.8}
    begun = random.sample(names, random.randint(len(names) // 2, len(names)))
    return World(
        [(*fact, line) for line, fact in enumerate(sorted(facts))],
        {
            name: None if random.random() < 0.1 else random.choice([0, 0, random.randint(-5, 60)])
            for name in begun
        },
        endpoint,
        rules,
        random.choice([None, random.randint(-10, 300)]),
    )


def facts_of(told: list[Fact]) -> pl.DataFrame:
    rows = [
        {"patient_id": patient, "fact": fact, "day": day, "what": fact, "source_table": "made up",
         "source_file": "", "source_sheet": "", "source_line": line}
        for patient, fact, day, line in told
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=Facts.create_empty().schema)


def times(world: World) -> pl.DataFrame:
    schema = {"patient_id": pl.String, "start_day": pl.Int32}
    zero = pl.LazyFrame({"patient_id": list(world.begins), "start_day": list(world.begins.values())}, schema)
    people = zero.select("patient_id", vital_status=pl.lit("dead"), death_day=pl.lit(None, pl.Int32))
    return time_to_event(
        world.endpoint, "start", zero, facts_of(world.told).lazy(), people,
        rules=world.rules, time="days", cutoff_day=world.cutoff,
    ).collect()  # fmt: skip


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    """Every endpoint by every rule set."""
    asked = product(ENDPOINTS.values(), RULES)
    return [world(seed, endpoint, rules) for seed, (endpoint, rules) in enumerate(asked)]


def test_the_worlds_are_not_empty(worlds):
    assert sum(world.times["days"].count() for world in worlds) > 5 * len(worlds)
    assert {0, None} <= {start for world in worlds for start in world.begins.values()}
    assert sum(world.cutoff is not None for world in worlds) > len(worlds) / 3


def test_the_order_of_rows_does_not_matter(worlds):
    for world in worlds:
        turned = replace(world, told=world.told[::-1], begins=dict(reversed(world.begins.items())))
        assert times(turned).equals(world.times), world


def test_one_patient_does_not_change_another(worlds):
    """With every second patient gone, the others are the same."""
    for world in worlds:
        for some in (list(world.begins)[::2], list(world.begins)[1::2]):
            own = replace(
                world,
                told=[fact for fact in world.told if fact[0] in some],
                begins={name: world.begins[name] for name in some},
            )
            assert times(own).equals(world.times.filter(pl.col("patient_id").is_in(some))), world


def test_every_patient_of_the_starts_is_told_once_in_the_declared_columns(worlds):
    for world in worlds:
        assert EndpointTimes.validate(world.times)["patient_id"].to_list() == sorted(world.begins), world


def test_days_are_never_negative_and_fit_their_days(worlds):
    for world in worlds:
        told = world.times.drop_nulls("days")
        assert (told["days"] >= 0).all(), world
        assert (told["days"] == told["end_day"] - told["start_day"]).all(), world


def test_nothing_ends_after_the_cut_off(worlds):
    for world in worlds:
        if world.cutoff is not None:
            assert (world.times["end_day"].drop_nulls() <= world.cutoff).all(), world


def test_what_lies_after_the_cut_off_changes_nothing(worlds):
    columns = ["patient_id", "days", "event", "rule", "reason"]
    for world in worlds:
        if world.cutoff is not None:
            before = [fact for fact in world.told if fact[2] <= world.cutoff or fact[1] == "alive"]
            assert times(replace(world, told=before)).select(columns).equals(world.times.select(columns)), (
                world
            )


def test_an_event_has_a_cause_and_a_time_has_a_rule(worlds):
    untimed = pl.col("days").is_null()
    for world in worlds:
        told = world.times
        assert told.filter("event")["cause"].null_count() == 0, world
        assert told.filter(untimed != (pl.col("rule") == "no time")).is_empty(), world
        assert told.filter(untimed != pl.col("event").is_null()).is_empty(), world
        assert told["reason"].null_count() == 0, world


def consistent(world: World) -> World:
    """The same in a record that does not contradict itself: nothing is seen after death or last contact."""
    last = max((fact[2] for fact in world.told), default=0)
    living = [fact for fact in world.told if fact[1] not in ("death", "alive")]
    dead = sorted({patient for patient, fact, *_ in world.told if fact == "death"})
    ends = [
        *((name, "alive", last, 0) for name in world.begins),
        *((name, "death", last, 0) for name in dead),
    ]
    return replace(world, told=[*living, *ends], cutoff=None)


@pytest.mark.parametrize("name", ["PFS", "TTP", "local failure"])
def test_survival_is_never_shorter_than_progression_free_survival(name):
    for seed, rules in enumerate(RULES * 2):
        made = consistent(world(seed, ENDPOINTS["OS"], rules))
        longer, shorter = made.times, times(replace(made, endpoint=ENDPOINTS[name]))
        both = longer.join(shorter, on="patient_id", suffix="_progression").drop_nulls(
            ["days", "days_progression"]
        )
        assert (both["days"] >= both["days_progression"]).all(), made


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

PATIENTS = 20
RESPONSES = ["CR", "PR", "SD", "PD", "NE", "iUPD", "iCPD", "iSD", None]
scans = st.lists(
    st.tuples(
        st.integers(0, PATIENTS - 1),
        st.integers(-10, 250),
        st.sampled_from(RESPONSES),
        st.sampled_from(["clinical", "CT"]),
    ),
    max_size=60,
    unique_by=lambda scan: scan[:2],
)
doses = st.lists(
    st.tuples(
        st.integers(0, PATIENTS - 1),
        st.sampled_from(["nivolumab", "paclitaxel", "cetuximab"]),
        st.integers(-10, 250),
        st.integers(0, 90),
        st.sampled_from([None, "toxicity", "progression", "completed"]),
    ),
    max_size=40,
    unique_by=lambda dose: dose[:3],
)


def record_of(scanned: list[tuple], given_drugs: list[tuple]) -> Record:
    tables = {
        "patients": [
            {"patient_id": f"{p:02}", "enrolment_day": 0, "last_alive_day": 260} for p in range(PATIENTS)
        ],
        "assessments": [
            {"patient_id": f"{p:02}", "day": day, "reported_response": response, "criteria": how}
            for p, day, response, how in scanned
        ],
        "drugs": [
            {
                "patient_id": f"{p:02}",
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


@settings(max_examples=10)
@given(scans, doses, st.sampled_from(list(ENDPOINTS.values())), st.sampled_from(RULES))
def test_the_order_of_the_record_does_not_matter(scanned, given_drugs, endpoint, rules):
    record = record_of(scanned, given_drugs)
    turned = Record("days", {name: table.reverse() for name, table in record.tables.items()})
    assert of_record(record, endpoint, rules).equals(of_record(turned, endpoint, rules))


@settings(max_examples=10)
@given(scans, doses, st.sampled_from(list(ENDPOINTS.values())), st.sampled_from(RULES))
def test_a_patient_of_the_record_does_not_change_another(scanned, given_drugs, endpoint, rules):
    record = record_of(scanned, given_drugs)
    together = of_record(record, endpoint, rules)
    names = [f"{p:02}" for p in range(PATIENTS)]
    apart = [of_record(record.only(some), endpoint, rules) for some in (names[:1], names[1::2], names[2::2])]
    assert pl.concat(apart).sort("patient_id").equals(together)
