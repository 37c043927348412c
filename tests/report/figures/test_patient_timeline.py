"""A patient's timeline: one template for all patients, data sets for each."""

import json

import polars as pl
import pytest

from headway.record.figures_of_a_patient import (
    LesionSizes,
    PatientMarks,
    PatientSpans,
    TargetSums,
    Timelines,
    TimeZeros,
)
from headway.report.figures.patient_data import datasets, levels_of
from headway.report.figures.patient_timeline import in_words, patient_timeline, template
from headway.report.figures.theme import png, svg
from tests.conftest import pipe_table


def layer(schema, text: str) -> pl.DataFrame:
    blank = schema.create_empty()
    typed = pipe_table(text).cast({c: blank.schema[c] for c in pipe_table(text).columns})
    return schema.validate(pl.concat([blank, typed], how="diagonal"))


TIMELINES = Timelines(
    spans=layer(PatientSpans, """
        | patient_id | kind          | label                | start_day | end_day |
        | P1         | systemic line | line 1: cetuximab    | 0         | 120     |
        | P1         | radiotherapy  | RT lung, 54 Gy in 3  | 40        |         |
        | P1         | systemic line | line 2: methotrexate | 150       | 200     |
        | P2         | systemic line | line 1: 下咽頭療法   | 0         | 30      |
    """),
    marks=layer(PatientMarks, """
        | patient_id | kind          | label       | grade | day |
        | P1         | response      | PR          |       | 60  |
        | P1         | response      | PD          |       | 130 |
        | P1         | adverse event | mucositis   | 4     | 30  |
        | P1         | adverse event | mucositis   | 3     | 20  |
        | P1         | progression   | progression |       | 130 |
        | P1         | death         | death       |       | 210 |
    """),
    sizes=layer(LesionSizes, """
        | patient_id | lesion_id | role   | organ | day | diameter_mm |
        | P1         | T1        | target | lung  | -7  | 40          |
        | P1         | T1        | target | lung  | 60  | 20          |
        | P1         | N1        | new    |       | 130 | 12          |
    """),
    sums=layer(TargetSums, """
        | patient_id | day | sum_mm | nadir_mm |
        | P1         | -7  | 40     |          |
        | P1         | 60  | 20     | 40       |
    """),
    zeros=layer(TimeZeros, """
        | patient_id | day | label      |
        | P1         | 0   | first line |
    """),
)  # fmt: skip


def test_rows_stand_by_kind_and_first_day():
    shown = datasets(TIMELINES, "P1", time="days")["rows"]
    assert [(row["row"], row["name"]) for row in shown] == [
        (0, "line 1: cetuximab"),
        (1, "line 2: methotrexate"),
        (2, "RT lung, 54 Gy in 3"),
        (3, "Response"),
        (4, "AE: mucositis"),
        (5, "Progression"),
        (6, "Death"),
    ]


def test_every_row_of_the_layers_is_in_the_data():
    made = datasets(TIMELINES, "P1", time="days")
    own = TIMELINES.of("P1")
    assert sorted((r["label"], r["at"], r["end"]) for r in made["spans"]) == [
        ("RT lung, 54 Gy in 3", 40, 40),
        ("line 1: cetuximab", 0, 120),
        ("line 2: methotrexate", 150, 200),
    ]
    assert len(made["marks"]) + len(made["responses"]) == own.marks.height
    assert sorted((r["lesion"], r["day"], r["diameter_mm"]) for r in made["sizes"]) == [
        ("N1", 130, 12.0),
        ("T1 lung", -7, 40.0),
        ("T1 lung", 60, 20.0),
    ]
    assert [r["smallest_mm"] for r in made["sums"]] == [40.0, 40.0]


def test_another_patient_needs_other_data_sets_only():
    one, other = (patient_timeline(TIMELINES, patient) for patient in ("P1", "P2"))
    assert one | {"datasets": other["datasets"]} == other
    assert template(time="days", sizes=True) == {k: v for k, v in one.items() if k != "datasets"}
    assert set(one["datasets"]) == set(other["datasets"])


def test_the_template_names_every_data_set_and_holds_no_data():
    spec = template(time="days", sizes=True)
    text = json.dumps(spec)
    assert '"values"' not in text
    assert all(f'{{"name": "{name}"}}' in text for name in datasets(TIMELINES, "P1", time="days"))


def test_no_patient_is_named_in_the_data_of_another():
    assert "P1" not in json.dumps(datasets(TIMELINES, "P2", time="days"))


def test_dates_are_shown_where_the_record_has_dates():
    made = datasets(TIMELINES, "P1", time="dates")
    assert made["zeros"][0]["when"] == "1970-01-01"
    assert made["spans"][0]["end"] == 120 * 86_400_000
    assert svg(patient_timeline(TIMELINES, "P1", time="dates")).startswith("<svg")


def test_letters_without_room_go_below_then_to_the_tooltip_alone():
    assert levels_of([0, 1, 2, 200], ["SD"] * 4, 1.0) == [0, 1, None, 0]


def test_a_record_without_sizes_has_one_part():
    spans = Timelines(spans=TIMELINES.spans)
    assert len(patient_timeline(spans, "P1")["vconcat"]) == 1
    assert len(patient_timeline(TIMELINES, "P2")["vconcat"]) == 2


@pytest.mark.parametrize("patient", ["P1", "P2", "nobody"])
@pytest.mark.parametrize("timelines", [TIMELINES, Timelines(), Timelines(marks=TIMELINES.marks)])
def test_any_patient_is_drawn_whatever_the_row_order(timelines, patient):
    spec = patient_timeline(timelines, patient)
    assert png(svg(spec), 1).startswith(b"\x89PNG")
    layers = (timelines.spans, timelines.marks, timelines.sizes, timelines.sums, timelines.zeros)
    assert spec == patient_timeline(Timelines(*(frame.reverse() for frame in layers)), patient)
    assert in_words(timelines, patient).startswith(f"Timeline of patient {patient}.")


def test_in_words_it_tells_treatment_outcome_and_sizes():
    assert in_words(TIMELINES, "P1") == (
        "Timeline of patient P1. line 1: cetuximab from day 0; RT lung, 54 Gy in 3 from day 40; "
        "line 2: methotrexate from day 150. mucositis grade 3 on day 20; mucositis grade 4 on day 30; "
        "response PR on day 60; progression on day 130; response PD on day 130; death on day 210. "
        "Sum of target diameters: first 40 mm, smallest 20 mm, last 20 mm."
    )
