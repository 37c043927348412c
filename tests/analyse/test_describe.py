"""Table 1: counts with missing values, standardised differences by hand, and properties."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.analyse.describe import MISSING, categories, indicators, standardised_difference, table_one
from headway.errors import HeadwayError

COHORT = pl.DataFrame(
    {
        "patient_id": list("abcdef"),
        "age": [50, 60, None, 70, 80, 75],
        "site": ["larynx", "pharynx", "larynx", None, "larynx", "pharynx"],
        "smoker": [True, True, False, False, False, None],
        "arm": ["RT", "RT", "RT", "no", "no", "no"],
    }
)


def test_whole_and_by_group_with_missing_shown():
    found = table_one(COHORT, ["age", "site", "smoker"], by="arm")
    whole = found.filter(pl.col("population") == "all patients")
    counts = whole.filter(pl.col("statistic") == "patients").select("analysis", "group", "value").rows()
    assert ("site", MISSING, 1.0) in counts
    assert ("age", MISSING, 1.0) in counts
    assert ("smoker", "true", 2.0) in counts
    rt = found.filter((pl.col("population") == "all patients, arm RT") & (pl.col("statistic") == "median"))
    assert rt["value"].to_list() == [55.0]
    assert rt["patients"].to_list() == [["a", "b"]]


def test_grades_stand_in_their_own_order_words_by_frequency():
    rows = pl.DataFrame(
        {"patient_id": list("abcde"), "ecog": [1, 1, 10, 0, None], "sex": ["m", "m", "f", None, "m"]}
    )
    shown = {
        name: categories(rows, name, name, "all", 5).filter(statistic="patients")["group"].to_list()
        for name in ("ecog", "sex")
    }
    assert shown == {"ecog": ["0", "1", "10", "not recorded"], "sex": ["m", "f", "not recorded"]}


def test_standardised_differences_by_hand():
    found = table_one(COHORT, ["age", "smoker"], by="arm")
    gaps = found.filter(pl.col("statistic") == "standardised mean difference")
    assert gaps["population"].unique().to_list() == ["all patients, arm no vs RT"]
    age = (75 - 55) / np.sqrt((50 + 25) / 2)
    smoker = (0 - 2 / 3) / np.sqrt((2 / 9 + 0) / 2)
    assert gaps["value"].to_list() == pytest.approx([age, smoker])


def test_category_distance_of_two_levels_is_the_binary_one():
    first = indicators(pl.Series(["x", "x", "y", "y", "y"]), pl.Series(["x", "y"]))
    other = indicators(pl.Series(["x", "y", "y", "y", "y"]), pl.Series(["x", "y"]))
    doubled = np.hstack([first, first]), np.hstack([other, other])  # collinear columns say nothing new
    assert standardised_difference(*doubled) == pytest.approx(abs(standardised_difference(first, other)))
    assert standardised_difference(first, other) == pytest.approx(0.2 / np.sqrt((0.24 + 0.16) / 2))


@given(st.lists(st.sampled_from("abc"), min_size=2, max_size=20), st.data())
def test_order_and_turning_the_groups_round(levels, data):
    others = data.draw(st.lists(st.sampled_from("abc"), min_size=2, max_size=20))
    among = pl.Series(levels + others)
    first, other = indicators(pl.Series(levels), among), indicators(pl.Series(others), among)
    found, back = standardised_difference(first, other), standardised_difference(other, first)
    assert (found is None) == (back is None)
    if found is not None:
        assert abs(found) == pytest.approx(abs(back), abs=1e-9)
        assert standardised_difference(first[::-1], other) == pytest.approx(found, abs=1e-9)


def test_weights_move_means_not_the_yardstick():
    first, other = np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [3.0], [4.0]])
    even = (np.array([1.0, 1, 1]), np.array([1.0, 1, 1]))
    assert standardised_difference(first, other, even) == standardised_difference(first, other)
    pulled = (np.array([0.0, 0, 1]), np.array([0.0, 1, 0]))
    assert standardised_difference(first, other, pulled) == 0


def test_a_group_without_values_has_no_difference_and_an_unknown_column_is_named():
    lone = COHORT.with_columns(age=pl.when(pl.col("arm") == "RT").then(None).otherwise("age"))
    gap = table_one(lone, ["age"], by="arm").filter(pl.col("statistic") == "standardised mean difference")
    assert gap["value"].to_list() == [None]
    assert gap["note"][0].startswith("not estimable")
    with pytest.raises(HeadwayError, match="No column weight"):
        table_one(COHORT, ["weight"])
