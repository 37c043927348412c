"""The swimmer: one bar a patient, the longest first, cut short only where the figure says so."""

import polars as pl
import pytest

from headway.record.figures import SwimmerMarks, SwimmerSegments
from headway.report.figures import swimmer as drawing
from headway.report.figures.responses import LOOKS
from headway.report.figures.theme import svg
from tests.report.figures.reading import drawn, layers, tables


def segments(*rows: tuple[str, int | None, str | None, float, float]) -> pl.DataFrame:
    schema = {name: column.dtype for name, column in SwimmerSegments.columns().items()}
    return SwimmerSegments.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def marks(*rows: tuple[str, str, float]) -> pl.DataFrame:
    schema = {name: column.dtype for name, column in SwimmerMarks.columns().items()}
    return SwimmerMarks.validate(pl.DataFrame(rows, schema=schema, orient="row"))


TWO = segments(
    ("short", 1, "ICI", 0.0, 3.0), ("long", 1, "ICI", 0.0, 2.0), ("long", None, None, 2.0, 4.0),
    ("long", 2, "chemotherapy", 4.0, 9.5),
)  # fmt: skip
HAPPENED = marks(("long", "PR", 1.5), ("long", "PD", 4.0), ("short", "death", 3.0), ("long", "ongoing", 9.5))


def order(spec: dict) -> list[str]:
    domains = [
        layer.get("encoding", {}).get("y", {}).get("scale", {}).get("domain") for layer in layers(spec)
    ]
    return next(domain for domain in domains if domain)


def legends(spec: dict, channel: str) -> dict[str, str]:
    """What each name of a legend looks like."""
    scales = [layer.get("encoding", {}).get(channel, {}).get("scale") for layer in layers(spec)]
    return {name: look for s in scales if s for name, look in zip(s["domain"], s["range"], strict=True)}


def test_segments_and_marks_are_drawn_as_given():
    spec = drawing.swimmer(TWO, HAPPENED)
    bars = [
        (b["patient_id"], b["treatment"], b["start_months"], b["end_months"]) for b in drawn(spec, "shown")
    ]
    assert sorted(bars, key=str) == sorted(TWO.drop("line").rows(), key=str)
    signs = [(sign["patient_id"], sign["mark"], sign["months"]) for sign in drawn(spec, "mark")]
    assert sorted(signs) == sorted(HAPPENED.rows())


def test_the_longest_time_comes_first_and_ties_by_patient_id():
    tied = segments(("b", 1, "x", 0.0, 3.0), ("a", 1, "x", 0.0, 3.0), ("c", 1, "x", 0.0, 8.0))
    assert order(drawing.swimmer(tied, SwimmerMarks.create_empty())) == ["c", "a", "b"]


def test_treatments_are_named_in_the_order_of_their_lines_and_time_without_one_last():
    named = list(legends(drawing.swimmer(TWO, SwimmerMarks.create_empty()), "color"))
    assert named == ["ICI", "chemotherapy", "no treatment"]


def test_of_many_treatments_the_rarer_are_one():
    many = segments(
        *((f"p{i}", i, f"regimen {i}", 0.0, 5.0) for i in range(12)), ("q", 11, "regimen 11", 0.0, 5.0)
    )
    shown = {bar["shown"] for bar in drawn(drawing.swimmer(many, SwimmerMarks.create_empty()), "shown")}
    assert len(shown) == 9
    assert {"regimen 11", "other treatment"} <= shown


def test_responses_look_as_in_the_other_figures():
    spec = drawing.swimmer(TWO, HAPPENED)
    assert (legends(spec, "color")["partial response"], legends(spec, "shape")["partial response"]) == LOOKS[
        "PR"
    ]
    assert (legends(spec, "color")["progression"], legends(spec, "shape")["progression"]) == LOOKS["PD"]


def cohort(n: int) -> pl.DataFrame:
    return segments(*((f"P{i:03}", 1, "line 1", 0.0, 1.0 + i % 37) for i in range(n)))


@pytest.mark.parametrize(("n", "rows", "row_px"), [(1, 1, 20), (5, 5, 20), (80, 80, 12), (200, 200, 5)])
def test_rows_adapt_to_the_number_of_patients(n, rows, row_px):
    spec = drawing.swimmer(cohort(n), SwimmerMarks.create_empty())
    assert len(order(spec)) == rows
    assert spec["height"] == rows * row_px
    assert "title" not in spec
    assert svg(spec)


def test_of_500_patients_the_200_longest_are_drawn_and_the_figure_says_so():
    spec = drawing.swimmer(cohort(500), SwimmerMarks.create_empty())
    assert len(order(spec)) == 200
    assert spec["title"]["text"] == "The 200 of 500 patients with the longest time"
    kept = {bar["end_months"] for bar in drawn(spec, "shown")}
    assert min(kept) >= 22.0
    told = drawing.in_words(cohort(500), SwimmerMarks.create_empty())
    assert told.endswith("300 patients with shorter times are not drawn.")


def test_row_order_does_not_matter():
    assert drawing.swimmer(TWO, HAPPENED) == drawing.swimmer(TWO.reverse(), HAPPENED.reverse())


def test_nobody_to_draw_is_said():
    spec = drawing.swimmer(SwimmerSegments.create_empty(), SwimmerMarks.create_empty())
    assert "No patient has a time on treatment." in str(tables(spec))
    assert "no patient" in drawing.in_words(SwimmerSegments.create_empty(), SwimmerMarks.create_empty())


def test_words_count_the_marks():
    assert drawing.in_words(TWO, HAPPENED) == (
        "Swimmer plot of 2 patients; the longest time is 9.5 months. "
        "Marked: partial response in 1; progression in 1; death in 1; ongoing in 1."
    )
