"""Treatment sequences: every patient of a line is in one box, and leaves by one ribbon at most."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.record.figures_of_groups import SequenceSteps
from headway.report.figures.alluvial import OTHER, alluvial, boxes, gap_patients, grouped, in_words, ribbons
from headway.report.figures.theme import pdf, svg
from tests.report.figures.reading import drawn

SCHEMA = SequenceSteps.create_empty().schema
ENDS = ["dead", "no further line"]
CLASSES = [
    "platinum",
    "PD-1 inhibitor",
    "taxane",
    "cetuximab",
    "下咽頭療法",
    "ניסיוני",
    "a very long class " * 4,
]


def sequences(*patients: list[str]) -> pl.DataFrame:
    """One patient each: what was given in line 1, 2, …; an end closes the sequence."""
    rows = [
        (f"P{i:03}", line, what, what in ENDS)
        for i, steps in enumerate(patients)
        for line, what in enumerate(steps, start=1)
    ]
    return SequenceSteps.validate(pl.DataFrame(rows, schema=SCHEMA, orient="row"))


def laid_out(frame: pl.DataFrame, most_classes: int = 3) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    steps = grouped(frame, most_lines=4, most_classes=most_classes)
    placed = boxes(steps, gap_patients(steps))
    return steps, placed, ribbons(steps, placed)


SOME = sequences(
    ["platinum", "taxane", "dead"],
    ["platinum", "taxane", "no further line"],
    ["platinum", "dead"],
    ["taxane"],
)


def test_boxes_hold_the_patients_of_their_line():
    _, placed, _ = laid_out(SOME)
    assert placed.select("line", "what", "patients").rows() == [
        (1, "platinum", 3),
        (1, "taxane", 1),
        (2, "taxane", 2),
        (2, "dead", 1),
        (3, "no further line", 1),
        (3, "dead", 1),
    ]


def test_ribbons_hold_the_patients_that_went_on():
    _, _, flows = laid_out(SOME)
    assert flows.select("line", "source", "target", "patients").rows() == [
        (1, "platinum", "taxane", 2),
        (1, "platinum", "dead", 1),
        (2, "taxane", "no further line", 1),
        (2, "taxane", "dead", 1),
    ]


courses = st.lists(
    st.tuples(st.lists(st.sampled_from(CLASSES), min_size=1, max_size=6), st.sampled_from([*ENDS, None])).map(
        lambda course: [*course[0], *([course[1]] if course[1] else [])]
    ),
    min_size=1,
    max_size=40,
)


@given(courses)
def test_heights_sum_to_patients_and_ribbons_stay_within_their_boxes(patients):
    steps, placed, flows = laid_out(sequences(*patients))
    heights = placed.group_by("line").agg(height=(pl.col("bottom") - pl.col("top")).sum()).sort("line")
    counted = steps.group_by("line").len().sort("line")
    assert heights["height"].to_list() == pytest.approx(counted["len"].to_list())
    for side, line, what in (("leaves", 0, "source"), ("enters", 1, "target")):
        ends = flows.with_columns(line=pl.col("line") + line).join(
            placed.select("line", "top", "bottom", "what"),
            left_on=["line", what],
            right_on=["line", "what"],
        )
        assert (ends[side] >= ends["top"] - 1e-9).all()
        assert (ends[side] + ends["patients"] <= ends["bottom"] + 1e-9).all()
    assert flows["patients"].sum() == steps.height - steps["patient_id"].n_unique()


@settings(max_examples=8)  # each draws two figures
@given(courses, st.randoms(use_true_random=False))
def test_row_order_changes_nothing(patients, random):
    frame = sequences(*patients)
    order = list(range(frame.height))
    random.shuffle(order)
    assert alluvial(frame) == alluvial(frame[order])


def test_rare_classes_are_drawn_as_other():
    frame = sequences(*[["platinum"]] * 3, *[["taxane"]] * 2, ["cetuximab"], ["methotrexate"])
    _, placed, _ = laid_out(frame, most_classes=2)
    assert placed.select("what", "patients").rows() == [("platinum", 3), ("taxane", 2), (OTHER, 2)]


def test_a_class_that_is_itself_called_other_joins_the_rest():
    _, placed, _ = laid_out(sequences(["other"], ["other"], ["platinum"]))
    assert placed.select("what", "patients").rows() == [("platinum", 1), ("other", 2)]


def test_in_words_it_counts_each_line():
    assert in_words(SOME) == (
        "Treatment sequences of 4 patients. Line 1: platinum 3; taxane 1. Line 2: taxane 2; dead 1. "
        "Line 3: no further line 1; dead 1."
    )


def test_five_hundred_patients():
    patients = [
        [CLASSES[(i + i // (k + 2)) % 7] for k in range(1 + i % 5)] + [ENDS[i % 2]] for i in range(500)
    ]
    spec = alluvial(sequences(*patients))
    assert sum(box["patients"] for box in drawn(spec, "share") if box["line"] == 1) == 500
    assert pdf(svg(spec)).startswith(b"%PDF")


@pytest.mark.parametrize("frame", [sequences(), sequences(["platinum"]), sequences(["platinum", "dead"])])
def test_no_patient_and_one_patient_are_drawn(frame):
    assert svg(alluvial(frame)).startswith("<svg")
    assert in_words(frame).startswith("Treatment sequences")


def test_a_long_name_is_cut_and_whole_in_the_tooltip():
    name = CLASSES[-1]
    box = drawn(alluvial(sequences([name])), "share")[0]
    assert "…" in box["label"]
    assert box["what"] == name
