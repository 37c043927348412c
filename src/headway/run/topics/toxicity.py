"""Toxicity as results: worst grade of each patient by term and system organ class (R6.10 to R6.12)."""

import polars as pl

from headway.analyse import describe
from headway.analyse.rows import result
from headway.derive.toxicity import emergent_events, lab_grades, treatment_windows, worst_grades
from headway.record.record import Record
from headway.record.results import ALL_PATIENTS, Results
from headway.report.document import Section
from headway.report.sections.toxicity import toxicity
from headway.run.cohort import Cohort
from headway.run.topics.topic import Made, Topic

GRADES = {"any grade": (1, 5), "grade 1-2": (1, 2), "grade 3-5": (3, 5), "grade 5": (5, 5)}
LABORATORY = {"grade 0": (0, 0), "grade 1-2": (1, 2), "grade 3-4": (3, 4)}
SAFETY_SET = "patients with a dose"
SEVERITIES = ["fatal", "life-threatening", "severe", "moderate", "mild"]


def toxicity_results(record: Record) -> pl.DataFrame:
    """Events by worst grade, or by severity without a grade; laboratory results by worst grade."""
    parts: list[pl.DataFrame] = [Results.create_empty()]
    if record.has("adverse_events"):
        events = record.tables["adverse_events"]
        parts += [_by_grade(record)] if events["grade"].count() else []
        parts.append(_by_severity(events))
    if record.has("labs"):
        parts.append(_laboratory(record))
    return pl.concat(parts)


def _laboratory(record: Record) -> pl.DataFrame:
    """Worst CTCAE grade after the first dose, of each patient with a gradable result then (R6.1 to R6.5)."""
    start = record.table("drugs").group_by("patient_id").agg(start_day=pl.col("start_day").min())
    graded = lab_grades(record.table("labs"), start, time=record.time).filter(pl.col("grade").is_not_null())
    after = graded.join(start, on="patient_id").filter(pl.col("day") > pl.col("start_day"))
    worst = (
        after.group_by("patient_id", "term").agg(worst_grade=pl.col("grade").max()).sort("term", "patient_id")
    )
    rows = [
        _laboratory_row(own, str(term), grades)
        for (term,), own in worst.collect().partition_by("term", as_dict=True, maintain_order=True).items()
        for grades in LABORATORY
    ]
    return pl.DataFrame(rows, schema=Results.create_empty().schema)


def _laboratory_row(own: pl.DataFrame, term: str, grades: str) -> dict:
    low, high = LABORATORY[grades]
    ids = own.filter(pl.col("worst_grade").is_between(low, high))["patient_id"].to_list()
    where = {
        "analysis": "laboratory toxicity",
        "population": "patients with a gradable result",
        "group": term,
    }
    method = "worst grade after the first dose, CTCAE v5.0 by numbers"
    return result(where, grades, float(len(ids)), n=own.height, method=method, unit="patients", patients=ids)


def _by_grade(record: Record) -> pl.DataFrame:
    """Exclusive bins of the worst grade, out of everybody who had a dose."""
    windows = treatment_windows(record.table("drugs"))
    safety = windows.filter(pl.col("start_day").is_not_null()).select("patient_id").unique().collect()
    graded = record.table("adverse_events").filter(pl.col("grade").is_not_null())
    emergent = emergent_events(graded, windows, time=record.time).filter(pl.col("emergent"))
    worst = worst_grades(emergent).collect()
    rows = [
        _count(named, level, name, grades, safety.height)
        for (level, name), named in sorted(
            worst.partition_by("level", "name", as_dict=True).items(), key=_frequent
        )
        for grades in GRADES
    ]
    return pl.DataFrame(rows, schema=Results.create_empty().schema)


def _frequent(item: tuple[tuple, pl.DataFrame]) -> tuple[str, int, str]:
    (level, name), rows = item
    return str(level), -rows.height, str(name)


def _count(rows: pl.DataFrame, level: str, name: str, grades: str, n: int) -> dict:
    low, high = GRADES[grades]
    ids = rows.filter(pl.col("worst_grade").is_between(low, high))["patient_id"].sort().to_list()
    where = {"analysis": f"toxicity by {level}", "population": SAFETY_SET, "group": name}
    method = "worst grade of each patient, CTCAE"
    return result(where, grades, float(len(ids)), n=n, method=method, unit="patients", patients=ids)


def _by_severity(events: pl.DataFrame) -> pl.DataFrame:
    """Patients by worst severity, of events without a grade; a severity is not a grade."""
    ungraded = events.filter(pl.col("grade").is_null(), pl.col("severity").is_not_null())
    if ungraded.is_empty():
        return Results.create_empty()
    order = pl.col("severity").replace_strict({s: i for i, s in enumerate(SEVERITIES)}, return_dtype=pl.Int32)
    worst = ungraded.sort(order).group_by("patient_id", "term", maintain_order=True).first()
    n = worst["patient_id"].n_unique()
    by_term = [
        describe.categories(rows, "severity", f"severity of {term}", ALL_PATIENTS, n)
        for (term,), rows in worst.partition_by("term", as_dict=True, maintain_order=True).items()
    ]
    return pl.concat([describe.row_counts(worst, "term", "events by term", ALL_PATIENTS), *by_term])


def _make(made: Cohort, _: object) -> Made:
    return Made(toxicity_results(made.record))


def _show(_: Cohort, __: object, all_made: Made) -> Section:
    return toxicity(all_made.results)


def _asked(made: Cohort) -> list[object]:
    recorded = made.record.has("adverse_events") or made.record.has("labs")
    return [made.study.report.toxicity] if made.study.report.toxicity and recorded else []


TOPIC = Topic(_asked, _make, _show)
