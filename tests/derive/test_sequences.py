"""Treatment sequences: what each line was, and how they end (domain.md 9.9)."""

import polars as pl
import pytest

from headway.derive.sequences import sequence_steps, with_regimen_class
from tests.conftest import pipe_table

LINES = """
| patient_id | line | setting    | setting_line | classes                     |
| a          | 1    | curative   | 1            | platinum                    |
| a          | 2    | palliative | 1            | anti-PD-1                   |
| a          | 3    | palliative | 2            | anti-EGFR antibody/platinum |
| b          | 1    | palliative | 1            | taxane                      |
| c          | 1    | not known  | 1            | XANOMELINE                  |
"""
PATIENTS = """
| patient_id | death_day | vital_status |
| a          |           | dead         |
| b          |           | alive        |
| c          | 50        |              |
| d          | 50        | dead         |
"""


def lines() -> pl.LazyFrame:
    return pipe_table(LINES).with_columns(pl.col("classes").str.split("/")).lazy()


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (
            "palliative",
            [
                ("a", 1, "ICI"),
                ("a", 2, "anti-EGFR + platinum"),
                ("a", 3, "dead"),
                ("b", 1, "chemotherapy"),
                ("b", 2, "no further line"),
            ],
        ),
        ("curative", [("a", 1, "platinum"), ("a", 2, "dead")]),
    ],
)
def test_9_9_lines_of_a_setting_and_how_they_end(setting, expected):
    steps = sequence_steps(lines(), pipe_table(PATIENTS).lazy(), setting).collect()
    assert steps.select("patient_id", "line", "what").rows() == expected
    assert steps.filter("end")["what"].is_in(["dead", "no further line"]).all()


def test_9_9_all_settings_keep_the_numbers_of_the_lines():
    steps = sequence_steps(lines(), pipe_table(PATIENTS).lazy(), None).collect()
    assert steps.filter(patient_id="a")["line"].to_list() == [1, 2, 3, 4]
    assert steps.filter(patient_id="c")["what"].to_list() == ["XANOMELINE", "dead"]


def test_row_order_and_other_patients_decide_nothing():
    patients = pipe_table(PATIENTS).lazy()
    whole = sequence_steps(lines(), patients, None).collect()
    assert sequence_steps(lines().reverse(), patients.reverse(), None).collect().equals(whole)
    alone = sequence_steps(lines().filter(pl.col("patient_id") == "a"), patients, None).collect()
    assert alone.equals(whole.filter(patient_id="a"))


def test_without_lines_there_is_no_sequence():
    assert sequence_steps(lines().clear(), pipe_table(PATIENTS).lazy()).collect().is_empty()


def test_a_class_is_named_in_one_order_whatever_the_order_of_the_drugs():
    both = pl.LazyFrame({"classes": [["platinum", "anti-EGFR antibody"], ["anti-EGFR antibody", "platinum"]]})
    assert with_regimen_class(both).collect()["regimen_class"].n_unique() == 1
