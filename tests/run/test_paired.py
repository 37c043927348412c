"""The same patients on two treatments: before and after immunotherapy (9.7), and days on drugs (R4.17)."""

import polars as pl
import pytest

from headway.errors import StudyError
from headway.report.document import plain
from headway.run.cohort import cohort as derived
from headway.run.pipeline import analysed
from headway.run.topics import exposure, paired
from headway.study import Study
from headway.study.parts import Comparison, DrugExposure, Report

PATIENTS = """
| patient_id | recurrent_metastatic_day | last_alive_day | death_day |
| a          | 0                        |                | 700       |
| b          | 0                        | 800            |           |
| c          | 0                        | 400            |           |
"""
DRUGS = """
| patient_id | drug       | start_day | end_day | intent     |
| a          | cisplatin  | 0         | 84      | palliative |
| a          | nivolumab  | 110       | 280     | palliative |
| a          | cetuximab  | 300       | 420     | palliative |
| b          | cisplatin  | 0         | 84      | palliative |
| b          | nivolumab  | 210       | 380     | palliative |
| b          | cetuximab  | 400       | 700     | palliative |
| c          | nivolumab  | 0         | 150     | palliative |
"""
SCANS = """
| patient_id | day | reported_response |
| a          | 56  | PR                |
| a          | 100 | PD                |
| a          | 290 | PD                |
| a          | 360 | PR                |
| a          | 450 | PD                |
| b          | 56  | SD                |
| b          | 200 | PD                |
| b          | 390 | PD                |
| b          | 460 | PR                |
| b          | 780 | SD                |
"""


@pytest.fixture
def record(cohort):
    return cohort(patients=PATIENTS, drugs=DRUGS, assessments=SCANS)


def study(**report: object) -> Study:
    return Study(title="", record="", report=Report(**report))


PFS = Comparison(endpoint="PFS", since="scai1", paired="lcbi")


def test_r9_21_the_growth_modulation_index_is_of_patients_who_had_both(record):
    results = analysed(derived(study(comparison=(PFS,)), record)).results
    rows = results.filter(analysis="PFS since scai1 against lcbi, paired")
    # a: 150 days after 100; b: at least 400 after 200. The later median is on a plateau: R's midpoint.
    index = {row["statistic"]: row for row in rows.iter_rows(named=True)}
    medians = dict(rows.filter(statistic="median").select("group", "value").iter_rows())
    assert medians == {"since lcbi": 150.0, "since scai1": 275.0}
    assert index["hazard ratio"]["n"] == 2
    assert rows.filter(pl.col("statistic").str.contains("index|1.33"))["n"].unique().to_list() == [2]


def test_r9_20_responses_to_both_are_counted_in_pairs(record):
    asked = Comparison(endpoint="response", since="scai1", paired="lcbi")
    rows = analysed(derived(study(comparison=(asked,)), record)).results.filter(
        analysis="response since scai1 against lcbi, paired"
    )
    counts = dict(rows.filter(unit="patients").select("statistic", "value").iter_rows())
    assert counts == {"both": 1.0, "first only": 0.0, "later only": 1.0, "neither": 0.0}
    assert rows.filter(statistic="p-value")["value"].to_list() == [1.0]


def test_9_7_a_pair_that_nobody_has_is_an_honest_empty_section(record):
    asked = Comparison(endpoint="PFS", since="scai2", paired="lcbi")
    made = derived(study(comparison=(asked,)), record)
    section = paired.TOPIC.show(made, asked, analysed(made))
    assert [plain(said) for said in section.paragraphs] == ["No patient has a time for both."]


def test_r4_17_days_on_drugs_and_their_difference_within_patients(record):
    asked = DrugExposure(groups=("immune checkpoint inhibitor", "cetuximab"))
    made = derived(study(exposure=asked), record)
    rows = analysed(made).results.filter(analysis="drug exposure")
    exposed = dict(rows.filter(statistic="median").select("group", "n").iter_rows())
    assert exposed == {"immune checkpoint inhibitor": 3, "cetuximab": 2}
    gap = rows.filter(statistic="median difference").row(0, named=True)
    assert (gap["n"], gap["group"]) == (2, "cetuximab - immune checkpoint inhibitor")
    assert len(exposure.TOPIC.show(made, asked, analysed(made)).tables[0].rows) == 3


def test_an_unknown_drug_is_answered_with_the_nearest(record):
    asked = DrugExposure(groups=("cetuximub",))
    with pytest.raises(StudyError, match=r"no drug or class of the drug table\. Did you mean 'cetuximab'"):
        analysed(derived(study(exposure=asked), record))
