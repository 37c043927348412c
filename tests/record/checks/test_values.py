"""Single values: required, inside the limits, in the closed list."""

import pytest

from headway.record.checks.values import outside_limits, without_stray_values

MEASUREMENTS = """
    | patient_id | lesion_id | day | diameter_mm | status  | expected         |
    | P1         | T1        | 0   | 500         |         |                  |
    | P1         | T1        | 56  | 500.1       |         | out-of-range     |
    | P1         | T1        | 112 | -1          |         | out-of-range     |
    | P1         | T1        | 168 |             | smaller | not-in-list      |
    | P1         | T1        |     | 20          |         | missing-required |
    | P1         |           | 224 | 20          |         | missing-required |
    """


def limits(tables, _time):
    return outside_limits(tables)


def test_values_outside_their_declaration_are_found(beside):
    beside(limits, measurements=MEASUREMENTS)


def test_a_grade_has_a_rule_of_its_own(beside):
    beside(
        limits,
        adverse_events="""
        | patient_id | term | grade | expected           |
        | P1         | rash | 1     |                    |
        | P1         | rash | 5     |                    |
        | P1         | rash | 0     | grade-out-of-range |
        | P1         | rash | 6     | grade-out-of-range |
        """,
    )


def test_what_decides_something_sets_its_row_aside_and_other_values_are_left_out(raised):
    found = raised(limits, measurements=MEASUREMENTS)
    severity = dict(found.select("source_line", "severity").rows())
    assert severity == {3: "warning", 4: "warning", 5: "error", 6: "error", 7: "error"}


def test_messages_name_the_limits_and_fixes_the_list(raised):
    found = raised(limits, measurements=MEASUREMENTS)
    said = dict(found.select("source_line", "message").rows())
    assert said[3] == "measurements.diameter_mm is 500.1; it must be 0 to 500 mm"
    assert said[5] == "measurements.status is 'smaller'"
    assert said[6] == "measurements.date is empty"
    (fix,) = found.filter(rule="not-in-list")["fix"]
    assert fix.startswith("Use one of: measured, too small to measure, absent")


@pytest.mark.parametrize("stray", ["500.1", "-1"])
def test_a_stray_value_becomes_missing_not_another_value(cohort, stray):
    tables = cohort(
        measurements=f"""
        | patient_id | lesion_id | day | diameter_mm |
        | P1         | T1        | 0   | {stray}     |
        | P1         | T1        | 56  | 28          |
        """
    ).tables
    assert without_stray_values(tables)["measurements"]["diameter_mm"].to_list() == [None, 28]
