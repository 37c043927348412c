"""The baseline of target lesions, and new lesions that are not new."""

from headway.record.checks.baseline import baselines

TARGETS = """
    | patient_id | lesion_id | role   | lymph_node |
    | P1         | T1        | target |            |
    | P1         | T2        | target | yes        |
    """
DRUG = """
    | patient_id | drug      | start_day |
    | P1         | cetuximab | 0         |
    """


def test_the_last_size_by_the_first_dose_is_baseline(beside):
    beside(
        baselines,
        lesions=TARGETS,
        drugs=DRUG,
        measurements="""
        | patient_id | lesion_id | day | diameter_mm | expected              |
        | P1         | T1        | -40 | 8           |                       |
        | P1         | T1        | 0   | 10          |                       |
        | P1         | T1        | 56  | 4           |                       |
        | P1         | T2        | -28 | 14.9        | target-node-too-small |
        | P1         | T2        | 56  | 20          |                       |
        """,
    )


def test_r1_7_the_first_fraction_ends_the_baseline_where_the_treatment_is_radiotherapy(beside):
    beside(
        baselines,
        patients="""
        | patient_id | enrolment_day |
        | P1         | 0             |
        """,
        lesions="""
        | patient_id | lesion_id | role   |
        | P1         | T1        | target |
        | P1         | T2        | target |
        """,
        radiotherapy="""
        | patient_id | course_id | start_day | intent   |
        | P1         | A         | -30       | ablative |
        | P1         | B         | 7         | ablative |
        """,
        irradiated_lesions="""
        | patient_id | course_id | lesion_id |
        | P1         | B         | T1        |
        | P1         | B         | T2        |
        """,
        drugs=DRUG.replace("| 0         |", "| 95        |"),
        measurements="""
        | patient_id | lesion_id | day | diameter_mm | expected         |
        | P1         | T1        | -10 | 20          |                  |
        | P1         | T1        | 85  | 4           |                  |
        | P1         | T2        | -10 | 8           | target-too-small |
        | P1         | T2        | 85  | 20          |                  |
        """,
    )


def test_sizes_in_words_count_and_a_lesion_not_evaluable_has_none(beside):
    beside(
        baselines,
        lesions="""
        | patient_id | lesion_id | role   | expected                |
        | P1         | T1        | target |                         |
        | P1         | T2        | target | target-without-baseline |
        | P1         | T3        | target | target-without-baseline |
        | P1         | T4        | target | target-without-baseline |
        """,
        drugs=DRUG,
        measurements="""
        | patient_id | lesion_id | day | diameter_mm | status               | expected         |
        | P1         | T1        | -7  |             | too small to measure | target-too-small |
        | P1         | T2        | -7  | 20          | not evaluable        |                  |
        | P1         | T3        | -7  |             | absent               |                  |
        """,
    )


def test_baseline_lies_in_the_28_days_before_the_first_dose(beside):
    lesions = """
        | patient_id | lesion_id | role   |
        | P1         | T1        | target |
        | P2         | T1        | target |
        | P3         | T1        | target |
        | P4         | T1        | target |
        | P5         | T1        | target |
        """
    beside(
        baselines,
        lesions=lesions,
        drugs="""
        | patient_id | drug      | start_day | intent   |
        | P1         | cetuximab | 0         |          |
        | P2         | cetuximab | 0         |          |
        | P3         | cetuximab | 0         |          |
        | P4         | cisplatin | -300      | adjuvant |
        | P4         | cetuximab | 0         |          |
        """,
        measurements="""
        | patient_id | lesion_id | day | diameter_mm | expected                  |
        | P1         | T1        | -28 | 20          |                           |
        | P2         | T1        | -29 | 20          | baseline-too-early        |
        | P3         | T1        | 1   | 20          | baseline-after-first-dose |
        | P4         | T1        | -7  | 20          |                           |
        | P5         | T1        | 500 | 20          |                           |
        """,
    )


def test_a_record_may_follow_a_later_line_only(beside):
    beside(
        baselines,
        lesions="""
        | patient_id | lesion_id | role   |
        | P1         | T1        | target |
        | P2         | T1        | target |
        """,
        drugs="""
        | patient_id | drug      | start_day |
        | P1         | cetuximab | 0         |
        | P1         | nivolumab | 228       |
        | P2         | cetuximab | 0         |
        | P2         | cetuximab | 207       |
        """,
        measurements="""
        | patient_id | lesion_id | day | diameter_mm | expected                  |
        | P1         | T1        | 200 | 20          |                           |
        | P2         | T1        | 200 | 20          | baseline-after-first-dose |
        """,
    )


def test_an_imputed_day_may_be_in_time(beside):
    # Day 18_701 is 2021-03-15; the scan was in March, the first dose on the 10th.
    beside(
        baselines,
        lesions="| patient_id | lesion_id | role |\n| P1 | T1 | target |",
        drugs="""
        | patient_id | drug      | start_day |
        | P1         | cetuximab | 18696     |
        """,
        measurements="""
        | patient_id | lesion_id | day   | imputed | diameter_mm | expected |
        | P1         | T1        | 18701 | D       | 20          |          |
        """,
    )


def test_without_a_dose_the_first_measured_day_is_baseline(beside):
    beside(
        baselines,
        lesions="""
        | patient_id | lesion_id | role   | expected                |
        | P1         | T1        | target |                         |
        | P1         | T2        | target | target-without-baseline |
        """,
        measurements="""
        | patient_id | lesion_id | day | diameter_mm | expected         |
        | P1         | T1        | 0   | 9           | target-too-small |
        | P1         | T2        | 7   | 20          |                  |
        """,
    )


def test_each_reader_has_a_baseline_of_their_own(raised):
    found = raised(
        baselines,
        lesions="| patient_id | lesion_id | role |\n| P1 | T1 | target |",
        drugs=DRUG,
        measurements="""
        | patient_id | lesion_id | day | evaluator | diameter_mm |
        | P1         | T1        | -7  | A         | 20          |
        | P1         | T1        | -60 | B         | 9           |
        | P1         | T1        | 56  | A         | 5           |
        """,
    )
    assert found.select("rule", "source_line", "message").rows() == [
        (
            "baseline-too-early",
            3,
            "measurements: the baseline of T1 by B on day -60 lies 60 days before the first dose (day 0)",
        ),
        (
            "target-too-small",
            3,
            "measurements: target T1 is 9 mm at baseline by B; at least 10 mm is measurable",
        ),
    ]


def test_a_target_in_a_course_before_its_baseline_is_irradiated(beside):
    beside(
        baselines,
        lesions="""
        | patient_id | lesion_id | role   | progressed_since_irradiation | expected          |
        | P1         | T1        | target |                              | target-irradiated |
        | P1         | T2        | target | yes                          |                   |
        | P1         | T3        | target |                              |                   |
        """,
        radiotherapy="""
        | patient_id | course_id | start_day |
        | P1         | RT1       | -200      |
        | P1         | RT2       | 30        |
        """,
        irradiated_lesions="""
        | patient_id | course_id | lesion_id |
        | P1         | RT1       | T1        |
        | P1         | RT1       | T2        |
        | P1         | RT2       | T3        |
        """,
        drugs=DRUG,
        measurements="""
        | patient_id | lesion_id | day | diameter_mm |
        | P1         | T1        | -7  | 20          |
        | P1         | T2        | -7  | 20          |
        | P1         | T3        | -7  | 20          |
        """,
    )


def test_a_new_lesion_is_seen_after_baseline(beside):
    beside(
        baselines,
        lesions="""
        | patient_id | lesion_id | role       |
        | P1         | T1        | target     |
        | P1         | N1        | new        |
        | P1         | N2        | new        |
        | P1         | N3        | new        |
        | P2         | NT1       | non-target |
        | P2         | N1        | new        |
        | P3         | N1        | new        |
        """,
        drugs=DRUG,
        measurements="""
        | patient_id | lesion_id | day | diameter_mm | status  | expected               |
        | P1         | T1        | -7  | 20          |         |                        |
        | P1         | N1        | -7  | 12          |         | new-lesion-at-baseline |
        | P1         | N1        | 56  | 14          |         |                        |
        | P1         | N2        | -7  |             | absent  |                        |
        | P1         | N2        | 56  | 8           |         |                        |
        | P1         | N3        | -6  | 8           |         |                        |
        | P2         | NT1       | 3   |             | present |                        |
        | P2         | N1        | 3   |             | present | new-lesion-at-baseline |
        | P3         | N1        | 90  | 9           |         |                        |
        """,
    )


def test_without_measurements_nothing_is_said(beside):
    beside(baselines, lesions=TARGETS, drugs=DRUG)
