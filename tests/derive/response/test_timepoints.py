"""Time points: the tables T1 to T9 and U1 to U5, new lesions, readers, baseline, and what always holds."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.derive.response import RECIST_1_1, timepoint_responses, with_reasons
from headway.derive.response.overall import overall_response
from headway.record.columns import empty
from headway.record.derived.response import TimepointResponses
from headway.record.tables.disease import Assessments
from tests.derive.response.examples import (
    ASSESSMENTS,
    LESIONS,
    MEASUREMENTS,
    START,
    Example,
    by_day,
    example,
    together,
)
from tests.derive.response.worked import WORKED

NN = "NON-CR/NON-PD"
NON_TARGET = [None, "CR", NN, "NE", "PD"]
# Target response by non-target response, no new lesion.
CELLS = {
    "CR": ["CR", "CR", "PR", "PR", "PD"],
    "PR": ["PR", "PR", "PR", "PR", "PD"],
    "SD": ["SD", "SD", "SD", "SD", "PD"],
    "NE": ["NE", "NE", "NE", "NE", "PD"],
    "PD": ["PD", "PD", "PD", "PD", "PD"],
}


def combined(target: str | None, non_target: str | None, new_lesions: int) -> str:
    types = {"target": pl.String, "non_target": pl.String, "new_lesions": pl.UInt32}
    parts = pl.DataFrame([(target, non_target, new_lesions)], types, orient="row")
    return parts.select(overall_response("target", "non_target")).item()


@pytest.mark.parametrize("target", CELLS)
@pytest.mark.parametrize("column", range(5))
def test_t1_to_t8_target_by_non_target(target, column):
    assert combined(target, NON_TARGET[column], 0) == CELLS[target][column]


@pytest.mark.parametrize("target", CELLS)
@pytest.mark.parametrize("non_target", NON_TARGET)
def test_t9_a_new_lesion_is_progression_whatever_the_rest(target, non_target):
    assert combined(target, non_target, 1) == "PD"


@pytest.mark.parametrize(
    ("non_target", "new_lesions", "expected"),
    [
        pytest.param("CR", 0, "CR", id="U1"),
        pytest.param(NN, 0, NN, id="U2"),
        pytest.param("NE", 0, "NE", id="U3"),
        pytest.param("PD", 0, "PD", id="U4"),
        pytest.param("CR", 1, "PD", id="U5"),
        pytest.param(NN, 1, "PD", id="U5"),
        pytest.param("NE", 1, "PD", id="U5"),
        pytest.param(None, 0, "NE", id="no lesion at all"),
        pytest.param(None, 1, "PD", id="no lesion before"),
    ],
)
def test_u1_to_u5_non_target_disease_only(non_target, new_lesions, expected):
    assert combined(None, non_target, new_lesions) == expected


def same(table: str, **settings) -> None:
    patient = example(table)
    rules = replace(RECIST_1_1, **settings)
    assert by_day(timepoint_responses(*patient.tables, rules)) == patient.expected["response"]


def test_r1_14_a_missed_scan_is_no_time_point_and_a_done_one_without_sizes_is_not_evaluable():
    patient = example("""
        lesion | role   | 0  | 56
        T1     | target | 50 | 40
        """)
    visits = [("P1", 112, "investigator", False, None), ("P1", 168, "investigator", True, None)]
    visits += [("P1", 224, None, None, None), ("P1", 280, "central", None, None)]
    assessments = pl.LazyFrame(visits, ASSESSMENTS, orient="row")
    found = timepoint_responses(patient.lesions, patient.measurements, assessments, patient.start)
    assert found.select("evaluator", "day", "response").collect().rows() == [
        ("central", 224, "NE"),
        ("central", 280, "NE"),
        ("investigator", 56, "SD"),
        ("investigator", 168, "NE"),
        ("investigator", 224, "NE"),
    ]


def test_r1_15_partial_response_persists_if_the_study_says_so():
    table = """
        lesion | role   | 0   | 56 | 112 | 168 | 224 | 280
        T1     | target | 100 | 70 | 70  | 80  | 80  | 80
        response        |     | PR | PR  | {0} | {0} | {0}
        """
    same(table.format("SD"))
    same(table.format("PR"), pr_persistence="eortc")


def test_r1_15_progression_ends_the_persistence():
    same(
        """
        lesion | role   | 0   | 56 | 112 | 168 | 224
        T1     | target | 100 | 70 | 75  | 84  | 80
        response        |     | PR | PR  | PD  | SD
        """,
        pr_persistence="eortc",
    )


def test_r1_16_complete_response_with_ne_between_still_counts_as_before():
    same("""
        lesion | role   | 0  | 56 | 91 | 147
        T1     | target | 25 | 0  | -  | 3
        response        |    | CR | NE | PD
        """)


def test_r1_16_a_lesion_back_without_a_complete_response_is_judged_by_its_size():
    same("""
        lesion | role   | 0  | 56 | 91
        T1     | target | 25 | 0  | 4
        T2     | target | 60 | 30 | 30
        response        |    | PR | PR
        """)


def test_r1_16_by_size_a_lesion_back_is_judged_by_the_numbers_alone():
    same(
        """
        lesion | role       | 0       | 56     | 91     | 147     | 203
        T1     | target     | 25      | 0      | 4.95   | 4.95    | 5
        L1     | non-target | present | absent | absent | present | absent
        response            |         | CR     | PR     | PR      | PD
        """,
        reappearance="by size",
    )


def test_by_size_nothing_is_called_back():
    patient = example("""
        lesion | role        | 0  | 56 | 112
        T1     | target node | 20 | 8  | 12
        L1     | non-target  | present | absent | present
        """)
    rules = replace(RECIST_1_1, reappearance="by size")
    found = timepoint_responses(*patient.tables, rules).collect()
    flags = ["needs_review", "target_reappeared", "non_target_reappeared"]
    assert found.select("after_complete_response", *flags).rows()[1] == (True, False, False, False)


def test_r1_16_a_non_target_lesion_back_after_complete_response():
    same("""
        lesion | role       | 0       | 56     | 91
        T1     | target     | 25      | 0      | 0
        L1     | non-target | present | absent | present
        response            |         | CR     | PD
        """)


def test_r1_17_a_node_back_alone_is_marked_for_review():
    patient = example("""
        lesion | role        | 0  | 56 | 112
        T1     | target      | 20 | 0  | 0
        N1     | target node | 20 | 8  | 10
        """)
    found = timepoint_responses(*patient.tables).collect()
    assert found.select("response", "needs_review").rows() == [("CR", False), ("PD", True)]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ("absent", "CR"),
        ("0", "CR"),
        ("present", NN),
        ("increased", NN),
        ("equivocal", NN),
        ("12", NN),
        ("unequivocal progression", "PD"),
        ("-", "NE"),
        ("", "NE"),
    ],
)
def test_non_target_response(seen, expected):
    patient = example(f"""
        lesion | role       | 0       | 56
        L1     | non-target | present | {seen}
        L2     | non-target | present | absent
        """)
    assert by_day(timepoint_responses(*patient.tables), "non_target_response") == {56: expected}


def test_a_non_target_node_under_10_mm_is_gone():
    same("""
        lesion | role            | 0  | 56  | 112
        N1     | non-target node | 14 | 9.9 | 10
        response                 |    | CR  | NON-CR/NON-PD
        """)


def test_r1_20_a_new_lesion_counts_from_its_scan_on():
    same("""
        lesion | role   | 0  | 56 | 112    | 168
        T1     | target | 50 | 50 | 50     | 50
        X1     | new    |    |    | 4      | absent
        response        |    | SD | PD     | PD
        """)


def test_r1_21_an_equivocal_lesion_that_is_never_confirmed_does_not_count():
    same("""
        lesion | role   | 0  | 56          | 112       | 168
        T1     | target | 50 | 50          | 50        | 50
        X1     | new    |    | 6 equivocal | equivocal | absent
        response        |    | SD          | SD        | SD
        """)


def test_new_lesions_are_counted():
    patient = example("""
        lesion | role   | 0  | 56          | 112     | 168
        T1     | target | 50 | 50          | 50      | 50
        X1     | new    |    | 6 equivocal | 7       | 8
        X2     | new    |    | absent      | present | present
        X3     | new    |    |             | -       | 0
        """)
    found = timepoint_responses(*patient.tables).collect()
    assert found["new_lesions"].to_list() == [1, 2, 2]
    assert found["new_lesions_appeared"].to_list() == [1, 1, 0]


def test_baseline_is_the_last_size_by_the_start_day_of_each_lesion():
    patient = example(
        """
        lesion | role   | -20 | -3 | 0 | 56
        T1     | target | 40  | 44 |   | 40
        N1     | target | 20  |    |   | 20
        """
    )
    found = timepoint_responses(*patient.tables).collect()
    assert found.select("baseline_day", "baseline_sum_mm", "sum_mm").rows() == [(-3, 64.0, 60.0)]


@pytest.mark.parametrize("start_day", [None, -5])
def test_baseline_is_the_first_measured_day_where_nothing_lies_before_start(start_day):
    patient = example(
        """
        lesion | role   | 0  | 7  | 56
        T1     | target | 40 | 41 | 30
        T2     | target |    | 20 | 20
        """,
        start_day=start_day,
    )
    found = timepoint_responses(*patient.tables).collect()
    assert found.select("day", "targets", "baseline_day", "baseline_sum_mm").rows() == [
        (7, 1, 0, 40.0),
        (56, 1, 0, 40.0),
    ]


def test_without_targets_baseline_is_the_last_scan_by_start():
    patient = example("""
        lesion | role       | -20     | -2      | 30
        L1     | non-target | present | present | present
        """)
    assert timepoint_responses(*patient.tables).collect().select("day", "baseline_day").rows() == [(30, -2)]


def test_two_readers_are_never_mixed():
    one = example("""
        lesion | role   | 0  | 56
        T1     | target | 50 | 30
        """)
    other = example(
        """
        lesion | role   | 0  | 56
        T1     | target | 50 | 60
        """,
        reader=None,
    )
    both = pl.concat([one.measurements, other.measurements])
    found = timepoint_responses(one.lesions, both, one.assessments, one.start).collect()
    assert found.select("evaluator", "response").rows() == [("investigator", "PR"), ("not stated", "PD")]


def test_a_lesion_that_names_a_reader_is_that_readers_alone():
    patient = example("""
        lesion | role   | 0  | 56
        T1     | target | 50 | 30
        T2     | target | 50 | 60
        """)
    owners = pl.when(pl.col("lesion_id") == "T2").then(pl.lit("central"))
    found = timepoint_responses(patient.lesions.with_columns(evaluator=owners), *patient.tables[1:]).collect()
    assert found.select("evaluator", "targets", "response").rows() == [("investigator", 1, "PR")]


def test_an_unnamed_measurement_is_of_the_reader_whom_its_lesion_names():
    patient = example(
        """
        lesion | role   | 0  | 56
        T1     | target | 50 | 30
        """,
        reader=None,
    )
    lesions = patient.lesions.with_columns(evaluator=pl.lit("central"))
    found = timepoint_responses(lesions, *patient.tables[1:]).collect()
    assert found.select("evaluator", "response").rows() == [("central", "PR")]


def test_what_the_reader_says_himself_comes_before_an_unnamed_measurement():
    unnamed, own = (
        example(
            f"""
            lesion | role   | 0  | 56
            T1     | target | 50 | {size}
            """,
            reader=reader,
        )
        for reader, size in ((None, 70), ("central", 30))
    )
    lesions = own.lesions.with_columns(evaluator=pl.lit("central"))
    both = pl.concat([unnamed.measurements, own.measurements])
    found = timepoint_responses(lesions, both, own.assessments, own.start).collect()
    assert found.select("evaluator", "sum_mm").rows() == [("central", 30.0)]


def test_no_scan_by_the_start_day_is_a_time_point():
    patient = example("""
        lesion | role       | -20     | -3      | 0 | 56
        T1     | target     | 40      |         |   | 40
        L1     | non-target |         | present |   | present
        X1     | new        |         | 8       | 8 | absent
        response            |         |         |   | SD
        """)
    found = timepoint_responses(*patient.tables)
    assert by_day(found) == patient.expected["response"]
    assert found.collect().select("baseline_day", "non_target_response").row(0) == (-20, NN)


def by_two_readers(one: str, other: str) -> Example:
    """Two tables of the same lesions, which name nobody: the investigator's and the central reader's."""
    mine, theirs = example(one), example(other, reader="central")
    lesions = pl.concat([mine.lesions, theirs.lesions]).unique(maintain_order=True)
    measurements = pl.concat([mine.measurements, theirs.measurements])
    return Example(lesions, measurements, mine.assessments, mine.start, mine.expected | theirs.expected)


def test_a_lesion_of_nobody_belongs_to_who_has_a_row_for_it_at_baseline():
    patient = by_two_readers(
        """
        lesion | role       | 0       | 56      | 112
        T1     | target     | 25      | 0       | 0
        L1     | non-target | present | present | absent
        investigator        |         | PR      | CR
        """,
        """
        lesion | role       | 0       | 56      | 112
        T1     | target     | 25      | 0       | 0
        L1     | non-target |         |         | present
        central             |         | CR      | CR
        """,
    )
    found = timepoint_responses(*patient.tables)
    for reader in ("investigator", "central"):
        assert by_day(found.filter(evaluator=reader)) == patient.expected[reader]


def test_a_lesion_of_nobody_belongs_to_the_only_reader_and_a_later_one_takes_none_of_his():
    alone = """
        lesion | role       | 0       | 56      | 112
        T1     | target     | 25      | 0       | 0
        L1     | non-target |         |         | absent
        response            |         | PR      | CR
        """
    same(alone)
    patient = by_two_readers(
        alone,
        """
        lesion | role       | 56      | 112
        T1     | target     | 25      | 0
        L1     | non-target |         | present
        """,
    )
    found = timepoint_responses(*patient.tables)
    assert by_day(found.filter(evaluator="investigator")) == patient.expected["response"]
    assert by_day(found.filter(evaluator="central")) == {112: "CR"}


def test_reasons_name_the_rule_and_the_numbers():
    patient = example(WORKED["W1 progression from the nadir, still below baseline"][0])
    days = pl.col("day") + 19_700
    measurements = patient.measurements.with_columns(day=days)
    start = patient.start.with_columns(start_day=pl.lit(19_700))
    found = timepoint_responses(patient.lesions, measurements, patient.assessments, start).collect()
    assert found["reason"].to_list() == [
        "PR: target sum 62.0 mm is 28.0 mm (31.1 %) below the baseline of 90.0 mm (T4)",
        "PR: target sum 54.0 mm is 36.0 mm (40.0 %) below the baseline of 90.0 mm (T4)",
        "PD: target sum 67.0 mm is 13.0 mm (24.1 %) above the nadir of 54.0 mm on 2024-03-30 (T7)",
    ]


@pytest.mark.parametrize(
    ("name", "day", "reason"),
    [
        ("W2", 112, "SD: target sum 21.0 mm is 3.0 mm (12.5 %) below the baseline of 24.0 mm and "
         "4.0 mm above the nadir of 17.0 mm on day 56 (T5)"),
        ("W4 ", 168, "PD: a target node is 10 mm or more after CR, to be imaged again, "
         "target sum 20.0 mm, R1.17 (T7)"),
        ("W5", 56, "NE: only 2 of 3 targets measured, R1.12 (T6)"),
        ("W5", 112, "PD: the 2 of 3 targets measured sum to 80.0 mm, already 30.0 mm above "
         "the nadir of 50.0 mm on day 0, R1.12 (T7)"),
        ("W6", 56, "PR: every target is gone (nodes under 10 mm), target sum 8.0 mm; "
         "a non-target lesion persists (T2)"),
        ("W7", 147, "PD: a target lesion is back after CR, target sum 6.0 mm, R1.16 (T7)"),
        ("W9", 84, "PD: 1 new lesion (T9)"),
        ("W16", 112, "PD: unequivocal progression of a non-target lesion (T8)"),
        ("W20", 56, "NON-CR/NON-PD: a non-target lesion persists (U2)"),
    ],
)  # fmt: skip
def test_reasons_by_cause(name, day, reason):
    table = next(WORKED[full][0] for full in WORKED if full.startswith(name))
    found = timepoint_responses(*example(table).tables, time="days")
    assert by_day(found, "reason")[day] == reason


def test_reasons_may_be_added_later():
    patient = example(WORKED["W1 progression from the nadir, still below baseline"][0])
    core = timepoint_responses(*patient.tables, reasons=False)
    assert core.collect()["reason"].to_list() == ["", "", ""]
    assert (
        with_reasons(core, "days")
        .collect()
        .equals(timepoint_responses(*patient.tables, time="days").collect())
    )


def test_empty_tables_are_fine():
    nothing = [pl.LazyFrame(schema=schema) for schema in (LESIONS, MEASUREMENTS, ASSESSMENTS, START)]
    found = timepoint_responses(*nothing).collect()
    assert found.height == 0
    TimepointResponses.validate(found)


cells = st.sampled_from(["", "-", "0", "3", "9", "10", "20", "27", "30", "36", "60", "too small to measure"])
non_target_cells = st.sampled_from(["", "-", "present", "absent", "unequivocal progression"])
new_cells = st.sampled_from(["", "", "-", "absent", "5", "equivocal", "present"])


@st.composite
def patients(draw, patient: str = "P1", scans: int = 4) -> Example:
    """A patient with two targets, a node, a non-target and a new lesion, seen every eight weeks."""

    def line(name: str, role: str, first: str, of: st.SearchStrategy[str]) -> str:
        return " | ".join([name, role, first, *(draw(of) for _ in range(scans))])

    lines = [
        " | ".join(["lesion", "role", *(str(56 * scan) for scan in range(scans + 1))]),
        line("T1", "target", "30", cells),
        line("T2", "target", draw(cells), cells),
        line("N1", "target node", "18", cells),
    ]
    if draw(st.booleans()):
        lines.append(line("L1", "non-target", "present", non_target_cells))
    lines.append(line("X1", "new", "", new_cells))
    return example("\n".join(lines), patient=patient)


@st.composite
def cohorts(draw) -> Example:
    """Up to eight of them in one set of tables, for a plan of polars costs as much for one."""
    return together(*(draw(patients(f"P{number}")) for number in range(draw(st.integers(1, 8)))))


@given(cohorts(), st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_row_order_does_not_matter(cohort, random):
    rows = list(range(cohort.measurements.collect().height))
    random.shuffle(rows)
    shuffled = cohort.measurements.collect()[rows].lazy()
    expected = timepoint_responses(*cohort.tables).collect()
    lesions = cohort.lesions.reverse()
    assert timepoint_responses(lesions, shuffled, *cohort.tables[2:]).collect().equals(expected)
    TimepointResponses.validate(expected)


@given(st.lists(patients("P"), min_size=2, max_size=6))
@settings(max_examples=15, deadline=None)
def test_one_patient_does_not_change_another(seen):
    def named(patient: Example, name: str) -> Example:
        tables = (table.with_columns(patient_id=pl.lit(name)) for table in patient.tables)
        return Example(*tables, expected={})

    everyone = [named(patient, f"P{number}") for number, patient in enumerate(seen)]
    found = timepoint_responses(*together(*everyone).tables).collect()
    for some in (everyone[:1], everyone[1:]):
        apart = timepoint_responses(*together(*some).tables).collect()
        assert found.join(apart, on="patient_id", how="semi", maintain_order="left").equals(apart)


def read_until(patients: Example, day: int) -> pl.DataFrame:
    """What is said of the days before this one by who knows only them; equivocal lesions left aside."""
    known = patients.measurements.filter(pl.col("day") < day, pl.col("status").ne_missing("equivocal"))
    found = timepoint_responses(patients.lesions, known, *patients.tables[2:]).filter(pl.col("day") < 168)
    return found.select(
        "patient_id", "evaluator", "day", "response", "target_response", "nadir_mm", "new_lesions"
    ).collect()


@given(cohorts())
@settings(max_examples=15, deadline=None)
def test_a_later_scan_changes_nothing_earlier_but_equivocal_lesions(cohort):
    assert read_until(cohort, 168).equals(read_until(cohort, 300))


@st.composite
def read_twice(draw, patient: str) -> Example:
    """A patient whom two readers saw; each lesion is one's or nobody's."""
    one, other = draw(patients(patient)), draw(patients(patient))
    owners = draw(st.lists(st.sampled_from([None, "investigator", "central"]), min_size=1))
    lesions = pl.concat([one.lesions, other.lesions]).unique("lesion_id", maintain_order=True).collect()
    owner = pl.Series((owners * 5)[: lesions.height], dtype=pl.String)
    # T1 stays everybody's: who has no target at baseline may get one, and another baseline, later.
    named = lesions.with_columns(evaluator=pl.when(pl.col("lesion_id") != "T1").then(owner))
    central = other.measurements.with_columns(evaluator=pl.lit("central"))
    return Example(
        named.lazy(), pl.concat([one.measurements, central]), one.assessments, one.start, expected={}
    )


@given(st.tuples(*(read_twice(f"P{number}") for number in range(5))))
@settings(max_examples=20, deadline=None)
def test_a_later_scan_changes_nothing_earlier_with_two_readers_and_lesions_of_nobody(seen):
    both = together(*seen)
    assert read_until(both, 168).equals(read_until(both, 300))


def test_r1_20_a_lesion_that_an_earlier_line_brought_is_not_new_in_the_next():
    lesions = pl.LazyFrame({"patient_id": ["P"] * 2, "lesion_id": ["T", "L"], "role": ["target", "new"],
                            "evaluator": [None, None], "lymph_node": [False, False]},
                           schema_overrides={"evaluator": pl.String})  # fmt: skip
    days = [0, 0, 100, 100, 160, 160]
    measured = pl.LazyFrame({"patient_id": ["P"] * 6, "lesion_id": ["T", "L"] * 3,
                             "evaluator": ["reader"] * 6, "day": days,
                             "diameter_mm": [30.0, None, 20.0, 12.0, 20.0, 12.0],
                             "status": [None, "absent"] + ["present"] * 4})  # fmt: skip
    scans = empty(Assessments).lazy()
    for start, expected in [(0, [(100, "PD"), (160, "PD")]), (100, [(160, "SD")])]:
        zero = pl.LazyFrame({"patient_id": ["P"], "start_day": [start]})
        judged = timepoint_responses(lesions, measured, scans, zero, time="days").collect()
        assert judged.select("day", "response").rows() == expected
