"""Numbers, units, yes and no, and words of a closed list, as people write them."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.ingest.extract import Source, with_source
from headway.ingest.values import MISSING, cleaned, typed
from headway.record.tables import TABLES

NUMBERS = """
28       | 28.0
 28.5    | 28.5
+3       | 3.0
-3       | -3.0
.5       | 0.5
5.       | 5.0
1e2      | 100.0
0        | 0.0
28 mm    | 28.0
28mm     | 28.0
2.8 cm   | 28.0
2.8 CM   | 28.0
"""

NOT_NUMBERS = [
    "abc",
    "1,5",
    "1.234,5",
    "12 13",
    "28 inches",
    "28 mm x",
    "inf",
    "-inf",
    "1_000",
    "twelve",
    "=1+1",
    "１２",
]

YES_NO = """
yes | True
Y   | True
TRUE| True
1   | True
ja  | True
sí  | True
oui | True
no  | False
N   | False
f   | False
0   | False
nein| False
"""


def _cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def _read(table: str, column: str, values: list, time="dates", decimal_comma=False):
    """The values of one column as read, and the problems: rule and value."""
    frame = with_source(pl.DataFrame({"patient_id": ["P1"] * len(values), column: values}), Source("x.csv"))
    made, found = typed(TABLES[table], frame, time, decimal_comma)
    said = [pair for part in found for pair in part.select("rule", "value").rows()]
    inside = {described.name: described.inside for described in TABLES[table].columns}
    return made[inside[column]].to_list(), said


@pytest.mark.parametrize(("written", "number"), _cells(NUMBERS))
def test_numbers(written, number):
    assert _read("measurements", "diameter_mm", [written]) == ([float(number)], [])


@pytest.mark.parametrize("written", NOT_NUMBERS)
def test_what_is_no_number_is_a_problem(written):
    assert _read("measurements", "diameter_mm", [written]) == ([None], [("not-a-number", written)])


@pytest.mark.parametrize(
    ("written", "number"), [("12,5", 12.5), ("-0,5", -0.5), ("12.5", 12.5), ("12", 12.0), ("2,8 cm", 28.0)]
)
def test_decimal_commas(written, number):
    assert _read("measurements", "diameter_mm", [written], decimal_comma=True) == ([number], [])


def test_thousands_are_not_guessed_even_with_decimal_commas():
    assert _read("measurements", "diameter_mm", ["1.234,5"], decimal_comma=True)[1] == [
        ("not-a-number", "1.234,5")
    ]


@pytest.mark.parametrize(
    ("table", "column", "record_column", "values"),
    [
        ("radiotherapy", "dose_cgy", "dose_gy", ["6600", "66"]),
        ("measurements", "diameter_cm", "diameter_mm", ["2.8", "0.5"]),
    ],
)
def test_columns_in_the_other_unit(table, column, record_column, values):
    frame = with_source(pl.DataFrame({"patient_id": ["P1", "P1"], column: values}), Source("x.csv"))
    made, found = typed(TABLES[table], frame, "dates", decimal_comma=False)
    factor = {"dose_cgy": 0.01, "diameter_cm": 10.0}[column]
    assert made[record_column].to_list() == pytest.approx([float(value) * factor for value in values])
    assert found == []


def test_units_beside_a_dose():
    assert _read("radiotherapy", "dose_gy", ["66 Gy", "6600cGy", "66"]) == ([66.0, 66.0, 66.0], [])


@pytest.mark.parametrize(
    ("written", "meant"), [("3", 3), ("3.0", 3), (" 3 ", 3), ("3.5", None), ("x", None), ("9e9", None)]
)
def test_whole_numbers(written, meant):
    read, said = _read("patients", "ecog", [written])
    assert read == [meant]
    assert said == ([] if meant is not None else [("not-a-number", written)])


def test_a_grade_that_cannot_be_read_is_one_of_grades():
    assert _read("adverse_events", "grade", ["3-4"]) == ([None], [("grade-out-of-range", "3-4")])


@pytest.mark.parametrize(("written", "meant"), _cells(YES_NO))
def test_yes_and_no(written, meant):
    assert _read("lesions", "lymph_node", [written]) == ([meant == "True"], [])


@pytest.mark.parametrize("written", ["maybe", "2", "yes?"])
def test_neither_yes_nor_no(written):
    assert _read("lesions", "lymph_node", [written]) == ([None], [("not-yes-no", written)])


@pytest.mark.parametrize("written", [*MISSING, "N/A", " NA ", "Not Available", "\t", None])
def test_words_for_nothing_are_missing_and_no_problem(written):
    for table, column in [
        ("patients", "ecog"),
        ("patients", "death_date"),
        ("lesions", "lymph_node"),
        ("patients", "stage"),
    ]:
        assert _read(table, column, [written]) == ([None], [])


@pytest.mark.parametrize("name", TABLES)
def test_every_listed_word_and_synonym_is_read(name):
    for column in TABLES[name].columns:
        words = {choice: choice for choice in column.choices} | column.synonyms
        for word, meant in words.items():
            if word not in MISSING:
                for written in (word, word.upper(), f" {word.title()} ".replace(" ", "  ")):
                    assert _read(name, column.name, [written]) == ([meant], [])


def test_a_word_outside_the_list_is_kept_for_the_check_to_name():
    assert _read("patients", "sex", ["Unknown"]) == (["Unknown"], [])


def test_typed_values_are_taken_as_they_are():
    assert _read("measurements", "diameter_mm", [28, 30]) == ([28.0, 30.0], [])
    assert _read("lesions", "lymph_node", [True, None]) == ([True, None], [])
    assert _read("patients", "ecog", [1.0, 1.5]) == ([1, None], [("not-a-number", "1.5")])
    assert _read("patients", "arm", [True, False]) == (["yes", "no"], [])


@pytest.mark.parametrize(
    "values", [[2**40, 5], [2**63 - 1, -(2**63)], [float("inf"), float("nan")], [1e300, -1e300]]
)
def test_numbers_beyond_all_measure(values):
    for table, column, time in [
        ("patients", "ecog", "dates"),
        ("patients", "death_date", "days"),
        ("patients", "death_date", "dates"),
        ("measurements", "diameter_mm", "dates"),
    ]:
        read, said = _read(table, column, values, time)
        assert len(read) == 2
        assert all(value is not None or said or values[0] != values[0] for value in read)


def test_identifiers_keep_their_form():
    assert _read("patients", "arm", ["007", " 1e3 "]) == (["007", "1e3"], [])
    assert _read("lesions", "lesion_id", [1, 2]) == (["1", "2"], [])
    assert _read("lesions", "lesion_id", [1.0, None]) == (["1", None], [])


_ODD = st.sampled_from(
    ["2021-03-15", "2021", "12,5", "28 mm", "1e999", "0x10", "½", "−3", "yes", "TRUE", "N/A", "-", "+", "١٢"]
)
_CELLS = st.lists(st.none() | st.text(max_size=12) | _ODD, min_size=1, max_size=4)


@settings(deadline=None)
@given(values=_CELLS, comma=st.booleans(), time=st.sampled_from(["dates", "days"]))
def test_any_text_gives_a_value_or_a_problem(values, comma, time):
    series = pl.Series(values, dtype=pl.String)
    for table, column in [
        ("patients", "ecog"),
        ("patients", "pack_years"),
        ("patients", "death_date"),
        ("measurements", "date"),
        ("measurements", "diameter_mm"),
        ("lesions", "lymph_node"),
        ("lesions", "role"),
        ("lesions", "organ"),
    ]:
        read, said = _read(table, column, series.to_list(), time, comma)
        filled = cleaned(series).is_not_null().sum()
        assert filled == sum(value is not None for value in read) + len(said)
