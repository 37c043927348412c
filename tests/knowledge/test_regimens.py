"""The regimen table: well formed, sourced, and no two regimens for the same drugs (domain.md 4.2)."""

from itertools import chain, product

import polars as pl
import pytest

from headway.knowledge.drugs import drugs
from headway.knowledge.regimens import cycle_days, named, regimens

DICTIONARY = [
    "EXTREME", "PF", "TPEx", "KN048-mono", "KN048-chemo", "CM141", "CM651", "Pac-cet", "Cet", "MTX",
    "Afatinib", "Palbo-cet", "Dalpi-cet", "Cadonilimab", "Cadonilimab-cape", "Cape", "Sintilimab-platinum",
    "Durva-treme", "TPF", "CRT-cisplatin", "CRT-cetuximab",
]  # fmt: skip


def name_of(*given: str, setting: str = "palliative") -> tuple:
    seen = pl.DataFrame({"drugs": [sorted(given)], "setting": [setting]})
    return named(seen).select("regimen_key", "regimen").row(0)


def test_the_regimens_of_the_dictionary_are_there():
    assert set(DICTIONARY) <= set(regimens())


@pytest.mark.parametrize("key", DICTIONARY)
def test_each_regimen_has_known_drugs_a_schedule_and_a_source(key):
    regimen = regimens()[key]
    assert set(chain(*regimen.components)) <= set(drugs()["drug"])
    assert regimen.schedule
    assert regimen.source


@pytest.mark.parametrize("key", DICTIONARY)
def test_each_combination_of_drugs_is_one_regimen_of_its_setting(key):
    regimen = regimens()[key]
    for given in product(*regimen.components):
        same = [
            r.key for r in regimens().values() if r.setting == regimen.setting and r.matches(frozenset(given))
        ]
        assert same == [key]


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (["carboplatin", "fluorouracil", "cetuximab"], "EXTREME"),
        (["cisplatin", "carboplatin", "fluorouracil", "cetuximab"], "EXTREME"),
        (["cisplatin", "docetaxel", "cetuximab"], "TPEx"),
        (["pembrolizumab", "fluorouracil", "carboplatin"], "KN048-chemo"),
        (["nivolumab", "ipilimumab"], "CM651"),
        (["cetuximab", "paclitaxel"], "Pac-cet"),
    ],
)
def test_r4_13_drugs_name_the_regimen(given, key):
    assert name_of(*given)[0] == key


def test_r4_13_an_unmatched_regimen_is_named_from_its_drugs():
    assert name_of("cetuximab", "paclitaxel", "carboplatin") == (None, "carboplatin + cetuximab + paclitaxel")


def test_r4_13_cisplatin_is_named_by_its_setting():
    assert name_of("cisplatin", setting="curative")[1] == "cisplatin with radiotherapy"
    assert name_of("cisplatin") == (None, "cisplatin")
    assert name_of("docetaxel", "cisplatin", "fluorouracil", setting="curative")[0] == "TPF"


def test_r4_10_cycles_are_of_known_drugs():
    assert set(cycle_days()) <= set(drugs()["drug"])
    assert min(cycle_days().values()) >= 1


def test_no_combination_gives_no_name():
    assert named(pl.DataFrame(schema={"drugs": pl.List(pl.String), "setting": pl.String})).is_empty()
