"""Facts after the data cut-off."""

from headway.record.checks.cutoff import after_cutoff


def test_what_lies_after_the_cut_off_is_a_warning_per_patient_and_table(beside):
    beside(
        after_cutoff(100),
        patients="""
        | patient_id | last_alive_day | death_day | expected     |
        | P1         | 100            |           |              |
        | P2         | 101            | 120       | after-cutoff |
        """,
        drugs="""
        | patient_id | drug      | start_day | end_day | expected     |
        | P1         | cetuximab | 90        | 110     | after-cutoff |
        | P1         | cetuximab | 120       |         |              |
        | P2         | cetuximab | 120       |         | after-cutoff |
        """,
        assessments="""
        | patient_id | day | done | expected     |
        | P1         | 120 | no   |              |
        | P2         | 120 | yes  | after-cutoff |
        """,
    )


def test_the_rows_are_kept(raised):
    found = raised(
        after_cutoff(100),
        drugs="""
        | patient_id | drug      | start_day |
        | P1         | cetuximab | 112       |
        | P1         | cetuximab | 119       |
        """,
    )
    assert found.select("severity", "rows", "message").rows() == [
        (
            "warning",
            0,
            "drugs.start_date: day 112 lies 12 days after the data cut-off (day 100) (and 1 more row)",
        )
    ]


def test_without_a_cut_off_nothing_is_late(raised):
    assert raised(after_cutoff(None), patients="| patient_id | death_day |\n| P1 | 99999 |").is_empty()
