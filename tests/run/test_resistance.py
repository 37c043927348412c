"""Resistance to PD-1 blockade as a fact that a population may ask for (R4.18)."""

from headway.run.cohort import cohort as derived
from headway.run.cohort import members
from headway.study import Study

PATIENTS = """
| patient_id | recurrent_metastatic_day |
| early      | -10                      |
| late       | -10                      |
| short      | -10                      |
| naive      | -10                      |
"""
DRUGS = """
| patient_id | drug          | start_day | end_day | intent     |
| early      | pembrolizumab | 0         | 105     | palliative |
| early      | cisplatin     | 0         | 84      | palliative |
| early      | docetaxel     | 150       | 200     | palliative |
| late       | pembrolizumab | 0         | 273     | palliative |
| late       | cisplatin     | 0         | 84      | palliative |
| short      | nivolumab     | 0         | 28      | palliative |
| naive      | docetaxel     | 0         | 100     | palliative |
"""
ASSESSMENTS = """
| patient_id | day | evaluator    | done | reported_response |
| early      | 56  | investigator | yes  | SD                |
| early      | 112 | investigator | yes  | PD                |
| early      | 200 | investigator | yes  | PD                |
| late       | 56  | investigator | yes  | PR                |
| late       | 280 | investigator | yes  | PD                |
| short      | 40  | investigator | yes  | PD                |
| naive      | 56  | investigator | yes  | PD                |
"""


def test_r4_18_a_population_may_ask_for_resistance_to_the_last_pd1_line(cohort):
    record = cohort(patients=PATIENTS, drugs=DRUGS, assessments=ASSESSMENTS)
    where = "pd1_resistance in ('primary', 'secondary')"
    study = Study.model_validate({"title": "", "record": "", "population": {"resistant": {"where": where}}})
    made = derived(study, record)
    told = dict(made.facts.select("patient_id", "pd1_resistance").iter_rows())
    assert told == {
        "early": "primary", "late": "secondary", "short": "insufficient exposure", "naive": None,
    }  # fmt: skip
    assert sorted(members(made, "resistant")["patient_id"]) == ["early", "late"]
