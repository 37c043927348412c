"""Dose against fractions (domain.md R8.11)."""

from headway.record.checks.doses import implausible_doses


def test_dose_per_fraction_and_total_dose_are_plausible(beside):
    beside(
        implausible_doses,
        radiotherapy="""
        | patient_id | course_id | start_day | dose_gy | fractions | expected               |
        | P1         | RT1       | 0         | 70      | 35        |                        |
        | P1         | RT2       | 0         | 34      | 1         |                        |
        | P1         | RT3       | 0         | 4       | 8         |                        |
        | P1         | RT4       | 0         | 54      | 1         | dose-against-fractions |
        | P1         | RT5       | 0         | 4       | 9         | dose-against-fractions |
        | P1         | RT6       | 0         | 66      |           |                        |
        | P1         | RT7       | 0         | 120     |           | dose-against-fractions |
        | P1         | RT8       | 0         |         | 33        |                        |
        """,
    )


def test_the_message_does_the_division(raised):
    found = raised(
        implausible_doses,
        radiotherapy="""
        | patient_id | course_id | start_day | dose_gy | fractions |
        | P1         | RT1       | 0         | 70      | 2         |
        | P1         | RT2       | 0         | 120     | 60        |
        """,
    )
    assert found["message"].to_list() == [
        "radiotherapy: course RT1 gives 70 Gy in 2 fractions, 35 each; 0.5 to 34 Gy is plausible",
        "radiotherapy: course RT2 gives 120 Gy; 1 to 100 Gy is plausible",
    ]
