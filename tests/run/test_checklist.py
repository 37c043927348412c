"""The reporting checklist: answered by what the report has, and honest about the rest."""

import pytest

from headway.knowledge.checklists import checklists
from headway.report.document import Table, plain
from headway.run.checklist import checklist_section
from headway.run.cohort import cohort as derived
from headway.run.pipeline import analysed
from headway.run.topics import TOPICS
from headway.study import Study
from headway.study.parts import Comparison, Report, Survival

PATIENTS = """
| patient_id | enrolment_day | sex    | last_alive_day | death_day |
| a          | 0             | female | 500            |           |
| b          | 0             | male   |                | 160       |
"""
OS = Survival(endpoint="OS", since="enrolment")


def answers(record, **study) -> tuple[str, dict[str, tuple[str, str]]]:
    """The guideline's name, and by item what the report answers and what is left to write."""
    made = derived(Study(title="", record="", **study), record)
    everything = analysed(made)
    shown = [(topic, topic.show(made, asked, everything)) for topic in TOPICS for asked in topic.asked(made)]
    table: Table = checklist_section(made, shown).tables[0]
    rows = [tuple(map(plain, row)) for i, row in enumerate(table.rows) if i not in table.heading_rows]
    return table.title, {item: (here, to_write) for item, _, here, to_write in rows}


def test_a_cohort_answers_strobe(cohort):
    name, found = answers(cohort(patients=PATIENTS), report=Report(survival=(OS,)))
    assert name == "STROBE"
    assert len({item.rstrip("abcde") for item in found}) == 22
    assert found["13c"] == ("Patient flow", "")
    assert found["14c"][0] == found["15"][0] == "Overall survival since enrolment"
    assert found["22"] == ("no", "funders and their part in the study")


def test_what_was_not_done_is_not_applicable_and_leaves_nothing_to_write(cohort):
    _, found = answers(cohort(patients=PATIENTS), report=Report())
    assert found["16a"] == ("not applicable: no groups were compared", "")
    assert found["12b"][0] == "not applicable: no subgroups were analysed"


def test_a_comparison_is_an_answer(cohort):
    asked = Comparison(endpoint="OS", since="enrolment", by="sex")
    _, found = answers(cohort(patients=PATIENTS), report=Report(comparison=(asked,)))
    assert not found["16a"][0].startswith("not applicable")


@pytest.mark.parametrize(
    ("design", "sequence"),
    [("randomised trial", "no"), ("single-arm trial", "not applicable: one arm, nothing was randomised")],
)
def test_a_trial_answers_consort(cohort, design, sequence):
    name, found = answers(cohort(patients=PATIENTS), design=design, report=Report(survival=(OS,)))
    assert name == "CONSORT 2025"
    assert found["17a"][0] == sequence


def test_every_design_of_the_study_file_has_one_guideline():
    designs = [design for one in checklists() for design in one.designs]
    assert sorted(designs) == sorted(Study.model_fields["design"].annotation.__args__)


def test_every_item_is_answered_or_to_be_written_and_says_why_if_it_does_not_apply():
    for one in checklists():
        assert all(item.by or item.write or item.only_if for item in one.items)
        assert all(bool(item.only_if) == bool(item.otherwise) for item in one.items)
