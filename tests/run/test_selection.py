"""Patients who were chosen after time zero had to live until then: the report says so (R4.14)."""

import pytest

from headway.run.cohort import cohort as derived
from headway.run.selection import selection_note
from headway.study import Study

PATIENTS = """
| patient_id | sex    | diagnosis_day | recurrent_metastatic_day | enrolment_day | last_alive_day |
| a          | female | 0             | 50                       | 100           | 500            |
| b          | male   | 0             | 100                      | 100           | 400            |
"""
DRUGS = "| patient_id | drug | start_day | end_day |\n| a | cisplatin | 120 | 200 |"


@pytest.mark.parametrize(
    ("since", "where", "said"),
    [
        ("diagnosis", None, "2 of 2 patients were enrolled after this time zero"),
        ("recurrent_metastatic", None, "1 of 2 patients were enrolled after this time zero"),
        ("enrolment", None, ""),
        ("enrolment", "sex = 'female'", ""),
        ("enrolment", "drugs like '%cisplatin%'", "was decided after this time zero (drugs)"),
        ("enrolment", "first_drug_day is not null", "was decided after this time zero (first_drug_day)"),
        ("first_drug", "first_drug_day is not null", ""),
        ("as reported", None, ""),
    ],
)
def test_r4_14_a_selection_after_time_zero_is_found(cohort, since, where, said):
    chosen = {"chosen": {"where": where}} if where else {}
    wanted = Study.model_validate({"title": "x", "record": "y", "population": chosen})
    made = derived(wanted, cohort(patients=PATIENTS, drugs=DRUGS))
    note = selection_note(made, since, "chosen" if where else None)
    assert note == "" if said == "" else said in note
