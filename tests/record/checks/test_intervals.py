"""Intervals that end before they start, and the same drug twice at once."""

from headway.record.checks.intervals import end_before_start, overlapping_drugs


def test_an_interval_ends_on_or_after_its_start(beside):
    beside(
        end_before_start,
        drugs="""
        | patient_id | drug      | start_day | end_day | expected         |
        | P1         | cetuximab | 10        | 10      |                  |
        | P1         | cetuximab | 10        | 9       | end-before-start |
        | P1         | cetuximab | 10        |         |                  |
        """,
        radiotherapy="""
        | patient_id | course_id | start_day | end_day | expected         |
        | P1         | RT1       | 10        | 52      |                  |
        | P1         | RT2       | 10        | -52     | end-before-start |
        """,
        adverse_events="""
        | patient_id | term | grade | start_day | end_day | expected         |
        | P1         | rash | 2     | 10        | 12      |                  |
        | P1         | rash | 2     |           | 12      |                  |
        | P1         | rash | 2     | 13        | 12      | end-before-start |
        """,
    )


def test_an_imputed_end_may_lie_in_the_month_of_the_start(beside):
    # Day 18_700 is 2021-03-14; an event that starts then may well end in March 2021.
    beside(
        end_before_start,
        adverse_events="""
        | patient_id | term | grade | start_day | start_imputed | end_day | end_imputed | expected         |
        | P1         | rash | 2     | 18700     | none          | 18690   | D           |                  |
        | P1         | rash | 2     | 18710     | D             | 18690   | none        |                  |
        | P1         | rash | 2     | 18720     | none          | 18690   | D           | end-before-start |
        """,
    )


def test_intervals_of_one_drug_do_not_overlap(beside):
    beside(
        overlapping_drugs,
        drugs="""
        | patient_id | drug      | start_day | end_day | expected                   |
        | P1         | cetuximab | 0         | 100     |                            |
        | P1         | cetuximab | 100       | 150     |                            |
        | P1         | cetuximab | 149       | 200     | overlapping-administration |
        | P1         | cisplatin | 50        | 120     |                            |
        | P2         | cetuximab | 50        | 120     |                            |
        """,
    )


def test_each_interval_is_held_against_the_longest_before_it(beside):
    beside(
        overlapping_drugs,
        drugs="""
        | patient_id | drug      | start_day | end_day | expected                   |
        | P1         | cetuximab | 0         | 100     |                            |
        | P1         | cetuximab | 10        | 20      | overlapping-administration |
        | P1         | cetuximab | 30        |         | overlapping-administration |
        | P1         | cetuximab | 100       |         |                            |
        """,
    )


def test_single_administrations_overlap_on_the_same_day_only(beside):
    beside(
        overlapping_drugs,
        drugs="""
        | patient_id | drug      | start_day | end_day | dose | expected                   |
        | P1         | cetuximab | 0         |         | 400  |                            |
        | P1         | cetuximab | 7         |         | 250  |                            |
        | P1         | cetuximab | 7         |         | 200  | overlapping-administration |
        | P1         | cetuximab | 14        | 14      | 250  |                            |
        """,
    )


def test_an_imputed_day_proves_no_overlap(beside):
    beside(
        overlapping_drugs,
        drugs="""
        | patient_id | drug      | start_day | start_imputed | end_day | end_imputed | expected |
        | P1         | cetuximab | 18600     | none          | 18717   | D           |          |
        | P1         | cetuximab | 18700     | none          | 18800   | none        |          |
        """,
    )


def test_the_message_names_the_drug_and_both_intervals(raised):
    drugs = """
        | patient_id | drug      | start_day | end_day |
        | P1         | cetuximab | 18700     | 18690   |
        | P1         | cisplatin | 18600     | 18700   |
        | P1         | cisplatin | 18650     | 18660   |
        """
    assert raised(end_before_start, time="dates", drugs=drugs)["message"].to_list() == [
        "drugs: cetuximab ends on 2021-03-04, 10 days before it starts (2021-03-14)"
    ]
    assert raised(overlapping_drugs, time="dates", drugs=drugs)["message"].to_list() == [
        "drugs: cisplatin from 2021-01-23 overlaps with that from 2020-12-04 to 2021-03-14 on line 3"
    ]
