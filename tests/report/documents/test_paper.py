"""What fits a page."""

import pytest

from headway.report.document import Cell, Table
from headway.report.paper import sheets

from_one_to_many = [1, 2, 5, 12, 40, 120]


def table(columns: int, width: int = 12) -> Table:
    header = tuple(f"{i}".rjust(width, "x") for i in range(columns))
    return Table("T", header, (header,))


@pytest.mark.parametrize("columns", from_one_to_many)
def test_no_column_is_lost_and_the_first_stands_in_every_part(columns):
    whole = table(columns)
    parts = sheets(whole)
    seen = [name for sheet in parts for name in sheet.table.header[1:]]
    assert seen == list(whole.header[1:])
    assert {sheet.table.header[0] for sheet in parts} == {whole.header[0]}


@pytest.mark.parametrize("columns", from_one_to_many)
def test_every_part_fits_a_page_on_its_side(columns):
    assert all(sum(sheet.widths) <= 175 for sheet in sheets(table(columns)))


def test_the_parts_are_alike_in_width():
    widths = [sum(sheet.widths) for sheet in sheets(table(40))]
    assert max(widths) - min(widths) <= 15


def test_a_single_column_that_is_too_wide_does_not_go_on_for_ever():
    assert len(sheets(table(3, width=5000))) == 1


def test_numbers_stand_to_the_right_and_words_to_the_left():
    rows = (
        (
            "a",
            Cell("1,718"),
            "56.4 (45.9 to 67.8)",
            "–",
            "12 of 16 (75 %)",
            "not reached",
            "1 without a time",
        ),
        ("b", Cell("3"), "< 0.001", "−4.2 %", "", "12.1", "none"),
    )
    (sheet,) = sheets(Table("T", ("",) * 7, rows))
    assert sheet.numbers == {1, 2, 3, 4, 5}


def test_a_row_that_opens_a_block_does_not_make_its_column_wide_or_worded():
    rows = (("A very long heading of a block that goes over all columns of it",), ("a", "1"))
    (sheet,) = sheets(Table("T", ("", "n"), rows, heading_rows=frozenset({0})))
    assert sheet.widths[0] < 10
    assert sheet.numbers == {1}
