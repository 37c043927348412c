"""The forest plot draws its frame: rows in order, headings, limits that run off the axis."""

import polars as pl
import pytest

from headway.record.figures_of_groups import ALL, ForestRows
from headway.report.figures.forest import NOT_ESTIMABLE, Arms, axis_domain, drawn, forest, in_words, laid_out
from headway.report.figures.theme import png, svg
from tests.report.figures.reading import tables

ARMS = Arms("cetuximab", "chemotherapy")
SCHEMA = ForestRows.create_empty().schema


def rows(*given: dict) -> pl.DataFrame:
    """Rows with what matters; the rest as in a small balanced study."""
    usual = {
        "factor": ALL, "level": "All patients", "patients_one": 60, "events_one": 30, "patients_other": 60,
        "events_other": 40, "patients": 120, "events": 70, "hazard_ratio": 0.7, "lower": 0.5, "upper": 0.98,
        "p_interaction": None, "note": None,
    }  # fmt: skip
    made = [usual | {"position": i} | row for i, row in enumerate(given)]
    return pl.DataFrame(made, schema=SCHEMA)


HPV = [
    {"factor": "HPV status", "level": "positive", "hazard_ratio": 0.9, "lower": 0.4, "upper": 2.0,
     "events": 20, "p_interaction": 0.041},
    {"factor": "HPV status", "level": "negative", "hazard_ratio": 0.6, "lower": 0.01, "upper": 90.0,
     "events": 40, "p_interaction": 0.041},
]  # fmt: skip
NONE = {"factor": "HPV status", "level": "not known", "hazard_ratio": None, "lower": None, "upper": None,
        "events": 0, "note": "no event in either arm", "p_interaction": 0.041}  # fmt: skip


def test_the_schema_takes_the_rows_and_refuses_an_infinite_limit():
    assert ForestRows.is_valid(rows({}, *HPV, NONE))
    assert not ForestRows.is_valid(rows({"upper": float("inf")}))


def test_a_heading_stands_before_the_levels_of_a_factor_and_has_its_p():
    lines = laid_out(rows({}, *HPV))
    assert lines.select("name", "heading", "ratio", "p").rows() == [
        ("All patients", True, "0.70 (0.50 to 0.98)", None),
        ("HPV status", True, None, "0.041"),
        ("positive", False, "0.90 (0.40 to 2.00)", None),
        ("negative", False, "0.60 (0.01 to 90.0)", None),
    ]


def test_rows_stand_by_position_not_by_their_order_in_the_frame():
    frame = rows({}, *HPV, NONE)
    assert forest(frame, ARMS) == forest(frame.reverse(), ARMS)


def test_the_estimates_drawn_are_those_of_the_frame():
    frame = rows({}, *HPV, NONE)
    marks = next(t for t in tables(forest(frame, ARMS)) if t and "square" in t[0])
    assert [(row["level"], row["hazard_ratio"], row["lower"], row["upper"]) for row in marks] == [
        ("positive", 0.9, 0.4, 2.0), ("negative", 0.6, 0.01, 90.0),
    ]  # fmt: skip


def test_limits_beyond_the_axis_end_in_arrows_and_keep_their_numbers():
    frame = rows({}, *HPV)
    low, high = axis_domain(frame)
    cut = drawn(laid_out(frame), (low, high)).row(2, named=True)
    assert (low, high) == (0.1, 5)
    assert (cut["shown_lower"], cut["shown_upper"]) == (low, high)
    assert cut["beyond_lower"]
    assert cut["beyond_upper"]


def test_squares_grow_with_events_in_area_and_stay_visible():
    lines = drawn(laid_out(rows(*HPV, HPV[0] | {"events": 1})), (0.1, 10))
    assert lines["square"].to_list() == [95.0, 190.0, 16.0]


def test_what_cannot_be_estimated_is_said_and_not_drawn():
    frame = rows(NONE)
    spec = forest(frame, ARMS)
    assert laid_out(frame)["ratio"].to_list() == [None, NOT_ESTIMABLE]
    assert not any("square" in row for table in tables(spec) for row in table)
    assert f"HPV status not known: {NOT_ESTIMABLE}" in in_words(frame, ARMS)


@pytest.mark.parametrize(
    "frame",
    [
        rows(),
        rows({}),
        rows(NONE),
        rows({"hazard_ratio": 0.0, "lower": 0.0, "upper": float("inf")}),
        rows({"hazard_ratio": float("nan"), "lower": float("nan"), "upper": float("nan")}),
        rows({"patients_one": None, "events_one": None, "patients_other": None, "events_other": None}),
        rows({"patients_one": 0, "events_one": 0}, {"factor": "下咽頭" * 20, "level": "הלוע" * 20}),
    ],
)
def test_any_frame_is_drawn(frame):
    spec = forest(frame, Arms("physician's choice of methotrexate, docetaxel or cetuximab" * 2, "標準治療"))
    assert svg(spec).startswith("<svg")
    assert png(svg(spec), 1).startswith(b"\x89PNG")


def test_a_long_name_is_cut_and_whole_in_the_tooltip():
    name = "squamous cell carcinoma of the oropharynx, base of tongue"
    line = laid_out(rows({"factor": "Site", "level": name})).row(1, named=True)
    assert line["name"].endswith("…")
    assert line["whole_name"] == name
