"""Treatments, scans, events and samples after death."""

from headway.record.checks.after_death import after_death

DEAD = """
    | patient_id | death_day | death_imputed |
    | P1         | 100       |               |
    | P2         |           |               |
    | P3         | 18701     | D             |
    """


def test_the_day_of_death_itself_is_fine(beside):
    beside(
        after_death,
        patients=DEAD,
        drugs="""
        | patient_id | drug      | start_day | end_day | expected              |
        | P1         | cetuximab | 100       | 130     |                       |
        | P1         | cisplatin | 101       |         | treatment-after-death |
        | P2         | cisplatin | 101       |         |                       |
        """,
        radiotherapy="""
        | patient_id | course_id | start_day | expected              |
        | P1         | RT1       | 101       | treatment-after-death |
        """,
        procedures="""
        | patient_id | day | procedure | expected              |
        | P1         | 101 |           | treatment-after-death |
        """,
        measurements="""
        | patient_id | lesion_id | day | expected         |
        | P1         | T1        | 101 | scan-after-death |
        """,
        adverse_events="""
        | patient_id | term | grade | start_day | expected          |
        | P1         | rash | 2     | 101       | event-after-death |
        | P1         | rash | 2     |           |                   |
        """,
        labs="""
        | patient_id | test      | day | value | unit   | expected          |
        | P1         | magnesium | 101 | 0.6   | mmol/L | event-after-death |
        """,
        biomarkers="""
        | patient_id | marker | day | expected          |
        | P1         | ctDNA  | 101 | event-after-death |
        """,
        quality_of_life="""
        | patient_id | day | instrument | item | expected          |
        | P1         | 101 | QLQ-C30    | 29   | event-after-death |
        """,
    )


def test_a_missed_scan_is_only_a_plan(beside):
    beside(
        after_death,
        patients=DEAD,
        assessments="""
        | patient_id | day | done | expected         |
        | P1         | 110 | no   |                  |
        | P1         | 120 | yes  | scan-after-death |
        """,
    )


def test_of_a_death_in_march_only_april_is_after_it(beside):
    # Day 18_701 is 2021-03-15, 18_717 the last of March.
    beside(
        after_death,
        patients=DEAD,
        labs="""
        | patient_id | test      | day   | value | unit   | expected          |
        | P3         | magnesium | 18717 | 0.6   | mmol/L |                   |
        | P3         | magnesium | 18718 | 0.6   | mmol/L | event-after-death |
        """,
    )


def test_one_finding_per_patient_and_table_counts_its_rows(raised):
    found = raised(
        after_death,
        patients=DEAD,
        drugs="""
        | patient_id | drug      | start_day |
        | P1         | cetuximab | 112       |
        | P1         | cetuximab | 119       |
        | P1         | cisplatin | 119       |
        """,
    )
    assert found.select("message", "rows", "value").rows() == [
        ("drugs: cetuximab starts on day 112, 12 days after death (day 100) (and 2 more rows)", 3, "day 112")
    ]
