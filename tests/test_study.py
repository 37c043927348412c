"""The study file: what is valid, and what a mistake is answered with."""

from pathlib import Path
from typing import get_args

import pytest

from headway.derive.anchors import ANCHORS
from headway.derive.endpoints import ENDPOINTS, RULE_SETS
from headway.derive.lines.settings import RULES
from headway.errors import StudyError
from headway.record.tables import TABLES
from headway.study import Study, load
from headway.study.parts import (
    AnchorName,
    Characteristic,
    Criteria,
    EndpointName,
    GroupName,
    LineRulesName,
    RuleSetName,
)

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
        ('"PFS"', '"PSF"', "line 11: report.survival.endpoint: 'PSF' is not one of OS, PFS, TTP"),
        ('since    = "first_drug"', 'since = "frist_drug"', "line 12: report.survival.since: 'frist_drug' is"),
        ('since    = "first_drug"', 'since = "frist_drug"', "Did you mean 'first_drug'?"),
        ('by       = "sex"', 'bye = "sex"', "line 13: report.survival.bye: this key is not known."),
        ('by       = "sex"', 'bye = "sex"', "Did you mean 'by'?"),
        ('title  = "A', 'titel = "A', "line 2: titel: this key is not known. Did you mean 'title'?"),
        ('title  = "A study"', "", "title: this key is required."),
        ("cutoff = 2025-03-31", 'cutoff = "soon"', "line 4: cutoff:"),
        ("[[report.survival]]", "[[report.survival]", "is not TOML"),
        ("cutoff = 2025-03-31", 'criteria.pfs = "FDA"', "line 4: criteria.pfs: 'FDA' is not one of FDA-2018"),
        ("cutoff = 2025-03-31", 'criteria.pfs = "clincal"', "Did you mean 'clinical'?"),
        ("cutoff = 2025-03-31", "criteria.visit_interval_days = 0", "criteria.visit_interval_days: Input"),
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


def test_every_key_is_documented():
    page = (Path(__file__).parents[1] / "docs" / "reference" / "study.md").read_text(encoding="utf-8")
    keys = [
        *Study.model_fields,
        *(f"criteria.{key}" for key in Criteria.model_fields),
        "report.characteristics",
        "report.treatment",
        "endpoint",
        "since",
        "by",
        "limits",
    ]
    assert [key for key in keys if key not in ("report", "criteria") and f"`{key}`" not in page] == []
