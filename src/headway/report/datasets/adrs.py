"""ADRS: responses, one row per patient, reader, parameter and day."""

import polars as pl

from headway.report.datasets.declared import IDENTIFIERS, SOURCE, Dataset, Variable, day, imputed
from headway.report.datasets.frames import finished, some, stacked, with_scans
from headway.report.datasets.tables import AnalysisTables

_RESPONSES = "responses: derived from lesions, or as reported, as the study says"
ADRS = Dataset(
    "ADRS",
    "Response Analysis Dataset",
    "patient, reader, parameter and day",
    "responses that the study uses",
    (
        *IDENTIFIERS,
        Variable(
            "ASEQ",
            "Analysis Sequence Number",
            "sequence",
            "",
            "derived",
            "the row's number within the patient",
        ),
        Variable("PARAMCD", "Parameter Code", "text", "code", _RESPONSES, limit=8, key=True),
        Variable("PARAM", "Parameter", "text", "parameter", _RESPONSES),
        Variable(
            "RSEVAL",
            "Reader",
            "text",
            "evaluator",
            "evaluator of assessments or measurements",
            "null: no assessment at all",
            key=True,
        ),
        Variable(
            "READERFL",
            "Reader of the Study Flag",
            "flag",
            "own_reader",
            "study file: criteria.evaluator",
            "Y: the reader whose responses the study uses",
        ),
        Variable("AVISIT", "Analysis Visit", "text", "visit", "assessments.visit"),
        *day(
            "A",
            "Analysis",
            "day",
            _RESPONSES,
            "of the scan; of a best response, of the scan that gave it",
            key=True,
        ),
        imputed("A", "Analysis", "imputed", "assessments.date, measurements.date"),
        Variable("AVALC", "Analysis Value (C)", "text", "said", _RESPONSES),
        Variable(
            "AVAL",
            "Analysis Value",
            "number",
            "value",
            _RESPONSES,
            "of responses: 1 CR, 2 PR, 3 SD, 4 NON-CR/NON-PD, 5 PD, 6 NE; of Y and N: 1, 0",
        ),
        *SOURCE,
        Variable("REASON", "Reason", "long text", "reason", _RESPONSES),
    ),
)
_VALUES = {"CR": 1, "PR": 2, "SD": 3, "NON-CR/NON-PD": 4, "PD": 5, "NE": 6, "Y": 1, "N": 0}
# Parameters of a time point: code, name, column.
_AT_SCANS = [
    ("TRGRESP", "Target Response", "target_response"),
    ("NTRGRESP", "Non-target Response", "non_target_response"),
]
# Parameters of a patient and reader: code, name, column of the value, column of the day.
_BEST = [
    ("BOR", "Best Overall Response", "best_response", "best_response_day"),
    ("CBOR", "Confirmed Best Overall Response", "confirmed_best_response", "confirmed_best_response_day"),
]
_REACHED = [
    ("RSP", "Response (CR or PR)", "response_day"),
    ("CRSP", "Confirmed Response (CR or PR)", "confirmed_response_day"),
    ("PD", "Disease Progression", "progression_day"),
]
_RATES = [
    ("ORR", "Objective Response", "objective_response"),
    ("CORR", "Confirmed Objective Response", "confirmed_objective_response"),
    ("DCR", "Disease Control", "disease_control"),
    ("CDCR", "Confirmed Disease Control", "confirmed_disease_control"),
    ("CB", "Clinical Benefit", "clinical_benefit"),
]


def adrs(made_of: AnalysisTables) -> pl.DataFrame | None:
    """Responses of every reader at each scan, and what they come to for the patient."""
    parts = [*_at_scans(made_of), *_of_patients(made_of)]
    if not any(some(part) for part in parts):
        return None
    rows = with_scans(stacked(parts), made_of).with_columns(
        own_reader=(pl.col("evaluator") == made_of.reader).fill_null(True),
        value=pl.col("said").replace_strict(_VALUES, default=None, return_dtype=pl.Float64),
    )
    return finished(ADRS, rows, made_of)


def _at_scans(made_of: AnalysisTables) -> list[pl.DataFrame]:
    parts = []
    if made_of.responses is not None:
        judged = made_of.responses.filter(pl.col("response").is_not_null())
        parts.append(judged.with_columns(*_named("OVR", "Overall Response"), said="response", reason="what"))
    if made_of.timepoints is not None:
        points = made_of.timepoints.select(
            "patient_id", "evaluator", "day", *(c for *_, c in _AT_SCANS), "new_lesions"
        )
        for code, name, column in _AT_SCANS:
            parts.append(
                points.filter(pl.col(column).is_not_null()).with_columns(*_named(code, name), said=column)
            )
        parts.append(
            points.with_columns(*_named("NEWLES", "New Lesions"), said=_yes(pl.col("new_lesions") > 0))
        )
    return parts


def _of_patients(made_of: AnalysisTables) -> list[pl.DataFrame]:
    parts = []
    if made_of.best is not None:
        for code, name, column, day in _BEST:
            own = made_of.best.select("patient_id", "evaluator", "reason", said=column, day=day)
            parts.append(own.with_columns(_named(code, name)))
        for code, name, day in _REACHED:
            own = made_of.best.select(
                "patient_id", "evaluator", said=_yes(pl.col(day).is_not_null()), day=day
            )
            parts.append(own.with_columns(_named(code, name)))
        for code, name, column in _RATES:
            own = made_of.best.select("patient_id", "evaluator", said=_yes(pl.col(column)))
            parts.append(own.with_columns(_named(code, name)))
    return parts


def _named(code: str, name: str) -> list[pl.Expr]:
    return [pl.lit(code).alias("code"), pl.lit(name).alias("parameter")]


def _yes(condition: pl.Expr) -> pl.Expr:
    return condition.replace_strict({True: "Y", False: "N"}, return_dtype=pl.String)
