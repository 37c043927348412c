"""What is read from a frame, and what is refused: the message says which column and what is expected."""

import polars as pl
import pytest

from headway.analyse.survival.sample import AnalysisError, Outcome, group_codes, sample


@pytest.mark.parametrize(
    ("columns", "outcome", "message"),
    [
        ({"days": [-1, 2], "event": [1, 1]}, Outcome(), "days: times are 0 or more; 1 row below, least -1"),
        (
            {"days": [float("nan"), 2.0], "event": [1, 1]},
            Outcome(),
            "days: finite numbers are expected; 1 row",
        ),
        ({"days": [1, 2], "event": [2, 1]}, Outcome(), "event: an event is true/false or 1/0; 1 row with"),
        ({"days": [1, 0], "event": [10, 20]}, Outcome(), "2 rows with another value, the first 10"),
        ({"days": ["1", "2"], "event": [1, 1]}, Outcome(), "days: numbers are expected; found String"),
        (
            {"days": [1], "event": [None]},
            Outcome(),
            r"No row has a value in each of days, event \(1 rows given",
        ),
        ({"days": [1]}, Outcome(), "No column event; the frame has days"),
        ({"days": [1], "event": [1], "w": [0.0]}, Outcome(weight="w"), "w: weights are above 0; 1 row at 0"),
        ({"days": [1], "event": [1], "s": [1]}, Outcome(start="s"), "s: must lie before days; .* in 1 row"),
    ],
)
def test_impossible_values_are_refused(columns, outcome, message):
    with pytest.raises(AnalysisError, match=message):
        sample(pl.DataFrame(columns), outcome)


def test_a_time_before_zero_is_fine_when_rows_have_a_start():
    frame = pl.DataFrame({"begin": [-10, -5], "days": [-4, 3], "event": [1, 0]})
    assert sample(frame, Outcome(start="begin")).start.tolist() == [-10.0, -5.0]


def test_the_end_of_one_row_and_the_start_of_the_next_stay_one_time():
    frame = pl.DataFrame({"begin": [0.0, 0.1 + 0.2], "days": [0.3, 0.9], "event": [0, 1]})
    rows = sample(frame, Outcome(start="begin"))
    assert rows.start[1] == rows.stop[0]


def test_rows_of_a_patient_belong_together():
    frame = pl.DataFrame({"days": [1, 2, 3], "event": [1, 0, 1], "patient_id": ["P2", "P1", "P2"]})
    rows = sample(frame, Outcome())
    assert rows.cluster.tolist() == [1, 0, 1]
    assert (rows.patients, rows.n) == (["P1", "P2"], 2)


def test_one_stratum_column_still_needs_a_tuple():
    with pytest.raises(AnalysisError, match=r"strata: a tuple of columns is expected, as \('centre',\)"):
        Outcome(strata="centre")  # type: ignore[arg-type]


def test_groups_stand_in_the_order_of_an_enum():
    arms = pl.Series("arm", ["control", "new", "control"], dtype=pl.Enum(["new", "control"]))
    names, codes = group_codes(arms.to_frame(), "arm")
    assert (names, codes.tolist()) == (["new", "control"], [1, 0, 1])


@pytest.mark.parametrize("levels", [[2.0, 1.0], [3, 1, 2], [0.0, float("nan")], [5, 1, 4, 2, 3, 6]])
def test_groups_stand_in_the_order_of_their_values_however_many_there_are(levels):
    names, codes = group_codes(pl.DataFrame({"group": levels * 2}), "group")
    assert [names[code] for code in codes] == pl.Series(levels * 2).cast(pl.String).to_list()
    assert names == pl.Series(levels).sort().cast(pl.String).to_list()
