"""Growth before and on treatment: the vectors A to E, and what keeps a definition from being judged."""

import polars as pl
import pytest

from headway.derive.growth import growth_rates
from headway.record.derived.response import GrowthRates
from tests.derive.response.examples import example

# Sums before, at and after baseline; days between; rates; the three definitions; reason codes.
VECTORS = {
    "A": ((40, 50, 80), (60, 60), (40.44, 104.48, 2.58, 64.04, 5.073, 15.219, 3.00), (True, True, True), ""),
    "B": ((48, 50, 70), (90, 56), (4.23, 73.09, 17.28, 68.86, 0.676, 10.871, 16.07), (True, True, True), ""),
    "C": ((60, 55, 75), (60, 56), (-12.40, 65.82, None, 78.22, -2.536, 10.871, None), (None, True, None),
          "NONPOSITIVE_REFERENCE"),
    "D": ((50, 60, 66), (60, 60), (31.98, 15.61, 0.49, -16.37, 5.073, 3.044, 0.60), (False, False, False),
          "NO_PD"),
    "E": ((30, 30, 45), (60, 60), (0, 85.35, None, 85.35, 0, 7.609, None), (None, True, None),
          "NONPOSITIVE_REFERENCE"),
}  # fmt: skip
RATES = [
    "tgr_reference_percent_per_month",
    "tgr_experimental_percent_per_month",
    "tgr_ratio",
    "tgr_difference_percent_per_month",
    "tgk_pre_mm_per_month",
    "tgk_post_mm_per_month",
    "tgkr",
]
DEFINITIONS = ["hyperprogression_champiat", "hyperprogression_ferrara", "hyperprogression_saada_bouzid"]


def growth(table: str) -> pl.DataFrame:
    found = growth_rates(*example(table).tables).collect()
    GrowthRates.validate(found)
    return found


def of(name: str) -> pl.DataFrame:
    (before, baseline, after), (earlier, later), *_ = VECTORS[name]
    return growth(f"""
        lesion | role   | -{earlier} | 0          | {later}
        T1     | target | {before}   | {baseline} | {after}
        """)


@pytest.mark.parametrize("name", VECTORS)
def test_rates(name):
    found = of(name).select(RATES).row(0)
    for value, expected, digits in zip(found, VECTORS[name][2], (2, 2, 2, 2, 3, 3, 2), strict=True):
        assert (value is None) == (expected is None)
        assert value is None or round(value, digits) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("name", VECTORS)
def test_hyperprogression(name):
    found = of(name)
    assert found.select(DEFINITIONS).row(0) == VECTORS[name][3]
    assert found["reason_codes"].item() == VECTORS[name][4]


def test_no_scan_before_baseline():
    found = growth("""
        lesion | role   | -7 | 0  | 56
        T1     | target | 45 | 50 | 80
        """)
    assert found["reason_codes"].item() == "NO_PREBASELINE"
    assert found.select(DEFINITIONS).row(0) == (None, None, None)


def test_the_first_scan_on_treatment_comes_within_three_months():
    found = growth("""
        lesion | role   | -60 | 0  | 100
        T1     | target | 40  | 50 | 80
        """)
    assert found["reason_codes"].item() == "NO_FIRST_SCAN"


def test_a_scan_that_misses_a_target_is_passed_over():
    found = growth("""
        lesion | role   | -120 | -60 | 0  | 56 | 84
        T1     | target | 20   | 25  | 30 | 50 | 50
        T2     | target | 20   | -   | 20 | -  | 30
        """)
    assert found.select("prebaseline_day", "first_day", "prebaseline_sum_mm", "first_sum_mm").row(0) == (
        -120,
        84,
        40.0,
        80.0,
    )


def test_a_new_lesion_adds_no_size():
    found = growth("""
        lesion | role   | -60 | 0  | 56
        T1     | target | 40  | 50 | 52
        X1     | new    |     |    | 30
        """)
    assert found.select("first_sum_mm", "first_response").row(0) == (52.0, "PD")
