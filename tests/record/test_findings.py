"""Problems of rows, and the findings that they become."""

import polars as pl

from headway.record.findings import collapse, file_problem, problems, summary, together
from headway.record.rules import RULES


def rows(*lines: int, patient: str = "P1") -> pl.DataFrame:
    return pl.DataFrame(
        {"patient_id": patient, "source_file": "labs.csv", "source_sheet": None, "source_line": lines},
        schema={
            "patient_id": pl.String,
            "source_file": pl.String,
            "source_sheet": pl.String,
            "source_line": pl.Int64,
        },
    )


def said(rule: str, *lines: int, message: str = "wrong", **more) -> pl.DataFrame:
    return problems(rule, "labs", rows(*lines), message=pl.lit(message), **more)


def test_each_row_is_a_finding_of_its_own_unless_it_shares_a_cause():
    apart = collapse(said("end-before-start", 2, 3))
    assert apart.select("source_line", "rows", "message").rows() == [(2, 1, "wrong"), (3, 1, "wrong")]
    together_ = collapse(said("end-before-start", 4, 2, 3, cause=pl.lit("one")))
    assert together_.select("source_line", "rows", "message").rows() == [(2, 3, "wrong (and 2 more rows)")]


def test_a_warning_sets_no_row_aside():
    assert collapse(said("after-cutoff", 2, 3))["rows"].to_list() == [0, 0]


def test_a_rule_may_be_raised_more_or_less_seriously():
    made = collapse(said("out-of-range", 2, severity="error"))
    assert made.select("severity", "rows").rows() == [("error", 1)]


def test_a_row_set_aside_by_two_findings_counts_once():
    found = collapse(
        together([said("not-a-day", 2, column="date"), said("missing-required", 2, column="test")])
    )
    assert found["rows"].sum() == 1


def test_a_row_cited_twice_for_one_cause_is_not_one_more_row():
    twice = together(
        [said("after-cutoff", 2, cause=pl.lit("P1")), said("after-cutoff", 2, cause=pl.lit("P1"))]
    )
    assert collapse(twice)["message"].to_list() == ["wrong"]


def test_a_file_problem_sets_no_single_row_aside():
    found = collapse(
        file_problem("duplicate-column", "labs", "twice", file="labs.csv", line=1, column="unit")
    )
    assert found.select("severity", "rows", "source_file", "source_line", "patient_id").rows() == [
        ("error", 0, "labs.csv", 1, None)
    ]


def test_findings_carry_the_fix_of_their_rule_or_a_better_one():
    assert collapse(said("out-of-range", 2))["fix"].to_list() == [RULES["out-of-range"].fix]
    assert collapse(said("out-of-range", 2, fix="Use mm."))["fix"].to_list() == ["Use mm."]


def test_findings_stand_in_the_order_of_tables_and_lines():
    first = problems("after-cutoff", "drugs", rows(9), message=pl.lit("late"))
    found = collapse(together([said("after-cutoff", 10), said("not-a-day", 2), first]))
    assert found.select("table", "source_line").rows() == [("drugs", 9), ("labs", 2), ("labs", 10)]


def test_nothing_wrong_is_an_empty_table():
    assert collapse(together([])).is_empty()


def test_the_summary_counts_by_rule_and_names_no_patient():
    counted = summary(collapse(said("end-before-start", 2, 3)))
    assert counted.rows() == [("error", "labs", "end-before-start", 2, 2)]
