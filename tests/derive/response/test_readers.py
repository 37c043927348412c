"""Readers side by side: agreement, kappa, discordance, and derived beside reported responses."""

import polars as pl
import pytest

from headway.derive.response import (
    agreement,
    derived_beside_reported,
    discordances,
    reader_pairs,
    timepoint_responses,
)
from headway.record.derived.response import Agreement, ReaderPairs
from tests.derive.response.examples import ASSESSMENTS, example, sequence


def pairs(investigator: str, central: str) -> pl.LazyFrame:
    found = reader_pairs(pl.concat([sequence(investigator), sequence(central, reader="central")]))
    ReaderPairs.validate(found.collect())
    return found


def test_only_scans_that_both_judged_are_compared():
    found = pairs("PR 56, PR 112, SD 168", "PR 56, SD 112").collect()
    assert found.select("day", "one", "response_of_one", "response_of_other", "agree").rows() == [
        (56, "central", "PR", "PR", True),
        (112, "central", "SD", "PR", False),
    ]


def test_discordances_are_listed():
    assert discordances(pairs("PR 56, PR 112", "PR 56, SD 112")).collect()["day"].to_list() == [112]


def table(counts: dict[tuple[str, str], int]) -> pl.LazyFrame:
    """Pairs of readings, so many of each kind, on a day of their own."""
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    one = ", ".join(f"{kind[0]} {day}" for day, kind in enumerate(kinds))
    other = ", ".join(f"{kind[1]} {day}" for day, kind in enumerate(kinds))
    return pairs(one, other)


def test_kappa_of_a_table_worked_by_hand():
    # 20 both PR, 15 both SD, 5 and 10 apart: observed 0.70; by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.50.
    found = agreement(
        table({("PR", "PR"): 20, ("PR", "SD"): 5, ("SD", "PR"): 10, ("SD", "SD"): 15})
    ).collect()
    Agreement.validate(found)
    assert found.select("judged", "agreed").row(0) == (50, 35)
    assert found["agreed_percent"].item() == pytest.approx(70.0)
    assert found["kappa"].item() == pytest.approx(0.4)


def test_kappa_has_no_value_where_both_always_say_the_same():
    found = agreement(table({("PR", "PR"): 3})).collect()
    assert found.select("agreed_percent", "kappa").row(0) == (100.0, None)


def test_derived_beside_reported():
    patient = example("""
        lesion | role   | 0  | 56 | 112
        T1     | target | 50 | 30 | 30
        """)
    rows = [
        ("P1", 56, "investigator", True, "SD"),
        ("P1", 112, None, True, "PR"),
        ("P1", 112, "central", True, "PD"),
    ]
    assessments = pl.LazyFrame(rows, ASSESSMENTS, orient="row")
    points = timepoint_responses(patient.lesions, patient.measurements, assessments, patient.start)
    investigator = points.filter(pl.col("evaluator") == "investigator")
    found = derived_beside_reported(investigator, assessments).collect()
    assert found.select("day", "one", "other", "response_of_one", "response_of_other").rows() == [
        (56, "derived: investigator", "reported: investigator", "PR", "SD"),
        (112, "derived: investigator", "reported: not stated", "PR", "PR"),
    ]
