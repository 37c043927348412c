"""Whose responses a study uses, and what they come to: best responses and rates as results."""

import difflib

import polars as pl

from headway.analyse.proportions import proportion
from headway.analyse.rows import result
from headway.derive.anchors import ANCHORS, starts
from headway.derive.judgements import as_recist, derived_judgements, reported_judgements
from headway.derive.response import baselines, best_responses, response_outcomes, timepoint_responses
from headway.derive.response.readings import NOT_STATED
from headway.errors import StudyError
from headway.record.record import Record
from headway.record.results import Results
from headway.study import Study

DERIVED = "RECIST 1.1"
ITT, EVALUABLE = "all patients", "evaluable patients"
_ORDER = ["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"]


def criteria(study: Study, record: Record) -> str:
    """How responses come about: derived if the study says so, or if the record has lesions to derive from."""
    has_lesions = record.has("lesions") and record.has("measurements")
    return study.criteria.response or (DERIVED if has_lesions else "as reported")


def judgements(study: Study, record: Record) -> pl.LazyFrame:
    """The responses of the study's one reader.

    Raises StudyError if the record has several readers and the study names none, or another.
    """
    if not uses_responses(study):
        return reported_judgements(record.table("assessments").clear())
    if criteria(study, record) == DERIVED:
        everyone = derived_judgements(
            timepoints(study, record), record.table("measurements"), record.table("lesions")
        )
    else:
        everyone = reported_judgements(record.table("assessments"))
    everyone = everyone.collect()
    readers = everyone["evaluator"].unique().sort().to_list()
    return everyone.filter(pl.col("evaluator") == _reader(study, readers)).lazy()


def uses_responses(study: Study) -> bool:
    """Whether anything in the report depends on responses; only then must the reader be known."""
    progression = any(s.endpoint != "OS" and s.since != "as reported" for s in study.report.survival)
    return progression or study.report.response is not None or study.report.failure is not None


def _reader(study: Study, readers: list[str]) -> str:
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


def timepoints(study: Study, record: Record) -> pl.LazyFrame:
    """Derived responses, with baseline at or before the study's time zero for response."""
    return timepoint_responses(
        record.table("lesions"),
        record.table("measurements"),
        record.table("assessments"),
        _zero(study, record),
        time=record.time,
    )


def _zero(study: Study, record: Record) -> pl.LazyFrame:
    """Time zero of response; without one, treatment start, which is what baseline is judged by (R1.7)."""
    since = study.report.response.since if study.report.response else "first_drug"
    return starts(record, ANCHORS[since])


def response_results(study: Study, record: Record, judged: pl.LazyFrame) -> pl.DataFrame:
    """Best overall response and rates, unconfirmed and confirmed, by population (R1.40, R1.41)."""
    zero = _zero(study, record)
    best = best_responses(as_recist(judged), zero, time=record.time)
    measured = baselines(record.table("lesions"), record.table("measurements"), zero)
    if not record.has("lesions"):  # reported responses alone: who was scanned counts as measurable
        measured = best.drop_nulls("evaluator").select("patient_id", "evaluator", targets=pl.lit(1))
    deaths = record.table("patients").select("patient_id", "death_day")
    outcomes = response_outcomes(best, zero, measured, deaths).collect()
    rows = best.join(outcomes.lazy(), on="patient_id", suffix="_outcome").collect()
    parts = [_rates(rows, ITT), _rates(rows.filter("evaluable"), EVALUABLE)]
    return pl.DataFrame([row for part in parts for row in part], schema=Results.create_empty().schema)


def _rates(rows: pl.DataFrame, population: str) -> list[dict]:
    made = []
    for analysis, prefix in [("best response", ""), ("confirmed best response", "confirmed_")]:
        made += [_share(rows, population, analysis, r, pl.col(f"{prefix}best_response") == r) for r in _ORDER]
        for rate, column in [
            ("objective response", "objective_response"),
            ("disease control", "disease_control"),
        ]:
            made.append(_share(rows, population, analysis, rate, pl.col(f"{prefix}{column}")))
    return made


def _share(rows: pl.DataFrame, population: str, analysis: str, group: str, which: pl.Expr) -> dict:
    ids = rows.filter(which)["patient_id"].sort().to_list()
    where = {"analysis": analysis, "population": population, "group": group}
    if rows.is_empty():
        return result(where, "rate", None, n=0, method="Clopper-Pearson", note="no patient", patients=ids)
    value, lower, upper = proportion(len(ids), rows.height)
    return result(
        where, "rate", value, lower=lower, upper=upper, at=float(len(ids)), n=rows.height,
        method="Clopper-Pearson, 95% limits", unit="probability", patients=ids,
    )  # fmt: skip
