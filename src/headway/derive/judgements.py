"""Which responses an endpoint uses: one reader's, derived from lesions or as reported, never mixed (R5.1)."""

import polars as pl

from headway.derive.response.readings import NOT_STATED
from headway.record.findings import ROW


def reported_judgements(assessments: pl.LazyFrame) -> pl.LazyFrame:
    """What was reported at each scan that was done.

    Gives: patient_id, evaluator, day, response, what (in words), source_table and the source row. A form
           that denies a new tumour and names no response is an assessment too: its response is null.
    """
    says = pl.col("reported_response").is_not_null() | ~pl.col("reported_new_lesion").fill_null(True)
    done = assessments.filter(pl.col("done").fill_null(True), says)
    how = pl.col("criteria").fill_null("as reported")
    site = pl.when(pl.col("progression_site").is_not_null()).then(pl.format(", {}", "progression_site"))
    shown = pl.col("reported_response").fill_null("no new tumour")
    return done.select(
        "patient_id",
        pl.col("evaluator").fill_null(NOT_STATED),
        "day",
        response="reported_response",
        what=pl.format("{} ({}{})", shown, how, site.otherwise(pl.lit(""))),
        source_table=pl.lit("assessments"),
        **{name: pl.col(name) for name in ROW},
    )


def derived_judgements(timepoints: pl.LazyFrame, measurements: pl.LazyFrame) -> pl.LazyFrame:
    """What follows from the lesions at each time point, with the first measurement of that scan as source.

    Takes:  `TimepointResponses` with reasons, and the measurements they came from.
    Gives:  as `reported_judgements`.
    """
    scan = ["patient_id", "evaluator", "day"]
    rows = measurements.with_columns(pl.col("evaluator").fill_null(NOT_STATED)).sort(*ROW, nulls_last=True)
    first = rows.group_by(scan).agg(pl.col(name).first() for name in ROW)
    return timepoints.join(first, on=scan, how="left").select(
        *scan,
        "response",
        what="reason",
        source_table=pl.lit("measurements"),
        **{name: pl.col(name) for name in ROW},
    )
