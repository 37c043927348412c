"""Sentences made of columns."""

import polars as pl
import pytest

from headway.record.words import sentence


def test_columns_take_the_places_in_order():
    table = pl.DataFrame({"term": ["rash", None], "grade": [3, 2]})
    said = table.select(sentence("grade {} {}", pl.col("grade"), "term")).to_series()
    assert said.to_list() == ["grade 3 rash", None]


def test_places_and_columns_must_be_as_many():
    with pytest.raises(ValueError, match="2 places for 1 columns"):
        sentence("{} and {}", "term")


def test_a_filter_that_leaves_nothing_of_one_chunk_is_fine():
    # pl.format panics here in polars 2.1.
    parts = [pl.DataFrame({"kind": [kind] * 3, "number": [1, 2, 3]}) for kind in "aba"]
    table = pl.concat(parts, rechunk=False).lazy().filter(pl.col("kind") == "a")
    assert table.select(sentence("no. {}", "number")).collect().height == 6
