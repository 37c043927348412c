"""The patient flow: each box has its number, nothing overlaps, arrows end at boxes."""

from itertools import combinations

import polars as pl
import pytest

from headway.record.figures_of_groups import FlowRows
from headway.report.figures.flow import flow, in_words, laid_out
from headway.report.figures.theme import svg
from tests.report.figures.reading import tables

SCHEMA = FlowRows.create_empty().schema
TRUNK = [
    (1, 0, None, "here", "patients in the record", 530),
    (1, 1, None, "left", "set aside with a finding", 2),
    (2, 0, None, "here", "patients used", 528),
    (2, 1, None, "left", "下咽頭がんの患者は除外されました", 300),
    (2, 2, None, "left", "לא נרשם", 11),
    (3, 0, None, "here", "with a line of systemic therapy", 217),
]
GROUPS = [
    (4, 0, "cetuximab", "here", "allocated", 217),
    (4, 1, "cetuximab", "left", "never dosed", 5),
    (5, 0, "cetuximab", "here", "safety set", 212),
    (4, 0, "physician's choice of methotrexate or docetaxel", "here", "allocated", 0),
    (5, 0, "physician's choice of methotrexate or docetaxel", "here", "safety set", 0),
]


def rows(given: list[tuple]) -> pl.DataFrame:
    return FlowRows.validate(pl.DataFrame(given, schema=SCHEMA, orient="row"))


ALL_SHAPES = [TRUNK, TRUNK[:1], TRUNK[:2], GROUPS, TRUNK + GROUPS, TRUNK[:2] + GROUPS]


@pytest.mark.parametrize("given", ALL_SHAPES)
def test_every_row_is_in_a_box_and_no_two_boxes_overlap(given):
    boxes, _ = laid_out(rows(given))
    here = sorted(row[5] for row in given if row[3] == "here")
    assert sorted(box.patients for box in boxes if not box.aside) == here
    assert sum(box.patients for box in boxes if box.aside) == sum(row[5] for row in given if row[3] == "left")
    for one, other in combinations(boxes, 2):
        beside = one.left + one.width <= other.left or other.left + other.width <= one.left
        assert beside or one.bottom <= other.top or other.bottom <= one.top


@pytest.mark.parametrize("given", ALL_SHAPES)
def test_every_arrow_ends_at_a_box_and_every_box_but_the_first_is_reached(given):
    boxes, lines = laid_out(rows(given))
    reached = [
        box
        for line in lines
        if line.arrow
        for box in boxes
        if (line.to_x, line.to_y) == (box.middle, box.top)
        or (line.to_x == box.left and box.top < line.to_y < box.bottom)
    ]
    assert len(reached) == sum(line.arrow for line in lines)
    first = 1 if given[0][2] is None else 2
    assert len(set(reached)) == len(boxes) - first


def test_the_same_step_of_two_groups_stands_at_the_same_height():
    boxes, _ = laid_out(rows(GROUPS))
    tops = {box.label: box.top for box in boxes if box.label.endswith("allocated")}
    assert len(tops) == 2
    assert len(set(tops.values())) == 1
    assert len({box.top for box in boxes if box.label == "safety set"}) == 1


def test_several_reasons_share_a_box_with_their_sum():
    boxes, _ = laid_out(rows(TRUNK))
    assert [box.lines[0].replace("\u00a0", " ") for box in boxes if box.aside] == [
        "set aside with a finding (n = 2)",
        "left (n = 311)",
    ]


def test_in_words_it_tells_each_step():
    assert in_words(rows(TRUNK[:2] + GROUPS[:1])) == (
        "Patient flow. patients in the record 530; left, set aside with a finding 2; "
        "cetuximab: allocated 217."
    )


@pytest.mark.parametrize("given", [[], *ALL_SHAPES])
def test_any_flow_is_drawn_whatever_the_row_order(given):
    spec = flow(rows(given))
    assert spec == flow(rows(given[::-1]))
    assert svg(spec).startswith("<svg")


@pytest.mark.parametrize("given", ALL_SHAPES)
def test_no_layer_is_without_data(given):
    # Vega would complain of it in the page.
    assert all(tables(flow(rows(given))))
