"""The best change of the target sum: the bars of a waterfall plot (R1.46 to R1.48)."""

from typing import Literal

import polars as pl

READING = ["patient_id", "evaluator"]


def best_changes(
    timepoints: pl.LazyFrame,
    new_therapy: pl.LazyFrame | None = None,
    *,
    include_pd_scan: bool = True,
    stop_at_pd: bool = True,
    stop_at_new_therapy: bool = True,
) -> pl.LazyFrame:
    """The lowest change of the target sum from baseline, in percent.

    Takes:  `TimepointResponses`; new_therapy (patient_id, new_therapy_day): new treatment of the
            cancer or local treatment of a target, whichever came first.
    Gives:  `BestChanges`; null where no complete sum lies in the window, so that a caption can count them.
    Source: R1.46.

    >>> points = pl.LazyFrame({"patient_id": ["P1"] * 2, "evaluator": ["investigator"] * 2, "day": [56, 84],
    ...                        "change_from_baseline_percent": [-40.0, -50.0], "response": ["PR", "PD"]})
    >>> best_changes(points).collect()["best_change_percent"].item()
    -50.0
    >>> best_changes(points, include_pd_scan=False).collect()["best_change_percent"].item()
    -40.0
    """
    until_pd = pl.when(pl.col("response") == "PD").then("day").min().over(READING)
    days = timepoints.with_columns(pd_day=until_pd)
    in_window = pl.col("day") <= pl.col("pd_day") if stop_at_pd else pl.lit(True)
    kept = in_window.fill_null(True)
    if not include_pd_scan:
        kept &= (pl.col("day") != pl.col("pd_day")).fill_null(True)
    if stop_at_new_therapy and new_therapy is not None:
        stops = new_therapy.group_by("patient_id").agg(pl.col("new_therapy_day").min())
        days = days.join(stops, on="patient_id", how="left")
        kept &= (pl.col("day") < pl.col("new_therapy_day")).fill_null(True)
    change = pl.when(kept).then("change_from_baseline_percent")
    lowest = pl.col("change") == pl.col("change").min()
    best = (
        days.with_columns(change=change)
        .group_by(READING)
        .agg(
            best_change_percent=pl.col("change").min(),
            best_change_day=pl.col("day").filter(lowest).min(),  # of two equal changes the earlier
            complete_sums=pl.col("change").count().cast(pl.UInt32),
        )
    )
    return best.sort(READING)


def best_changes_of(
    changes: pl.LazyFrame, best: pl.LazyFrame, population: Literal["responders", "evaluable"]
) -> pl.LazyFrame:
    """The bars of one population: of responders alone, or of everybody with a complete sum (R1.48).

    A median of responders alone has no value above -30 %, and is not the median of a cohort.

    >>> changes = pl.LazyFrame({"patient_id": ["P1", "P2"], "evaluator": ["investigator"] * 2,
    ...                         "best_change_percent": [-57.0, 12.0]})
    >>> best = pl.LazyFrame({"patient_id": ["P1", "P2"], "evaluator": ["investigator"] * 2,
    ...                      "best_response": ["PR", "SD"]})
    >>> best_changes_of(changes, best, "responders").collect()["patient_id"].to_list()
    ['P1']
    """
    measured = changes.filter(pl.col("best_change_percent").is_not_null())
    if population == "evaluable":
        return measured
    responders = best.filter(pl.col("best_response").is_in(["CR", "PR"])).select(READING)
    return measured.join(responders, on=READING, how="semi")
