"""The CTCAE limits as data: complete, in order, and readable by the names that people write."""

from collections import defaultdict

import polars as pl
import pytest

from headway.derive.toxicity.labs import REFERENCE
from headway.knowledge.ctcae import lab_test_names, limits, plain_unit, term_names, terms, unit_names
from headway.knowledge.watch_lists import watch_lists

LADDERS = defaultdict(list)
for one in limits():
    if one.symptoms == "any":
        LADDERS[one.term, one.test, one.kind, one.unit, one.baseline].append(one)


def test_every_limit_has_a_source_a_known_kind_and_a_grade():
    assert all(one.source.startswith("CTCAE v5.0") for one in limits())
    assert {one.kind for one in limits()} == {"absolute", *REFERENCE}
    assert {one.grade for one in limits()} == {1, 2, 3, 4}


@pytest.mark.parametrize("ladder", LADDERS.values(), ids=lambda ladder: f"{ladder[0].term} {ladder[0].unit}")
def test_a_worse_grade_is_further_out(ladder):
    falling = ladder[0].comparison == "<"
    values = [one.value for one in sorted(ladder, key=lambda one: one.grade)]
    assert values == sorted(set(values), reverse=falling)


def test_only_the_abnormal_baselines_of_liver_tests_include_their_limit():
    inclusive = {(one.test, str(one.value)) for one in limits() if one.comparison == ">="}
    assert inclusive == {
        ("alanine aminotransferase", "1.5"),
        ("aspartate aminotransferase", "1.5"),
        ("alkaline phosphatase", "2"),
        ("gamma glutamyl transferase", "2"),
    }


def test_every_limit_belongs_to_a_term_a_test_and_a_unit_that_can_be_read():
    assert {one.term for one in limits()} == set(terms().filter("numbers")["term"])
    assert {one.test for one in limits()} <= set(lab_test_names()["test"])
    readable = set(unit_names().select("test", "limit_unit").iter_rows())
    assert {(one.test, one.unit) for one in limits() if one.unit != "any"} <= readable


def test_no_name_means_two_things():
    for names, key in [
        (lab_test_names(), ["written"]),
        (term_names(), ["written"]),
        (unit_names(), ["written", "test"]),
        (watch_lists(), ["watch_list", "term"]),
    ]:
        assert names.select(key).is_duplicated().sum() == 0


@pytest.mark.parametrize(
    ("written", "test", "limit_unit"),
    [
        ("x10^9/L", "platelets", "10^9/L"),
        ("10*3/uL", "platelets", "10^9/L"),
        ("THOU/uL", "neutrophils", "10^9/L"),
        ("G/L", "platelets", "10^9/L"),
        ("g/L", "albumin", "g/L"),
        ("cells/mm3", "lymphocytes", "10^9/L"),
        ("mEq/L", "potassium", "mmol/L"),
        ("mmol / L", "magnesium", "mmol/L"),
        ("10⁹/l", "leukocytes", "10^9/L"),
    ],
)
def test_r6_1_units_as_laboratories_write_them(written, test, limit_unit):
    plain = pl.DataFrame({"unit": [written]}).select(plain_unit("unit")).item()
    assert unit_names().filter(written=plain, test=test)["limit_unit"].to_list() == [limit_unit]


def test_r6_1_milliequivalents_of_a_divalent_ion_are_not_millimoles():
    assert unit_names().filter(written="meq/l", test="magnesium").is_empty()
