"""Is the reference page of the scenario the one that the declaration gives?"""

from pathlib import Path

from headway.simulate.reference import reference_page
from headway.simulate.scenario import Scenario

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "scenario.md"


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == reference_page()


def test_every_key_of_every_table_stands_on_it():
    page, schema = reference_page(), Scenario.model_json_schema()
    keys = [key for table in [schema, *schema["$defs"].values()] for key in table["properties"]]
    assert len(keys) > 120
    assert [key for key in keys if f"`{key}`" not in page] == []
