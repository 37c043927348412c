"""Check a record, run a study, explain a patient, write a template."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from headway.derive.timeline import timeline
from headway.errors import HeadwayError
from headway.ingest.recognise import read_record
from headway.ingest.safe_csv import write_csv
from headway.ingest.template import write_template
from headway.record.derived.response import TimepointResponses
from headway.record.record import Record
from headway.report.write import all_or_nothing
from headway.run.cohort import Cohort, cohort, cutoff_day, start_of
from headway.run.deidentify import Deidentification, deidentified
from headway.run.judged import timepoints
from headway.run.new import folder_beside, new_study
from headway.run.pipeline import analysed
from headway.run.report import fill
from headway.run.simulate import simulated_anew
from headway.run.topics import Made
from headway.study import Study, load
from headway.study.reference import json_schema


@dataclass(frozen=True)
class Outcome:
    """What a run made, and where the report stands."""

    study: Study
    record: Record
    made: Made
    folder: Path


@dataclass(frozen=True)
class Explained:
    """One patient's part of the record, the timeline, and lines, responses and times with their reasons."""

    record: Record
    timeline: pl.DataFrame
    lines: pl.DataFrame
    responses: pl.DataFrame
    times: pl.DataFrame


def check(
    record: Path, *, format: str | None = None, time: str | None = None, cutoff: str | None = None
) -> Record:
    """Read a record; its `findings` and `rows` say what is wrong and what became of every row."""
    return read_record(record, format=format, time=time, cutoff=cutoff)


def write_findings(record: Record, path: Path) -> None:
    """Write all findings as CSV that is safe to open in a spreadsheet."""
    write_csv(record.findings, path)


def template(path: Path) -> None:
    """Write an empty workbook to collect a cohort in."""
    write_template(path)


def schema() -> str:
    """The JSON Schema of the study file, for editors."""
    return json_schema()


def new(record: Path, study_file: Path, *, format: str | None = None, time: str | None = None) -> None:
    """Write a commented study file that runs, from what the record has. An existing file is not replaced."""
    if study_file.exists():
        raise HeadwayError(f"{study_file} exists; choose another file with --out.")
    read = read_record(record, format=format, time=time, cutoff=None)
    if not read.has("patients"):
        raise HeadwayError("The record has no usable patient; `headway check` says why.")
    study_file.write_text(new_study(read, folder_beside(record, study_file), format), encoding="utf-8")


def run(study_file: Path, out: Path, hide: Deidentification | None = None) -> Outcome:
    """Record -> derived tables -> results -> report, written to `out` as a whole or not at all.

    With `hide`, no id, date or small cell of the record is in what is written.
    """
    study, record = _study_and_record(study_file)
    if not record.has("patients"):
        raise HeadwayError("The record has no usable patient; `headway check` says why.")
    if hide is not None:
        study, record = deidentified(study, record, hide, cutoff_day(study))
    base = cohort(study, record, study_file.parent)
    made = analysed(base)
    fingerprint = _fingerprint(study_file.parent / study.record)
    all_or_nothing(out, lambda folder: fill(folder, base, made, fingerprint, hide))
    return Outcome(study, record, made, out)


def explain(study_file: Path, patient: str) -> Explained:
    """One patient: what the record says, what follows from it, and why."""
    study, record = _study_and_record(study_file)
    if not record.has("patients") or patient not in record.tables["patients"]["patient_id"]:
        raise HeadwayError(f"Patient '{patient}' is not among the patients used from {study.record}.")
    own = cohort(study, record.only([patient]), study_file.parent)
    return Explained(
        own.record,
        timeline(own.record).collect(),
        own.lines.lines.collect(),
        _responses(own),
        analysed(own).times,
    )


def _responses(own: Cohort) -> pl.DataFrame:
    """Derived responses since the first response analysis, else since the first drug (R1.7)."""
    if not (own.record.has("lesions") and own.record.has("measurements")):
        return TimepointResponses.create_empty()
    asked = own.study.report.response
    zero = start_of(own, asked[0].since if asked else "first_drug")
    return timepoints(own.record, zero).collect()


def _study_and_record(study_file: Path) -> tuple[Study, Record]:
    study = load(study_file)
    if study.simulate is not None:
        simulated_anew(study_file.parent / study.simulate, study_file.parent / study.record)
    cutoff = None if study.cutoff is None else str(study.cutoff)
    return study, read_record(
        study_file.parent / study.record, format=study.format, time=study.time, cutoff=cutoff
    )


def _fingerprint(path: Path) -> str:
    """SHA-256 over the names and bytes of the record's files: the same data, the same fingerprint."""
    digest = hashlib.sha256()
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
