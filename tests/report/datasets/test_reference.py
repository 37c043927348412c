"""The reference page of the analysis datasets is the one that the declarations give."""

from pathlib import Path

from headway.report.datasets.reference import reference_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "datasets.md"


def test_the_page_is_as_declared():
    assert PAGE.read_text(encoding="utf-8") == reference_page(), "run: python docs/make_reference.py"


def test_every_line_of_a_table_has_the_same_cells():
    for table in reference_page().split("\n\n"):
        lines = [line for line in table.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) <= 1
