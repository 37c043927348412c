"""The patient flow: a figure for the eye, a table whose numbers lead to their patients."""

import polars as pl

from headway.record.record import Record
from headway.record.results import NumberedResults
from headway.report.document import Cell, plain
from headway.report.sections.flow import MOST_BRANCHES, flow
from tests.report.figures.reading import drawn

COUNTED = [
    ("patients read", "patients", 530),
    ("patients", "patients", 528),
    ("dead", "patients", 224),
    ("dead on an unknown day", "patients", 0),
    ("OS since ici", "with a time", 211),
    ("OS since ici", "without a time", 6),
    ("PFS since ici", "with a time", 217),
    ("PFS since ici", "without a time", 0),
]
BRANCHES = [("OS since ici", "treated"), ("PFS since ici", "treated")]


def results() -> pl.DataFrame:
    rows = [
        {"row": row, "analysis": analysis, "statistic": statistic, "value": float(value), "patients": []}
        for row, (analysis, statistic, value) in enumerate(COUNTED)
    ]
    schema = NumberedResults.create_empty().schema
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


def section(branches: list[tuple[str, str]]):
    return flow(Record("days"), results(), branches, "Data cut-off: day 9.")


def test_each_number_of_the_table_leads_to_its_row_of_the_results():
    (table,) = section(BRANCHES).tables
    assert table.rows == (
        ("patients in the record", Cell("530", 0), Cell("2"), "set aside with a finding"),
        ("patients used", Cell("528", 1), "", ""),
        ("OS since ici",),
        ("treated", Cell("217"), Cell("6", 5), "without a time"),
        ("with a time", Cell("211", 4), "", ""),
        ("PFS since ici",),
        ("treated", Cell("217"), "", ""),
        ("with a time", Cell("217", 6), "", ""),
    )
    assert table.heading_rows == {2, 5}


def test_the_figure_draws_the_numbers_of_the_table_and_knows_its_rows():
    shown = section(BRANCHES)
    boxes = drawn(shown.figures[0].spec, "patients")
    assert sorted(box["patients"] for box in boxes) == [2, 6, 211, 217, 217, 217, 528, 530]
    assert shown.figures[0].counts == {0, 1, 4, 5, 6}
    assert plain(shown.paragraphs[0]).endswith("224 are dead.")


def test_more_branches_than_a_page_holds_stand_in_the_table_and_the_caption_says_so():
    shown = section([*BRANCHES, *((f"DoR {n}", "treated") for n in range(MOST_BRANCHES))])
    assert len(shown.tables[0].heading_rows) == MOST_BRANCHES + 2
    assert "Drawn: the first 4 analyses." in shown.figures[0].caption
    assert "DoR 2" not in shown.figures[0].label


def test_a_report_without_a_time_to_an_event_has_a_flow():
    shown = section([])
    assert [row[0] for row in shown.tables[0].rows] == ["patients in the record", "patients used"]
