"""The timeline of each patient as its figure draws it: treatment, responses, toxicity, outcome, sizes."""

import polars as pl

from headway.record.figures_of_a_patient import (
    LesionSizes,
    PatientMarks,
    PatientSpans,
    TargetSums,
    Timelines,
    TimeZeros,
)
from headway.record.record import Record
from headway.record.words import sentence
from headway.run.cohort import Cohort, start_of, title_of
from headway.run.judged import DERIVED, criteria, timepoints

NO_TEXT = pl.lit(None, pl.String)


def timelines(cohort: Cohort) -> Timelines:
    """The layers of all patients; responses and sums are those since the first time zero with responses."""
    since = next((name for name, _ in cohort.judged()), None)
    return Timelines(
        spans=_stacked(PatientSpans, [_lines(cohort), _courses(cohort.record)]),
        marks=_stacked(PatientMarks, _marks(cohort)),
        sizes=_stacked(LesionSizes, [_sizes(cohort)]),
        sums=_stacked(TargetSums, [] if since is None else _sums(cohort, since)),
        zeros=_stacked(TimeZeros, [] if since is None else [_zeros(cohort, since)]),
    )


def _stacked(layer: type, parts: list[pl.LazyFrame]) -> pl.DataFrame:
    """The parts as one layer; what the layer must have and a row lacks is no part of the figure."""
    blank = layer.create_empty()
    needed = [name for name, column in layer.columns().items() if not column.nullable]
    found = [part.select(blank.columns).cast(dict(blank.schema)).collect() for part in parts]
    return pl.concat([blank, *found]).drop_nulls(needed)


def _lines(cohort: Cohort) -> pl.LazyFrame:
    return cohort.lines.lines.select(
        "patient_id", "start_day", "end_day", kind=pl.lit("systemic line"),
        label=sentence("line {}: {}", "line", "regimen"), detail="reason",
    )  # fmt: skip


def _courses(record: Record) -> pl.LazyFrame:
    dose = pl.when(pl.col("dose_gy").is_not_null()).then(
        sentence(", {} Gy", pl.col("dose_gy").cast(pl.String).str.replace(r"\.0$", ""))
    )
    fractions = pl.when(pl.col("fractions").is_not_null()).then(sentence(" in {}", "fractions"))
    parts = [pl.col("site").fill_null("site not recorded"), dose.fill_null(""), fractions.fill_null("")]
    return record.table("radiotherapy").select(
        "patient_id", "start_day", "end_day", kind=pl.lit("radiotherapy"),
        label=pl.concat_str(pl.lit("RT "), *parts), detail=pl.coalesce("technique", "intent"),
    )  # fmt: skip


def _marks(cohort: Cohort) -> list[pl.LazyFrame]:
    record = cohort.record
    judged = next((found.lazy() for _, found in cohort.judged()), None)
    return [
        _mark(record.table("procedures"), "surgery", pl.col("procedure").fill_null("procedure"), "day"),
        *_judged_marks(judged),
        _mark(record.table("adverse_events"), "adverse event", pl.col("term"), "start_day", grade="grade"),
        _mark(record.table("patients"), "death", pl.lit("death"), "death_day", detail="death_cause"),
        _mark(
            record.table("patients").filter(pl.col("death_day").is_null()), "last known alive",
            pl.lit("last known alive"), "last_alive_day",
        ),
    ]  # fmt: skip


def _judged_marks(judged: pl.LazyFrame | None) -> list[pl.LazyFrame]:
    """Each response that has a name, and the first progression."""
    if judged is None:
        return []
    progressed = judged.filter(pl.col("response") == "PD").sort("patient_id", "day")
    first = progressed.unique("patient_id", keep="first", maintain_order=True)
    return [
        _mark(judged, "response", pl.col("response"), "day", detail="what"),
        _mark(first, "progression", pl.lit("progression"), "day", detail="what"),
    ]


def _mark(
    rows: pl.LazyFrame, kind: str, label: pl.Expr, day: str, *, grade: str = "", detail: str = ""
) -> pl.LazyFrame:
    return rows.select(
        "patient_id", kind=pl.lit(kind), label=label, day=day,
        grade=pl.col(grade) if grade else pl.lit(None, pl.Int32),
        detail=pl.col(detail) if detail else NO_TEXT,
    )  # fmt: skip


def _sizes(cohort: Cohort) -> pl.LazyFrame:
    """Each lesion with a diameter at a scan, as the study's reader measured it."""
    record, reader = cohort.record, cohort.study.criteria.evaluator
    of_reader = (
        pl.lit(True) if reader is None else pl.col("evaluator").is_null() | (pl.col("evaluator") == reader)
    )
    lesions = (
        record.table("lesions")
        .filter(of_reader)
        .unique(["patient_id", "lesion_id"], keep="first", maintain_order=True)
    )
    measured = record.table("measurements").filter(of_reader)
    return measured.join(lesions, on=["patient_id", "lesion_id"]).select(
        "patient_id", "lesion_id", "role", "organ", "day", "diameter_mm"
    )


def _sums(cohort: Cohort, since: str) -> list[pl.LazyFrame]:
    """The sums that the responses were derived from, that at baseline first."""
    if criteria(cohort.study, cohort.record) != DERIVED:
        return []
    reader = cohort.study.criteria.evaluator
    of_reader = pl.lit(True) if reader is None else pl.col("evaluator") == reader
    found = timepoints(cohort.record, start_of(cohort, since)).filter(of_reader)
    baseline = found.select(
        "patient_id", day="baseline_day", sum_mm="baseline_sum_mm", nadir_mm=pl.lit(None, pl.Float64)
    )
    return [baseline.unique(maintain_order=True), found.select("patient_id", "day", "sum_mm", "nadir_mm")]


def _zeros(cohort: Cohort, since: str) -> pl.LazyFrame:
    title = title_of(cohort, since).removeprefix("since ")
    return start_of(cohort, since).select("patient_id", day="start_day", label=pl.lit(title))
