"""What holds for the lines of every cohort."""

from dataclasses import replace
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from headway.derive.lines import HNSCC, MENG_2021, LinesOfTherapy, investigator_lines, lines_of_therapy
from headway.derive.lines.settings import CYTOTOXIC
from headway.derive.resistance import drug_resistance, pd1_resistance
from headway.derive.roles import line_roles, roles
from headway.record.derived.lines import LineDoses, LineDrugs, LineRoles, Lines, Roles, UnusedDrugs
from headway.record.findings import ROW
from tests.derive.lines.examples import derived
from tests.derive.lines.random_drugs import Cohort, cohort, cohorts

BY = ["rules", "rules", "rules", "meng", "investigator"]
few = settings(max_examples=15)  # each of up to forty patients
TABLES = {"lines": Lines, "drugs": LineDrugs, "doses": LineDoses, "unused": UnusedDrugs}


def counted(made: Cohort, by: str = "rules", **options) -> LinesOfTherapy:
    if by == "investigator":
        return investigator_lines(*made.frames, time="days", **options)
    return lines_of_therapy(*made.frames, MENG_2021 if by == "meng" else HNSCC, time="days", **options)


def everything(made: Cohort, by: str) -> dict[str, pl.DataFrame]:
    """All tables that follow from the lines."""
    found = counted(made, by)
    responses = made.progressions.lazy().with_columns(response=pl.lit("PD"))
    roled = line_roles(found)
    return {
        **{name: getattr(found, name).collect() for name in TABLES},
        "line_roles": roled.collect(),
        "roles": roles(roled, made.patients.lazy()).collect(),
        "resistance": drug_resistance(found, made.patients.lazy(), made.progressions.lazy()).collect(),
        "pd1": pd1_resistance(found, responses).collect(),
    }


@few
@given(cohorts(), st.sampled_from(BY))
def test_every_drug_row_is_in_exactly_one_line_or_in_the_unused_table(made, by):
    found = counted(made, by)
    placed = found.doses.filter(~pl.col("carried_over")).select(ROW)
    rows = pl.concat([placed, found.unused.select(ROW)]).collect()
    assert sorted(rows["source_line"]) == sorted(made.drugs["source_line"])


@few
@given(cohorts(), st.sampled_from(BY))
def test_lines_of_a_patient_never_overlap_and_are_numbered_in_order(made, by):
    lines = counted(made, by, cutoff_day=400).lines.collect()
    before = pl.col("end_day").shift(1).over("patient_id")
    assert lines.filter(pl.col("start_day") <= before).is_empty()
    assert (lines["start_day"] <= lines["last_dose_day"]).all()
    assert (lines["last_dose_day"] <= lines["end_day"]).all()
    if by != "investigator":
        numbers = lines.group_by("patient_id").agg(pl.col("line"), n=pl.len())
        assert all(row == list(range(1, n + 1)) for row, n in numbers.select("line", "n").rows())


@few
@given(cohorts(), st.sampled_from(BY), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(made, by, random):
    order = list(range(made.drugs.height))
    random.shuffle(order)
    shuffled = replace(made, drugs=made.drugs[order], progressions=made.progressions.reverse())
    one, other = everything(made, by), everything(shuffled, by)
    for name in one:
        assert_frame_equal(one[name], other[name], check_row_order=name != "unused")


@few
@given(cohorts(), st.sampled_from(BY))
def test_one_patient_does_not_change_another(made, by):
    """The first alone, and the others with half of their neighbours gone."""
    all_of_them = everything(made, by)
    first, *others = made.patients["patient_id"].to_list() or [None]
    for names in ([first], others[::2], others[1::2]):
        theirs = pl.col("patient_id").is_in(names)
        own = Cohort(*(t.filter(theirs) for t in (made.drugs, made.patients, made.progressions)))
        for table, rows in everything(own, by).items():
            assert_frame_equal(rows, all_of_them[table].filter(theirs))


@pytest.mark.parametrize("by", sorted(set(BY)))
def test_nobody_gives_empty_tables(by):
    for name, table in everything(cohort(0, 0), by).items():
        assert table.is_empty(), name


@few
@given(cohorts())
def test_every_table_is_as_declared(made):
    tables = everything(made, "rules")
    for name, schema in {**TABLES, "line_roles": LineRoles, "roles": Roles}.items():
        schema.validate(tables[name], cast=False)


@few
@given(cohorts())
def test_every_line_has_a_reason_a_regimen_and_a_setting(made):
    lines = counted(made).lines.collect()
    assert lines.select(pl.col("reason", "regimen", "setting_basis", "ended_by").is_null().any()).row(0) == (
        False, False, False, False,
    )  # fmt: skip


@few
@given(cohorts(), st.integers(-50, 500))
def test_r5_2_nothing_after_the_cut_off_counts(made, cutoff_day):
    known = pl.col("start_day").is_null() | (pl.col("start_day") <= cutoff_day)
    until = Cohort(
        made.drugs.filter(known), made.patients, made.progressions.filter(pl.col("day") <= cutoff_day)
    )
    one, other = (counted(c, cutoff_day=cutoff_day).lines.collect() for c in (made, until))
    assert_frame_equal(one, other)


SPLIT_DAYS = st.lists(st.integers(0, 200), min_size=1, max_size=6, unique=True)
SPLITS = st.tuples(
    SPLIT_DAYS, st.sampled_from(["pembrolizumab", "cisplatin", "cetuximab"]), st.integers(0, 250)
)


@settings(max_examples=10)
@given(st.lists(SPLITS, min_size=1, max_size=20))
def test_a_drug_split_into_consecutive_rows_gives_the_same_lines_as_one_interval(splits):
    header = "| patient_id | drug | start_day | end_day |"
    whole, parts = [header], [header]
    patients = ["| patient_id | recurrent_metastatic_day |"]
    for number, (cuts, drug, other_day) in enumerate(splits):
        other = f"| P{number} | afatinib | {other_day} | |"
        whole += [f"| P{number} | {drug} | 0 | 200 |", other]
        bounds = pairwise(sorted({0, *cuts, 201}))
        parts += [*(f"| P{number} | {drug} | {a} | {b - 1} |" for a, b in bounds), other]
        patients.append(f"| P{number} | 0 |")
    # With overlap_days, the end of an interval that runs on for less than that is a blurred end.
    rules = replace(HNSCC, overlap_days=1)
    shown = ["patient_id", "setting", "regimen", "drugs", "start_day", "last_dose_day", "end_day"]
    one, split = (
        derived("\n".join(rows), patients="\n".join(patients), rules=rules).lines.select(shown).collect()
        for rows in (whole, parts)
    )
    assert one["patient_id"].n_unique() == len(splits)
    assert_frame_equal(one, split)


def test_the_cytotoxic_classes_are_in_the_drug_table():
    assert set(CYTOTOXIC) == {"platinum", "taxane", "antimetabolite", "cytotoxic other"}
