"""Exact copies, and rows that contradict each other."""

from headway.record.checks.keys import repeated_rows

MEASUREMENTS = """
    | patient_id | lesion_id | day | evaluator | diameter_mm | expected      |
    | P1         | T1        | 0   | A         | 28          |               |
    | P1         | T1        | 0   | B         | 28          |               |
    | P1         | T1        | 0   | A         | 28          | duplicate-row |
    | P1         | T1        | 56  |           | 28          |               |
    | P1         | T1        | 56  |           | 28          | duplicate-row |
    | P1         | T2        | 0   | A         | 28          |               |
    | P1         | T1        | 0   | A         | 28          | duplicate-row |
    """


def test_a_copy_is_a_duplicate_wherever_it_stands(beside):
    beside(repeated_rows, measurements=MEASUREMENTS)


def test_the_message_names_the_row_that_is_used(raised):
    found = raised(repeated_rows, measurements=MEASUREMENTS)
    assert found["message"].to_list() == [
        "measurements: the row repeats line 2 exactly",
        "measurements: the row repeats line 5 exactly",
        "measurements: the row repeats line 2 exactly",
    ]


def test_rows_of_a_table_without_key_repeat_only_exactly(beside):
    drugs = """
        | patient_id | drug      | start_day | dose | expected      |
        | P1         | cetuximab | 0         | 400  |               |
        | P1         | cetuximab | 0         | 250  |               |
        | P1         | cetuximab | 0         | 400  | duplicate-row |
        """
    beside(repeated_rows, drugs=drugs)


def test_rows_of_one_key_with_different_facts_are_all_set_aside(raised):
    found = raised(
        repeated_rows,
        measurements="""
        | patient_id | lesion_id | day | evaluator | diameter_mm |
        | P1         | T1        | 0   |           | 28          |
        | P1         | T1        | 56  |           | 20          |
        | P2         | T1        | 0   |           | 28          |
        | P1         | T1        | 0   |           | 30          |
        """,
    )
    assert found.select("rule", "source_line", "rows", "message").rows() == [
        (
            "conflicting-rows",
            2,
            2,
            "measurements: 2 rows for (P1, T1, 0, not stated), on lines 2, 5 that differ (and 1 more row)",
        )
    ]


def test_copies_of_rows_that_contradict_each_other_are_copies(beside):
    beside(
        repeated_rows,
        measurements="""
        | patient_id | lesion_id | day | diameter_mm | expected         |
        | P1         | T1        | 0   | 28          | conflicting-rows |
        | P1         | T1        | 0   | 30          |                  |
        | P1         | T1        | 0   | 28          | duplicate-row    |
        """,
    )


def test_two_days_of_death_have_a_rule_of_their_own(beside):
    beside(
        repeated_rows,
        patients="""
        | patient_id | death_day | centre | expected         |
        | P1         | 100       | A      | two-deaths       |
        | P1         | 101       | A      |                  |
        | P2         | 100       | A      | conflicting-rows |
        | P2         | 100       | B      |                  |
        | P3         | 100       | A      | conflicting-rows |
        | P3         |           | A      |                  |
        """,
    )
