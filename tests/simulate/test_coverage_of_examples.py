"""The published examples judged by truth. A shorter run of their chapters in benchmarks/truth.py."""

import polars as pl
import pytest
from judged import cadonilimab, dalpiciclib, during_ici, sabr, salvage, states
from judged.cohorts import Size, derived, example, study_of, true
from judged.exposure import NAIVE
from judged.truths import FOLLOWED, responses
from scipy.stats import binom

from headway.run.cohort import exposures_of

NOMINAL, RARE = 0.95, 1e-4  # so few limits that hold the truth would come by chance once in 10,000 runs
SIZE = Size(replicates=20, truth=4_000)


def row(table: pl.DataFrame, quantity: str, estimand: str) -> dict:
    return table.row(
        by_predicate=(pl.col("quantity") == quantity) & (pl.col("estimand") == estimand), named=True
    )


def holds(found: dict) -> bool:
    return round(found["covered"] * found["n"]) >= binom.ppf(RARE, found["n"], NOMINAL)


def truth_of(pipe: dict[str, list]) -> dict[str, pl.DataFrame]:
    """Three patients with one target under SBRT, and its size on each scan."""
    lesions = pl.DataFrame({"patient_id": list("ABC"), "lesion_id": ["T1"] * 3})
    sizes = pl.DataFrame(pipe).with_columns(lesion_id=pl.lit("T1"))
    return {
        "lesions": lesions.with_columns(role=pl.lit("target")),
        "irradiated_lesions": lesions.with_columns(role=pl.lit("SBRT")),
        "measurements": sizes.rename({"day": "date"}),
        "scans": sizes.filter(pl.col("day") > 0).select("patient_id", "day"),
    }


def test_a_lesion_that_shrinks_after_it_has_grown_has_not_responded():
    """A shrinks by 30 %, B grows by 5 mm and 20 % first, C has no scan and does not count."""
    truth = truth_of(
        {
            "patient_id": ["A", "A", "B", "B", "B", "C"],
            "day": [0, 42, 0, 42, 84, 0],
            "diameter_mm": [20.0, 14.0, 20.0, 25.0, 10.0, 20.0],
        }
    )
    assert cadonilimab.shrunk(truth, "SBRT") == 0.5


def test_the_state_at_a_time_is_of_those_who_are_alive_and_followed_then():
    truth = {
        "truth": pl.DataFrame(
            {
                "patient_id": list("ABCD"),
                "death_day": [None, 100, None, 400],
                "followed_to_day": [900, 100, 150, 400],
            },
            schema_overrides={"death_day": pl.Int32, "followed_to_day": pl.Int32},
        ),
        "state_truth": pl.DataFrame(
            {
                "patient_id": ["A", "A", "D"],
                "day": [0, 200, 0],
                "state": ["no metastasis", "polymetastatic", "repeat oligopersistence"],
            },
            schema_overrides={"day": pl.Int32},
        ),
        "imaging": pl.DataFrame({"patient_id": ["A", "D"], "day": [91, 91]}),
    }
    shares = {one.quantity: one.true for one in states.estimands(truth) if one.name == states.THAT_DAY}
    assert shares["no metastasis at 6 months"] == 0.5  # A on day 183; D has one metastasis; B died; C is lost
    assert shares["oligometastatic at 6 months"] == 0.5
    assert shares["polymetastatic at 12 months"] == 0.5
    assert shares["polymetastatic at 24 months"] == 1
    scans = {one.quantity: one.true for one in states.estimands(truth) if one.name == states.LAST_SCAN}
    assert scans["no metastasis at 24 months"] == 1  # nobody scanned A after day 91


@pytest.mark.long
def test_lines_and_responses_of_salvage_after_ici_are_found_again():
    table, notes = salvage.judge(SIZE)
    assert "in 100.00 % of 1,600 patients" in notes[0]
    assert holds(row(table, salvage.ALL, FOLLOWED))
    assert holds(row(table, salvage.OVERALL, "true death"))


@pytest.mark.long
def test_radiotherapy_that_does_nothing_looks_as_if_it_did_by_the_naive_split():
    table = during_ici.judge(False, SIZE)
    naive = row(table, f"PFS, {NAIVE}", "no effect")
    assert naive["mean"] < 0.6
    assert naive["covered"] < 0.5
    assert holds(row(table, "PFS, time-dependent", "no effect"))


@pytest.mark.long
def test_the_exposures_of_rt_during_ici_are_the_true_ones():
    of, study = during_ici.cohort_of(True)
    made = derived(of, 4, study_of(during_ici.NAME, study)).made
    found = exposures_of(made, "radiotherapy", during_ici.ICI).sort("patient_id")
    known = during_ici.followed(true(of, 4 * of.patients, cut=True, same=True)).drop_nulls("exposure_days")
    both = known.select("patient_id", true="exposure_days").join(
        found, on="patient_id", how="full", coalesce=True
    )
    assert both.filter(pl.col("true").ne_missing(pl.col("exposure_days").cast(pl.Int32))).rows() == []
    assert both.height > 100


@pytest.mark.long
def test_response_and_survival_of_cadonilimab_ldrt_hold_the_truth():
    table = cadonilimab.judge(SIZE)
    assert holds(row(table, cadonilimab.RESPONSE, FOLLOWED))
    assert holds(row(table, cadonilimab.OVERALL, "true death"))


@pytest.mark.long
def test_the_population_of_dalpiciclib_cetuximab_is_hpv_negative_in_truth():
    table, notes = dalpiciclib.judge(SIZE)
    assert "0 of all" in notes[0]
    assert (table["covered"] > 0.7).all()


@pytest.mark.long
def test_the_state_derived_from_an_imaging_is_the_true_one_of_that_day():
    of = example(sabr.NAME)
    seen = states.compared(derived(of, 1, study_of(sabr.NAME)))
    assert (seen["derived"] == seen["true_then"]).mean() > 0.97
    assert 0.8 < (seen["derived"] == seen["true"]).mean() < 0.97  # states change between scans
    assert seen.filter(months=6).height > 300


def test_only_a_response_before_progression_is_one():
    """A response after the progression that ended the line is none."""
    truth = {
        "truth": pl.DataFrame({"patient_id": list("AB")}),
        "scans": pl.DataFrame(
            {
                "patient_id": ["A", "A", "B", "B"],
                "day": [42, 84, 42, 84],
                "reported_response": ["PR", "PD", "PD", "PR"],
            }
        ),
    }
    assert responses(truth)["response_day"].to_list() == [42, None]
