"""Exposure to classes of drugs over the R/M setting (R4.17)."""

import polars as pl
import pytest
from hypothesis import given, settings

from headway.derive.exposure import cumulative_exposure, dose_intensity, drug_exposures, line_exposure
from headway.derive.lines import lines_of_therapy
from tests.derive.lines.examples import derived, patient_rows
from tests.derive.lines.random_drugs import cohort as random_cohort
from tests.derive.lines.random_drugs import cohorts

ICI, EGFR = "immune checkpoint inhibitor", "anti-EGFR antibody"


def exposure(found, patients="| patient_id |\n| P1 |") -> dict[str, tuple]:
    rows = cumulative_exposure(found, patient_rows(patients).lazy()).collect()
    columns = ["exposed", "lines", "span_days", "gap_excluded_days", "dose_days"]
    return {row["drugs"]: tuple(row[c] for c in columns) for row in rows.iter_rows(named=True)}


def test_r4_17_span_gaps_excluded_and_doses():
    found = derived("""
        | drug      | start_day | every | until |
        | nivolumab | 0         | 14    | 28    |
        | nivolumab | 130       | 14    | 130   |
        | cetuximab | 200       | 7     | 214   |
        """)
    assert exposure(found) == {
        # Days 0 to 143; 0 to 41 and 130 to 143; four doses of 14 days.
        ICI: (True, 1, 144, 56, 56),
        EGFR: (True, 1, 21, 21, 21),
    }


def test_r4_17_who_was_never_exposed_stays_in_the_table():
    assert exposure(derived("| drug | start_day |\n| methotrexate | 0 |")) == {
        ICI: (False, 0, 0, 0, 0),
        EGFR: (False, 0, 0, 0, 0),
    }


def test_r4_17_classes_given_together_both_count_the_line():
    found = derived("""
        | drug          | start_day | every | until |
        | pembrolizumab | 0         | 21    | 63    |
        | cetuximab     | 0         | 7     | 21    |
        """)
    assert exposure(found) == {ICI: (True, 1, 84, 84, 84), EGFR: (True, 1, 84, 28, 28)}


def test_r4_17_curative_lines_are_left_out_and_lines_add_up():
    found = derived(
        """
        | drug      | start_day | intent     |
        | cetuximab | -200      | concurrent |
        | cetuximab | 0         | palliative |
        | nivolumab | 60        | palliative |
        | cetuximab | 120       | palliative |
        """,
        pd=[50, 110],
    )
    assert exposure(found)[EGFR] == (True, 2, 14, 14, 14)


def test_r4_17_an_interval_stands_for_a_dose_each_cycle():
    found = derived("| drug | start_day | end_day |\n| nivolumab | 0 | 28 |")
    assert exposure(found)[ICI] == (True, 1, 42, 42, 42)


def test_r4_17_overlapping_doses_are_covered_once():
    found = derived("| drug | start_day |\n| nivolumab | 0 |\n| nivolumab | 7 |")
    assert exposure(found)[ICI] == (True, 1, 21, 21, 28)


def test_groups_are_the_studys():
    found = derived("| drug | start_day |\n| methotrexate | 0 |")
    rows = line_exposure(found, {"chemotherapy": ["antimetabolite", "taxane"]}).collect()
    assert rows.select("drugs", "span_days").rows() == [("chemotherapy", 7)]


def test_dose_intensity_where_doses_are_there():
    found = derived("""
        | drug      | start_day | dose | dose_unit |
        | cetuximab | 0         | 400  | mg/m2     |
        | cetuximab | 7         | 250  | mg/m2     |
        | cetuximab | 21        | 250  | mg/m2     |
        | cetuximab | 28        |      |           |
        """)
    row = dose_intensity(found).collect().row(0, named=True)
    assert (row["doses"], row["doses_not_known"], row["total_dose"]) == (3, 1, 900.0)
    assert row["dose_per_week"] == pytest.approx(900 / 4)


def test_drug_exposures_name_the_class():
    rows = pl.LazyFrame({"drug": ["cetuximab", "xyz-1"], "start_day": [0, 0], "end_day": [6, None]})
    told = drug_exposures(rows).collect()
    assert told["drug_class"].to_list() == ["anti-EGFR antibody", "not in the drug table"]
    assert told["days"].to_list() == [7, None]


@settings(max_examples=15)  # each of up to forty patients
@given(cohorts())
def test_r4_17_days_with_a_dose_are_never_more_than_the_span(cohort):
    found = lines_of_therapy(*cohort.frames, time="days")
    rows = line_exposure(found).collect()
    assert (rows["gap_excluded_days"] <= rows["span_days"]).all()
    assert (rows["gap_excluded_days"] > 0).all()


def test_nobody_is_an_empty_table():
    nobody = random_cohort(0, 0)
    found = lines_of_therapy(*nobody.frames)
    assert cumulative_exposure(found, nobody.patients.lazy()).collect().is_empty()
    assert dose_intensity(found).collect().is_empty()
