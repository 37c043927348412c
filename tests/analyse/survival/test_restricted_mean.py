"""Restricted mean survival time against R, and where it cannot be given."""

import numpy as np
import polars as pl
import pytest

from headway.analyse.survival.restricted_mean import restricted_mean
from headway.analyse.survival.sample import AnalysisError, Outcome

LUNG = Outcome(time="time", event="st")


@pytest.mark.parametrize(("until", "sexes"), [(365, "12"), (1000, "1")])  # sex 2 is followed for 965 days
def test_mean_and_error_equal_r(r_data, r_values, same, value_of, until, sexes):
    found = restricted_mean(r_data("lung"), until, by="sex", outcome=LUNG)
    means = [value_of(found, "restricted mean", group=sex) for sex in sexes]
    highs = [value_of(found, "restricted mean", "upper", group=sex) for sex in sexes]
    errors = [(high - mean) / 1.959963984540054 for high, mean in zip(highs, means, strict=True)]
    theirs = np.reshape(r_values[f"rmst{until}.lung"], (2, 2))[:, : len(sexes)]
    same([*means, *errors], theirs.ravel())


def test_difference_and_its_test_equal_r(r_data, value_of):
    found = restricted_mean(r_data("lung"), 365, by="sex", outcome=LUNG)
    assert value_of(found, "difference of restricted means") == pytest.approx(55.9703243399798, rel=1e-10)
    assert value_of(found, "p-value") == pytest.approx(0.0001827064613, rel=1e-8)


def test_domain_9_2_worked_example():
    days = [1, 2, 2, 3, 5, 6, 8, 9, 11, 12, 14, 16, 18, 20, 24]
    events = [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0]
    found = restricted_mean(pl.DataFrame({"days": days, "event": events}), 12)
    assert found["value"][0] == pytest.approx(8.686, abs=5e-4)


def test_robust_error_of_unweighted_rows_is_the_usual_one(r_data):
    plain = restricted_mean(r_data("lung"), 365, outcome=LUNG)
    robust = restricted_mean(r_data("lung"), 365, outcome=LUNG, robust=True)
    assert robust["upper"][0] == pytest.approx(plain["upper"][0], rel=1e-12)


def test_a_horizon_beyond_follow_up_is_said_and_not_extrapolated():
    found = restricted_mean(pl.DataFrame({"days": [1, 2, 3], "event": [1, 1, 0]}), 5)
    assert (found["value"][0], found["note"][0]) == (None, "follow-up ends at 3, before the horizon")


def test_everybody_dead_before_the_horizon_is_a_mean():
    found = restricted_mean(pl.DataFrame({"days": [1, 2, 3], "event": [1, 1, 1]}), 5)
    assert found["value"][0] == 2.0


def test_a_horizon_of_zero_is_refused():
    with pytest.raises(AnalysisError, match="until: a time above 0 is expected; found 0"):
        restricted_mean(pl.DataFrame({"days": [1], "event": [1]}), 0)


def test_difference_in_the_first_group_that_stays_whole_has_no_error_to_judge_by():
    frame = pl.DataFrame({"days": [5, 6, 5, 6], "event": [0, 0, 0, 0], "arm": list("AABB")})
    found = restricted_mean(frame, 5, by="arm").filter(statistic="p-value")
    assert (found["value"][0], found["note"][0][:8]) == (None, "no event")
