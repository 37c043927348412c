"""P1 to P11, the other choices of a rule set, and the sites of failure (domain.md 5.2, 5.3)."""

from dataclasses import replace

import polars as pl
import pytest

from headway.derive.anchors import ANCHORS, starts
from headway.derive.endpoints import (
    ADMIRALONCO,
    CLINICAL,
    EMA_2012,
    ENDPOINTS,
    FDA_2018,
    gathered,
    side_by_side,
    time_to_event,
)
from headway.derive.judgements import progressed
from headway.derive.response import best_immune_responses
from headway.record.record import Record
from tests.derive.endpoint_examples import reasons, reported, shown, times


def one_patient(cohort, assessments="", drugs="", *, alive=300, death="") -> Record:
    tables = {
        "patients": f"""
        | patient_id | enrolment_day | last_alive_day | death_day |
        | a          | 0             | {alive}        | {death}   |
        """
    }
    if assessments:
        header = "| patient_id | day | reported_response | criteria | done | evaluator |"
        rows = (row.split() for row in assessments.split(","))
        tables["assessments"] = "\n".join(
            [header, *(f"| a | {r[0]} | {r[1]} | {' '.join(r[2:])} | yes | |" for r in rows)]
        )
    if drugs:
        tables["drugs"] = drugs
    return cohort(**tables)


def test_p1_without_any_measurement_in_the_record_nobody_knows_who_had_a_baseline(cohort):
    record = one_patient(cohort, "56 SD, 112 PD")
    assert shown(record, "PFS", FDA_2018)["a"] == (112, True, "P2")


def test_p1_a_non_target_lesion_alone_is_a_baseline(cohort):
    people = "| patient_id | enrolment_day | last_alive_day |\n| a | 0 | 300 |\n| b | 0 | 300 |"
    record = cohort(
        patients=people,
        lesions="| patient_id | lesion_id | role |\n| a | L1 | non-target |\n| b | L1 | non-target |",
        measurements="""
        | patient_id | lesion_id | day | status  |
        | a          | L1        | -3  | present |
        | a          | L1        | 56  | present |
        | b          | L1        | 56  | present |
        """,
    )
    assert shown(record, "PFS", FDA_2018, from_lesions=True) == {
        "a": (56, False, "P3"),
        "b": (0, False, "P1"),
    }


def test_p2_progression_between_visits_counts_on_its_own_day(cohort):
    record = one_patient(cohort, "56 SD, 90 PD, 112 PD")
    for rules in (FDA_2018, EMA_2012):
        assert shown(record, "PFS", rules)["a"] == (90, True, "P2")


def test_p3_a_scan_that_could_not_be_evaluated_is_no_adequate_assessment(cohort):
    record = one_patient(cohort, "56 SD, 112 NE")
    assert shown(record, "PFS", FDA_2018)["a"] == (56, False, "P3")
    assert shown(record, "PFS", EMA_2012)["a"] == (56, False, "P3")
    assert shown(record, "PFS", ADMIRALONCO)["a"] == (112, False, "P3")


STOPPED = """
| patient_id | drug      | start_day | end_day | intent     | stop_reason |
| a          | nivolumab | 0         | 70      | palliative | {}          |
"""


@pytest.mark.parametrize("reason", ["clinical progression", "progression", "PD"])
def test_p4_a_stop_for_progression_that_no_scan_shows(cohort, reason):
    record = one_patient(cohort, "56 SD", STOPPED.format(reason))
    assert shown(record, "PFS", FDA_2018)["a"] == (56, False, "P4")
    assert shown(record, "PFS", EMA_2012)["a"] == (56, False, "P3")
    assert shown(record, "PFS", CLINICAL)["a"] == (70, True, "P4")


def test_p4_the_next_scan_shows_the_progression_for_which_it_was_stopped(cohort):
    record = one_patient(cohort, "56 SD, 112 PD", STOPPED.format("progression"))
    assert shown(record, "PFS", FDA_2018)["a"] == (112, True, "P2")


@pytest.mark.parametrize(
    ("reason", "fda"),
    [
        ("toxicity", (56, False, "P5")),
        ("patient's wish", (56, False, "P5")),
        ("completed", (180, True, "P2")),
        ("", (180, True, "P2")),
    ],
)
def test_p5_a_stop_for_toxicity_or_another_reason_but_not_as_planned(cohort, reason, fda):
    record = one_patient(cohort, "56 SD, 112 SD, 180 PD", STOPPED.format(reason))
    assert shown(record, "PFS", FDA_2018)["a"] == fda
    assert shown(record, "PFS", EMA_2012)["a"] == (180, True, "P2")


def test_p5_one_drug_dropped_for_toxicity_is_no_stop_of_the_treatment(cohort):
    drugs = """
    | patient_id | drug      | start_day | end_day | intent     | stop_reason |
    | a          | cisplatin | 0         | 40      | palliative | toxicity    |
    | a          | cetuximab | 0         | 200     | palliative |             |
    """
    record = one_patient(cohort, "56 SD, 112 SD, 168 PD", drugs)
    assert shown(record, "PFS", FDA_2018)["a"] == (168, True, "P2")


SWITCHED = """
| patient_id | drug       | start_day | end_day | intent     |
| a          | nivolumab  | 0         | 50      | palliative |
| a          | paclitaxel | {}        | 150     | palliative |
"""


@pytest.mark.parametrize(
    ("day", "fda"), [(90, (56, False, "P6")), (120, (120, True, "P2")), (121, (120, True, "P2"))]
)
def test_p6_new_therapy_censors_only_a_later_progression_r4_12(cohort, day, fda):
    record = one_patient(cohort, "56 SD, 120 PD", SWITCHED.format(day))
    assert shown(record, "PFS", FDA_2018)["a"] == fda
    assert shown(record, "PFS", EMA_2012)["a"] == (120, True, "P2")


def test_p6_the_first_treatment_after_enrolment_is_no_new_therapy_a_much_later_one_is(cohort):
    drugs = "| patient_id | drug | start_day | end_day | intent |\n| a | nivolumab | {} | 260 | palliative |"
    soon = one_patient(cohort, "56 SD, 112 SD, 168 PD", drugs.format(14))
    assert shown(soon, "PFS", FDA_2018)["a"] == (168, True, "P2")
    late = one_patient(cohort, "56 SD, 112 SD, 168 PD", drugs.format(130))
    assert shown(late, "PFS", FDA_2018)["a"] == (112, False, "P6")


def test_p6_a_study_may_count_new_therapy_as_the_event_or_censor_there(cohort):
    record = one_patient(cohort, "56 SD", SWITCHED.format(90))
    event = replace(CLINICAL, name="new therapy counts", new_therapy="event")
    censor = replace(CLINICAL, name="until new therapy", new_therapy="censor")
    assert shown(record, "PFS", event)["a"] == (90, True, "P6")
    assert shown(record, "PFS", censor)["a"] == (90, False, "P6")


def test_p7_and_p8_death_before_and_between_assessments(cohort):
    before = one_patient(cohort, alive=30, death=40)
    between = one_patient(cohort, "56 SD, 112 SD", alive=130, death=140)
    for rules in (FDA_2018, EMA_2012, CLINICAL):
        assert shown(before, "PFS", rules)["a"] == (40, True, "P7")
        assert shown(between, "PFS", rules)["a"] == (140, True, "P8")


@pytest.mark.parametrize(
    ("death", "fda"),
    [(182, (182, True, "P8")), (183, (56, False, "P9"))],  # 126 and 127 days after day 56
)
def test_p9_the_longest_gap_is_twice_interval_and_window(cohort, death, fda):
    record = one_patient(cohort, "56 SD", alive=150, death=death)
    assert shown(record, "PFS", FDA_2018)["a"] == fda
    assert shown(record, "PFS", EMA_2012)["a"] == (death, True, "P8")


def test_p9_the_gap_to_a_progression_is_the_one_before_its_own_scan(cohort):
    record = one_patient(cohort, "56 SD, 190 PD")
    assert shown(record, "PFS", FDA_2018)["a"] == (56, False, "P9")


def test_p9_before_the_first_scan_time_zero_is_the_previous(cohort):
    assert shown(one_patient(cohort, alive=100, death=127), "PFS", FDA_2018)["a"] == (0, False, "P9")
    assert shown(one_patient(cohort, alive=100, death=126), "PFS", FDA_2018)["a"] == (126, True, "P7")


def test_p9_the_study_says_how_often_scans_are_planned(cohort):
    record = one_patient(cohort, "56 SD", alive=150, death=190)
    every_12_weeks = replace(FDA_2018, visit_interval_days=84, visit_window_days=14)
    assert shown(record, "PFS", every_12_weeks)["a"] == (190, True, "P8")


def test_p9_visits_recorded_as_missed_count_however_short_the_gap(cohort):
    record = cohort(
        patients="""
        | patient_id | enrolment_day | last_alive_day | death_day |
        | one        | 0             | 140            | 150       |
        | two        | 0             | 140            | 150       |
        """,
        assessments="""
        | patient_id | day | reported_response | done |
        | one        | 56  | SD                | yes  |
        | one        | 84  |                   | no   |
        | two        | 56  | SD                | yes  |
        | two        | 84  |                   | no   |
        | two        | 112 |                   | no   |
        """,
    )
    assert shown(record, "PFS", FDA_2018) == {"one": (150, True, "P8"), "two": (56, False, "P9")}
    assert reasons(record, "PFS", FDA_2018)["two"] == (
        "P9: censored on day 56: death on day 150 after two missed assessments (2 recorded as missed), "
        "FDA-2018 rules"
    )


def test_p10_lost_to_follow_up(cohort):
    record = one_patient(cohort, "56 SD, 112 SD", alive=120)
    for rules in (FDA_2018, EMA_2012):
        assert shown(record, "PFS", rules)["a"] == (112, False, "P3")
    assert shown(record, "PFS", CLINICAL)["a"] == (120, False, "R5.2")


def test_p11_never_assessed_and_alive(cohort):
    record = one_patient(cohort)
    for rules in (FDA_2018, EMA_2012):
        assert shown(record, "PFS", rules)["a"] == (0, False, "P11")
    assert shown(record, "PFS", CLINICAL)["a"] == (300, False, "R5.2")


def test_r5_2_what_lies_after_the_cut_off_is_not_used(cohort):
    record = one_patient(cohort, "56 SD, 112 SD, 168 PD", alive=190, death=200)
    assert shown(record, "PFS", FDA_2018, cutoff_day=150)["a"] == (112, False, "P3")
    assert shown(record, "PFS", CLINICAL, cutoff_day=150)["a"] == (150, False, "R5.2")


def test_r5_4_radiotherapy_is_no_event_and_censors_only_if_the_study_says_so(cohort):
    record = cohort(
        patients="| patient_id | enrolment_day | last_alive_day |\n| a | 0 | 300 |",
        assessments="| patient_id | day | reported_response |\n| a | 56 | SD |\n| a | 112 | PD |",
        radiotherapy="| patient_id | course_id | start_day | site |\n| a | R1 | 70 | lung |",
    )
    assert shown(record, "PFS", FDA_2018)["a"] == (112, True, "P2")
    until_local = replace(FDA_2018, name="until local therapy", local_therapy="censor")
    assert shown(record, "PFS", until_local)["a"] == (56, False, "R5.4")


def test_tau_ends_follow_up_and_leaves_the_data_alone(cohort):
    two_years = replace(CLINICAL, name="two years", tau_days=730)
    later = one_patient(cohort, "56 SD, 800 PD", alive=900)
    assert shown(later, "PFS", two_years)["a"] == (730, False, "5.1")
    assert shown(later, "OS", two_years)["a"] == (730, False, "5.1")
    on_the_day = one_patient(cohort, alive=700, death=730)
    assert shown(on_the_day, "OS", two_years)["a"] == (730, True, "5.1")


def test_the_source_rows_name_the_scan_that_counts_and_the_death_that_decided(cohort):
    record = one_patient(cohort, "56 SD", alive=150, death=190)
    row = times(record, "PFS", FDA_2018).row(0, named=True)
    assert (row["source_table"], row["source_line"]) == ("assessments", 2)
    assert (row["because_table"], row["because_line"]) == ("patients", 2)
    assert (row["rule_set"], row["cause"]) == ("FDA-2018", None)


def test_r4_12_a_progression_on_time_zero_belongs_to_what_came_before(cohort):
    record = one_patient(cohort, "0 PD, 56 SD")
    assert shown(record, "PFS", FDA_2018)["a"] == (56, False, "P3")
    assert shown(record, "PFS", ADMIRALONCO)["a"] == (0, True, "P2")


def test_all_rule_sets_side_by_side_and_who_changes(cohort):
    record = cohort(
        patients="""
        | patient_id | enrolment_day | last_alive_day | death_day |
        | C1         | 0             | 300            |           |
        | C3         | 0             | 180            | 190       |
        | nobody     |               |                |           |
        """,
        assessments="""
        | patient_id | day | reported_response |
        | C1         | 56  | SD                |
        | C1         | 112 | PD                |
        | C3         | 56  | SD                |
        """,
    )
    zero = starts(record, ANCHORS["enrolment"])
    happened = gathered(ENDPOINTS["PFS"], record, reported(record), zero)
    beside = side_by_side(
        ENDPOINTS["PFS"],
        [FDA_2018, EMA_2012, CLINICAL],
        "enrolment",
        zero,
        happened,
        record.table("patients"),
        time="days",
    ).collect()
    columns = [
        "patient_id",
        "changed",
        *(f"{n} {r}" for r in ("FDA-2018", "clinical") for n in ("days", "event")),
    ]
    assert beside.select(columns).rows() == [
        ("C1", False, 112, True, 112, True),
        ("C3", True, 56, False, 190, True),
        ("nobody", False, None, None, None, None),
    ]
    assert beside["reason EMA-2012"][1] == "P8: event on day 190: death, EMA-2012 rules"


# Progression by iRECIST (R2.8): I1 to I4, I7 and I8 of domain.md 2, and an iUPD wiped out after the cut-off.

IMMUNE = """
| patient_id | day | reported_response | criteria |
| I1         | 56  | iUPD              | iRECIST  |
| I1         | 84  | iCPD              | iRECIST  |
| I2         | 56  | iUPD              | iRECIST  |
| I2         | 91  | iUPD              | iRECIST  |
| I2         | 126 | iCPD              | iRECIST  |
| I3         | 56  | iUPD              | iRECIST  |
| I3         | 91  | iPR               | iRECIST  |
| I4         | 56  | iUPD              | iRECIST  |
| I4         | 91  | iSD               | iRECIST  |
| I4         | 147 | iUPD              | iRECIST  |
| I4         | 182 | iCPD              | iRECIST  |
| I7         | 56  | iUPD              | iRECIST  |
| I8         | 56  | iPR               | iRECIST  |
| I8         | 112 | iUPD              | iRECIST  |
| I8         | 147 | iPR               | iRECIST  |
"""


@pytest.fixture
def immune(cohort):
    ids = ["I1", "I2", "I3", "I4", "I7", "I8"]
    people = "| patient_id | enrolment_day | last_alive_day |\n"
    return cohort(patients=people + "\n".join(f"| {i} | 0 | 300 |" for i in ids), assessments=IMMUNE)


def test_r2_8_ipfs_counts_the_first_unconfirmed_progression_of_a_run_that_stands(immune):
    assert {p: row[:2] for p, row in shown(immune, "PFS").items()} == {
        "I1": (56, True), "I2": (56, True), "I3": (300, False), "I4": (147, True), "I7": (56, True),
        "I8": (300, False),
    }  # fmt: skip
    assert shown(immune, "PFS", cutoff_day=80)["I3"][:2] == (56, True)


def test_r2_8_the_same_as_the_event_of_the_immune_engine(immune):
    judged = reported(immune).collect()
    ours = judged.filter(progressed()).group_by("patient_id").agg(pl.col("day").min()).sort("patient_id")
    run = (pl.col("response").is_in(["iPR", "iSD"])).cum_sum().over("patient_id", order_by="day")
    since = pl.col("day").filter(pl.col("response") == "iUPD").min().over("patient_id", run)
    pending = judged.with_columns(immune_response="response", pending_since_day=since)
    best = best_immune_responses(pending.lazy(), starts(immune, ANCHORS["enrolment"]), time="days").collect()
    theirs = best.drop_nulls("progression_event_day").select("patient_id", day="progression_event_day")
    assert ours.equals(theirs.sort("patient_id"))


# TTP, and the first failure by site


def test_ttp_a_death_ends_the_time_and_is_no_event(cohort):
    record = one_patient(cohort, "56 SD", alive=140, death=150)
    row = times(record, "TTP").row(0, named=True)
    assert (row["days"], row["event"], row["cause"]) == (150, False, "death")
    assert row["reason"] == "P8: censored on day 150: death, which is no event of TTP, clinical rules"
    assert shown(one_patient(cohort, "56 SD, 112 PD"), "TTP", FDA_2018)["a"] == (112, True, "P2")
    assert shown(one_patient(cohort, "56 SD", alive=180, death=190), "TTP", FDA_2018)["a"] == (
        56,
        False,
        "P9",
    )


FAILURES = """
| patient_id | day | reported_response | progression_site   |
| local      | 60  | PD                | local              |
| local      | 90  | PD                | distant            |
| both       | 60  | PD                | locoregional       |
| distant    | 60  | PD                | distant            |
| unknown    | 60  | PD                |                    |
| two        | 60  | PD                | local and distant  |
"""


def test_failure_by_site_is_the_first_failure_and_the_others_compete(cohort):
    ids = ["local", "both", "distant", "unknown", "two", "dies", "lives"]
    lives = "\n".join(f"| {i} | 0 | 100 | {100 if i == 'dies' else ''} |" for i in ids)
    record = cohort(
        patients=f"| patient_id | enrolment_day | last_alive_day | death_day |\n{lives}", assessments=FAILURES
    )
    told = {
        site: dict(
            times(record, f"{site} failure").select("patient_id", pl.struct("event", "cause")).iter_rows()
        )
        for site in ("local", "regional", "distant")
    }
    events = {site: sorted(p for p, row in rows.items() if row["event"]) for site, rows in told.items()}
    assert events == {"local": ["both", "local", "two"], "regional": ["both"], "distant": ["distant", "two"]}
    assert {p: row["cause"] for p, row in told["local"].items()} == {
        "local": "local progression", "both": "local progression", "two": "local progression",
        "distant": "distant progression", "unknown": "progression", "dies": "death", "lives": None,
    }  # fmt: skip


def test_failure_by_site_from_lesions_where_the_new_lesion_or_all_of_them_tell_it(cohort):
    record = cohort(
        patients="| patient_id | enrolment_day | last_alive_day |\n| new | 0 | 100 |\n| grows | 0 | 100 |",
        lesions="""
        | patient_id | lesion_id | role   | lymph_node | metastasis |
        | new        | T1        | target | no         | no         |
        | new        | N1        | new    | no         | yes        |
        | grows      | T1        | target | yes        | no         |
        """,
        measurements="""
        | patient_id | lesion_id | day | diameter_mm |
        | new        | T1        | -3  | 30          |
        | new        | T1        | 56  | 30          |
        | new        | N1        | 56  | 12          |
        | grows      | T1        | -3  | 30          |
        | grows      | T1        | 56  | 40          |
        """,
    )
    causes = times(record, "local failure", from_lesions=True).select("patient_id", "cause").rows()
    assert causes == [("grows", "regional progression"), ("new", "distant progression")]


def test_an_endpoint_can_be_copied_and_changed(cohort):
    record = one_patient(cohort, "56 SD, 112 PD", alive=140, death=150)
    own = replace(ENDPOINTS["PFS"], name="time to scan-free death", events=("death",))
    assert shown(record, own, EMA_2012)["a"] == (150, True, "P8")


def test_starts_of_any_line_and_who_never_had_it_has_no_time_r4_15(cohort):
    record = one_patient(cohort, alive=390, death=400)
    lines = pl.LazyFrame({"patient_id": ["a", "b"], "start_day": [250, None]})
    happened = gathered(ENDPOINTS["OS"], record, reported(record), lines)
    told = time_to_event(
        ENDPOINTS["OS"], "line 2", lines, happened, record.table("patients"), time="days"
    ).collect()
    assert told.select("patient_id", "days", "event").rows() == [("a", 150, True), ("b", None, None)]
