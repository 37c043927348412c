"""iRECIST: the worked patients I1 to I9, the rules R2.1 to R2.9 and the best immune response."""

import polars as pl
import pytest

from headway.derive.response import (
    best_immune_responses,
    best_responses,
    immune_responses,
    timepoint_responses,
    treatment_beyond_progression,
)
from tests.derive.response.examples import by_day, example, starting

# name: (table, death day, expected best, expected event of iPFS and its day)
WORKED = {
    "I1 confirmed by 7 mm more": (
        """
        lesion | role   | 0   | 56   | 84
        T1     | target | 100 | 125  | 132
        recist          |     | PD   | PD
        immune          |     | iUPD | iCPD
        """,
        "iCPD",
        (56, "iCPD"),
    ),
    "I2 sequential increases add up": (
        """
        lesion | role   | 0   | 56   | 91   | 126
        T1     | target | 100 | 125  | 128  | 131
        recist          |     | PD   | PD   | PD
        immune          |     | iUPD | iUPD | iCPD
        """,
        "iCPD",
        (56, "iCPD"),
    ),
    "I3 pseudoprogression": (
        """
        lesion | role   | 0   | 56   | 91
        T1     | target | 100 | 125  | 65
        recist          |     | PD   | PR
        immune          |     | iUPD | iPR
        """,
        "iPR",
        (None, None),
    ),
    "I4 a reset progression needs a confirmation of its own": (
        """
        lesion | role   | 0   | 56   | 91  | 147  | 182
        T1     | target | 100 | 125  | 95  | 116  | 122
        recist          |     | PD   | SD  | PD   | PD
        immune          |     | iUPD | iSD | iUPD | iCPD
        """,
        "iSD",
        (147, "iCPD"),
    ),
    "I5 growth of a new lesion adds up": (
        """
        lesion | role   | 0   | 56   | 91   | 126
        T1     | target | 100 | 80   | 78   | 76
        X1     | new    |     | 12   | 13   | 19
        recist          |     | PD   | PD   | PD
        immune          |     | iUPD | iUPD | iCPD
        """,
        "iCPD",
        (56, "iCPD"),
    ),
    "I6 non-target growth need not be unequivocal again": (
        """
        lesion | role       | 0       | 56                      | 88
        T1     | target     | 100     | 105                     | 105
        L1     | non-target | present | unequivocal progression | increased
        recist              |         | PD                      | SD
        immune              |         | iUPD                    | iCPD
        """,
        "iCPD",
        (56, "iCPD"),
    ),
    "I7 no scan after the progression": (
        """
        lesion | role   | 0   | 56
        T1     | target | 100 | 125
        recist          |     | PD
        immune          |     | iUPD
        """,
        "iUPD",
        (56, "iUPD without a later scan"),
    ),
    "I8 progression in a response, reset": (
        """
        lesion | role   | 0   | 56  | 112  | 147
        T1     | target | 100 | 60  | 80   | 66
        recist          |     | PR  | PD   | PR
        immune          |     | iPR | iUPD | iPR
        """,
        "iPR",
        (None, None),
    ),
    "I9 an early scan with a further new lesion": (
        """
        lesion | role   | 0   | 56      | 70
        T1     | target | 100 | 90      | 90
        X1     | new    |     | present | present
        X2     | new    |     |         | present
        recist          |     | PD      | PD
        immune          |     | iUPD    | iCPD
        """,
        "iCPD",
        (56, "iCPD"),
    ),
}


def immune(table: str) -> dict:
    return by_day(immune_responses(*example(table).tables), "immune_response")


@pytest.mark.parametrize("name", WORKED)
def test_worked_patients(name):
    patient = example(WORKED[name][0])
    assert by_day(timepoint_responses(*patient.tables)) == patient.expected["recist"]
    assert by_day(immune_responses(*patient.tables), "immune_response") == patient.expected["immune"]


@pytest.mark.parametrize("name", WORKED)
def test_best_response_and_event(name):
    table, best, event = WORKED[name]
    patient = example(table)
    found = best_immune_responses(immune_responses(*patient.tables), patient.start).collect()
    assert found["best_immune_response"].to_list() == [best]
    assert found.select("progression_event_day", "progression_event").rows() == [event]


def test_r2_2_growth_before_26_days_does_not_confirm():
    table = """
        lesion | role   | 0   | 56   | 81   | 82
        T1     | target | 100 | 125  | 140  | 140
        immune          |     | iUPD | iUPD | iCPD
        """
    assert immune(table) == example(table).expected["immune"]


def test_r2_3d_progression_in_another_category_confirms():
    table = """
        lesion | role       | 0       | 56      | 91
        T1     | target     | 100     | 125     | 125
        L1     | non-target | present | present | unequivocal progression
        immune              |         | iUPD    | iCPD
        """
    assert immune(table) == example(table).expected["immune"]


def test_r2_4_unconfirmed_any_number_of_times():
    table = """
        lesion | role   | 0   | 56   | 91   | 126  | 161
        T1     | target | 100 | 125  | 124  | 126  | 122
        immune          |     | iUPD | iUPD | iUPD | iUPD
        """
    assert immune(table) == example(table).expected["immune"]


def test_r2_5_shrinkage_resets_though_the_new_lesion_is_still_there():
    table = """
        lesion | role   | 0   | 56   | 91  | 126
        T1     | target | 100 | 90   | 65  | 64
        X1     | new    |     | 12   | 12  | 12
        immune          |     | iUPD | iPR | iPR
        """
    assert immune(table) == example(table).expected["immune"]


def test_r2_5_no_change_after_a_new_lesion_in_a_response_stays_unconfirmed():
    table = """
        lesion | role   | 0   | 56  | 91   | 126
        T1     | target | 100 | 65  | 65   | 65
        X1     | new    |     |     | 12   | 12
        immune          |     | iPR | iUPD | iUPD
        """
    assert immune(table) == example(table).expected["immune"]


def test_r2_5_no_complete_response_while_a_new_lesion_is_seen():
    table = """
        lesion | role   | 0   | 56   | 91  | 126
        T1     | target | 100 | 90   | 0   | 0
        X1     | new    |     | 12   | 12  | absent
        immune          |     | iUPD | iPR | iCR
        """
    assert immune(table) == example(table).expected["immune"]


def test_r2_9_not_evaluable_leaves_the_progression_pending():
    table = """
        lesion | role   | 0   | 56   | 91 | 126
        T1     | target | 100 | 125  | -  | 132
        immune          |     | iUPD | NE | iCPD
        """
    found = immune_responses(*example(table).tables).collect()
    assert found["immune_response"].to_list() == ["iUPD", "NE", "iCPD"]
    assert found["pending_since_day"].to_list() == [56, 56, 56]


def test_after_confirmation_nothing_is_judged():
    table = """
        lesion | role   | 0   | 56   | 91   | 126
        T1     | target | 100 | 125  | 132  | 50
        """
    assert immune(table) == {56: "iUPD", 91: "iCPD", 126: None}


def test_reappearance_after_immune_complete_response():
    table = """
        lesion | role   | 0   | 56  | 91
        T1     | target | 100 | 0   | 3
        immune          |     | iCR | iUPD
        """
    assert immune(table) == example(table).expected["immune"]


def test_the_reason_names_the_progression_that_is_confirmed():
    patient = example(WORKED["I2 sequential increases add up"][0])
    assert immune_responses(*patient.tables, time="days").collect()["reason"].to_list() == [
        "iUPD: target sum 125.0 mm is 25.0 mm above the nadir of 100.0 mm on day 0 (R2.1)",
        "iUPD: target sum 128.0 mm is 28.0 mm above the nadir of 100.0 mm on day 0; "
        "that of day 56 is not confirmed (R2.4)",
        "iCPD: the iUPD of day 56 is confirmed: target sum 131.0 mm, 125.0 mm then (R2.3)",
    ]


JUDGED = {
    "patient_id": pl.String,
    "evaluator": pl.String,
    "day": pl.Int32,
    "immune_response": pl.String,
    "pending_since_day": pl.Int32,
}


def judged(text: str) -> pl.LazyFrame:
    """Immune responses 28 days apart; every iUPD that follows another belongs to its run."""
    names, since, rows = text.split(), None, []
    for number, name in enumerate(names, start=1):
        day = 28 * number
        since = (since or day) if name in ("iUPD", "iCPD") else (since if name == "NE" else None)
        rows.append(("P1", "investigator", day, name, since))
    return pl.LazyFrame(rows, JUDGED, orient="row")


@pytest.mark.parametrize(
    ("responses", "best"),
    [
        ("iCR iCR iUPD iCPD", "iCR"),
        ("iUPD iPR iCR iCR", "iCR"),
        ("iUPD NE iCR iUPD", "iCR"),
        ("iUPD iPR iSD iUPD", "iPR"),
        ("iUPD iSD iPR NE", "iPR"),
        ("iUPD iSD iSD iUPD iCPD", "iSD"),
        ("iUPD iCPD", "iCPD"),
        ("iUPD iUPD iCPD", "iCPD"),
        ("iUPD NE NE NE NE", "iUPD"),
    ],
)
def test_r2_7_best_response_of_the_paper(responses, best):
    assert (
        best_immune_responses(judged(responses), starting()).collect()["best_immune_response"].item() == best
    )


@pytest.mark.parametrize(
    ("responses", "death_day", "event"),
    [
        ("iSD iSD iUPD iPR iPR iUPD iCPD", None, (168, "iCPD")),
        ("iSD iUPD iUPD NE", 300, (56, "iUPD without a later scan")),
        ("iSD iUPD iSD", 300, (300, "death")),
        ("iSD iUPD iSD", None, (None, None)),
        ("", 30, (30, "death")),
    ],
)
def test_r2_8_event_of_progression_free_survival(responses, death_day, event):
    deaths = pl.LazyFrame(
        {"patient_id": ["P1"], "death_day": [death_day]}, schema_overrides={"death_day": pl.Int32}
    )
    found = best_immune_responses(judged(responses), starting(), deaths).collect()
    assert found.select("progression_event_day", "progression_event").rows() == [event]


@pytest.mark.parametrize(
    ("doses", "expected"),
    [
        ([0, 21, 42], (None, 42, None, False)),
        ([0, 56, 70], (70, 70, 14, False)),
        ([0, 63, 77], (63, 77, 21, True)),
    ],
)
def test_treatment_beyond_progression_is_a_dose_21_days_after_it(doses, expected):
    patient = example(WORKED["I1 confirmed by 7 mm more"][0])
    best = best_responses(timepoint_responses(*patient.tables), patient.start)
    given = pl.LazyFrame(
        {"patient_id": "P1", "start_day": doses, "end_day": None},
        schema={"patient_id": pl.String, "start_day": pl.Int32, "end_day": pl.Int32},
    )
    found = treatment_beyond_progression(best, given).collect()
    columns = [
        "first_dose_after_day",
        "last_dose_day",
        "days_beyond_progression",
        "treated_beyond_progression",
    ]
    assert found.select(columns).rows() == [expected]
