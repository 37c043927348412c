"""Hazard ratios within subgroups; what R gives for them stands in tests/run/test_comparison.py."""

import polars as pl
import pytest

from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.cox.subgroups import subgroup_hazard_ratios
from headway.analyse.survival.sample import AnalysisError


@pytest.fixture
def lung(r_data) -> pl.DataFrame:
    return r_data("lung").select(
        days="time",
        event="st",
        arm=pl.col("sex").replace_strict({1: "men", 2: "women"}),
        ecog=pl.col("ph.ecog").cast(pl.String),
        age="age",
        patient_id=pl.int_range(pl.len()).cast(pl.String),
    )


def test_each_level_is_the_model_of_its_own_patients(lung):
    found = subgroup_hazard_ratios(lung, "arm", ["ecog"], adjust=["age"])
    ratio = found.filter(group="ecog 1", statistic="hazard ratio").row(0, named=True)
    alone = cox(lung.filter(ecog="1"), ["arm", "age"]).to_frame().row(0, named=True)
    assert (ratio["value"], ratio["lower"], ratio["n"]) == (alone["value"], alone["lower"], alone["n"])
    assert found.filter(group="ecog 3, men", statistic="patients")["value"].to_list() == [1.0]


def test_a_level_with_one_group_only_says_so(lung):
    ratio = subgroup_hazard_ratios(lung, "arm", ["ecog"]).filter(group="ecog 3", statistic="hazard ratio")
    assert ratio["value"].to_list() == [None]
    assert ratio["note"].to_list() == ["not estimable: one group has no patient here"]


def test_three_groups_are_refused(lung):
    with pytest.raises(AnalysisError, match="two groups are expected; found 4"):
        subgroup_hazard_ratios(lung, "ecog", ["arm"])
