"""The reference page names everything that is declared, and the one in docs is current."""

from pathlib import Path

import pytest

from headway.record.reference import reference_page
from headway.record.rules import RULES
from headway.record.tables import TABLES

CHECKED_IN = Path(__file__).parents[2] / "docs" / "reference" / "record.md"


def test_the_page_in_docs_is_current():
    message = "run: python docs/make_reference.py"
    assert CHECKED_IN.read_text(encoding="utf-8") == reference_page(), message


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_explained(name):
    section = reference_page().split(f"### {name}\n")[1].split("\n### ")[0]
    for column in TABLES[name].columns:
        assert f"`{column.name}`" in section
        assert column.sentence in section
        assert all(choice in section for choice in column.choices)


def test_required_columns_are_set_apart():
    assert "| **`patient_id`** |" in reference_page()
    assert "| `sex` |" in reference_page()


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_explained(name):
    rule = RULES[name]
    assert f"| `{name}` | {rule.severity} | {rule.says} | {rule.fix} | {rule.source} |" in reference_page()


def test_every_line_of_a_table_has_the_same_cells():
    for line in reference_page().splitlines():
        if line.startswith("|"):
            assert line.replace("\\|", "").count("|") in (5, 6)
