"""Adverse events: emergence, worst grades, counts, toxic deaths, times and rates (R6.10 to R6.15)."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.derive.toxicity import (
    CHEMOTHERAPY,
    IMMUNOTHERAPY,
    emergent_events,
    exposure_adjusted_rates,
    radiation_phases,
    time_to_severe,
    toxic_deaths,
    toxicity_counts,
    treatment_windows,
    watched_events,
    worst_grades,
)
from headway.record.columns import empty
from headway.record.derived.endpoints import TimesToEvent
from headway.record.derived.toxicity import (
    EmergentEvents,
    ExposureAdjustedRates,
    RadiationPhases,
    ToxicDeaths,
    ToxicityCounts,
    WatchedEvents,
    WorstGrades,
)
from headway.record.tables import TABLES
from headway.units import DAYS_PER_MONTH
from tests.conftest import pipe_table

WINDOW_TYPES = {"start_day": pl.Int32, "last_dose_day": pl.Int32, "next_therapy_day": pl.Int32}


def windows(text: str) -> pl.LazyFrame:
    table = pipe_table(text).cast({"patient_id": pl.String, **WINDOW_TYPES})
    return table.with_columns(window=pl.lit("line 1")).lazy()


ONE_WINDOW = """
| patient_id | start_day | last_dose_day | next_therapy_day |
| P1         | 0         | 100           | 120              |
| P2         | 0         | 100           |                  |
| P3         | 0         |               |                  |
| P4         |           |               |                  |
"""

EMERGENCE = """
| patient_id | term      | grade | start_day | end_day | serious | expected | why |
| P1         | rash      | 1     | 0         |         | no      | yes      | on the day of the first dose |
| P1         | late      | 1     | 119       |         | no      | yes      | a day before the next therapy |
| P1         | next      | 1     | 120       |         | no      | no       | on the day of the next therapy |
| P2         | limit     | 1     | 130       |         | no      | yes      | last dose + 30 |
| P2         | beyond    | 1     | 131       |         | no      | no       | last dose + 31 |
| P2         | serious   | 3     | 131       |         | yes     | no       | serious, by the plain rules |
| P2         | before    | 2     | -10       |         | no      | no       | before the first dose |
| P2         | before    | 2     | 20        |         | no      | no       | the same grade as before |
| P2         | before    | 3     | 30        |         | no      | yes      | the grade rises |
| P2         | healed    | 2     | -10       | -5      | no      | no       | before the first dose |
| P2         | healed    | 2     | 20        |         | no      | yes      | over before the first dose |
| P2         | gap       | 2     | -10       | 10      | no      | no       | before the first dose |
| P2         | gap       | 1     | 11        |         | no      | no       | goes on, milder |
| P2         | gap       | 2     | 40        |         | no      | yes      | came back after it was over |
| P3         | ongoing   | 1     | 900       |         | no      | yes      | treatment goes on |
| P3         | undated   | 1     |           |         | no      |          | no first day |
| P4         | no window | 1     | 5         |         | no      |          | no first dose |
"""


def judged(cohort, text=EMERGENCE, rules=CHEMOTHERAPY, spans=ONE_WINDOW) -> pl.DataFrame:
    record = cohort(adverse_events="\n".join(_without(text)))
    table = emergent_events(record.table("adverse_events"), windows(spans), rules, time="days").collect()
    EmergentEvents.validate(table)
    return table.sort("source_line")


def _without(text: str) -> list[str]:
    """The columns of the record alone."""
    return ["|".join(line.split("|")[:7]) + "|" for line in text.strip().splitlines()]


def test_r6_10_which_events_are_treatment_emergent(cohort):
    expected = pipe_table(EMERGENCE)
    table = judged(cohort).with_columns(why=expected["why"])
    assert table.select("why", "emergent").rows() == expected.select("why", "expected").rows()


def test_r6_10_serious_and_immune_related_events_count_for_90_days_under_immunotherapy(cohort):
    text = """
    | patient_id | term          | grade | start_day | end_day | serious |
    | P2         | pneumonia     | 3     | 190       |         | yes     |
    | P2         | pneumonia     | 3     | 191       |         | yes     |
    | P2         | Immune-mediated colitis | 2 | 190 |       | no      |
    | P2         | colitis       | 2     | 191       |         | no      |
    | P2         | nausea        | 2     | 131       |         | no      |
    """
    emergent = judged(cohort, text, IMMUNOTHERAPY)["emergent"].to_list()
    assert emergent == [True, False, True, False, False]
    assert not judged(cohort, text)["emergent"].any()


def test_r6_10_each_decision_has_its_reason(cohort):
    reasons = judged(cohort)["reason"].to_list()
    assert reasons[0] == "began on day 0, within day 0 (the first dose) to day 119 (R6.10)"
    assert reasons[4] == "began on day 131, outside day 0 (the first dose) to day 130 (R6.10)"
    assert reasons[7] == (
        "grade 2 was there before the first dose on day 0, so that grade 2 is no rise (R6.10)"
    )
    assert reasons[14].endswith("day 0 (the first dose) to the end of a treatment that goes on (R6.10)")
    assert reasons[15] == "cannot be told: the first day of the event is not known (R6.10)"
    assert reasons[16] == "cannot be told: the first dose is not known (R6.10)"


def test_r6_10_an_event_is_judged_in_each_window_of_its_patient(cohort):
    record = cohort(
        adverse_events="""
        | patient_id | term | grade | start_day |
        | P1         | rash | 2     | 205       |
        """
    )
    lines = windows(
        """
        | patient_id | start_day | last_dose_day | next_therapy_day |
        | P1         | 0         | 190           | 200              |
        | P1         | 200       | 300           |                  |
        """
    ).with_columns(window=pl.format("line {}", pl.int_range(1, 3)))
    table = emergent_events(record.table("adverse_events"), lines).collect()
    assert dict(table.select("window", "emergent").iter_rows()) == {"line 1": False, "line 2": True}


def test_treatment_windows_from_drugs(cohort):
    record = cohort(
        drugs="""
        | patient_id | drug      | start_day | end_day |
        | P1         | cetuximab | 0         |         |
        | P1         | cetuximab | 7         |         |
        | P2         | cetuximab | 3         |         |
        | P3         | cisplatin | 0         | 42      |
        """
    )
    table = treatment_windows(record.table("drugs")).collect().sort("patient_id")
    assert table.select("patient_id", "start_day", "last_dose_day").rows() == [
        ("P1", 0, 7),
        ("P2", 3, None),
        ("P3", 0, 42),
    ]


GRADES = """
| patient_id | window | term    | soc  | grade | start_day | related | fatal |
| P1         | line 1 | rash    | skin | 1     | 5         | yes     |       |
| P1         | line 1 | rash    | skin | 3     | 9         |         |       |
| P1         | line 1 | rash    | skin | 3     | 7         |         |       |
| P1         | line 1 | itching | skin | 2     | 4         |         |       |
| P2         | line 1 | itching | skin | 2     | 4         | no      |       |
| P3         | line 1 | sepsis  | inf  | 5     | 8         | yes     |       |
"""


def events(text: str) -> pl.LazyFrame:
    schema = EmergentEvents.create_empty().schema
    table = pipe_table(text)
    typed = table.cast({name: dtype for name, dtype in schema.items() if name in table.columns})
    full = pl.concat([pl.DataFrame(schema=schema), typed], how="diagonal")
    return full.with_columns(pl.col("emergent").fill_null(True)).lazy()


def test_r6_11_each_patient_once_per_term_soc_and_in_all_at_the_worst_grade():
    worst = worst_grades(events(GRADES)).collect()
    WorstGrades.validate(worst)
    found = worst.select(
        "patient_id", "name", "worst_grade", "worst_grade_day", "worst_related_grade", "events"
    )
    assert set(found.iter_rows()) == {
        ("P1", "rash", 3, 7, 1, 3),
        ("P1", "itching", 2, 4, None, 1),
        ("P1", "skin", 3, 7, 1, 4),
        ("P1", "any event", 3, 7, 1, 4),
        ("P2", "itching", 2, 4, None, 1),
        ("P2", "skin", 2, 4, None, 1),
        ("P2", "any event", 2, 4, None, 1),
        ("P3", "sepsis", 5, 8, 5, 1),
        ("P3", "inf", 5, 8, 5, 1),
        ("P3", "any event", 5, 8, 5, 1),
    }


def safety_set(*patients: str) -> pl.LazyFrame:
    rows = [(patient, "line 1") for patient in patients]
    return pl.LazyFrame(rows, {"patient_id": pl.String, "window": pl.String}, orient="row")


def test_r6_12_exclusive_bands_and_event_wise_counts_stand_side_by_side():
    counts = toxicity_counts(worst_grades(events(GRADES)), safety_set("P1", "P2", "P3", "P4")).collect()
    ToxicityCounts.validate(counts)
    any_event = counts.filter(level="any").row(0, named=True)
    assert any_event == {
        "window": "line 1", "level": "any", "name": "any event", "safety_set": 4, "none": 1, "any_grade": 3,
        "worst_1_2": 1, "worst_3_5": 2, "worst_3": 1, "worst_4": 0, "worst_5": 1,
        "had_grade_1_2": 2, "had_grade_3_5": 2, "related": 2,
    }  # fmt: skip


def test_r6_12_the_published_100_percent_and_38_7_percent_are_event_wise():
    # S1: all 80 had a grade 1-2 event and 31 a grade 3-5 event: 31/80 = 38.75 %, so the bands overlap.
    mild = pl.DataFrame({"patient_id": [f"P{i}" for i in range(80)], "grade": [1] * 80})
    severe = pl.DataFrame({"patient_id": [f"P{i}" for i in range(31)], "grade": [3] * 31})
    both = pl.concat([mild, severe]).with_columns(
        pl.lit("line 1").alias("window"), pl.lit("rash").alias("term"), pl.lit("skin").alias("soc"),
        pl.lit(1, pl.Int32).alias("start_day"), pl.lit(True).alias("related"),
    ).lazy()  # fmt: skip
    counts = toxicity_counts(worst_grades(both), both.select("patient_id", "window")).collect()
    row = counts.filter(level="any").row(0, named=True)
    assert (row["had_grade_1_2"], row["had_grade_3_5"]) == (80, 31)
    assert (row["worst_1_2"], row["worst_3_5"], row["none"]) == (49, 31, 0)


def test_r6_12_a_toxic_death_is_grade_5_and_related():
    table = toxic_deaths(
        events(
            """
            | patient_id | window | term     | grade | start_day | related | fatal |
            | P1         | line 1 | sepsis   | 5     | 8         | yes     |       |
            | P2         | line 1 | bleeding | 5     | 9         | no      |       |
            | P3         | line 1 | sudden   | 4     | 9         |         | yes   |
            | P4         | line 1 | bleeding | 5     | 3         | no      |       |
            | P4         | line 1 | sepsis   | 5     | 8         | yes     |       |
            | P5         | line 1 | rash     | 3     | 8         | yes     |       |
            """
        ),
        time="days",
    ).collect()
    ToxicDeaths.validate(table)
    assert {r["patient_id"]: (r["toxic_death"], r["reason"]) for r in table.iter_rows(named=True)} == {
        "P1": (True, "grade 5 sepsis on day 8, related to treatment (R6.12)"),
        "P2": (False, "grade 5 bleeding on day 9, not related to treatment (R6.12)"),
        "P3": (None, "grade 5 sudden on day 9, whether related to treatment is not recorded (R6.12)"),
        "P4": (True, "grade 5 sepsis on day 8, related to treatment (R6.12)"),
    }


LIVES = """
| patient_id | death_day | last_alive_day |
| P1         |           | 400            |
| P2         | 110       | 110            |
| P3         |           | 60             |
| P4         |           |                |
| P5         |           | 400            |
| P6         |           | 400            |
"""
SPANS = """
| patient_id | start_day | last_dose_day | next_therapy_day |
| P1         | 0         | 100           |                  |
| P2         | 0         | 100           |                  |
| P3         | 0         |               |                  |
| P4         | 0         |               |                  |
| P5         | 10        | 100           |                  |
| P6         | 0         | 100           |                  |
"""
SEVERE = """
| patient_id | term   | grade | start_day | end_day | serious |
| P5         | nausea | 2     | 12        |         |         |
| P5         | rash   | 3     | 40        |         |         |
| P5         | sepsis | 4     | 40        |         |         |
| P5         | late   | 4     | 900       |         |         |
| P6         | rash   | 3     |           |         |         |
"""


def test_time_to_the_first_grade_3_to_5_event(cohort):
    emergent = judged(cohort, SEVERE, spans=SPANS).lazy()
    times = time_to_severe(emergent, windows(SPANS), cohort(patients=LIVES).table("patients"), time="days")
    times = times.collect()
    TimesToEvent.validate(times)
    assert {r["patient_id"]: (r["days"], r["event"], r["reason"]) for r in times.iter_rows(named=True)} == {
        "P1": (130, False, "censored: no emergent event of grade 3 or more by day 130 (R6.10)"),
        "P2": (110, False, "censored: no emergent event of grade 3 or more by day 110 (R6.10)"),
        "P3": (60, False, "censored: no emergent event of grade 3 or more by day 60 (R6.10)"),
        "P4": (
            None,
            None,
            "no time: the first dose, or until when the patient was seen, is not known (R6.10)",
        ),
        "P5": (30, True, "event: grade 4 sepsis on day 40 (R6.12)"),
        "P6": (None, None, "no time: the first day of an event of grade 3 or more is not known (R6.10)"),
    }
    assert times.filter(patient_id="P5")["source_line"].item() == 4


def test_exposure_adjusted_rates_per_100_patient_months(cohort):
    emergent = judged(cohort, SEVERE, spans=SPANS).lazy()
    rates = exposure_adjusted_rates(emergent, windows(SPANS), cohort(patients=LIVES).table("patients"))
    rates = rates.collect()
    ExposureAdjustedRates.validate(rates)
    rash = rates.filter(term="rash").row(0, named=True)
    days = 130 + 110 + 60 + 120 + 130
    assert (rash["patients"], rash["patients_without_end"], rash["events"]) == (5, 1, 1)
    assert rash["patient_months"] == pytest.approx(days / DAYS_PER_MONTH)
    assert rash["events_per_100_patient_months"] == pytest.approx(100 * DAYS_PER_MONTH / days)


def test_r6_15_acute_to_day_90_and_late_after_by_the_latest_course(cohort):
    record = cohort(
        adverse_events="""
        | patient_id | term      | grade | start_day |
        | P1         | mucositis | 3     | 90        |
        | P1         | xerostomia | 2    | 91        |
        | P1         | pain      | 2     | 400       |
        | P1         | trismus   | 2     | -1        |
        | P1         | fibrosis  | 2     |           |
        | P2         | fatigue   | 2     | 5         |
        """,
        radiotherapy="""
        | patient_id | course_id | start_day | end_day |
        | P1         | A         | 0         | 46      |
        | P1         | B         | 400       | 404     |
        """,
    )
    tables = record.table("adverse_events"), record.table("radiotherapy")
    phases = radiation_phases(*tables, time="days").collect().sort("source_line")
    RadiationPhases.validate(phases)
    assert phases["phase"].to_list() == ["acute", "late", "acute", None, None]
    assert phases["reason"][1] == (
        "91 days after the first fraction on day 0; acute is up to 90 days (R6.15)"
    )
    assert phases["reason"][3] == "before any radiotherapy in the record (R6.15)"
    by_last = radiation_phases(*tables, since="last fraction").collect().sort("source_line")
    assert by_last["phase"].to_list() == ["acute", "acute", "late", None, None]


def test_r6_14_watch_lists_read_british_american_and_immune_mediated_names(cohort):
    record = cohort(
        adverse_events="""
        | patient_id | term                     | grade |
        | P1         | Hypomagnesaemia          | 2     |
        | P1         | Dermatitis  acneiform    | 2     |
        | P1         | Infusion related reaction | 3    |
        | P1         | paronychia               | 1     |
        | P1         | Hypothyroidism           | 2     |
        | P1         | Immune-mediated hepatitis | 3    |
        | P1         | colitis                  | 2     |
        | P1         | pneumonitis              | 2     |
        | P1         | nausea                   | 2     |
        """
    )
    watched = watched_events(record.table("adverse_events")).collect().sort("source_line")
    WatchedEvents.validate(watched)
    assert watched["topic"].to_list() == [
        "hypomagnesaemia", "acneiform rash", "infusion reaction", "paronychia",
        "thyroid", "hepatitis", "colitis", "pneumonitis",
    ]  # fmt: skip


def test_an_empty_table_is_fine():
    none, no_window = empty(TABLES["adverse_events"].schema).lazy(), windows(ONE_WINDOW).head(0)
    emergent = emergent_events(none, no_window)
    assert emergent.collect().is_empty()
    assert worst_grades(emergent).collect().is_empty()
    assert toxicity_counts(worst_grades(emergent), safety_set()).collect().is_empty()
    assert radiation_phases(none, empty(TABLES["radiotherapy"].schema).lazy()).collect().is_empty()
    patients = empty(TABLES["patients"].schema).lazy()
    assert time_to_severe(emergent, no_window, patients).collect().is_empty()
    assert exposure_adjusted_rates(emergent, no_window, patients).collect().is_empty()


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["P1", "P2", "P3"]),
        st.sampled_from(["rash", "nausea"]),
        st.integers(1, 5),
        st.one_of(st.none(), st.integers(-20, 140)),
        st.one_of(st.none(), st.integers(0, 60)),
    ),
    max_size=10,
)


def adverse_events(rows: list[tuple]) -> pl.DataFrame:
    blank = empty(TABLES["adverse_events"].schema)
    names = ["patient_id", "term", "grade", "start_day"]
    table = pl.DataFrame([row[:4] for row in rows], {n: blank.schema[n] for n in names}, orient="row")
    ends = pl.Series("end_day", [None if None in row[3:] else row[3] + row[4] for row in rows], pl.Int32)
    lines = pl.int_range(2, 2 + pl.len(), dtype=pl.Int64)
    return pl.concat([blank, table.with_columns(ends, source_line=lines)], how="diagonal")


@settings(max_examples=25)
@given(EVENTS, st.randoms(use_true_random=False))
def test_row_order_does_not_matter_patients_stand_alone_and_exclusive_cells_add_up(rows, random):
    def everything(table: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
        emergent = emergent_events(table.lazy(), windows(ONE_WINDOW)).collect().sort("source_line")
        counted = emergent.lazy().filter("emergent")
        lives = pl.LazyFrame({"patient_id": ["P1", "P2", "P3"], "death_day": [None, 50, None],
                              "last_alive_day": [300, 50, 300]})  # fmt: skip
        times = time_to_severe(emergent.lazy(), windows(ONE_WINDOW), lives).collect().sort("patient_id")
        worst = worst_grades(counted).collect().sort("patient_id", "level", "name")
        return emergent, times, worst

    table = adverse_events(rows)
    whole = everything(table)
    shuffled = list(range(table.height))
    random.shuffle(shuffled)
    assert all(one.equals(other) for one, other in zip(whole, everything(table[shuffled]), strict=True))
    alone = everything(table.filter(patient_id="P2"))
    same = [one.filter(patient_id="P2").equals(other.filter(patient_id="P2"))
            for one, other in zip(whole, alone, strict=True)]  # fmt: skip
    assert all(same)
    counts = toxicity_counts(whole[2].lazy(), safety_set("P1", "P2", "P3")).collect()
    assert counts.filter(pl.col("none") + pl.col("worst_1_2") + pl.col("worst_3_5") != 3).is_empty()
