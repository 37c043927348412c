"""Do the pipeline's limits hold the truth as often as they say? A shorter run of benchmarks/truth.py."""

import polars as pl
import pytest
from judged import exposure, lesions, single_arm
from judged.cohorts import Size
from judged.replicates import Estimand, judged, parts
from scipy.stats import binom

NOMINAL, RARE = 0.95, 1e-4  # so few limits that hold the truth would come by chance once in 10,000 runs
SIZE = Size(replicates=60, truth=10_000)
THESE = "these readers on these visits, nobody lost"


def estimates(*rows: tuple[float | None, float | None, float | None]) -> pl.DataFrame:
    kinds = dict.fromkeys(("value", "lower", "upper"), pl.Float64)
    return pl.DataFrame(rows, schema=kinds, orient="row").with_columns(quantity=pl.lit("asked"))


def one(said: pl.DataFrame, true: float, unit: str) -> dict:
    return judged(said, [Estimand("asked", "true", true, unit)]).row(0, named=True)  # type: ignore[arg-type]


def test_a_limit_that_is_not_reached_has_no_end():
    found = one(estimates((300, 200, None), (None, 400, None), (200, 100, 250)), 350, "days")
    assert (found["covered"], found["mean"], found["n"]) == (1 / 3, 250, 3)


def test_a_replicate_without_an_answer_is_counted_apart():
    found = one(estimates((0.4, 0.3, 0.5), (0.6, 0.5, 0.7), (None, None, None)), 0.45, "probability")
    assert (found["covered"], found["n"], found["unanswered"]) == (0.5, 2, 1)
    assert found["bias"] == pytest.approx(0.05)


def test_the_mean_of_ratios_is_geometric():
    found = one(estimates((0.5, 0.2, 1.2), (2.0, 0.9, 4.0)), 1.0, "ratio")
    assert found["mean"] == pytest.approx(1)
    assert found["bias"] == pytest.approx(0)


def test_each_replicate_has_its_own_patients():
    rows = pl.DataFrame({"patient_id": ["P004", "P001", "P003", "P002"]})
    assert [sorted(part["patient_id"]) for part in parts(rows, 2)] == [["P001", "P002"], ["P003", "P004"]]


@pytest.fixture(scope="module")
def trial():
    return single_arm.judge(SIZE)


@pytest.fixture(scope="module")
def at_random():
    return exposure.judge("radiotherapy-at-random", SIZE)


@pytest.fixture(scope="module")
def control():
    return lesions.judge(SIZE)


def row(table: pl.DataFrame, quantity: str, estimand: str) -> dict:
    return table.row(
        by_predicate=(pl.col("quantity") == quantity) & (pl.col("estimand") == estimand), named=True
    )


def holds(found: dict) -> bool:
    """Whether as many limits hold the truth as chance allows."""
    return round(found["covered"] * found["n"]) >= binom.ppf(RARE, found["n"], NOMINAL)


@pytest.mark.long
@pytest.mark.parametrize(
    ("quantity", "estimand"),
    [
        ("objective response rate", THESE),
        *[(f"median PFS, {rules}", THESE) for rules in single_arm.RULE_SETS],
        ("median OS", "true death"),
        ("OS at 1 year", "true death"),
        (single_arm.SECOND, "begun while followed"),
    ],
)
def test_limits_of_a_trial_hold_the_truth(trial, quantity, estimand):
    assert holds(row(trial[0], quantity, estimand))


@pytest.mark.long
def test_progression_is_seen_later_than_it_comes(trial):
    """What the schedule does to a median: by about half an interval between scans (56 days)."""
    seen = row(trial[0], "median PFS, EMA-2012", "true progression, by the day")
    assert 5 < seen["bias"] < 56


@pytest.mark.long
def test_as_many_lines_are_derived_as_were_begun(trial):
    assert "in 100.00 % of 6,000 patients" in trial[1][1]


@pytest.mark.long
@pytest.mark.parametrize("endpoint", ["OS", "PFS"])
@pytest.mark.parametrize("way", [way for way in exposure.WAYS if way != exposure.NAIVE])
def test_without_immortal_time_no_effect_is_found_where_there_is_none(at_random, endpoint, way):
    found = row(at_random, f"{endpoint}, {way}", "no effect")
    assert holds(found)
    assert abs(found["bias"]) < 4 * found["error"]


@pytest.mark.long
@pytest.mark.parametrize("endpoint", ["OS", "PFS"])
def test_the_naive_split_finds_an_effect_where_there_is_none(at_random, endpoint):
    found = row(at_random, f"{endpoint}, {exposure.NAIVE}", "no effect")
    assert found["mean"] < 0.6
    assert found["high"] < 0.5


@pytest.mark.long
@pytest.mark.parametrize("years", ["1 year", "2 years"])
def test_local_control_with_death_competing_holds_the_truth(control, years):
    found = row(control, f"{lesions.CONTROL}, {years}", lesions.CONFIRMED)
    assert holds(found)
    assert abs(found["bias"]) < 4 * found["error"] + 0.01


@pytest.mark.long
@pytest.mark.parametrize("years", ["1 year", "2 years"])
def test_death_censored_makes_local_control_look_worse(control, years):
    found = row(control, f"{lesions.CENSORED}, {years}", lesions.CONFIRMED)
    assert found["bias"] < -4 * found["error"]
    assert not holds(found)
