"""Endpoints of treatment and response (domain.md 5.1, R1.43, R1.44)."""

import pytest

from headway.derive.anchors import ANCHORS, starts
from headway.derive.endpoints import CLINICAL, EMA_2012, ENDPOINTS, FDA_2018, gathered, time_to_event
from tests.derive.endpoint_examples import reasons, reported, shown, times

PATIENTS = """
| patient_id | enrolment_day | last_alive_day | death_day |
| progressed | 0             | 120            |           |
| planned    | 0             | 300            |           |
| going on   | 0             | 100            |           |
| forgotten  | 0             | 300            |           |
| died       | 0             | 80             | 90        |
| switched   | 0             | 200            |           |
| untreated  | 0             | 200            |           |
"""
DRUGS = """
| patient_id | drug       | start_day | end_day | intent     | stop_reason |
| progressed | nivolumab  | 0         | 70      | palliative | progression |
| planned    | docetaxel  | 0         | 84      | palliative | completed   |
| going on   | nivolumab  | 0         | 98      | palliative |             |
| forgotten  | nivolumab  | 0         | 98      | palliative |             |
| died       | nivolumab  | 0         | 84      | palliative |             |
| switched   | nivolumab  | 0         | 50      | palliative |             |
| switched   | paclitaxel | 80        | 150     | palliative |             |
"""


@pytest.fixture
def treated(cohort):
    return cohort(patients=PATIENTS, drugs=DRUGS)


def brief(record, endpoint, **how) -> dict[str, tuple]:
    return {patient: row[:2] for patient, row in shown(record, endpoint, **how).items()}


def test_ttf_is_any_stop_but_the_planned_one(treated):
    assert brief(treated, "TTF", since="first_drug") == {
        "progressed": (70, True),
        "planned": (84, False),  # completed as planned: no failure, and the time ends
        "going on": (100, False),
        "forgotten": (98, True),  # alive for more than 120 days without another dose
        "died": (90, True),
        "switched": (50, True),
        "untreated": (None, None),
    }
    assert times(treated, "TTF", since="first_drug").filter(patient_id="planned")["cause"].to_list() == [
        "completed"
    ]


def test_time_on_treatment_ends_with_the_last_dose_r4_10(treated):
    assert brief(treated, "ToT", since="first_drug") == {
        "progressed": (70, True),
        "planned": (84, True),
        "going on": (98, False),
        "forgotten": (98, True),
        "died": (84, True),
        "switched": (50, True),
        "untreated": (None, None),
    }
    assert reasons(treated, "ToT", since="first_drug")["going on"] == (
        "R4.10: censored on day 98: last known on treatment (last dose)"
    )


def test_who_was_never_treated_has_no_time_on_treatment(treated):
    for endpoint in ("TTF", "ToT", "TTNT"):
        assert "no time: no treatment from time zero on" in reasons(treated, endpoint)["untreated"]


def test_time_to_next_treatment_or_death(treated):
    assert brief(treated, "TTNT", since="first_drug") == {
        "progressed": (120, False),
        "planned": (300, False),
        "going on": (100, False),
        "forgotten": (300, False),
        "died": (90, True),
        "switched": (80, True),
        "untreated": (None, None),
    }


PFS2_DRUGS = """
| patient_id   | drug          | start_day | end_day | intent     |
| second       | nivolumab     | 0         | 50      | palliative |
| second       | paclitaxel    | 80        | 150     | palliative |
| same day     | nivolumab     | 0         | 50      | palliative |
| same day     | paclitaxel    | 80        | 150     | palliative |
| third line   | nivolumab     | 0         | 50      | palliative |
| third line   | paclitaxel    | 80        | 150     | palliative |
| third line   | methotrexate  | 200       | 250     | palliative |
| one line     | nivolumab     | 0         | 50      | palliative |
| dies         | nivolumab     | 0         | 50      | palliative |
"""


def test_pfs2_is_progression_on_the_next_line_or_the_third_line_as_proxy(cohort):
    record = cohort(
        patients="""
        | patient_id | enrolment_day | last_alive_day | death_day |
        | second     | 0             | 300            |           |
        | same day   | 0             | 300            |           |
        | third line | 0             | 300            |           |
        | one line   | 0             | 300            |           |
        | dies       | 0             | 100            | 120       |
        """,
        drugs=PFS2_DRUGS,
        assessments="""
        | patient_id | day | reported_response |
        | second     | 60  | PD                |
        | second     | 140 | PD                |
        | same day   | 80  | PD                |
        | third line | 60  | PD                |
        | third line | 215 | PD                |
        | one line   | 60  | PD                |
        """,
    )
    for rules in (FDA_2018, EMA_2012, CLINICAL):  # no rule of 5.2 has a say: the next line is expected
        assert brief(record, "PFS2", rules=rules) == {
            "second": (140, True),
            "same day": (300, False),  # on the day the next line starts it belongs to the line before (R4.12)
            "third line": (200, True),
            "one line": (300, False),
            "dies": (120, True),
        }


RESPONSES = """
| patient_id | day | reported_response |
| lasting    | 56  | PR                |
| lasting    | 112 | CR                |
| progresses | 56  | SD                |
| progresses | 112 | PR                |
| progresses | 168 | PD                |
| never      | 56  | SD                |
| never      | 112 | PD                |
| too late   | 56  | PD                |
| too late   | 112 | PR                |
| dies       | 56  | PR                |
| switched   | 56  | PR                |
| switched   | 150 | PD                |
"""


@pytest.fixture
def responding(cohort):
    people = """
    | patient_id | enrolment_day | last_alive_day | death_day |
    | lasting    | 0             | 130            |           |
    | progresses | 0             | 200            |           |
    | never      | 0             | 200            |           |
    | too late   | 0             | 200            |           |
    | dies       | 0             | 60             | 190       |
    | switched   | 0             | 300            |           |
    """
    drugs = """
    | patient_id | drug       | start_day | end_day | intent     |
    | switched   | nivolumab  | 0         | 90      | palliative |
    | switched   | paclitaxel | 100       | 150     | palliative |
    """
    return cohort(patients=people, assessments=RESPONSES, drugs=drugs)


def test_r1_44_time_to_response_is_of_responders_only(responding):
    assert brief(responding, "TTR") == {
        "lasting": (56, True), "progresses": (112, True), "never": (None, None), "too late": (None, None),
        "dies": (56, True), "switched": (56, True),
    }  # fmt: skip
    assert reasons(responding, "TTR")["never"] == "no time: no response (R1.44)"


def test_r1_43_duration_runs_from_the_first_response_and_is_censored_at_the_last_assessment(responding):
    assert brief(responding, "DoR", rules=EMA_2012) == {
        "lasting": (56, False), "progresses": (56, True), "never": (None, None), "too late": (None, None),
        "dies": (134, True), "switched": (94, True),
    }  # fmt: skip
    assert brief(responding, "DoR", rules=CLINICAL)["lasting"] == (56, False)


def test_dor_by_fda_ends_before_missed_visits_and_new_therapy(responding):
    made = shown(responding, "DoR", FDA_2018)
    assert (made["dies"], made["switched"]) == ((0, False, "P9"), (0, False, "P6"))


def test_a_confirmed_response_may_be_asked_for(cohort):
    record = cohort(
        patients="| patient_id | enrolment_day | last_alive_day |\n| a | 0 | 300 |\n| b | 0 | 300 |",
        assessments="""
        | patient_id | day | reported_response |
        | a          | 56  | PR                |
        | a          | 112 | SD                |
        | b          | 56  | PR                |
        | b          | 112 | PR                |
        """,
    )
    zero = starts(record, ANCHORS["enrolment"])
    happened = gathered(ENDPOINTS["TTR"], record, reported(record), zero, confirmed=True)
    told = time_to_event(ENDPOINTS["TTR"], "enrolment", zero, happened, record.table("patients"), time="days")
    assert told.select("patient_id", "days").collect().rows() == [("a", None), ("b", 56)]


def test_r2_7_responses_of_irecist_are_responses(cohort):
    record = cohort(
        patients="| patient_id | enrolment_day | last_alive_day |\n| a | 0 | 300 |\n| b | 0 | 300 |",
        assessments="""
        | patient_id | day | reported_response |
        | a          | 56  | iUPD              |
        | a          | 112 | iPR               |
        | b          | 56  | iUPD              |
        | b          | 112 | iCPD              |
        | b          | 168 | iPR               |
        """,
    )
    assert brief(record, "TTR") == {"a": (112, True), "b": (None, None)}
