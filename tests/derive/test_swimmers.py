"""The lanes and marks of a swimmer plot (domain.md 9.9)."""

import polars as pl

from headway.derive.swimmers import lanes, marks
from tests.conftest import pipe_table

LINES = """
| patient_id | line | start_day | end_day | classes   |
| a          | 1    | -50       | 29      | platinum  |
| a          | 2    | 60        | 500     | anti-PD-1 |
| b          | 1    | 400       | 450     | taxane    |
"""
FOLLOWED = """
| patient_id | start_day | days  | event |
| a          | 0         | 100.0 | yes   |
| b          | 0         | 300.0 | no    |
| c          |           |       |       |
"""
BEST = """
| patient_id | best_response | best_response_day | response_day | progression_day |
| a          | CR            | 80                | 40           | 95              |
| b          | PR            | 40                | 40           | 350             |
"""
COURSES = "| patient_id | start_day |\n| a | 20 |\n| a | -10 |\n| b | 10 |"


def followed() -> pl.LazyFrame:
    return pipe_table(FOLLOWED).lazy()


def lines() -> pl.LazyFrame:
    return pipe_table(LINES).with_columns(pl.col("classes").str.split("/")).lazy()


def test_9_9_lanes_run_from_time_zero_to_the_end_of_follow_up_without_a_hole():
    swum = lanes(lines(), followed()).collect()
    assert swum.select("patient_id", "line", "treatment", "start_days", "end_days").rows() == [
        ("a", 1, "platinum", 0.0, 30.0),
        ("a", None, None, 30.0, 60.0),
        ("a", 2, "ICI", 60.0, 100.0),
        ("b", None, None, 0.0, 300.0),  # the line of b begins after the last contact
    ]


def test_9_9_marks_within_the_time_that_was_watched():
    found = marks(followed(), pipe_table(BEST).lazy(), pipe_table(COURSES).lazy()).collect()
    assert found.rows() == [
        ("a", "radiotherapy", 20.0),
        ("a", "PR", 40.0),
        ("a", "CR", 80.0),
        ("a", "PD", 95.0),
        ("a", "death", 100.0),
        ("b", "radiotherapy", 10.0),
        ("b", "PR", 40.0),
        ("b", "ongoing", 300.0),
    ]


def test_row_order_decides_nothing():
    assert (
        lanes(lines().reverse(), followed().reverse()).collect().equals(lanes(lines(), followed()).collect())
    )


def test_without_lines_the_lane_is_follow_up():
    swum = lanes(lines().clear(), followed()).collect()
    assert swum.select("patient_id", "treatment", "end_days").rows() == [
        ("a", None, 100.0),
        ("b", None, 300.0),
    ]
