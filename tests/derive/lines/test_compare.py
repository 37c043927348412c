"""Two ways of counting lines on one cohort, the investigator's own among them."""

from headway.derive.lines import HNSCC, MENG_2021, agreement, differences, investigator_lines, line_counts
from tests.derive.lines.examples import derived, drug_rows, patient_rows, progression_rows, told

DRUGS = """
| patient_id | drug       | start_day | line |
| swap       | cisplatin  | 0         | 1    |
| swap       | carboplatin| 60        | 1    |
| pause      | nivolumab  | 0         | 1    |
| pause      | nivolumab  | 200       | 2    |
| change     | nivolumab  | 0         | 1    |
| change     | cetuximab  | 60        | 2    |
"""
PATIENTS = """
| patient_id | recurrent_metastatic_day |
| swap       | 0 |
| pause      | 0 |
| change     | 0 |
| none       | 0 |
"""


def by(rules):
    return derived(DRUGS, patients=PATIENTS, rules=rules)


def by_investigator(drugs=DRUGS, patients=PATIENTS):
    return investigator_lines(
        drug_rows(drugs).lazy(), patient_rows(patients).lazy(), progression_rows().lazy(), time="days"
    )


def test_two_rule_sets_on_one_cohort():
    found = differences(by(HNSCC), by(MENG_2021)).collect()
    assert found.select("patient_id", "day", "starts_by", "not_by", "line", "reason").rows() == [
        ("pause", 200, "Meng 2021", "HNSCC", 2, "new line: nivolumab starts 200 days after start of line 1, "
         "resumed after a pause of 200 days (R4.9)"),
    ]  # fmt: skip
    assert agreement(by(HNSCC), by(MENG_2021)).collect().row(0, named=True) == {
        "one": "HNSCC", "other": "Meng 2021", "patients": 3, "lines_of_one": 4, "lines_of_other": 5,
        "same_number_of_lines": 2, "same_starts": 2, "shared_starts": 4,
    }  # fmt: skip


def test_the_investigators_numbers_are_used_and_compared():
    found = by_investigator()
    assert told(found, "patient_id", "line", "regimen", "start_day", "reason")[:2] == [
        ("change", 1, "nivolumab", 0, "line 1 by the investigator: nivolumab"),
        ("change", 2, "cetuximab", 60, "line 2 by the investigator: cetuximab"),
    ]
    assert agreement(found, by(HNSCC)).collect()["one"].item() == "investigator"
    assert differences(found, by(HNSCC)).collect().select("patient_id", "day", "starts_by").rows() == [
        ("pause", 200, "investigator")
    ]


def test_rows_without_a_number_or_numbered_against_time_come_back():
    found = by_investigator(
        """
        | patient_id | drug       | start_day | line |
        | swap       | cisplatin  | 0         |      |
        | swap       | nivolumab  | 50        | 1    |
        | swap       | cetuximab  | 40        | 2    |
        """
    )
    assert found.unused.select("drug", "reason").collect().rows() == [
        ("cisplatin", "not numbered by the investigator"),
        ("nivolumab", "numbered as line 1, but given when a later line had begun"),
    ]
    assert told(found, "line", "drugs") == [(2, ["cetuximab"])]


def test_r4_1_lines_are_counted_as_curative_and_palliative():
    found = derived(
        """
        | patient_id | drug      | start_day | intent     |
        | swap       | cisplatin | -300      | concurrent |
        | swap       | nivolumab | 0         | palliative |
        | swap       | cetuximab | 60        | palliative |
        | change     | cetuximab | 60        |            |
        """,
        patients="| patient_id |\n| swap |\n| change |\n| none |",
    )
    rows = line_counts(found.lines, patient_rows("| patient_id |\n| swap |\n| change |\n| none |").lazy())
    assert dict(rows.select("patient_id", "text").collect().rows()) == {
        "swap": "3 (1+2)",
        "change": "1 (0+0, 1 not known)",
        "none": "0 (0+0)",
    }
