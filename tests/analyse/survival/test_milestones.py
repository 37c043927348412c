"""Survival at stated times with limits, and its difference between groups."""

from math import erfc

import polars as pl
import pytest

from headway.analyse.survival.milestones import survival_at_times
from headway.analyse.survival.sample import Outcome

LUNG = Outcome(time="time", event="st")


@pytest.mark.parametrize(
    ("limits", "lower", "upper"),
    [
        (
            "log-log",
            [0.65830452845, 0.33871426909, 0.06763215149],
            [0.7753146907, 0.4783807676, 0.1778251997],
        ),
        ("log", [0.66554230713, 0.34472158180, 0.07163182496], [0.7825325699, 0.4858376035, 0.1868567918]),
        ("plain", [0.66323938496, 0.33902858385, 0.06022965077], [0.7801019219, 0.4794546651, 0.1711565459]),
    ],
)
def test_survival_and_limits_equal_r(r_data, same, limits, lower, upper):
    found = survival_at_times(r_data("lung"), [180, 365, 730], outcome=LUNG, limits=limits)
    same(found["value"], [0.7216706534, 0.4092416245, 0.1156930983], 1e-9)
    same(found["lower"], lower, 1e-9)
    same(found["upper"], upper, 1e-9)


def test_difference_is_that_of_the_curves_with_independent_errors(r_data, value_of):
    found = survival_at_times(r_data("lung"), [365], by="sex", outcome=LUNG, limits="plain")
    one, two = (found.filter(group=sex, statistic="survival") for sex in "12")
    difference = found.filter(statistic="difference of survival")
    spread = sum((row["upper"][0] - row["value"][0]) ** 2 for row in (one, two)) ** 0.5
    assert difference["value"][0] == pytest.approx(two["value"][0] - one["value"][0])
    assert difference["upper"][0] - difference["value"][0] == pytest.approx(spread, rel=1e-12)
    z = 1.959963984540054 * difference["value"][0] / spread
    assert value_of(found, "p-value") == pytest.approx(erfc(z / 2**0.5), rel=1e-10)


def test_no_difference_is_given_where_one_group_is_no_longer_watched():
    frame = pl.DataFrame({"days": [1, 2, 8, 9], "event": [1, 0, 1, 0], "arm": list("AABB")})
    found = survival_at_times(frame, [5], by="arm").filter(statistic="difference of survival")
    assert (found["value"][0], found["note"][0]) == (None, "follow-up of a group ends before")


def test_rows_without_a_group_are_counted():
    frame = pl.DataFrame({"days": [1, 2, 3], "event": [1, 1, 1], "arm": ["A", "A", None]})
    found = survival_at_times(frame, [1], by="arm").filter(statistic="rows without a value, not used")
    assert found["value"].to_list() == [1.0]
