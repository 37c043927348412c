"""Subsets of lesions: P1, each subset by its own nadir, off-target and mixed response."""

import polars as pl
import pytest

from headway.derive.response import (
    off_target_responses,
    subset_best_responses,
    subset_responses,
    with_prior_role,
)
from headway.record.derived.response import OffTargetResponses, SubsetBestResponses, SubsetResponses
from tests.derive.response.examples import Example, example

P1 = """
    lesion | role        | 0  | 56 | 112
    T1     | target      | 30 | 12 | 10
    T2     | target      | 40 | 30 | 24
    N1     | target node | 20 | 24 | 26
    """


def irradiated(**roles: str) -> pl.LazyFrame:
    rows = [("P1", "RT1", lesion, role) for lesion, role in roles.items()]
    return pl.LazyFrame(rows, ["patient_id", "course_id", "lesion_id", "role"], orient="row")


def by_subset(patient: Example, treated: pl.LazyFrame) -> dict[str, list[str]]:
    found = subset_responses(*patient.tables, treated).collect()
    SubsetResponses.validate(found)
    grouped = found.group_by("subset").agg(pl.col("response").sort_by("day"))
    return dict(grouped.iter_rows())


def best_of(patient: Example, treated: pl.LazyFrame) -> pl.LazyFrame:
    best = subset_best_responses(subset_responses(*patient.tables, treated), patient.start)
    SubsetBestResponses.validate(best.collect())
    return best


def test_p1_progression_off_target_while_the_whole_body_responds():
    assert by_subset(example(P1), irradiated(T1="SBRT", T2="LDRT")) == {
        "all": ["SD", "PR"],
        "SBRT": ["PR", "PR"],
        "LDRT": ["SD", "PR"],
        "irradiated": ["PR", "PR"],
        "non-irradiated": ["SD", "PD"],
    }


def test_p1_sums_of_each_subset():
    found = subset_responses(*example(P1).tables, irradiated(T1="SBRT", T2="LDRT")).collect()
    sums = found.sort("subset", "day").select("subset", "day", "baseline_sum_mm", "sum_mm", "nadir_mm").rows()
    assert [row for row in sums if row[0] == "non-irradiated"] == [
        ("non-irradiated", 56, 20.0, 24.0, 20.0),
        ("non-irradiated", 112, 20.0, 26.0, 20.0),
    ]


@pytest.mark.parametrize(
    ("treated", "expected"), [({"T1": "SBRT"}, False), ({"T1": "SBRT", "T2": "LDRT", "N1": "LDRT"}, True)]
)
def test_r3_1_all_lesions_irradiated_is_flagged_and_the_response_is_of_all(treated, expected):
    found = subset_responses(*example(P1).tables, irradiated(**treated)).collect()
    everything = found.filter(pl.col("subset") == "all")
    assert everything["response"].to_list() == ["SD", "PR"]
    assert everything["all_lesions_irradiated"].to_list() == [expected] * 2


def test_r3_2_a_subset_without_a_target_is_not_assessable():
    treated = irradiated(T1="SBRT", T2="SBRT", N1="SBRT")
    assert by_subset(example(P1), treated)["non-irradiated"] == ["not assessable"] * 2
    best = best_of(example(P1), treated).filter(pl.col("subset") == "non-irradiated").collect()
    assert best["best_response"].to_list() == ["not assessable"]


def test_r3_2_a_new_lesion_is_progression_outside_the_field_only():
    patient = example("""
        lesion | role   | 0  | 56
        T1     | target | 30 | 12
        T2     | target | 40 | 40
        X1     | new    |    | 9
        """)
    assert by_subset(patient, irradiated(T1="SBRT")) == {
        "all": ["PD"],
        "SBRT": ["PR"],
        "irradiated": ["PR"],
        "non-irradiated": ["PD"],
    }


def off_target(table: str, **treated: str) -> tuple:
    found = off_target_responses(best_of(example(table), irradiated(**treated))).collect()
    OffTargetResponses.validate(found)
    return found.select("off_target_response", "mixed_response").row(0)


def test_r3_3_off_target_response():
    assert off_target(P1, N1="LDRT") == (True, False)
    assert off_target(P1, T1="SBRT", T2="LDRT") == (False, False)


def test_r3_5_mixed_response_is_two_steps_apart():
    assert off_target(
        """
        lesion | role   | 0  | 56
        T1     | target | 30 | 12
        T2     | target | 40 | 60
        """,
        T1="SBRT",
    ) == (False, True)


def test_off_target_needs_a_lesion_outside_the_field():
    assert off_target(P1, T1="SBRT", T2="SBRT", N1="SBRT") == (None, None)


def test_r1_4_a_lesion_irradiated_before_baseline_only_is_prior():
    patient = example(P1)
    courses = pl.LazyFrame(
        {
            "patient_id": ["P1", "P1"],
            "course_id": ["RT0", "RT1"],
            "start_day": [-90, 3],
            "end_day": [-80, None],
        }
    )
    treated = pl.LazyFrame(
        {
            "patient_id": ["P1"] * 2,
            "course_id": ["RT0", "RT1"],
            "lesion_id": ["T1", "T2"],
            "role": ["SBRT", "LDRT"],
        }
    )
    roles = with_prior_role(treated, courses, patient.lesions, patient.measurements, patient.start)
    assert roles.collect()["role"].to_list() == ["PRIOR", "LDRT"]
    assert set(by_subset(patient, roles)) == {"all", "LDRT", "irradiated", "non-irradiated"}
