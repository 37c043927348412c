"""ADAE: adverse events, one row each, and whether they belong to the treatment."""

import polars as pl

from headway.report.datasets.declared import IDENTIFIERS, SOURCE, Dataset, Variable, day, imputed
from headway.report.datasets.frames import finished, some
from headway.report.datasets.tables import AnalysisTables

_EVENTS, _EMERGENT = "adverse_events", "emergent events"
ADAE = Dataset(
    "ADAE",
    "Adverse Events Analysis Dataset",
    "adverse event",
    "adverse events in the record",
    (
        *IDENTIFIERS,
        Variable(
            "AESEQ",
            "Sequence Number",
            "sequence",
            "",
            "derived",
            "the row's number within the patient",
        ),
        Variable("AETERM", "Reported Term", "text", "term", f"{_EVENTS}.term"),
        Variable(
            "AEDECOD",
            "Term in Small Letters",
            "text",
            "plain_term",
            f"{_EVENTS}.term",
            "what is counted as one term; not coded by Headway",
        ),
        Variable("AEBODSYS", "Body System or Organ Class", "text", "soc", f"{_EVENTS}.soc"),
        Variable(
            "AESOC",
            "Primary System Organ Class",
            "text",
            "soc",
            f"{_EVENTS}.soc",
            "the same: the record has one",
        ),
        *day("AST", "Analysis Start", "start_day", f"{_EVENTS}.start_date", key=True),
        imputed("AST", "Analysis Start", "start_completed", f"{_EVENTS}.start_date"),
        *day("AEN", "Analysis End", "end_day", f"{_EVENTS}.end_date"),
        imputed("AEN", "Analysis End", "end_completed", f"{_EVENTS}.end_date"),
        Variable(
            "AETOXGR",
            "Toxicity Grade",
            "text",
            "grade_text",
            f"{_EVENTS}.grade",
            "CTCAE; null: not graded, and a severity is no grade",
            1,
        ),
        Variable("ATOXGRN", "Analysis Toxicity Grade (N)", "whole", "grade", f"{_EVENTS}.grade"),
        Variable("AESEV", "Severity", "text", "severity", f"{_EVENTS}.severity"),
        Variable("AEREL", "Related to Treatment", "flag", "related", f"{_EVENTS}.related"),
        Variable("AESER", "Serious Event", "flag", "serious", f"{_EVENTS}.serious"),
        Variable("AESDTH", "Results in Death", "flag", "fatal", f"{_EVENTS}.fatal"),
        Variable(
            "TRTEMFL",
            "Treatment Emergent Flag",
            "flag",
            "emergent",
            _EMERGENT,
            "R6.10, for graded events; null: it cannot be told, or was not judged",
        ),
        Variable("TRTEMRSN", "Reason of the Emergent Flag", "long text", "emergence", _EMERGENT),
        Variable(
            "AOCCPIFL",
            "1st Worst Emergent Event of Term Flag",
            "flag",
            "worst",
            _EMERGENT,
            "Y: the emergent event with the highest grade of its term, the earliest (R6.11); null: another",
        ),
        *SOURCE,
    ),
)
_ROW = ["source_file", "source_sheet", "source_line"]
_NOT_JUDGED = "not judged: no grade, or no treatment on record"


def adae(made_of: AnalysisTables) -> pl.DataFrame | None:
    """Every adverse event of the record, emergent or not."""
    if not some(made_of.adverse_events):
        return None
    lower = pl.col("term").str.strip_chars().str.to_lowercase()
    own = made_of.adverse_events.with_columns(
        source_table=pl.lit("adverse_events"), grade_text=pl.col("grade").cast(pl.String), plain_term=lower
    )
    own = own.with_columns(
        pl.when(pl.col(f"{end}_imputed") != "none").then(f"{end}_imputed").alias(f"{end}_completed")
        for end in ("start", "end")
        if f"{end}_imputed" in own.columns
    )
    return finished(ADAE, _with_emergence(own, made_of.emergent), made_of)


def _with_emergence(events: pl.DataFrame, emergent: pl.DataFrame | None) -> pl.DataFrame:
    if not some(emergent):
        return events.with_columns(emergence=pl.lit(_NOT_JUDGED))
    worst = emergent.filter("emergent").sort("grade", "start_day", *_ROW, descending=[True, *[False] * 4])
    first = worst.unique(["patient_id", "term"], keep="first", maintain_order=True)
    row = ["patient_id", *_ROW]
    judged = emergent.select(*row, "emergent", emergence="reason").join(
        first.select(*row, worst=pl.lit(True)), on=row, how="left", nulls_equal=True
    )
    joined = events.join(judged, on=row, how="left", nulls_equal=True)
    return joined.with_columns(pl.col("emergence").fill_null(_NOT_JUDGED))
