"""The engine and the brute-force reading of domain.md 5.2 agree on every random patient."""

from collections import Counter
from dataclasses import replace
from random import Random

import polars as pl
import pytest

from headway.derive.endpoints import (
    ADMIRALONCO,
    CLINICAL,
    EMA_2012,
    ENDPOINTS,
    FDA_2018,
    RuleSet,
    time_to_event,
)
from headway.record.derived.endpoints import Facts
from tests.derive import brute_force_endpoints as slow
from tests.derive.brute_force_endpoints import Answer, Life

# The days on which the rules turn: visits, 126 days after one, and a day to either side.
EDGES = [0, 1, 55, 56, 57, 70, 112, 126, 127, 168, 182, 183, 238, 239, 252, 253, 400]
SCANS = ["assessed", "assessed", "assessed", "assessed", "not evaluable", "missed", "missed"]
ONCE = {
    "death": 0.4, "progression": 0.4, "clinical progression": 0.2, "stopped for progression": 0.2,
    "stopped early": 0.25, "new therapy": 0.3, "local therapy": 0.2, "response": 0.4, "alive": 0.9,
}  # fmt: skip
RULES = [
    FDA_2018,
    EMA_2012,
    CLINICAL,
    ADMIRALONCO,
    replace(FDA_2018, name="scans go on", censor_at_tox_stop=False),
    replace(FDA_2018, name="early death", no_baseline="early death counts", clinical_progression="event"),
    replace(FDA_2018, name="12 weeks", visit_interval_days=84, visit_window_days=14, tau_days=200),
    replace(EMA_2012, name="gaps", missed_visits=2, not_evaluable_counts=True, local_therapy="censor"),
    replace(CLINICAL, name="until new therapy", new_therapy="censor"),
    replace(CLINICAL, name="new therapy", new_therapy="event", tau_days=120),
]
EVERY_RULE = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P11", "R5.2", "R5.4", "5.1", "no time"]
ENGINE = {
    "OS": slow.overall_survival,
    "PFS": slow.progression_free_survival,
    "TTP": slow.time_to_progression,
    "DoR": slow.duration_of_response,
}


def random_life(random: Random, cutoff: int | None) -> Life:
    """Facts on days that matter; nothing keeps them consistent, as nothing keeps a record so."""

    def day() -> int:
        return random.choice(EDGES) if random.random() < 0.7 else random.randint(-20, 420)

    told = [(random.choice(SCANS), day()) for _ in range(random.randint(0, 7))]
    told += [(fact, day()) for fact, share in ONCE.items() if random.random() < share]
    told += [("progression", day())] * (random.random() < 0.2)
    start = None if random.random() < 0.03 else random.choice([0, 0, 0, 5])
    # An assessment on every scan that shows a progression, as a judgement gives both.
    told += [("assessed", at) for fact, at in told if fact == "progression"]
    told += [("no baseline", start or 0)] * (random.random() < 0.1)
    return Life(start, told, cutoff)


def table(lives: list[Life]) -> pl.DataFrame:
    rows = [
        {"patient_id": f"{number:05}", "fact": fact, "day": day, "what": fact, "source_table": "made up",
         "source_file": None, "source_sheet": None, "source_line": line}
        for number, life in enumerate(lives) for line, (fact, day) in enumerate(life.told)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=Facts.create_empty().schema)


def fast(
    facts: pl.DataFrame, lives: list[Life], endpoint: str, rules: RuleSet, cutoff: int | None
) -> list[Answer]:
    ids = [f"{number:05}" for number in range(len(lives))]
    starts = pl.LazyFrame({"patient_id": ids, "start_day": [life.start for life in lives]})
    people = pl.LazyFrame({"patient_id": ids}).with_columns(
        vital_status=pl.lit(None, pl.String), death_day=pl.lit(None, pl.Int32)
    )
    told = time_to_event(
        ENDPOINTS[endpoint], "start", starts, facts.lazy(), people,
        rules=rules, time="days", cutoff_day=cutoff,
    )  # fmt: skip
    return [Answer(*row) for row in told.select("days", "event", "rule").collect().iter_rows()]


def same(one: Answer, other: Answer) -> bool:
    """Of two things on one day that both censor, either may be named."""
    return one == other or (one[:2] == other[:2] and one.rule in other.rule.split("/"))


def agree(patients: int, seed: int) -> None:
    random, decided = Random(seed), Counter()
    for cutoff in (None, 200):
        lives = [random_life(random, cutoff) for _ in range(patients)]
        facts = table(lives)
        for rules in RULES:
            for endpoint, reading in ENGINE.items():
                found = fast(facts, lives, endpoint, rules, cutoff)
                decided.update(answer.rule for answer in found)
                differing = [
                    (endpoint, rules.name, life.start, sorted(life.told), answer, expected)
                    for life, answer in zip(lives, found, strict=True)
                    if not same(answer, expected := reading(life, rules))
                ]
                assert not differing, differing[0]
    # Nothing is shown by agreement on rules that never decide.
    assert min(decided[rule] for rule in EVERY_RULE) >= patients // 10, decided


def test_1000_random_patients_by_every_rule_set():
    agree(500, seed=1)


@pytest.mark.long
def test_20000_random_patients_by_every_rule_set():
    agree(10_000, seed=2)
