"""Whose responses a study uses, how they come about, and the best of each patient."""

import difflib

import polars as pl

from headway.derive.judgements import as_recist, derived_judgements, reported_judgements
from headway.derive.lines import LinesOfTherapy
from headway.derive.response import baselines, best_responses, response_outcomes, timepoint_responses
from headway.derive.response.readings import NOT_STATED
from headway.errors import StudyError
from headway.record.record import Record
from headway.study import Study
from headway.study.parts import AS_REPORTED

DERIVED = "RECIST 1.1"


def criteria(study: Study, record: Record) -> str:
    """How responses come about: derived if the study says so, or if the record has lesions to derive from."""
    has_lesions = record.has("lesions") and record.has("measurements")
    return study.criteria.response or (DERIVED if has_lesions else AS_REPORTED)


def judgements(study: Study, record: Record, zero: pl.LazyFrame) -> pl.LazyFrame:
    """The responses of the study's one reader, against the baseline at or before each patient's time zero.

    Takes:  zero (patient_id, start_day).
    Raises: StudyError if the record has several readers and the study names none, or another.
    """
    if not uses_responses(study):
        return reported_judgements(record.table("assessments").clear())
    if criteria(study, record) == DERIVED:
        everyone = derived_judgements(
            timepoints(record, zero), record.table("measurements"), record.table("lesions")
        )
    else:
        everyone = reported_judgements(record.table("assessments"))
    everyone = everyone.collect()
    readers = everyone["evaluator"].unique().sort().to_list()
    return everyone.filter(pl.col("evaluator") == reader_of(study, readers)).lazy()


def uses_responses(study: Study) -> bool:
    """Whether anything in the report depends on responses; only then must the reader be known."""
    report = study.report
    asked = [*report.survival, *report.comparison]
    progression = any(part.endpoint != "OS" and part.since != AS_REPORTED for part in asked)
    others = (report.response, report.failure, report.swimmer)
    return progression or any(bool(part) for part in others)


def reader_of(study: Study, readers: list[str]) -> str:
    """The study's one reader among those of the record.

    Raises StudyError if there are several and the study names none, or another.
    """
    wanted = study.criteria.evaluator
    if wanted is None and len(readers) > 1:
        raise StudyError(
            f"The record has {len(readers)} readers ({', '.join(readers)}), and an endpoint uses one. "
            f'Say which under [criteria]: evaluator = "{readers[0]}".'
        )
    if wanted is not None and readers and wanted not in readers:
        near = difflib.get_close_matches(wanted, readers, n=1, cutoff=0.5)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise StudyError(
            f"criteria.evaluator: no reader is called '{wanted}'; known: {', '.join(readers)}.{hint}"
        )
    return wanted or (readers[0] if readers else NOT_STATED)


def timepoints(record: Record, zero: pl.LazyFrame) -> pl.LazyFrame:
    """Derived responses, with baseline at or before time zero (R1.7)."""
    return timepoint_responses(
        record.table("lesions"), record.table("measurements"), record.table("assessments"), zero,
        time=record.time,
    )  # fmt: skip


def progressions_by_line(study: Study, record: Record, first: LinesOfTherapy) -> pl.DataFrame:
    """Progressions within each line against the baseline of that line (patient_id, day).

    Takes:  the lines as the drugs alone tell them. What grew in an earlier line is not a progression of a
            later one: every line is judged anew (R1.7).
    """
    lines = first.lines.collect()
    if criteria(study, record) != DERIVED:
        judged = judgements(study, record, lines.lazy().select("patient_id", "start_day").head(0))
        return judged.filter(pl.col("response") == "PD").select("patient_id", "day").collect()
    found = [pl.DataFrame(schema={"patient_id": pl.String, "day": pl.Int32})]
    for (_,), own in lines.partition_by("line", as_dict=True).items():
        bounds = own.select("patient_id", "start_day", "next_line_day")
        judged = judgements(study, record.only(own["patient_id"].to_list()), bounds.lazy()).collect()
        within = judged.filter(pl.col("response") == "PD").join(bounds, on="patient_id")
        ended = pl.col("next_line_day").is_not_null() & (pl.col("day") > pl.col("next_line_day"))
        found.append(within.filter(pl.col("day") > pl.col("start_day"), ~ended).select("patient_id", "day"))
    return pl.concat(found).unique().sort("patient_id", "day")


def best_of(
    record: Record,
    judged: pl.LazyFrame,
    zero: pl.LazyFrame,
    new_therapy: pl.LazyFrame,
    window_days: int | None = None,
) -> pl.DataFrame:
    """Best response and outcomes of each patient since a time zero (R1.30 to R1.45), one row per patient.

    Takes:  judged responses; new_therapy (patient_id, new_therapy_day), where they end; responses after
            window_days do not count.
    Gives:  the columns of `BestResponses` and `ResponseOutcomes`.
    """
    if window_days is not None:
        since = judged.join(zero, on="patient_id", how="left")
        judged = since.filter(pl.col("day") - pl.col("start_day") <= window_days).drop("start_day")
    zero = zero.filter(pl.col("start_day").is_not_null())
    # Who has no time zero has no response since then, whatever was reported.
    judged = judged.join(zero, on="patient_id", how="semi", maintain_order="left")
    best = best_responses(as_recist(judged), zero, new_therapy, time=record.time)
    measured = baselines(record.table("lesions"), record.table("measurements"), zero)
    if not record.has("lesions"):  # reported responses alone: who was scanned counts as measurable
        measured = best.drop_nulls("evaluator").select("patient_id", "evaluator", targets=pl.lit(1))
    deaths = record.table("patients").select("patient_id", "death_day")
    outcomes = response_outcomes(best, zero, measured, deaths)
    joined = best.join(outcomes, on="patient_id", suffix="_outcome").collect()
    # A patient without a response of the reader has no baseline by that reader either: look among all.
    return joined.unique("patient_id", keep="first", maintain_order=True)
