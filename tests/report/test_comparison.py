"""How comparisons read: tables of results that another run could have written."""

import polars as pl

from headway.record.results import NumberedResults
from headway.report.document import Cell, plain
from headway.report.sections.comparison import together
from headway.report.tables.comparison import hazard_ratios, log_rank, ratio

RATIO = {"statistic": "hazard ratio", "method": "Cox", "value": 0.5, "lower": 0.25, "upper": 1.0}
P = {"statistic": "p-value", "method": "Cox, Wald", "value": 0.04}
BY_ARM = {"group": "arm B vs A"}


def numbered(*rows: dict) -> pl.DataFrame:
    """Results with what every row needs, in their order."""
    base = {"population": "all patients", "group": "all", "n": 20, "method": "count", "patients": ["a"]}
    blank = NumberedResults.create_empty()
    full = [dict.fromkeys(blank.columns) | base | {"row": number} | row for number, row in enumerate(rows)]
    return pl.DataFrame(full, schema=blank.schema)


def test_a_model_per_column_and_what_it_is_worth_below():
    results = numbered(
        {"analysis": "x, unadjusted", **BY_ARM, **RATIO},
        {"analysis": "x, unadjusted", **BY_ARM, **P},
        {"analysis": "x, adjusted", **BY_ARM, **RATIO, "value": None, "note": "not estimable: no event"},
        {"analysis": "x, adjusted", "group": "age_years", **RATIO},
        {"analysis": "x, adjusted", "statistic": "events", "value": 12.0},
    )
    table = hazard_ratios(results, "x", {"arm": "Arm", "age_years": "Age, years"})
    assert table.header == ("", "Unadjusted (95 % CI; p)", "Adjusted (95 % CI; p)")
    assert [tuple(plain(cell) for cell in row) for row in table.rows] == [
        ("Arm: B vs A", "0.50 (0.25 to 1.00); p = 0.040", "not estimable"),
        ("Age, years", "", "0.50 (0.25 to 1.00)"),
        ("Model", "", ""),
        ("Patients", "20", "20"),
        ("Events", "", "12"),
    ]


def test_every_number_keeps_its_row_of_the_results():
    results = numbered({"analysis": "y"}, {"analysis": "x, unadjusted", **BY_ARM, **RATIO})
    cell = hazard_ratios(results, "x", {"arm": "Arm"}).rows[0][1]
    assert isinstance(cell, Cell)
    assert cell.row == 1


def test_a_p_value_that_was_withheld_is_told_from_one_that_cannot_be_had():
    results = numbered(
        {"analysis": "x, log-rank", "group": "A", "statistic": "observed", "value": 3.0},
        {"analysis": "x, log-rank", "group": "A", "statistic": "expected", "value": 2.5},
        {
            "analysis": "x, log-rank",
            "group": "A vs B",
            **P,
            "value": None,
            "note": "not given: a group is small",
        },
        {"analysis": "x, pairs", "group": "B vs A", **P, "value": None, "note": "nobody was at risk"},
    )
    table = log_rank(results, "x")
    assert table is not None
    assert [plain(row[-1]) for row in table.rows] == ["2.5", "not given", "not estimable"]


def test_a_ratio_without_limits_shows_that_there_are_none():
    assert ratio({"value": 2.0, "lower": None, "upper": None}) == "2.00 (– to –)"


def test_comparisons_that_are_not_corrected_are_counted():
    rows = numbered({"analysis": "comparisons together", "group": "x", **P})
    section = together(rows, {"x": "Survival by arm"}, others=2)
    assert "Comparisons by an exposure or within patients (2) are not among them." in plain(
        section.paragraphs[0]
    )
    assert [plain(cell) for cell in section.tables[0].rows[0]] == [
        "Survival by arm",
        "Cox, Wald",
        "0.040",
        "–",
    ]
