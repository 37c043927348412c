"""Waterfall and spider: what is drawn is the frame, sorted, cut and marked by the rules (R1.46, R1.47)."""

import math
import random

import altair as alt
import polars as pl
import pytest

from headway.record.figures import SpiderPoints, WaterfallBars
from headway.report.figures import spider, waterfall
from headway.report.figures.responses import LOOKS
from headway.report.figures.theme import HOVER, pdf, png, still, svg, themed
from tests.report.figures.reading import drawn, layers, tables

SCHEMA = {"patient_id": pl.String, "best_change_percent": pl.Float64, "best_response": pl.String}


def bars(*rows: tuple[str, float | None, str | None]) -> pl.DataFrame:
    return WaterfallBars.validate(pl.DataFrame(rows, schema=SCHEMA, orient="row"))


def points(*rows: tuple) -> pl.DataFrame:
    names = SpiderPoints.column_names()
    return SpiderPoints.validate(
        pl.DataFrame(rows, schema=dict(zip(names, _TYPES, strict=True)), orient="row")
    )


_TYPES = (pl.String, pl.Float64, pl.Float64, pl.String, pl.Boolean, pl.Boolean)


def cohort(n: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    draw = random.Random(n)
    best = [
        (f"P{i:03}", draw.choice([None, draw.uniform(-100, 150)]), draw.choice([*SOME, None]))
        for i in range(n)
    ]
    scans = [
        (patient, float(month), 0.0 if month == 0 else draw.uniform(-100, 250), response, month == 4, False)
        for patient, _, response in best
        for month in range(0, 7, 2)
    ]
    return bars(*best), points(*scans)


SOME = ["CR", "PR", "SD", "PD", "NE"]


def test_bars_fall_from_growth_to_shrinkage_and_ties_by_patient_id():
    spec = waterfall.waterfall(bars(("c", -50, "PR"), ("b", 10, "SD"), ("a", 10, "SD"), ("d", 70.5, "PD")))
    assert [(row["patient_id"], row["drawn_percent"]) for row in drawn(spec, "drawn_percent")] == [
        ("d", 70.5), ("a", 10.0), ("b", 10.0), ("c", -50.0),
    ]  # fmt: skip


def test_9_9_bars_above_100_percent_are_cut_and_marked_and_those_at_100_are_not():
    rows = drawn(waterfall.waterfall(bars(("a", 100.0, "PD"), ("b", 100.5, "PD"))), "capped")
    assert [(row["best_change_percent"], row["drawn_percent"], row["capped"]) for row in rows] == [
        (100.5, 100.0, True), (100.0, 100.0, False),
    ]  # fmt: skip


def test_r1_46_a_patient_without_a_change_has_no_bar_and_is_counted():
    frame = bars(("a", None, "NE"), ("b", -31.0, "PR"), ("c", None, None))
    assert [row["patient_id"] for row in drawn(waterfall.waterfall(frame), "drawn_percent")] == ["b"]
    assert waterfall.in_words(frame).endswith("2 patients without a change are not drawn.")


def test_r1_47_colour_is_the_best_response_whatever_the_bar_says():
    rows = drawn(waterfall.waterfall(bars(("a", -45.0, "PD"))), "best_response")
    assert [row["best_response"] for row in rows] == ["PD"]


def test_thresholds_are_drawn_at_minus_30_and_20():
    spec = waterfall.waterfall(bars(("a", 0.0, "SD")))
    assert {row["percent"] for rows in tables(spec) for row in rows if "percent" in row} == {
        -30, 0, 20,
    }  # fmt: skip


@pytest.mark.parametrize("response", SOME)
def test_a_response_has_the_same_colour_and_symbol_in_waterfall_and_spider(response):
    figures = [
        waterfall.waterfall(bars(("a", 5.0, response))),
        spider.spider(
            points(("a", 0.0, 0.0, response, False, False), ("a", 2.0, 5.0, response, False, False))
        ),
    ]
    for figure in figures:
        scales = [
            (layer["encoding"][channel]["scale"]["range"], channel)
            for layer in layers(figure)
            for channel in ("color", "shape")
            if layer.get("encoding", {}).get(channel, {}).get("field") == "best_response"
        ]
        assert {channel: shown for shown, channel in scales} == {
            "color": [LOOKS[response][0]], "shape": [LOOKS[response][1]],
        }  # fmt: skip


def test_no_two_responses_look_alike():
    assert (
        len({colour for colour, _ in LOOKS.values()})
        == len({sign for _, sign in LOOKS.values()})
        == len(LOOKS)
    )


def test_the_spider_draws_each_scan_with_a_change():
    frame = points(
        ("a", 0.0, 0.0, "PR", False, False),
        ("a", 2.0, None, "PR", False, False),
        ("a", 4.0, -40.0, "PR", False, True),
        ("a", 6.0, 260.0, "PR", True, False),
    )
    rows = drawn(spider.spider(frame), "drawn_percent")
    assert [(row["months"], row["change_percent"], row["drawn_percent"]) for row in rows] == [
        (0.0, 0.0, 0.0), (4.0, -40.0, -40.0), (6.0, 260.0, 200.0),
    ]  # fmt: skip
    assert [row["last"] for row in rows] == [False, False, True]


def test_the_spider_says_what_it_cannot_draw():
    frame = points(
        ("a", 0.0, 0.0, "PD", False, False),
        ("a", 2.0, 15.0, "PD", False, False),
        ("a", 3.0, None, "PD", True, True),
        ("b", 0.0, 0.0, "NE", False, False),
    )
    told = spider.in_words(frame)
    assert "in 1 patient." in told
    assert "Marked scans without a change, not drawn: 1." in told
    assert told.endswith("1 patient without a change is not drawn.")


def test_new_lesions_and_progressions_have_a_legend_only_where_there_are_any():
    def legends(spec: dict) -> list[list[str]]:
        shapes = [layer.get("encoding", {}).get("shape", {}) for layer in layers(spec)]
        return [shape["scale"]["domain"] for shape in shapes if shape.get("field") == "mark"]

    without = points(("a", 0.0, 0.0, "SD", False, False), ("a", 2.0, 5.0, "SD", False, False))
    progressed = points(("a", 0.0, 0.0, "SD", False, False), ("a", 2.0, 25.0, "SD", False, True))
    assert legends(spider.spider(without)) == []
    assert legends(spider.spider(progressed)) == [["progression"]]


@pytest.mark.parametrize("n", [1, 5, 80, 500])
def test_any_number_of_patients_becomes_a_picture(n):
    best, scans = cohort(n)
    for spec in (waterfall.waterfall(best), spider.spider(scans)):
        assert svg(spec).startswith("<svg")
    assert len(drawn(spider.spider(scans), "drawn_percent")) == 4 * n


def test_every_tick_of_the_change_is_drawn_up_to_the_tallest_bar():
    # Vega thins a list of ticks that is longer than the count it was told.
    frame = bars(("a", 350.0, "PD"), ("b", -100.0, "CR"))
    [axis] = [
        layer["encoding"]["y"]["axis"]
        for layer in layers(waterfall.waterfall(frame))
        if "axis" in layer.get("encoding", {}).get("y", {})
    ]
    assert axis["values"] == list(range(-100, 101, 20))
    assert axis["tickCount"] == len(axis["values"])


def test_row_order_does_not_matter():
    best, scans = cohort(30)
    assert waterfall.waterfall(best) == waterfall.waterfall(best.reverse())
    assert spider.spider(scans) == spider.spider(scans.reverse())


def test_nobody_to_draw_is_said_in_the_figure_and_in_words():
    assert "No patient has a change" in svg(waterfall.waterfall(WaterfallBars.create_empty()))
    assert "No patient has a change" in svg(spider.spider(SpiderPoints.create_empty()))
    assert waterfall.in_words(bars(("a", None, None))) == (
        "Waterfall plot without a bar. 1 patient without a change is not drawn."
    )
    assert spider.in_words(SpiderPoints.create_empty()) == "Spider plot without a line."


def test_a_waterfall_of_many_leaves_whole_pixels_to_each_bar():
    spec = waterfall.waterfall(bars(*((f"P{i:03}", float(i % 90), "SD") for i in range(300))))
    assert spec["width"] == 900


@pytest.mark.parametrize("made", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_cannot_say_is_refused(made):
    with pytest.raises(ValueError, match="must be null there"):
        themed(alt.Chart(alt.Data(values=[{"x": made}])).mark_point())


def test_no_address_stands_in_a_figure():
    best, scans = cohort(5)
    for spec in (waterfall.waterfall(best), spider.spider(scans)):
        assert "http" not in str(spec)


def test_what_only_a_mouse_finds_is_in_the_page_and_not_in_the_picture():
    spec = spider.spider(cohort(5)[1])
    assert [layer for layer in layers(spec) if layer.get("name") == HOVER]
    assert not [layer for layer in layers(still(spec)) if layer.get("name") == HOVER]


def test_the_same_figure_is_the_same_bytes():
    spec = waterfall.waterfall(bars(("Ärztin 1", -40.0, "PR"), ("مريض", 30.0, "PD"), ("患者", 3.0, "SD")))
    drawn = [svg(spec) for _ in range(4)]
    assert len(set(drawn)) == 1
    for written in (png, pdf):
        assert len({written(one) for one in drawn}) == 1
    assert pdf(drawn[0]).startswith(b"%PDF")
    assert b"LiberationSans" in pdf(drawn[0])
