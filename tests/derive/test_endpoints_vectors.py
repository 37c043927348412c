"""The rules of PFS, each by FDA and EMA: C1 to C10 and P1 to P11 (domain.md 5.2). Scans every 8 weeks."""

from dataclasses import replace

import pytest

from headway.derive.endpoints import CLINICAL, EMA_2012, FDA_2018
from tests.derive.endpoint_examples import reasons, shown

CUTOFF = 400
KEEPS_SCANNING = replace(FDA_2018, name="FDA, scans go on", censor_at_tox_stop=False)
WITH_CLINICAL = replace(EMA_2012, name="EMA, clinical progression", clinical_progression="event")
EARLY_DEATH = replace(FDA_2018, name="FDA, early death", no_baseline="early death counts")

PATIENTS = """
| patient_id | enrolment_day | last_alive_day | death_day |
| C1         | 0             | 300            |           |
| C2         | 0             | 300            |           |
| C3         | 0             | 180            | 190       |
| C4         | 0             | 140            | 150       |
| C5         | 0             | 30             | 40        |
| C6         | 0             | 300            |           |
| C7         | 0             | 300            |           |
| C8         | 0             | 300            |           |
"""
ASSESSMENTS = """
| patient_id | day | reported_response | criteria   |
| C1         | 56  | SD                | RECIST 1.1 |
| C1         | 112 | SD                | RECIST 1.1 |
| C1         | 168 | PD                | RECIST 1.1 |
| C2         | 56  | SD                | RECIST 1.1 |
| C2         | 120 | PD                | RECIST 1.1 |
| C3         | 56  | SD                | RECIST 1.1 |
| C4         | 56  | SD                | RECIST 1.1 |
| C7         | 56  | SD                | RECIST 1.1 |
| C7         | 112 | SD                | RECIST 1.1 |
| C7         | 180 | PD                | RECIST 1.1 |
| C8         | 56  | SD                | RECIST 1.1 |
| C8         | 112 | SD                | RECIST 1.1 |
| C8         | 130 | PD                | clinical   |
"""
DRUGS = """
| patient_id | drug          | start_day | end_day | intent     | stop_reason |
| C2         | nivolumab     | 0         | 80      | palliative |             |
| C2         | paclitaxel    | 90        | 130     | palliative |             |
| C7         | pembrolizumab | 0         | 70      | palliative | toxicity    |
"""


@pytest.fixture
def c1_to_c8(cohort):
    return cohort(patients=PATIENTS, assessments=ASSESSMENTS, drugs=DRUGS)


def test_c1_to_c8_by_fda(c1_to_c8):
    assert shown(c1_to_c8, "PFS", FDA_2018, cutoff_day=CUTOFF) == {
        "C1": (168, True, "P2"),
        "C2": (56, False, "P6"),
        "C3": (56, False, "P9"),
        "C4": (150, True, "P8"),
        "C5": (40, True, "P7"),
        "C6": (0, False, "P11"),
        "C7": (56, False, "P5"),
        "C8": (112, False, "P4"),
    }


def test_c1_to_c8_by_ema(c1_to_c8):
    assert shown(c1_to_c8, "PFS", EMA_2012, cutoff_day=CUTOFF) == {
        "C1": (168, True, "P2"),
        "C2": (120, True, "P2"),
        "C3": (190, True, "P8"),
        "C4": (150, True, "P8"),
        "C5": (40, True, "P7"),
        "C6": (0, False, "P11"),
        "C7": (180, True, "P2"),
        "C8": (112, False, "P3"),
    }


def test_c1_to_c8_in_the_clinic(c1_to_c8):
    assert shown(c1_to_c8, "PFS", CLINICAL, cutoff_day=CUTOFF) == {
        "C1": (168, True, "P2"),
        "C2": (120, True, "P2"),
        "C3": (190, True, "P8"),
        "C4": (150, True, "P8"),
        "C5": (40, True, "P7"),
        "C6": (300, False, "R5.2"),
        "C7": (180, True, "P2"),
        "C8": (130, True, "P4"),
    }


def test_c7_a_plan_that_keeps_scanning_counts_the_later_progression(c1_to_c8):
    assert shown(c1_to_c8, "PFS", KEEPS_SCANNING, cutoff_day=CUTOFF)["C7"] == (180, True, "P2")


def test_c8_the_sensitivity_analysis_of_ema_counts_the_clinical_progression(c1_to_c8):
    assert shown(c1_to_c8, "PFS", WITH_CLINICAL, cutoff_day=CUTOFF)["C8"] == (130, True, "P4")


def test_every_reason_names_rule_day_cause_and_rule_set(c1_to_c8):
    assert reasons(c1_to_c8, "PFS", FDA_2018, cutoff_day=CUTOFF) == {
        "C1": "P2: event on day 168: PD (RECIST 1.1), FDA-2018 rules",
        "C2": "P6: censored on day 56: new therapy, paclitaxel on day 90, FDA-2018 rules",
        "C3": (
            "P9: censored on day 56: death on day 190 after two missed assessments "
            "(134 days without one; at most 126), FDA-2018 rules"
        ),
        "C4": "P8: event on day 150: death, FDA-2018 rules",
        "C5": "P7: event on day 40: death, before any assessment, FDA-2018 rules",
        "C6": "P11: censored on day 0: no adequate assessment after time zero, FDA-2018 rules",
        "C7": "P5: censored on day 56: treatment stopped (toxicity) on day 70, FDA-2018 rules",
        "C8": "P4: censored on day 112: PD (clinical) on day 130, which no scan shows, FDA-2018 rules",
    }


LESIONS = """
| patient_id | lesion_id | role   | lymph_node | metastasis |
| C9         | T1        | target | no         | no         |
| C9         | N1        | new    | no         | yes        |
| C10        | T1        | target | no         | no         |
"""
MEASUREMENTS = """
| patient_id | lesion_id | day | diameter_mm | status      |
| C9         | T1        | -5  | 30          |             |
| C9         | T1        | 56  | 30          |             |
| C9         | T1        | 112 | 30          |             |
| C9         | N1        | 112 |             | equivocal   |
| C9         | T1        | 168 | 30          |             |
| C9         | N1        | 168 |             | unequivocal |
"""


@pytest.fixture
def c9_and_c10(cohort):
    people = """
    | patient_id | enrolment_day | last_alive_day | death_day |
    | C9         | 0             | 300            |           |
    | C10        | 0             | 10             | 20        |
    """
    return cohort(patients=people, lesions=LESIONS, measurements=MEASUREMENTS)


@pytest.mark.parametrize(
    ("rules", "c10"),
    [
        (FDA_2018, (0, False, "P1")),
        (EARLY_DEATH, (20, True, "P7")),
        (EMA_2012, (20, True, "P7")),
        (CLINICAL, (20, True, "P7")),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_c9_confirmed_new_lesion_counts_when_first_seen_and_c10_no_baseline(c9_and_c10, rules, c10):
    made = shown(c9_and_c10, "PFS", rules, from_lesions=True, cutoff_day=CUTOFF)
    assert made == {"C9": (112, True, "P2"), "C10": c10}
