"""Survival of weighted groups: curves, a log-rank test and a hazard ratio with robust errors."""

from dataclasses import replace

import polars as pl

from headway.analyse.survival.cox.design import Category
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.milestones import survival_at_times
from headway.analyse.survival.sample import DAYS, Outcome

KNOWN = "weights taken as known: limits are a little wide for ATE"


def weighted_comparison(
    frame: pl.DataFrame, treated: str, at: list[float], *, outcome: Outcome = DAYS
) -> pl.DataFrame:
    """Weighted Kaplan-Meier survival at stated times, hazard ratio and log-rank test of treated or not.

    Takes:  days, event, the Boolean treatment, weight (null: left out); patient_id if rows are not patients.
    Gives:  results; errors are robust. The log-rank test of weighted groups is the robust score test of
            Cox's model at no effect. Weights from time zero do not mend a treatment that starts later:
            see analyse/timing.
    """
    weighted = replace(outcome, weight="weight")
    kept = frame.drop_nulls(["weight", treated])
    curves = survival_at_times(kept, at, by=treated, outcome=weighted, robust=True)
    named = kept.with_columns(pl.col(treated).cast(pl.String))
    model = cox(named, [Category(treated, reference="false")], outcome=weighted, ties="efron", robust=True)
    found = model.to_frame()
    ratio = found.filter(pl.col("group").str.starts_with(treated))
    score = found.filter(pl.col("method").str.contains("robust score"))
    log_rank = score.with_columns(method=pl.lit("weighted log-rank: robust score test of Cox's model"))
    return pl.concat([curves, ratio.with_columns(note=pl.col("note").fill_null(KNOWN)), log_rank])
