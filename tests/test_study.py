"""The study file: what is valid, and what a mistake is answered with."""

import json
from pathlib import Path
from typing import get_args

import pytest

from headway.derive.anchors import ANCHORS
from headway.derive.endpoints import ENDPOINTS, RULE_SETS
from headway.derive.lines.settings import RULES
from headway.errors import StudyError
from headway.record.tables import TABLES
from headway.run.cohort import cohort as derived
from headway.study import Study, load
from headway.study.parts import (
    AnchorName,
    Characteristic,
    EndpointName,
    GroupName,
    LineRulesName,
    RuleSetName,
)
from headway.study.reference import FACTS, json_schema, reference_page, tables

GOOD = """
title  = "A study"
record = "record"
cutoff = 2025-03-31

[[report.survival]]
endpoint = "OS"
since    = "diagnosis"

[[report.survival]]
endpoint = "PFS"
since    = "first_drug"
by       = "sex"
"""


@pytest.fixture
def study(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "study.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_good_study(study):
    read = load(study(GOOD))
    assert (read.title, str(read.cutoff)) == ("A study", "2025-03-31")
    assert [(s.endpoint, s.since, s.by) for s in read.report.survival] == [
        ("OS", "diagnosis", None),
        ("PFS", "first_drug", "sex"),
    ]


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('"PFS"', '"PSF"', "line 11: report.survival.2.endpoint: 'PSF' is not one of OS, PFS, TTP"),
        ('since    = "first_drug"', 'since = "frist_drug"', "line 12: report.survival.2.since: 'frist_drug'"),
        ('since    = "first_drug"', 'since = "frist_drug"', "Did you mean 'first_drug'?"),
        ('by       = "sex"', 'bye = "sex"', "line 13: report.survival.2.bye: this key is not known."),
        ('by       = "sex"', 'bye = "sex"', "Did you mean 'by'?"),
        ('title  = "A', 'titel = "A', "line 2: titel: this key is not known. Did you mean 'title'?"),
        ('title  = "A study"', "", "title: this key is required."),
        ("cutoff = 2025-03-31", 'cutoff = "soon"', "line 4: cutoff:"),
        ("[[report.survival]]", "[[report.survival]", "is not TOML"),
        ("cutoff = 2025-03-31", 'criteria.pfs = "FDA"', "line 4: criteria.pfs: 'FDA' is not one of FDA-2018"),
        ("cutoff = 2025-03-31", 'criteria.pfs = "clincal"', "Did you mean 'clinical'?"),
        ("cutoff = 2025-03-31", "criteria.visit_interval_days = 0", "days: 0 is out of range: at least 1"),
    ],
)  # fmt: skip
def test_a_mistake_names_file_line_key_and_the_nearest_word(study, written, instead, said):
    path = study(GOOD.replace(written, instead))
    with pytest.raises(StudyError, match=r"study\.toml") as error:
        load(path)
    assert said in str(error.value)


def test_all_mistakes_are_named_at_once(study):
    with pytest.raises(StudyError) as error:
        load(study(GOOD.replace('"OS"', '"XX"').replace("by  ", "bye  ")))
    assert len(str(error.value).splitlines()) == 2


def test_all_unknown_names_are_named_at_once(study):
    with pytest.raises(StudyError) as error:
        load(study(GOOD.replace('"diagnosis"', '"diagnosys"').replace('"sex"', '"hair"')))
    assert len(str(error.value).splitlines()) == 2


def test_a_missing_file_is_said_in_words(tmp_path):
    with pytest.raises(StudyError, match="There is no study file"):
        load(tmp_path / "nowhere.toml")


def test_the_words_of_a_study_are_those_of_the_rooms():
    assert set(get_args(AnchorName)) - {"as reported"} <= set(ANCHORS)
    assert set(get_args(EndpointName)) <= set(ENDPOINTS)
    assert set(get_args(RuleSetName)) <= set(RULE_SETS)
    assert set(get_args(LineRulesName)) == set(RULES)
    columns = {column.name for column in TABLES["patients"].columns}
    assert set(get_args(GroupName)) <= columns
    assert set(get_args(Characteristic)) <= columns


def test_the_reference_page_is_current():
    page = Path(__file__).parents[1] / "docs" / "reference" / "study.md"
    assert page.read_text(encoding="utf-8") == reference_page(), "run: python docs/make_reference.py"


def test_every_key_says_what_it_means():
    schema = json.loads(json_schema())
    parts = {"Study": schema, **schema["$defs"]}
    silent = [
        f"{name}.{key}"
        for name, part in parts.items()
        for key, told in part["properties"].items()
        if not told.get("description")
    ]
    assert silent == []


def every_key() -> list[tuple[str, str]]:
    """A study file with one key in it, for each key of each table, and the key."""
    written = []
    for name, model in tables(Study, "").items():
        header = f"[{name}]" if name not in LISTS else f"[[{name}]]"
        written += [(header.replace("NAME", "mine"), key) for key in model.model_fields]
    return [("", key) for key in Study.model_fields] + written


LISTS = {"report.survival", "report.comparison", "report.response"}


@pytest.mark.parametrize(("header", "key"), every_key())
def test_a_typo_in_any_key_is_answered_with_the_right_one(study, header, key):
    typo = key[:-1] + "x" if len(key) > 2 else key + "xx"
    path = study(f'title = "x"\nrecord = "y"\n{header}\n{typo} = 1\n')
    with pytest.raises(StudyError) as error:
        load(path)
    assert f"{typo}: this key is not known." in str(error.value)
    assert f"Did you mean '{key}'?" in str(error.value) or len(key) <= 2
    assert "line 4" in str(error.value) or not header


def test_the_facts_of_the_page_are_those_of_a_patient(cohort):
    made = derived(Study(title="", record=""), cohort(patients="| patient_id |\n| a |"))
    own = {column.inside for column in TABLES["patients"].columns}
    anchors = {f"{name}_day" for name in ANCHORS}
    assert set(FACTS) == set(made.facts.columns) - own - anchors - set(made.record.tables["patients"].columns)
