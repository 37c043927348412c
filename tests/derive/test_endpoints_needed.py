"""Only the facts that may decide are gathered: the times are those that all facts would give."""

import pytest

from headway.derive.anchors import ANCHORS, starts
from headway.derive.endpoints import ENDPOINTS, RULE_SETS, gathered, time_to_event
from headway.derive.endpoints.needed import needed
from headway.record.derived.endpoints import FACTS
from tests.derive.endpoint_examples import reported

PATIENTS = """
| patient_id | enrolment_day | death_day | last_alive_day | vital_status |
| a          | 0             | 400       |                | dead         |
| b          | 0             |           | 500            | alive        |
| c          | 0             |           |                | alive        |
| d          | 0             | 130       |                | dead         |
"""
DRUGS = """
| patient_id | drug       | start_day | end_day | intent     | stop_reason          |
| a          | nivolumab  | 0         | 100     | palliative | progression          |
| a          | cetuximab  | 120       | 200     | palliative | toxicity             |
| a          | paclitaxel | 260       | 300     | palliative |                      |
| b          | nivolumab  | 0         | 80      | palliative | toxicity             |
| c          | cetuximab  | 0         | 90      | palliative | clinical progression |
| d          | cetuximab  | 0         | 100     | palliative | completed            |
"""
ASSESSMENTS = """
| patient_id | day | done | reported_response | criteria   |
| a          | 56  | yes  | PR                | RECIST 1.1 |
| a          | 112 | yes  | PD                | RECIST 1.1 |
| a          | 250 | yes  | PD                | RECIST 1.1 |
| b          | 56  | yes  | iUPD              | iRECIST    |
| b          | 112 | yes  | iCPD              | iRECIST    |
| c          | 56  | yes  | NE                | RECIST 1.1 |
| c          | 112 | no   |                   |            |
| c          | 170 | no   |                   |            |
| c          | 230 | yes  | PD                | RECIST 1.1 |
| d          | 56  | yes  | CR                | RECIST 1.1 |
"""
RADIOTHERAPY = """
| patient_id | course_id | start_day | end_day |
| b          | RT1       | 90        | 95      |
"""


@pytest.fixture
def record(cohort):
    return cohort(patients=PATIENTS, drugs=DRUGS, assessments=ASSESSMENTS, radiotherapy=RADIOTHERAPY)


@pytest.fixture(params=list(ENDPOINTS))
def endpoint(request):
    return ENDPOINTS[request.param]


def test_the_facts_of_one_rule_set_decide_as_those_of_all(record, endpoint):
    zero, people, judged = starts(record, ANCHORS["enrolment"]), record.table("patients"), reported(record)
    everything = gathered(endpoint, record, judged, zero).collect().lazy()
    for rules in RULE_SETS.values():
        own = gathered(endpoint, record, judged, zero, rules=rules)
        told = [
            time_to_event(endpoint, "enrolment", zero, found, people, rules=rules, time="days").collect()
            for found in (everything, own)
        ]
        assert told[0].equals(told[1]), rules.name


def test_what_is_needed_is_a_fact_of_the_record(endpoint):
    for rules in [None, *RULE_SETS.values()]:
        assert needed(endpoint, rules) <= set(FACTS)
        assert needed(endpoint, rules) <= needed(endpoint)


def test_of_contacts_only_those_of_the_last_day_are_gathered(cohort):
    patients = "| patient_id | enrolment_day |\n| a | 0 |"
    labs = """
        | patient_id | test       | day | value | unit |
        | a          | hemoglobin | 10  | 12    | g/dL |
        | a          | hemoglobin | 30  | 12    | g/dL |
    """
    record = cohort(patients=patients, labs=labs)
    zero = starts(record, ANCHORS["enrolment"])
    found = gathered(ENDPOINTS["OS"], record, reported(record), zero, cutoff_day=20).collect()
    assert found.select("fact", "day").unique().rows() == [("alive", 20)]
    found = gathered(ENDPOINTS["OS"], record, reported(record), zero).collect()
    assert found.select("fact", "day").rows() == [("alive", 30)]
