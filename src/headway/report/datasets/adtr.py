"""ADTR: sizes of target lesions, and their sums."""

import polars as pl

from headway.record.derived.response import TimepointResponses
from headway.report.datasets.declared import IDENTIFIERS, Dataset, Variable, day, imputed
from headway.report.datasets.frames import NOT_STATED, finished, some, stacked, with_scans
from headway.report.datasets.tables import AnalysisTables

_POINTS = "responses at time points"
_SUMS = "of SDIAM only"
ADTR = Dataset(
    "ADTR",
    "Tumor Results Analysis Dataset",
    "patient, reader, parameter and day",
    "measured target lesions",
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
        Variable(
            "PARAMCD",
            "Parameter Code",
            "text",
            "code",
            "lesions, measurements",
            "SDIAM: sum of the targets; LDIAMn: longest diameter of target n, NLDIAMn: short axis of a node; "
            "numbered by lesion_id within patient and reader",
            8,
            key=True,
        ),
        Variable("PARAM", "Parameter", "text", "parameter", "lesions, measurements"),
        Variable("TREVAL", "Reader", "text", "evaluator", "measurements.evaluator", key=True),
        Variable(
            "READERFL",
            "Reader of the Study Flag",
            "flag",
            "own_reader",
            "study file: criteria.evaluator",
            "Y: the reader whose responses the study uses",
        ),
        Variable("AVISIT", "Analysis Visit", "text", "visit", "assessments.visit"),
        *day("A", "Analysis", "day", "measurements.date", key=True),
        imputed("A", "Analysis", "imputed", "measurements.date"),
        Variable(
            "AVAL",
            "Analysis Value (mm)",
            "number",
            "value",
            "measurements.diameter_mm",
            "of SDIAM the sum, null unless every target was measured",
        ),
        Variable(
            "AVALC",
            "Analysis Value (C)",
            "text",
            "status",
            "measurements.status",
            "what was seen, where a number does not say it",
        ),
        Variable("TRLNKID", "Lesion", "text", "lesion_id", "lesions.lesion_id"),
        Variable("TRLOC", "Organ", "text", "organ", "lesions.organ"),
        Variable("NTARGET", "Number of Targets", "whole", "targets", _POINTS, _SUMS),
        Variable("NMEASURE", "Number of Targets Measured", "whole", "targets_measured", _POINTS, _SUMS),
        Variable(
            "SUMMEAS",
            "Sum of the Targets Measured (mm)",
            "number",
            "measured_sum_mm",
            _POINTS,
            f"{_SUMS}; of those that were measured, for which no change is given (R1.13)",
        ),
        Variable(
            "ANL01FL",
            "Complete Sum Flag",
            "flag",
            "complete",
            _POINTS,
            f"{_SUMS}; Y: every target was measured",
        ),
        Variable("ABLFL", "Baseline Record Flag", "flag", "baseline", "baselines", f"{_SUMS} (R1.8)"),
        Variable("BASE", "Baseline Value (mm)", "number", "baseline_sum_mm", "baselines", f"{_SUMS} (R1.8)"),
        Variable(
            "CHG", "Change from Baseline (mm)", "number", "change_mm", _POINTS, f"{_SUMS}; AVAL minus BASE"
        ),
        Variable(
            "PCHG", "Percent Change from Baseline", "number", "change_from_baseline_percent", _POINTS, _SUMS
        ),
        Variable(
            "NADIR",
            "Nadir (mm)",
            "number",
            "nadir_mm",
            _POINTS,
            f"{_SUMS}; the smallest complete sum before, baseline included (R1.9)",
        ),
        *day("NADIR", "Nadir", "nadir_day", _POINTS, _SUMS),
        Variable("CHGNAD", "Change from Nadir (mm)", "number", "change_from_nadir_mm", _POINTS, _SUMS),
        Variable(
            "PCHGNAD",
            "Percent Change from Nadir",
            "number",
            "change_from_nadir_percent",
            _POINTS,
            f"{_SUMS}; null if the nadir is 0",
        ),
        Variable(
            "PDFL", "Progression Flag", "flag", "progression", _POINTS, f"{_SUMS}; the overall response is PD"
        ),
        Variable("SRCFILE", "Source File", "text", "source_file", "provenance", "of one lesion"),
        Variable("SRCSHEET", "Source Sheet", "text", "source_sheet", "provenance", "of one lesion"),
        Variable(
            "SRCSEQ",
            "Source Line",
            "whole",
            "source_line",
            "provenance",
            "the line in the source file, of one lesion",
        ),
    ),
)
_SUM = [pl.lit("SDIAM").alias("code"), pl.lit("Sum of Diameters of Targets (mm)").alias("parameter")]


def adtr(made_of: AnalysisTables) -> pl.DataFrame | None:
    """Each target at each scan of every reader, and the sums with baseline, nadir and changes."""
    if not (some(made_of.lesions) and some(made_of.measurements)):
        return None
    rows = stacked([_lesions(made_of.lesions, made_of.measurements), *_sums(made_of)])
    if rows.is_empty():
        return None
    own = with_scans(rows, made_of).with_columns(own_reader=pl.col("evaluator") == made_of.reader)
    return finished(ADTR, own, made_of)


def _lesions(lesions: pl.DataFrame, measurements: pl.DataFrame) -> pl.DataFrame:
    """The measurements of targets; a lesion without a reader is a lesion of all readers."""
    targets = lesions.filter(pl.col("role") == "target")
    known = targets.select("patient_id", "lesion_id", "evaluator", "organ", "lymph_node")
    sizes = measurements.select(
        "patient_id", "lesion_id", "evaluator", "day", "status",
        "source_file", "source_sheet", "source_line", value="diameter_mm",
    )  # fmt: skip
    lesion = ["patient_id", "lesion_id"]
    own = sizes.join(known.drop_nulls("evaluator"), on=[*lesion, "evaluator"])
    common = sizes.join(known.filter(pl.col("evaluator").is_null()).drop("evaluator"), on=lesion)
    rows = stacked([own, common]).with_columns(pl.col("evaluator").fill_null(NOT_STATED))
    return _numbered(rows)


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """Add code and parameter: the number of the lesion among the targets of patient and reader."""
    number = pl.col("lesion_id").rank("dense").over("patient_id", "evaluator").cast(pl.String)
    node = pl.col("lymph_node").fill_null(False)
    code = pl.when(node).then(pl.lit("NLDIAM")).otherwise(pl.lit("LDIAM"))
    what = (
        pl.when(node)
        .then(pl.lit("Short Axis of Node, Target "))
        .otherwise(pl.lit("Longest Diameter of Target "))
    )
    return rows.with_columns(
        code=pl.concat_str(code, number), parameter=pl.concat_str(what, number, pl.lit(" (mm)"))
    )


def _sums(made_of: AnalysisTables) -> list[pl.DataFrame]:
    parts = []
    if made_of.baselines is not None:
        own = made_of.baselines.filter(pl.col("baseline_sum_mm").is_not_null())
        first = own.select(
            "patient_id", "evaluator", "targets", "baseline_sum_mm",
            day="baseline_day", value="baseline_sum_mm",
            targets_measured="targets", measured_sum_mm="baseline_sum_mm", baseline=True, complete=True,
        )  # fmt: skip
        parts.append(first.with_columns(_SUM))
    if made_of.timepoints is not None:
        after = made_of.timepoints.filter(pl.col("targets") > 0).select(_OF_TIMEPOINTS)
        parts.append(after.with_columns(_SUM))
    return parts


_OF_TIMEPOINTS = [
    *(
        name
        for name in TimepointResponses.column_names()
        if name not in ("response", "reason", "baseline_day")
    ),
    pl.col("sum_mm").alias("value"),
    (pl.col("sum_mm") - pl.col("baseline_sum_mm")).alias("change_mm"),
    pl.col("sum_mm").is_not_null().alias("complete"),
    (pl.col("response") == "PD").alias("progression"),
]
