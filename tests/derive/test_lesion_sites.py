"""The site that a scan shows: of a new lesion seen for the first time, or of all the disease there is."""

import polars as pl

from headway.derive.lesion_sites import SCAN, lesion_sites

LESIONS = """
| patient_id | lesion_id | role   | lymph_node | metastasis |
| a          | T1        | target | no         | no         |
| a          | T2        | target | yes        | no         |
| a          | N1        | new    | no         | yes        |
| a          | U1        | new    |            |            |
"""


def sites(cohort, measurements: str, lesions: str = LESIONS) -> dict[int, str | None]:
    """day: site, of every scan of the one reader."""
    record = cohort(patients="| patient_id |\n| a |", lesions=lesions, measurements=measurements)
    seen = record.table("measurements").with_columns(evaluator=pl.lit("reader"))
    found = lesion_sites(record.table("lesions"), seen, seen.select(SCAN)).collect()
    return dict(found.sort("day").select("day", "site").iter_rows())


def test_disease_of_one_site_tells_it_and_of_two_does_not(cohort):
    measurements = """
        | patient_id | lesion_id | day | diameter_mm | status        |
        | a          | T1        | 10  | 30          |               |
        | a          | T1        | 20  | 30          |               |
        | a          | T2        | 20  | 20          |               |
        | a          | T1        | 30  | 0           |               |
        | a          | T2        | 30  | 20          |               |
        | a          | T1        | 40  |             | not evaluable |
        | a          | T2        | 40  | 20          |               |
    """
    assert sites(cohort, measurements) == {10: "local", 20: None, 30: "regional", 40: "regional"}


def test_a_new_lesion_tells_it_alone_on_the_first_scan_that_shows_it_and_no_later(cohort):
    measurements = """
        | patient_id | lesion_id | day | diameter_mm |
        | a          | T1        | 10  | 30          |
        | a          | N1        | 10  | 12          |
        | a          | T1        | 20  | 30          |
        | a          | N1        | 20  | 12          |
        | a          | T1        | 30  | 0           |
        | a          | N1        | 30  | 12          |
    """
    assert sites(cohort, measurements) == {10: "distant", 20: None, 30: "distant"}


def test_a_lesion_of_unknown_site_leaves_the_site_unknown(cohort):
    measurements = """
        | patient_id | lesion_id | day | diameter_mm |
        | a          | T1        | 10  | 30          |
        | a          | U1        | 10  | 12          |
        | a          | T1        | 20  | 30          |
    """
    assert sites(cohort, measurements) == {10: None, 20: "local"}


def test_a_lesion_that_names_its_reader_is_nobody_elses(cohort):
    lesions = """
        | patient_id | lesion_id | role   | lymph_node | metastasis | evaluator |
        | a          | T1        | target | no         | no         |           |
        | a          | T2        | target | yes        | no         | other     |
    """
    measurements = """
        | patient_id | lesion_id | day | diameter_mm |
        | a          | T1        | 10  | 30          |
        | a          | T2        | 10  | 20          |
    """
    assert sites(cohort, measurements, lesions) == {10: "local"}


def test_only_the_scans_that_are_asked_for_are_told(cohort):
    record = cohort(
        patients="| patient_id |\n| a |",
        lesions=LESIONS,
        measurements="""
        | patient_id | lesion_id | day | diameter_mm |
        | a          | N1        | 10  | 9           |
        | a          | N1        | 20  | 9           |
        """,
    )
    seen = record.table("measurements").with_columns(evaluator=pl.lit("reader"))
    asked = seen.select(SCAN).filter(pl.col("day") == 20)
    assert lesion_sites(record.table("lesions"), seen, asked).collect()["day"].to_list() == [20]
