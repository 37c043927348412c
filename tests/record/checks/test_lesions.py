"""How many target lesions there are, and whether they lie in an irradiated field."""

from headway.record.checks.lesions import irradiated_targets, too_many_targets


def test_five_targets_count_and_the_sixth_is_cited(beside):
    beside(
        too_many_targets,
        lesions="""
        | patient_id | lesion_id | role       | organ   | expected         |
        | P1         | T1        | target     | lung    |                  |
        | P1         | T2        | target     | liver   |                  |
        | P1         | T3        | target     | bone    |                  |
        | P1         | T4        | target     | skin    |                  |
        | P1         | T5        | target     | brain   |                  |
        | P1         | NT1       | non-target | adrenal |                  |
        | P1         | T6        | target     | adrenal | too-many-targets |
        | P2         | T1        | target     | adrenal |                  |
        """,
    )


def test_two_targets_an_organ_count_both_sides_and_all_nodes_being_one(beside):
    beside(
        too_many_targets,
        lesions="""
        | patient_id | lesion_id | role   | organ              | lymph_node | expected                  |
        | P1         | T1        | target | Lung, left         |            |                           |
        | P1         | T2        | target | right lung         |            |                           |
        | P1         | T3        | target | lungs              |            | too-many-targets-in-organ |
        | P2         | T1        | target | neck               | yes        |                           |
        | P2         | T2        | target | mediastinum        | yes        |                           |
        | P2         | T3        | target | Axillary lymph node|            | too-many-targets-in-organ |
        | P3         | T1        | target |                    |            |                           |
        | P3         | T2        | target |                    |            |                           |
        | P3         | T3        | target |                    |            |                           |
        """,
    )


def test_readers_choose_their_own_targets(beside):
    beside(
        too_many_targets,
        lesions="""
        | patient_id | lesion_id | role   | organ | evaluator | expected                  |
        | P1         | T1        | target | lung  | A         |                           |
        | P1         | T2        | target | lung  | A         |                           |
        | P1         | T3        | target | lung  | B         |                           |
        | P1         | T4        | target | lung  | B         |                           |
        | P1         | T5        | target | lung  | B         | too-many-targets-in-organ |
        """,
    )


def test_a_target_of_nobody_is_of_everybody_who_measured_it(beside):
    beside(
        too_many_targets,
        lesions="""
        | patient_id | lesion_id | role   | organ | expected                  |
        | P1         | T1        | target | lung  |                           |
        | P1         | T2        | target | lung  |                           |
        | P1         | T3        | target | lung  |                           |
        | P2         | T1        | target | lung  |                           |
        | P2         | T2        | target | lung  |                           |
        | P2         | T3        | target | lung  | too-many-targets-in-organ |
        """,
        measurements="""
        | patient_id | lesion_id | day | evaluator | diameter_mm |
        | P1         | T1        | 0   | A         | 20          |
        | P1         | T2        | 0   | A         | 20          |
        | P1         | T2        | 0   | B         | 20          |
        | P1         | T3        | 0   | B         | 20          |
        | P2         | T1        | 0   | A         | 20          |
        | P2         | T2        | 0   | A         | 20          |
        """,
    )


def test_two_readers_of_the_same_targets_are_one_finding(raised):
    found = raised(
        too_many_targets,
        lesions="""
        | patient_id | lesion_id | role   | organ |
        | P1         | T1        | target | lung  |
        | P1         | T2        | target | lung  |
        | P1         | T3        | target | lung  |
        """,
        measurements="""
        | patient_id | lesion_id | day | evaluator | diameter_mm |
        | P1         | T1        | 0   | A         | 20          |
        | P1         | T1        | 0   | B         | 20          |
        | P1         | T2        | 0   | A         | 20          |
        | P1         | T2        | 0   | B         | 20          |
        | P1         | T3        | 0   | A         | 20          |
        | P1         | T3        | 0   | B         | 20          |
        """,
    )
    assert found["message"].to_list() == ["lesions: 3 target lesions in lung by A; at most 2 count"]


def test_an_irradiated_target_must_have_grown_since(beside):
    beside(
        irradiated_targets,
        lesions="""
        | lesion_id | role       | previously_irradiated | progressed_since_irradiation | expected          |
        | T1        | target     | yes                   | yes                          |                   |
        | T2        | target     | yes                   | no                           | target-irradiated |
        | T3        | target     | yes                   |                              | target-irradiated |
        | T4        | target     | no                    |                              |                   |
        | T5        | target     |                       |                              |                   |
        | NT1       | non-target | yes                   |                              |                   |
        """,
    )
