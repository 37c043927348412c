"""Fatal events, grade 5 and death belong together (CTCAE v5.0)."""

from headway.record.checks.safety import fatal_events


def test_fatal_is_grade_5_and_grade_5_is_a_death(beside):
    beside(
        fatal_events,
        patients="""
        | patient_id | death_day | vital_status |
        | P1         | 100       |              |
        | P2         |           | alive        |
        | P3         |           | dead         |
        | P4         |           |              |
        """,
        reported_endpoints="""
        | patient_id | endpoint | time | event |
        | P2         | OS       | 9.5  | no    |
        | P4         | OS       | 2.5  | yes   |
        """,
        adverse_events="""
        | patient_id | term        | grade | fatal | expected              |
        | P1         | pneumonitis | 5     | yes   |                       |
        | P1         | sepsis      | 4     | yes   | fatal-without-grade-5 |
        | P1         | rash        | 2     | no    |                       |
        | P2         | pneumonitis | 5     |       | grade-5-without-death |
        | P3         | pneumonitis | 5     |       |                       |
        | P4         | pneumonitis | 5     | yes   |                       |
        """,
    )
