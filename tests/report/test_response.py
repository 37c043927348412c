"""The tables and captions of response, from results alone."""

import polars as pl

from headway.record.results import NumberedResults
from headway.report.document import Cell, plain
from headway.report.sections import response as sections
from headway.report.tables import response as tables
from tests.conftest import pipe_table

RATES = """
| analysis  | population          | group              | statistic | at | value | lower | upper | n |
| best      | all patients        | CR                 | rate      | 1  | 0.25  | 0.01  | 0.81  | 4 |
| best      | all patients        | NON-CR/NON-PD      | rate      | 0  | 0.0   | 0.0   | 0.6   | 4 |
| best      | all patients        | objective response | rate      | 1  | 0.25  | 0.01  | 0.81  | 4 |
| confirmed | all patients        | CR                 | rate      | 0  | 0.0   | 0.0   | 0.6   | 4 |
| confirmed | all patients        | NON-CR/NON-PD      | rate      | 0  | 0.0   | 0.0   | 0.6   | 4 |
| confirmed | all patients        | objective response | rate      | 0  | 0.0   | 0.0   | 0.6   | 4 |
"""
NAMES = ("best", "confirmed")


def numbered(text: str) -> pl.DataFrame:
    blank = NumberedResults.create_empty()
    rows = pipe_table(text).with_row_index("row", offset=7).with_columns(method=pl.lit("exact"))
    typed = rows.cast({name: blank.schema[name] for name in rows.columns})  # type: ignore[arg-type]
    return pl.concat([blank, typed], how="diagonal")


def test_each_cell_leads_to_its_row_of_the_results():
    table = tables.response(numbered(RATES), NAMES)
    assert table.rows[0] == ("CR", Cell("1 (25.0; 1.0 to 81.0)", 7), Cell("0 (0.0; 0.0 to 60.0)", 10))


def test_a_population_is_named_where_it_is_not_everybody():
    header = tables.response(numbered(RATES), NAMES, "head and neck cancer").header
    assert header[1] == "Unconfirmed, head and neck cancer (n\u00a0=\u00a04)"


def test_non_cr_non_pd_has_a_row_only_where_somebody_has_it():
    assert [row[0] for row in tables.response(numbered(RATES), NAMES).rows] == ["CR", "Objective response"]


QUANTITIES = """
| analysis | group             | statistic | value | lower | upper | n | population   |
| change   | responders        | median    | -57.0 | -80.0 | -40.0 | 4 | all patients |
| change   | responders        | range     |       | -100  | -30   | 4 | all patients |
| change   | all with a change | median    |       |       |       | 0 | all patients |
| change   | no scan           | patients  | 3     |       |       | 7 | all patients |
"""


def test_r1_48_depth_says_what_is_not_there_and_writes_a_true_minus():
    rows = tables.depth(numbered(QUANTITIES), "change", "time").rows
    assert [plain(cell) for cell in rows[0]][1:] == ["4", "−57.0 (−80.0 to −40.0; −100.0 to −30.0)"]
    assert [row[1:] for row in rows[1:]] == [("0", "–"), ("0", "–")]


def test_9_9_a_caption_counts_those_without_a_bar_by_reason():
    bars = pl.DataFrame(
        {"patient_id": ["a", "b"], "best_change_percent": [-57.0, None], "best_response": ["PR", "NE"]}
    )
    points = pl.DataFrame(
        {"patient_id": ["a", "a"], "months": [0.0, 2.0], "change_percent": [0.0, -57.0],
         "best_response": ["PR", "PR"], "new_lesion": [False, False], "progression": [False, False]}
    )  # fmt: skip
    analysis = sections.Analysis(
        title="Response", criteria="RECIST 1.1", population="all patients", since="since enrolment",
        new_treatment="the next line", cutoff="Data cut-off: 2025-03-31.", kinds=NAMES, groups=(), by="",
        depth=("change", "time"), subsets=None, historical=None,
    )  # fmt: skip
    frames = {"change, waterfall": bars, "change, spider": points}
    results = pl.concat([numbered(RATES), numbered(QUANTITIES)])
    fall, web = sections.response(results, frames, analysis).figures
    assert "of 1 of 2 patients (all patients). Without a change: 3 (no scan)." in fall.caption
    assert fall.caption.endswith("Criteria of response: RECIST 1.1. Data cut-off: 2025-03-31.")
    assert "Months since enrolment" in str(web.spec)
