"""The record in the words of a clinician: no word twice, each number with its unit."""

import pytest

from headway.derive.timeline import timeline

TABLES = {
    "patients": """
        | patient_id | hpv      | pd_l1_cps | pack_years | stage     | age_years | last_alive_day |
        | a          | positive | 66        | 45         | stage iva | 61.7632   | 90             |
        | b          |          |           | 0.5        | IVB       | 50        |                |
    """,
    "drugs": """
        | patient_id | drug      | start_day | dose | dose_unit |
        | a          | cetuximab | 1         | 250  | mg/m2     |
        | a          | docetaxel | 2         |      | mg/m2     |
    """,
    "labs": """
        | patient_id | test | day | value | unit | lower_limit | upper_limit |
        | a          | ANC  | 3   | 1.20  | G/L  | 2           |             |
        | a          | pH   | 4   | 5     | 1    |             |             |
    """,
    "measurements": """
        | patient_id | lesion_id | day | diameter_mm |
        | a          | T1        | 5   | 36          |
    """,
    "adverse_events": """
        | patient_id | term | grade | soc  | start_day |
        | a          | Rash | 2     | Skin | 6         |
    """,
}
SAID = {
    ("a", None): ["age 61.8 years, HPV positive, PD-L1 CPS 66, 45 pack-years, stage iva"],
    ("a", 1): ["cetuximab, dose 250 mg/m2"],
    ("a", 2): ["docetaxel"],
    ("a", 3): ["ANC, 1.2 G/L, lower limit 2 G/L"],
    ("a", 4): ["pH, 5"],
    ("a", 5): ["lesion T1, diameter 36 mm"],
    ("a", 6): ["Rash, grade 2, organ class Skin"],
    ("a", 90): ["last known alive"],
    ("b", None): ["age 50 years, 0.5 pack-years, stage IVB"],
}


@pytest.fixture
def told(cohort) -> dict:
    rows = timeline(cohort(**TABLES)).collect()
    return {
        key: own["what"].to_list()
        for key, own in rows.partition_by("patient_id", "day", as_dict=True).items()
    }


@pytest.mark.parametrize(("patient", "day"), SAID)
def test_a_row_is_told_as_it_is_written_in_a_letter(told, patient, day):
    assert told[patient, day] == SAID[patient, day]


def test_nothing_else_is_told(told):
    assert set(told) == set(SAID)
