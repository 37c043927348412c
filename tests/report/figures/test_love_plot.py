"""The love plot draws its frame."""

import polars as pl
import pytest

from headway.record.figures_of_groups import BalanceRows
from headway.report.figures.love_plot import in_words, love_plot
from headway.report.figures.theme import svg
from tests.report.figures.reading import drawn, tables

SCHEMA = BalanceRows.create_empty().schema


def balance(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame([(*row, None) for row in rows], schema=SCHEMA, orient="row")


THREE = balance(("age", 0.3, -0.02), ("HPV", -0.8, 0.12), ("ECOG", 0.05, 0.01))


def test_the_schema_takes_the_rows_and_refuses_what_is_no_number():
    assert BalanceRows.is_valid(THREE)
    assert not BalanceRows.is_valid(balance(("age", float("nan"), 0.1)))


def test_points_are_absolute_differences_with_the_largest_before_at_the_top():
    points = drawn(love_plot(THREE), "signed")
    assert [(p["row"], p["covariate"], p["when"], p["difference"], p["signed"]) for p in points] == [
        (0, "HPV", "before weighting", 0.8, -0.8),
        (1, "age", "before weighting", 0.3, 0.3),
        (2, "ECOG", "before weighting", 0.05, 0.05),
        (0, "HPV", "after weighting", 0.12, 0.12),
        (1, "age", "after weighting", 0.02, -0.02),
        (2, "ECOG", "after weighting", 0.01, 0.01),
    ]


def test_the_line_stands_at_one_tenth():
    assert [{"alike": 0.1}] in tables(love_plot(THREE))


def test_in_words_it_counts_those_apart():
    assert in_words(THREE) == (
        "Love plot of 3 covariates. Before weighting 2 of 3 differ by 0.1 standard deviations or more; the "
        "largest difference is 0.80. After weighting 1 of 3 differ by 0.1 standard deviations or more; the "
        "largest difference is 0.12."
    )


def test_row_order_changes_nothing():
    assert love_plot(THREE) == love_plot(THREE.reverse())


def test_two_long_names_that_are_cut_alike_keep_rows_of_their_own():
    start = "primary site: squamous cell carcinoma of the oropharynx, "
    points = drawn(love_plot(balance((start + "left", 0.2, 0.1), (start + "right", 0.1, 0.1))), "signed")
    assert {(p["row"], p["covariate"][-5:]) for p in points} == {(0, " left"), (1, "right")}


@pytest.mark.parametrize(
    "frame",
    [
        balance(),
        balance(("age", 0.2, None)),
        balance(("age", None, None)),
        balance(('it\'s "下咽頭" + הלוע', 0.2, 0.0)),
    ],
)
def test_any_frame_is_drawn(frame):
    assert svg(love_plot(frame)).startswith("<svg")
    assert in_words(frame).startswith("Love plot")


def test_a_covariate_without_any_difference_is_named_and_says_so():
    names = drawn(love_plot(balance(("age", None, None), ("HPV", 0.1, 0.1))), "name")
    assert [row["name"] for row in names] == ["HPV", "age (not known)"]
