"""Roles of lines around immunotherapy (domain.md 4; vocabulary of S1)."""

import polars as pl
import pytest

from headway.derive.anchors import ANCHORS, starts
from headway.derive.lines import local_events
from headway.derive.roles import ICI_CLASSES, RoleRules, line_roles, roles
from headway.knowledge.drugs import drugs
from headway.record.columns import empty
from headway.record.tables.treatment import Procedures, Radiotherapy
from tests.derive.lines.examples import derived, patient_rows
from tests.derive.lines.test_lines import L1, L2, L5, L6


def role_of_lines(found, **options) -> list[str | None]:
    return line_roles(found, **options).collect()["role"].to_list()


def role_of_patient(found) -> dict:
    return roles(line_roles(found), patient_rows().lazy()).collect().row(0, named=True)


def test_l1_extreme_is_the_lcbi_and_two_salvage_lines_follow_nivolumab():
    found = derived(L1, pd=[300, 470, 640])
    assert role_of_lines(found) == [None, "LCBI", "ICI", "1st SCAI", "2nd SCAI"]
    assert role_of_patient(found) == {
        "patient_id": "P1", "first_line_day": 0, "ici_line": 3, "ici_day": 320, "ici_lines": 1,
        "last_ici_line_before_scai1": 3, "lcbi_line": 2, "lcbi_day": 0, "scai1_line": 4, "scai1_day": 480,
        "scai2_line": 5, "scai2_day": 650,
    }  # fmt: skip


def test_l2_chemotherapy_with_an_ici_is_the_ici_line_and_there_is_no_lcbi():
    found = derived(L2, pd=[310])
    assert role_of_lines(found) == ["ICI", "1st SCAI"]
    assert role_of_patient(found)["lcbi_line"] is None


def test_l5_the_rechallenge_is_no_salvage_chemotherapy():
    assert role_of_lines(derived(L5, pd=[1162])) == ["ICI", "ICI"]


def test_l6_without_an_ici_there_is_no_role():
    assert role_of_lines(derived(L6)) == [None]
    assert role_of_patient(derived(L6))["first_line_day"] == 0


SALVAGE = """
| drug         | start_day | every | until |
| nivolumab    | 0         | 14    | 100   |
| cetuximab    | 120       | 7     | 200   |
| nivolumab    | 220       | 14    | 260   |
| methotrexate | 280       | 7     | 300   |
"""


def test_scai_is_anchored_on_the_last_ici_before_it():
    found = derived(SALVAGE, pd=[110, 210, 270])
    assert role_of_lines(found) == ["ICI", "1st SCAI", "ICI", "2nd SCAI"]
    assert role_of_patient(found)["last_ici_line_before_scai1"] == 1


def test_a_second_scai_may_be_asked_to_follow_progression():
    found = derived(SALVAGE, pd=[110])
    assert role_of_lines(found)[-1] == "2nd SCAI"
    assert role_of_lines(found, rules=RoleRules(salvage_after_progression=True))[-1] is None


def test_novel_immunotherapy_and_targeted_drugs_are_not_salvage_chemotherapy():
    found = derived("""
        | drug        | start_day |
        | nivolumab   | 0         |
        | monalizumab | 60        |
        | afatinib    | 120       |
        | cetuximab   | 180       |
        """)
    assert role_of_lines(found) == ["ICI", None, None, "1st SCAI"]


def test_the_ici_classes_are_those_that_block_pd_1_pd_l1_or_ctla_4():
    classes = set(drugs()["drug_class"])
    assert set(ICI_CLASSES) == {c for c in classes if any(t in c for t in ("PD-1", "PD-L1", "CTLA-4"))}


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("| methotrexate | -100 | palliative |", "never"),
        ("| cetuximab | -100 | concurrent |", "with radiotherapy only"),
        ("| cetuximab | -100 | palliative |", "palliative"),
    ],
)
def test_r4_16_cetuximab_after_cetuximab_with_radiotherapy_is_told_apart(before, expected):
    found = derived(
        f"""
        | drug      | start_day | intent     |
        {before}
        | nivolumab | 0         | palliative |
        | cetuximab | 90        | palliative |
        """,
        pd=[-10, 80],
    )
    last = line_roles(found).collect().row(-1, named=True)
    assert last["anti_egfr_before"] == expected
    assert found.lines.collect()["rechallenge"][-1] == (expected == "palliative")


def test_treatment_beyond_progression_runs_to_the_last_dose_of_the_ici():
    drug = "| drug | start_day | every | until |\n| pembrolizumab | 0 | 21 | {} |"
    told = [line_roles(derived(drug.format(last), pd=[63])).collect().row(0, named=True) for last in (63, 84)]
    assert [row["days_beyond_progression"] for row in told] == [None, 21]
    assert [row["treated_beyond_progression"] for row in told] == [False, True]


def test_l7_r4_11_radiotherapy_for_oligoprogression_stays_on_the_line():
    found = derived("| drug | start_day | every | until |\n| pembrolizumab | 0 | 21 | 210 |", pd=[115])
    course = {"patient_id": "P1", "course_id": "RT1", "start_day": 120, "end_day": 128, "technique": "SABR",
              "site": "lung"}  # fmt: skip
    courses = pl.concat([empty(Radiotherapy), pl.DataFrame(course)], how="diagonal_relaxed")
    events = local_events(courses.lazy(), empty(Procedures).lazy(), found.lines).collect()
    assert events.select("day", "event", "what", "line", "day_of_line").rows() == [
        (120, "radiotherapy", "SABR, lung", 1, 120)
    ]
    assert found.lines.collect().height == 1


def test_anchors_are_picked_from_roles_by_name(cohort):
    record = cohort(
        patients="| patient_id | recurrent_metastatic_day |\n| P1 | 0 |\n| P2 | 0 |",
        drugs="""
        | patient_id | drug      | start_day |
        | P1         | nivolumab | 5         |
        | P1         | cetuximab | 60        |
        """,
        assessments="| patient_id | day | reported_response |\n| P1 | 55 | PD |",
    )
    days = {name: dict(starts(record, ANCHORS[name]).collect().rows())["P1"] for name in ANCHORS}
    assert (days["first_line"], days["ici"], days["scai1"], days["lcbi"], days["scai2"]) == (
        5,
        5,
        60,
        None,
        None,
    )
    assert starts(record, ANCHORS["ici"]).collect().rows() == [("P1", 5), ("P2", None)]
