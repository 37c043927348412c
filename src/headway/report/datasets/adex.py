"""ADEX: exposure: administrations, lines of therapy, and days on groups of drugs."""

import polars as pl

from headway.report.datasets.declared import IDENTIFIERS, SOURCE, Dataset, Variable, day
from headway.report.datasets.frames import finished, some, stacked
from headway.report.datasets.tables import AnalysisTables

_LINES = "lines of therapy"
ADEX = Dataset(
    "ADEX",
    "Exposure Analysis Dataset",
    "patient, parameter, line and drug, group or dose",
    "drugs in the record",
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
        Variable("PARAMCD", "Parameter Code", "text", "code", _LINES, "", 8, key=True),
        Variable("PARAM", "Parameter", "text", "parameter", _LINES),
        Variable(
            "ALINE",
            "Line of Systemic Therapy",
            "whole",
            "line",
            _LINES,
            "null: over the whole R/M setting",
            key=True,
        ),
        Variable("SETTING", "Setting of the Line", "text", "setting", _LINES, "R4.1"),
        Variable(
            "EXTRT",
            "Drug, Regimen or Group of Drugs",
            "text",
            "treatment",
            "drugs.drug",
            "of DURLINE the regimen (R4.13), of days on drugs the group",
            key=True,
        ),
        Variable("EXCLAS", "Class of the Drug", "text", "drug_class", "drug table"),
        *day("AST", "Analysis Start", "start_day", "drugs.start_date", "of DURLINE the first dose", key=True),
        *day("AEN", "Analysis End", "end_day", "drugs.end_date", "of DURLINE the end of the line (R4.10)"),
        Variable("AVAL", "Analysis Value", "number", "value", _LINES, "in AVALU; null: not recorded"),
        Variable(
            "AVALU", "Analysis Value Unit", "text", "unit", "drugs.dose_unit", "days, but for doses", key=True
        ),
        Variable("AENDDESC", "Why the Line Ends", "text", "ended_by", _LINES, "R4.10"),
        *SOURCE,
        Variable("REASON", "Reason", "long text", "reason", _LINES),
    ),
)
_LINE_DAYS = {
    "span_days": ("SPANDAYS", "Days of Lines with the Drugs"),
    "gap_excluded_days": ("COVRDAYS", "Days Covered by a Dose and Its Cycle"),
    "dose_days": ("DOSEDAYS", "Doses Times Cycle (days)"),
}
_ALL_DAYS = {days: (f"C{code[:-1]}", f"Cumulative: {name}") for days, (code, name) in _LINE_DAYS.items()}


def adex(made_of: AnalysisTables) -> pl.DataFrame | None:
    """Doses, lines, and days of exposure by line and over the whole setting (R4.17)."""
    parts = [*_doses(made_of), *_lines(made_of), *_days(made_of)]
    if not any(some(part) for part in parts):
        return None
    return finished(ADEX, stacked(parts), made_of)


def _doses(made_of: AnalysisTables) -> list[pl.DataFrame]:
    parts = []
    if made_of.doses is not None:
        given = made_of.doses.with_columns(
            *_named("DOSE", "Dose"), source_table=pl.lit("drugs"), treatment="drug", value="dose",
            unit="dose_unit", end_day="last_day", reason="why",
        )  # fmt: skip
        parts.append(given.drop("drug", "dose", "dose_unit", "last_day", "why"))
    if made_of.dose_intensity is not None:
        unit = pl.col("dose_unit")
        own = made_of.dose_intensity.rename({"drug": "treatment"})
        parts.append(own.with_columns(*_named("TDOSE", "Total Dose"), value="total_dose", unit=unit))
        weekly = pl.concat_str(unit, pl.lit("/week"))
        parts.append(
            own.with_columns(*_named("DOSEWEEK", "Dose per Week"), value="dose_per_week", unit=weekly)
        )
    return parts


def _lines(made_of: AnalysisTables) -> list[pl.DataFrame]:
    if made_of.lines is None:
        return []
    days = pl.col("end_day") - pl.col("start_day") + 1
    columns = ["patient_id", "line", "setting", "start_day", "end_day", "ended_by", "reason"]
    own = made_of.lines.select(*columns, treatment="regimen", value=days, unit=pl.lit("days"))
    return [own.with_columns(_named("DURLINE", "Duration of Line"))]


def _days(made_of: AnalysisTables) -> list[pl.DataFrame]:
    parts = []
    for exposure, named in [(made_of.line_exposure, _LINE_DAYS), (made_of.class_exposure, _ALL_DAYS)]:
        if exposure is None:
            continue
        for days, (code, name) in named.items():
            own = exposure.with_columns(
                *_named(code, name), treatment="drugs", value=days, unit=pl.lit("days")
            )
            parts.append(own.drop("drugs", "lines", strict=False))
    return parts


def _named(code: str, name: str) -> list[pl.Expr]:
    return [pl.lit(code).alias("code"), pl.lit(name).alias("parameter")]
