"""Is everything that a user can say documented? And do the documents' links lead somewhere?"""

import re
from pathlib import Path

import pytest

from headway.cli import app
from headway.record.rules import RULES
from headway.record.tables import TABLES

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
RECORD = (ROOT / "docs" / "reference" / "record.md").read_text(encoding="utf-8")


def test_every_command_stands_in_the_readme():
    commands = [command.callback.__name__ for command in app.registered_commands if command.callback]
    assert commands
    assert [name for name in commands if f"headway {name}" not in README] == []


def test_every_table_column_and_rule_stands_in_the_reference():
    names = [*TABLES, *(column.name for table in TABLES.values() for column in table.columns), *RULES]
    assert [name for name in names if name not in RECORD] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if not link.startswith(("http:", "https:"))]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_every_decision_has_a_date_and_a_number():
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert decisions
    for decision in decisions:
        assert re.match(r"\d{4}-[a-z0-9-]+\.md", decision.name)
        assert re.search(r"^20\d\d-\d\d-\d\d$", decision.read_text(encoding="utf-8"), re.MULTILINE)


def test_synthetic_examples_say_so():
    synthetic = ROOT / "examples" / "pharmaverse-onco" / "study.toml"
    assert "synthetic = true" in synthetic.read_text(encoding="utf-8")
