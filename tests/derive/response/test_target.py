"""Target response step by step: complete response, missing targets, progression, partial response."""

import pytest

from headway.derive.response import timepoint_responses
from tests.derive.response.examples import by_day, example


def target(table: str) -> dict:
    return by_day(timepoint_responses(*example(table).tables), "target_response")


def sums(table: str, *columns: str) -> list[tuple]:
    return timepoint_responses(*example(table).tables).collect().select(columns).rows()


@pytest.mark.parametrize(
    ("baseline", "now", "expected"),
    [
        ("100.0", "70.0", "PR"),  # exactly -30 %
        ("100.0", "70.01", "SD"),
        ("100.0", "119.99", "SD"),
        ("100.0", "120.0", "PD"),  # exactly +20 %
        ("33.3", "23.31", "PR"),  # -30 % that a float misses
        ("33.3", "23.32", "SD"),
        ("24.9", "29.9", "PD"),  # 5.0 mm and 20.08 %
        ("24.9", "29.89", "SD"),
        ("25.0", "30.0", "PD"),  # both thresholds at once
        ("12.0", "16.9", "SD"),  # 40 % but 4.9 mm
    ],
)
def test_thresholds_are_inclusive_and_exact(baseline, now, expected):
    assert target(f"""
        lesion | role   | 0          | 56
        T1     | target | {baseline} | {now}
        """) == {56: expected}


def test_progression_from_a_nadir_of_nothing_needs_5_mm_only():
    assert target("""
        lesion | role       | 0       | 56      | 112     | 168
        T1     | target     | 30      | 0       | 4.9     | 5
        L1     | non-target | present | present | present | present
        """) == {56: "CR", 112: "PR", 168: "PD"}


def test_r1_9_the_nadir_is_the_smallest_sum_strictly_before_baseline_included():
    table = """
        lesion | role   | 0  | 56 | 112 | 168 | 224
        T1     | target | 50 | 40 | 30  | 30  | 34
        """
    assert sums(table, "nadir_mm", "nadir_day", "change_from_nadir_mm") == [
        (50.0, 0, -10.0),
        (40.0, 56, -10.0),
        (30.0, 112, 0.0),
        (30.0, 112, 4.0),
    ]


def test_r1_12_r1_13_an_incomplete_sum_has_no_change_and_sets_no_nadir():
    table = """
        lesion | role   | 0  | 56 | 112
        T1     | target | 30 | 10 | 15
        T2     | target | 20 | -  | 20
        """
    columns = ["sum_mm", "measured_sum_mm", "targets_measured", "nadir_mm", "change_from_baseline_percent"]
    assert sums(table, *columns) == [(None, 10.0, 1, 50.0, None), (35.0, 35.0, 2, 50.0, -30.0)]


def test_r1_12_a_target_without_a_row_is_missing():
    assert target("""
        lesion | role   | 0  | 56 | 112
        T1     | target | 30 | 10 | 60
        T2     | target | 20 |    |
        """) == {56: "NE", 112: "PD"}


def test_r1_10_r1_11_sizes_in_words():
    table = """
        lesion | role   | 0  | 56                   | 112    | 168    | 224              | 280
        T1     | target | 30 | too small to measure | absent | merged | 3 too small to measure | present
        """
    assert sums(table, "sum_mm") == [(5.0,), (0.0,), (0.0,), (3.0,), (None,)]


def test_not_evaluable_means_missing_whatever_the_number_says():
    assert sums(
        """
        lesion | role   | 0  | 56
        T1     | target | 30 | 12 not evaluable
        """,
        "sum_mm",
        "target_response",
    ) == [(None, "NE")]


def test_a_target_without_baseline_is_set_aside():
    table = """
        lesion | role   | 0 | 0  | 56
        T1     | target |   | 30 | 30
        T2     | target |   |    | 60
        T3     | target |   | 0  | 60
        """
    assert sums(table, "targets", "sum_mm", "response") == [(1, 30.0, "SD")]


def test_a_target_node_under_10_mm_does_not_stand_in_the_way_of_cr():
    assert target("""
        lesion | role        | 0  | 56  | 112
        T1     | target      | 30 | 0   | 0
        N1     | target node | 15 | 9.9 | 10
        """) == {56: "CR", 112: "PD"}
