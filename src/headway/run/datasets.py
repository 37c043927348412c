"""Analysis datasets of a study: from cohort and times to files."""

from datetime import date
from pathlib import Path

import polars as pl

from headway.derive.anchors import ANCHORS
from headway.derive.exposure import cumulative_exposure, dose_intensity, line_exposure
from headway.derive.judgements import derived_judgements, reported_judgements
from headway.derive.lines import line_counts
from headway.derive.response import baselines
from headway.derive.response.readings import NOT_STATED
from headway.derive.toxicity import emergent_events, treatment_windows
from headway.ingest.safe_csv import write_csv
from headway.report.datasets import AnalysisTables, datasets, write_datasets
from headway.run.cohort import Cohort, next_therapy, start_of, title_of
from headway.run.judged import DERIVED, best_of, criteria, timepoints, uses_responses
from headway.study.parts import AS_REPORTED

Frames = dict[str, pl.DataFrame | None]


def write_analysis_datasets(folder: Path, made: Cohort, times: pl.DataFrame) -> pl.DataFrame:
    """Write the analysis datasets and their dictionary into a folder; give the dictionary."""
    cutoff = made.study.cutoff if isinstance(made.study.cutoff, date) else None
    frames = datasets(analysis_tables(made, times))
    return write_datasets(folder, frames, made.record.time, write_csv=write_csv, cutoff=cutoff)


def analysis_tables(made: Cohort, times: pl.DataFrame) -> AnalysisTables:
    """Everything that the datasets are made of, the responses of every reader included.

    Takes:  times: `EndpointTimes` of the study.
    """
    record, since = made.record, _since(made)
    zero = start_of(made, since).collect()
    responses = _responses(made, zero.lazy())
    return AnalysisTables(
        study=made.study.title.split(":")[0],  # what stands before the colon names the study
        time=record.time,
        reader=_reader(made, responses.get("responses")),
        since=title_of(made, since).removeprefix("since "),
        patients=record.tables["patients"],
        zero=zero,
        anchors=_anchors(made),
        times=times,
        adverse_events=record.tables.get("adverse_events"),
        **{name: record.tables.get(name) for name in ("lesions", "measurements", "assessments")},
        **responses,
        **_treatment(made),
    )


def _since(made: Cohort) -> str:
    """The time zero that responses are judged from: of the first analysis that names one."""
    report = made.study.report
    asked = [part.since for part in (*report.response, *report.survival) if part.since != AS_REPORTED]
    return asked[0] if asked else "first_drug"


def _reader(made: Cohort, responses: pl.DataFrame | None) -> str:
    """Who reads for the study; a study that names nobody has one reader at most."""
    named = made.study.criteria.evaluator
    if named is not None or responses is None or responses.is_empty():
        return named or NOT_STATED
    return responses["evaluator"].min()  # type: ignore[return-value]


def _anchors(made: Cohort) -> pl.DataFrame:
    """One column of days for each anchor."""
    everyone = made.record.tables["patients"].select("patient_id")
    for name in ANCHORS:
        days = start_of(made, name).collect().rename({"start_day": f"{name}_day"})
        everyone = everyone.join(days, on="patient_id", how="left")
    return everyone


def _responses(made: Cohort, zero: pl.LazyFrame) -> Frames:
    """Responses of every reader, derived or reported as the study says, and the best of each patient."""
    record = made.record
    if not uses_responses(made.study):
        return {}
    lesions, measurements = record.table("lesions"), record.table("measurements")
    found: Frames = {"baselines": baselines(lesions, measurements, zero).collect()}
    if criteria(made.study, record) == DERIVED:
        points = timepoints(record, zero).collect()
        judged = derived_judgements(points.lazy(), measurements, lesions).collect()
        found["timepoints"] = points
    else:
        judged = reported_judgements(record.table("assessments")).collect()
    return found | {"responses": judged, "best": _best(made, judged, zero)}


def _best(made: Cohort, judged: pl.DataFrame, zero: pl.LazyFrame) -> pl.DataFrame | None:
    """Best responses by each reader; a patient whom nobody assessed once."""
    asked = made.study.report.response
    if not asked or judged.is_empty():
        return None
    readers = judged["evaluator"].unique().sort().to_list()
    ended = next_therapy(made, asked[0].since).lazy()
    by_reader = [
        best_of(made.record, own.lazy(), zero, ended, asked[0].window_days)
        for own in (judged.filter(pl.col("evaluator") == reader) for reader in readers)
    ]
    rows = pl.concat(by_reader)
    nobody = pl.col("evaluator").is_null()
    unread = rows.filter(nobody.all().over("patient_id")).unique(
        "patient_id", keep="first", maintain_order=True
    )
    return pl.concat([rows.filter(~nobody), unread])


def _treatment(made: Cohort) -> Frames:
    record, patients = made.record, made.record.table("patients")
    if not record.has("drugs"):
        return {}
    windows = treatment_windows(record.table("drugs"))
    graded = record.table("adverse_events").filter(pl.col("grade").is_not_null())
    found = {
        "windows": windows,
        "emergent": emergent_events(graded, windows, time=record.time),
        "line_counts": line_counts(made.lines.lines, patients),
        "lines": made.lines.lines,
        "doses": made.lines.doses,
        "line_exposure": line_exposure(made.lines),
        "class_exposure": cumulative_exposure(made.lines, patients),
        "dose_intensity": dose_intensity(made.lines),
    }
    return {name: frame.collect() for name, frame in found.items()}
