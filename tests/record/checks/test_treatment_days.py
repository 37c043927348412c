"""Days of treatment against diagnosis, last contact and death."""

from headway.record.checks.treatment_days import (
    before_diagnosis,
    contact_after_last_alive,
    past_death,
    start_not_known,
)

PATIENTS = """
| patient_id | diagnosis_day | last_alive_day | death_day |
| P1         | 0             | 300            |           |
| P2         | 0             | 300            | 320       |
"""


def test_a_treatment_without_a_first_day_is_named_and_kept(beside):
    beside(
        start_not_known,
        drugs="""
        | patient_id | drug      | start_day | expected        |
        | P1         | cisplatin |           | start-not-known |
        | P1         | cetuximab | 10        |                 |
        """,
    )


def test_a_treatment_starts_on_or_after_the_diagnosis(beside):
    beside(
        before_diagnosis,
        patients=PATIENTS,
        drugs="""
        | patient_id | drug      | start_day | expected                   |
        | P1         | cisplatin | -1        | treatment-before-diagnosis |
        | P1         | cisplatin | 0         |                            |
        """,
    )


def test_no_treatment_goes_on_after_death(beside):
    beside(
        past_death,
        patients=PATIENTS,
        drugs="""
        | patient_id | drug      | start_day | end_day | expected             |
        | P2         | cisplatin | 10        | 321     | treatment-past-death |
        | P2         | cetuximab | 10        | 320     |                      |
        | P1         | cetuximab | 10        | 900     |                      |
        """,
    )


def test_the_last_contact_is_not_before_a_later_treatment_or_sample(beside):
    beside(
        contact_after_last_alive(cutoff_day=400),
        patients=PATIENTS,
        drugs="""
        | patient_id | drug      | start_day | expected                 |
        | P1         | cisplatin | 301       | contact-after-last-alive |
        | P1         | cetuximab | 300       |                          |
        | P1         | paclitaxel| 401       |                          |
        | P2         | cisplatin | 310       |                          |
        """,
    )
