"""Birth, diagnosis, last contact and death of the patients."""

from headway.record.checks.life import impossible_lives, uncertain_lives


def test_birth_diagnosis_and_death_come_in_this_order(beside):
    beside(
        impossible_lives,
        patients="""
        | patient_id | birth_day | diagnosis_day | enrolment_day | death_day | expected               |
        | P1         | -22000    | -400          | 0             | 500       |                        |
        | P2         | -399      | -400          | 0             | 500       | birth-after-diagnosis  |
        | P3         | -22000    | -400          | 0             | -401      | death-before-diagnosis |
        | P4         | -22000    | -400          | 0             | -1        | death-before-diagnosis |
        | P5         | -22000    | 30            | 0             | 30        |                        |
        """,
    )


def test_nobody_is_alive_with_a_day_of_death(beside):
    beside(
        impossible_lives,
        patients="""
        | patient_id | vital_status | death_day | expected             |
        | P1         | dead         | 30        |                      |
        | P2         | alive        | 30        | alive-with-death-day |
        | P3         |              | 30        |                      |
        | P4         | alive        |           |                      |
        """,
    )


def test_a_partial_date_is_only_wrong_where_no_day_of_it_is_right(beside):
    # Day 18_700 is 2021-03-14.
    beside(
        impossible_lives,
        patients="""
        | patient_id | diagnosis_day | diagnosis_imputed | death_day | death_imputed | expected       |
        | P1         | 18710         |                   | 18701     | D             |                |
        | P2         | 18718         |                   | 18701     | M             |                |
        | P3         | 18710         | D                 | 18700     |               |                |
        """,
    )
    beside(
        impossible_lives,
        patients="""
        | patient_id | diagnosis_day | death_day | death_imputed | expected               |
        | P1         | 18718         | 18701     | D             | death-before-diagnosis |
        """,
    )


def test_what_is_uncertain_of_a_life(beside):
    beside(
        uncertain_lives,
        patients="""
        | patient_id | vital_status | last_alive_day | death_day | expected          |
        | P1         | dead         | 100            | 100       |                   |
        | P2         | dead         | 101            | 100       | alive-after-death |
        | P3         | dead         | 100            |           | dead-without-day  |
        | P4         | dead         |                |           | dead-without-day  |
        | P5         | alive        | 100            |           |                   |
        | P6         | alive        |                |           | no-time           |
        | P7         |              |                |           | no-time           |
        | P8         |              |                |           |                   |
        | P9         | dead         |                |           |                   |
        """,
        reported_endpoints="""
        | patient_id | endpoint | time | event |
        | P8         | OS       | 12.5 | no    |
        | P9         | OS       | 2.5  | yes   |
        """,
    )


def test_a_cohort_recorded_without_survival_is_one_finding(raised):
    found = raised(
        uncertain_lives,
        patients="""
        | patient_id | vital_status |
        | P1         |              |
        | P2         | alive        |
        """,
    )
    assert found["message"].to_list() == [
        "patients: neither death_date nor last_alive_date is given (and 1 more row)"
    ]


def test_the_message_names_both_days_as_they_were_written(raised):
    table = """
        | patient_id | diagnosis_day | enrolment_day | last_alive_day | death_day | death_imputed |
        | P1         | 18800         | 18900         | 18800          | 18701     | D             |
        """
    assert raised(impossible_lives, time="dates", patients=table)["message"].to_list() == [
        "patients: death (2021-03) lies 83 days before the diagnosis (2021-06-22)"
    ]
    assert raised(uncertain_lives, patients=table.replace("| D  ", "|    "))["message"].to_list() == [
        "patients: known alive on day 18800, 99 days after death (day 18701)"
    ]
