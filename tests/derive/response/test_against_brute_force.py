"""The fast engine and the brute-force engine agree on every random patient.

A difference is shown as that patient's scans, one column per lesion, and what either engine made
of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import polars as pl
import pytest

from headway.derive.response import (
    ResponseRules,
    best_immune_responses,
    best_responses,
    immune_responses,
    timepoint_responses,
)
from tests.derive.response import brute_force
from tests.derive.response.brute_force import Row, Settings
from tests.derive.response.random_cohort import Cohort, random_cohort

TIME_POINTS = [
    Settings(),
    Settings(pr_persistence="eortc"),
    Settings(reappearance="by size"),
    Settings(reappearance="by size", pr_persistence="eortc"),
]
BEST = {
    "default": Settings(),
    "admiralonco": Settings(from_start_day=True, after_cr="as reported"),
    "admiralonco, 14 days": Settings(
        from_start_day=True,
        after_cr="as reported",
        confirm_days=14,
        stable_days=28,
        max_not_evaluable=0,
        accept_stable=True,
    ),
    "SD accepted": Settings(accept_stable=True),
    "no NE accepted": Settings(max_not_evaluable=0),
    "two NE accepted": Settings(max_not_evaluable=2, accept_stable=True),
    "as reported, two NE": Settings(after_cr="as reported", max_not_evaluable=2),
}
TIME_POINT_COLUMNS = {
    "day": "day",
    "evaluator": "evaluator",
    "targets": "targets",
    "targets_measured": "targets_measured",
    "baseline_day": "baseline_day",
    "baseline_sum": "baseline_sum_mm",
    "sum": "sum_mm",
    "measured_sum": "measured_sum_mm",
    "nadir": "nadir_mm",
    "nadir_day": "nadir_day",
    "target_response": "target_response",
    "non_target_response": "non_target_response",
    "new_lesions": "new_lesions",
    "new_lesions_appeared": "new_lesions_appeared",
    "after_cr": "after_complete_response",
    "response": "response",
    "needs_review": "needs_review",
}
BEST_COLUMNS = {
    "unconfirmed": "best_response",
    "unconfirmed_day": "best_response_day",
    "confirmed": "confirmed_best_response",
    "confirmed_day": "confirmed_best_response_day",
    "confirmed_by_day": "confirmed_by_day",
    "response_day": "response_day",
    "confirmed_response_day": "confirmed_response_day",
    "progression_day": "progression_day",
    "last_assessed_day": "last_assessed_day",
}
IMMUNE_COLUMNS = {
    "day": "day",
    "evaluator": "evaluator",
    "immune_response": "immune_response",
    "pending_since_day": "pending_since_day",
    "reset": "reset",
}
BEST_IMMUNE_COLUMNS = {
    "best": "best_immune_response",
    "best_day": "best_immune_response_day",
    "response_day": "immune_response_day",
    "unconfirmed_day": "unconfirmed_progression_day",
    "confirmed_day": "confirmed_progression_day",
    "event_day": "progression_event_day",
    "event": "progression_event",
    "last_assessed_day": "last_assessed_day",
}


def named(settings: Settings) -> str:
    return f"{settings.pr_persistence}, {settings.reappearance}"


Answers = dict[str, list[tuple]]  # patient_id -> rows of one engine, sorted


@dataclass(frozen=True)
class Patient:
    """One patient of a cohort, as the brute-force engine takes it."""

    patient_id: str
    lesions: list[Row]
    measurements: list[Row]
    assessments: list[Row]
    start_day: int | None
    new_therapy_day: int | None
    death_day: int | None

    @cached_property
    def charts(self) -> list[brute_force.Chart]:
        """What each reader saw; no setting changes it."""
        return brute_force.charts(self.lesions, self.measurements, self.assessments, self.start_day)


@dataclass(frozen=True)
class Compared:
    """A cohort whose patients are told apart once, for all comparisons."""

    tables: Cohort

    @cached_property
    def patients(self) -> list[Patient]:
        return list(patients(self.tables))

    @property
    def frames(self) -> list[pl.LazyFrame]:
        tables = self.tables
        return [t.lazy() for t in (tables.lesions, tables.measurements, tables.assessments, tables.start)]


def patients(cohort: Cohort) -> Iterator[Patient]:
    lesions, measurements, assessments = (
        by_patient(table.drop("patient_id").to_dicts(), table["patient_id"])
        for table in (cohort.lesions, cohort.measurements, cohort.assessments)
    )
    for name, *days in cohort.start.iter_rows():
        yield Patient(name, lesions[name], measurements[name], assessments[name], *days)


def by_patient(rows: Iterable[Any], names: Iterable[str]) -> dict[str, list[Any]]:
    found = defaultdict(list)
    for name, row in zip(names, rows, strict=True):
        found[name].append(row)
    return found


def in_order(rows: Iterable[tuple]) -> list[tuple]:
    """Sorted by the first two columns (day and reader, or reader), None first."""
    return sorted(rows, key=lambda row: [(value is not None, value) for value in row[:2]])


def answers(frame: pl.DataFrame, columns: Iterable[str]) -> Answers:
    """Rows of the fast engine; lengths become whole hundredths."""
    lengths = pl.selectors.ends_with("_mm")
    rows = frame.select(columns).with_columns((lengths * brute_force.MM).round().cast(pl.Int64)).rows()
    found = by_patient(rows, frame["patient_id"])
    return {name: in_order(rows) for name, rows in found.items()}


# --- Comparisons ---------------------------------------------------------------------------------


def compare_time_points(cohort: Compared, settings: Settings) -> None:
    fast = answers(fast_time_points(cohort, settings), TIME_POINT_COLUMNS.values())
    for patient in cohort.patients:
        slow = in_order(brute_force.recist_of(patient.charts, settings))
        assert_same(patient, list(TIME_POINT_COLUMNS), slow, fast.get(patient.patient_id, []), settings)


def fast_time_points(cohort: Compared, settings: Settings) -> pl.DataFrame:
    return timepoint_responses(*cohort.frames, rules_of(settings), reasons=False).collect()


def rules_of(settings: Settings) -> ResponseRules:
    return ResponseRules("compared", **asdict(settings))


def compare_best(cohort: Compared, responses: pl.DataFrame, settings: Settings) -> None:
    """Best responses from the same responses (of the fast engine, compared before)."""
    start, stop = (
        cohort.tables.start.lazy().select("patient_id", day) for day in ("start_day", "new_therapy_day")
    )
    best = best_responses(responses.lazy(), start, stop, rules_of(settings)).collect()
    fast = answers(best, ["evaluator", *BEST_COLUMNS.values()])
    given = by_patient(responses.select("evaluator", "day", "response").rows(), responses["patient_id"])
    for patient in cohort.patients:
        slow = in_order(slow_best(patient, given[patient.patient_id], settings))
        assert_same(patient, ["evaluator", *BEST_COLUMNS], slow, fast[patient.patient_id], settings)


def slow_best(patient: Patient, responses: list[tuple], settings: Settings) -> list[tuple]:
    """One row per reader; a patient whom nobody assessed has one row without a reader."""
    by_reader = by_patient([row[1:] for row in responses], [row[0] for row in responses]) or {None: []}
    return [
        (reader, *brute_force.best_response(rows, patient.start_day, patient.new_therapy_day, settings))
        for reader, rows in by_reader.items()
    ]


def compare_immune(cohort: Compared, settings: Settings) -> None:
    """Time points by iRECIST, and best response and event from them."""
    responses = immune_responses(*cohort.frames, rules_of(settings)).collect()
    deaths = cohort.tables.start.lazy().select("patient_id", "death_day")
    best = best_immune_responses(responses.lazy(), cohort.tables.start.lazy(), deaths).collect()
    fast = answers(responses, IMMUNE_COLUMNS.values())
    fast_best = answers(best, ["evaluator", *BEST_IMMUNE_COLUMNS.values()])
    for patient in cohort.patients:
        rows = brute_force.irecist_of(patient.charts, settings)
        name, columns = patient.patient_id, ["evaluator", *BEST_IMMUNE_COLUMNS]
        assert_same(patient, list(IMMUNE_COLUMNS), in_order(rows), fast.get(name, []), settings)
        assert_same(patient, columns, slow_best_immune(patient, rows), fast_best[name], settings)


def slow_best_immune(patient: Patient, rows: list[brute_force.ImmuneTimePoint]) -> list[tuple]:
    by_reader = by_patient(rows, [row.evaluator for row in rows]) or {None: []}
    return in_order(
        (reader, *brute_force.best_immune(seen, patient.death_day)) for reader, seen in by_reader.items()
    )


# --- What a difference looks like ----------------------------------------------------------------


def assert_same(
    patient: Patient, columns: list[str], slow: list[tuple], fast: list[tuple], settings: Settings
) -> None:
    if slow != fast:
        pytest.fail(difference(patient, columns, slow, fast, settings), pytrace=False)


def difference(
    patient: Patient, columns: list[str], slow: list[tuple], fast: list[tuple], settings: Settings
) -> str:
    differing = [(row, "brute force") for row in slow if row not in fast]
    differing += [(row, "fast engine") for row in fast if row not in slow]
    lines = [f"The engines differ on {patient.patient_id}, start {patient.start_day}, {settings}"]
    lines += [f"new therapy: {patient.new_therapy_day}", *scans_of(patient), ""]
    for row, engine in sorted(differing, key=lambda found: str(found[0][:2])):
        lines.append(f"{engine}: " + ", ".join(f"{c}={v}" for c, v in zip(columns, row, strict=True)))
    return "\n".join(lines)


def scans_of(patient: Patient) -> list[str]:
    """Per reader a table of days and lesions, then the assessments."""
    lines = [
        f"{r['lesion_id']}: {r['role']}{' node' * bool(r['lymph_node'])} of {r['evaluator']}"
        for r in patient.lesions
    ]
    names = sorted({row["lesion_id"] for row in patient.lesions})
    for reader in sorted({str(row["evaluator"]) for row in patient.measurements}):
        seen = {
            (r["day"], r["lesion_id"]): " ".join(
                str(v) for v in (r["diameter_mm"], r["status"]) if v is not None
            )
            for r in patient.measurements
            if str(r["evaluator"]) == reader
        }
        lines.append(f"{reader}: day | " + " | ".join(names))
        for day in sorted({day for day, _ in seen}):
            lines.append(f"  {day} | " + " | ".join(seen.get((day, name), ".") or "empty" for name in names))
    return lines + [f"assessed: {r['day']} {r['evaluator']} done={r['done']}" for r in patient.assessments]


# --- Tests ---------------------------------------------------------------------------------------


def compare_everything(cohort: Compared) -> None:
    for settings in TIME_POINTS:
        compare_time_points(cohort, settings)
        compare_immune(cohort, settings)
    responses = fast_time_points(cohort, Settings())
    for settings in BEST.values():
        compare_best(cohort, responses, settings)


@pytest.fixture(scope="module")
def cohort() -> Compared:
    return Compared(random_cohort(3_000, seed=2024))


@pytest.mark.parametrize("settings", TIME_POINTS, ids=named)
def test_time_points(cohort: Compared, settings: Settings) -> None:
    compare_time_points(cohort, settings)


@pytest.mark.parametrize("settings", TIME_POINTS, ids=named)
def test_immune_responses(cohort: Compared, settings: Settings) -> None:
    compare_immune(cohort, settings)


def test_best_responses(cohort: Compared) -> None:
    responses = fast_time_points(cohort, Settings())
    for settings in BEST.values():
        compare_best(cohort, responses, settings)


def test_rows_in_any_order(cohort: Compared) -> None:
    tables = (frame.collect().sample(fraction=1, shuffle=True, seed=1) for frame in cohort.frames)
    shuffled = Compared(Cohort(*tables))

    compare_time_points(shuffled, Settings())
    compare_immune(shuffled, Settings())


def test_nobody_at_all() -> None:
    compare_everything(Compared(random_cohort(0, seed=1)))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_a_hundred_thousand_patients(seed: int) -> None:
    compare_everything(Compared(random_cohort(20_000, seed)))
