"""Toxicity as results: worst grade of each patient by term and system organ class (R6.10 to R6.12)."""

import polars as pl

from headway.analyse import describe
from headway.analyse.proportions import proportion
from headway.analyse.rows import result
from headway.derive.toxicity import emergent_events, lab_grades, toxic_deaths, treatment_windows, worst_grades
from headway.record.record import Record
from headway.record.results import ALL_PATIENTS, Contributions, Results, Stories
from headway.report.document import Section
from headway.report.sections.toxicity import toxicity
from headway.run.cohort import Cohort, members, start_of, title_of
from headway.run.topics import toxicity_decided as decided
from headway.run.topics.topic import Made, Topic
from headway.study.parts import Toxicity

GRADES = {"any grade": (1, 5), "grade 1-2": (1, 2), "grade 3-5": (3, 5), "grade 5": (5, 5)}
LABORATORY = {"grade 0": (0, 0), "grade 1-2": (1, 2), "grade 3-4": (3, 4)}
SAFETY_SET = "patients with a dose"
SEVERITIES = ["fatal", "life-threatening", "severe", "moderate", "mild"]


def toxicity_results(record: Record, windows: dict[str, pl.LazyFrame] | None = None) -> pl.DataFrame:
    """Events by worst grade, or by severity without a grade; laboratory results by worst grade.

    Takes:  windows of treatment by the words that name them in the results ("": all treatment as one).
    """
    windows = {"": treatment_windows(record.table("drugs"))} if windows is None else windows
    parts: list[pl.DataFrame] = [Results.create_empty()]
    if record.has("adverse_events"):
        events = record.tables["adverse_events"]
        graded = events["grade"].count() > 0
        parts += [_by_grade(record, own, since) for since, own in windows.items() if graded]
        parts.append(_by_severity(events))
    if record.has("labs"):
        parts.append(_laboratory(record))
    return pl.concat(parts)


def _laboratory(record: Record) -> pl.DataFrame:
    """Worst CTCAE grade after the first dose, of each patient with a gradable result then (R6.1 to R6.5)."""
    worst = decided.worst_results(graded_results(record))
    rows = [
        _laboratory_row(own, str(term), grades)
        for (term,), own in worst.partition_by("term", as_dict=True, maintain_order=True).items()
        for grades in LABORATORY
    ]
    return pl.DataFrame(rows, schema=Results.create_empty().schema)


def graded_results(record: Record) -> pl.DataFrame:
    """The laboratory results after the first dose that have a grade."""
    start = record.table("drugs").group_by("patient_id").agg(start_day=pl.col("start_day").min())
    graded = lab_grades(record.table("labs"), start, time=record.time).filter(pl.col("grade").is_not_null())
    return graded.join(start, on="patient_id").filter(pl.col("day") > pl.col("start_day")).collect()


def _laboratory_row(own: pl.DataFrame, term: str, grades: str) -> dict:
    low, high = LABORATORY[grades]
    ids = own.filter(pl.col("grade").is_between(low, high))["patient_id"].to_list()
    where = {
        "analysis": decided.LABORATORY,
        "population": "patients with a gradable result",
        "group": term,
    }
    method = "worst grade after the first dose, CTCAE v5.0 by numbers"
    return result(where, grades, float(len(ids)), n=own.height, method=method, unit="patients", patients=ids)


def _by_grade(record: Record, windows: pl.LazyFrame, since: str) -> pl.DataFrame:
    """Exclusive bins of the worst grade, out of everybody who had a dose in the window."""
    safety = windows.filter(pl.col("start_day").is_not_null()).select("patient_id").unique().collect()
    emergent = emergent_of(record, windows)
    worst = worst_grades(emergent.lazy()).collect()
    rows = [
        _count(named, f"toxicity{since} by {level}", name, grades, safety.height)
        for (level, name), named in sorted(
            worst.partition_by("level", "name", as_dict=True).items(), key=_frequent
        )
        for grades in GRADES
    ]
    rows += _severe(worst, emergent, safety, since)
    return pl.DataFrame(rows, schema=Results.create_empty().schema)


def emergent_of(record: Record, windows: pl.LazyFrame) -> pl.DataFrame:
    """The graded events that belong to a treatment, as `EmergentEvents`."""
    graded = record.table("adverse_events").filter(pl.col("grade").is_not_null())
    return emergent_events(graded, windows, time=record.time).filter(pl.col("emergent")).collect()


def _severe(worst: pl.DataFrame, emergent: pl.DataFrame, safety: pl.DataFrame, since: str) -> list[dict]:
    """The shares that studies print: any grade, grade 3 to 5, toxic death; with exact limits."""
    whole = worst.filter(level="any").join(safety, on="patient_id", how="semi")
    deaths = toxic_deaths(emergent.lazy()).filter(pl.col("toxic_death")).collect()
    shares = {
        "any grade": whole["patient_id"],
        "grade 3-5": whole.filter(pl.col("worst_grade") >= 3)["patient_id"],
        "toxic death": deaths["patient_id"],
    }
    return [_share(f"toxicity{since}", name, ids.unique().sort().to_list(), safety.height)
            for name, ids in shares.items()]  # fmt: skip


def _share(analysis: str, group: str, ids: list[str], n: int) -> dict:
    where = {"analysis": analysis, "population": SAFETY_SET, "group": group}
    value, lower, upper = proportion(len(ids), n) if n else (None, None, None)
    return result(where, "rate", value, lower=lower, upper=upper, at=float(len(ids)), n=n, unit="probability",
                  method="Clopper-Pearson, 95% limits", patients=ids)  # fmt: skip


def _frequent(item: tuple[tuple, pl.DataFrame]) -> tuple[str, int, str]:
    (level, name), rows = item
    return str(level), -rows.height, str(name)


def _count(rows: pl.DataFrame, analysis: str, name: str, grades: str, n: int) -> dict:
    low, high = GRADES[grades]
    ids = rows.filter(pl.col("worst_grade").is_between(low, high))["patient_id"].sort().to_list()
    where = {"analysis": analysis, "population": SAFETY_SET, "group": name}
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


def _windows(made: Cohort) -> dict[str, pl.LazyFrame] | None:
    """A window for each anchor that the study names: the line that begins there. None: all treatment."""
    asked = made.study.report.toxicity
    since = asked.since if isinstance(asked, Toxicity) else ()
    return {f" since {name}": _of_line(made, name) for name in since} or None


def _of_line(made: Cohort, since: str) -> pl.LazyFrame:
    lines = made.lines.lines.select(
        "patient_id", "start_day", "last_dose_day", next_therapy_day="next_line_day", window=pl.lit(since)
    )
    zero = start_of(made, since).filter(pl.col("start_day").is_not_null())
    return lines.join(zero, on=["patient_id", "start_day"], how="semi")


def _make(made: Cohort, _: object) -> Made:
    record = made.record
    if isinstance(made.study.report.toxicity, Toxicity) and made.study.report.toxicity.population:
        record = record.only(members(made, made.study.report.toxicity.population)["patient_id"].to_list())
    windows = _windows(made) or {"": treatment_windows(record.table("drugs"))}
    given = _events_behind(record, windows) + _results_behind(record)
    return Made(
        toxicity_results(record, windows),
        contributions=pl.concat([Contributions.create_empty(), *(part for part, _ in given)]),
        stories=pl.concat([Stories.create_empty(), *(told for _, told in given)]),
    )


def _events_behind(
    record: Record, windows: dict[str, pl.LazyFrame]
) -> list[tuple[pl.DataFrame, pl.DataFrame]]:
    """What decided the worst grades of each window, for numbers and for patients."""
    if not record.has("adverse_events"):
        return []
    return [decided.events(emergent_of(record, own), since, record.time) for since, own in windows.items()]


def _results_behind(record: Record) -> list[tuple[pl.DataFrame, pl.DataFrame]]:
    return [decided.results(graded_results(record), record.time)] if record.has("labs") else []


def _show(made: Cohort, _: object, all_made: Made) -> Section:
    asked = made.study.report.toxicity
    since = (
        {f" since {name}": title_of(made, name) for name in asked.since}
        if isinstance(asked, Toxicity)
        else {}
    )
    return toxicity(all_made.results, since or {"": ""})


def _asked(made: Cohort) -> list[object]:
    recorded = made.record.has("adverse_events") or made.record.has("labs")
    return [made.study.report.toxicity] if made.study.report.toxicity and recorded else []


TOPIC = Topic(_asked, _make, _show)
