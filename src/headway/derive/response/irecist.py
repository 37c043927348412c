"""Immune responses by iRECIST, from the same time points as RECIST 1.1 (domain.md 2)."""

import polars as pl

from headway.derive.response.immune_reasons import with_immune_reasons
from headway.derive.response.new_lesions import counting_from, growth_of_new_lesions, seen_new_lesions
from headway.derive.response.non_target import worse_non_targets
from headway.derive.response.overall import overall_response
from headway.derive.response.readings import Readings
from headway.derive.response.settings import RECIST_1_1, ResponseRules
from headway.derive.response.timepoints import judged_timepoints
from headway.record.derived.response import OVERALL, ImmuneResponses
from headway.record.record import Time

NAMES = ["iCR", "iPR", "iSD", "NON-iCR/NON-iUPD", "iUPD", "NE", "iCPD", None]  # as `immune_scan` numbers them


def immune_responses(
    lesions: pl.LazyFrame,
    measurements: pl.LazyFrame,
    assessments: pl.LazyFrame,
    start: pl.LazyFrame,
    rules: ResponseRules = RECIST_1_1,
    *,
    time: Time = "dates",
) -> pl.LazyFrame:
    """The iRECIST response of each patient by each reader at each time point, with its reason.

    Takes:  the tables of a record; `start` with patient_id, start_day (null: unknown).
    Gives:  `ImmuneResponses`; null after the first iCPD.
    Source: Seymour 2017 (doi:10.1016/S1470-2045(17)30074-8) and the EORTC's answers on iRECIST; R2.1 to R2.9.

    >>> lesions = pl.LazyFrame({"patient_id": ["P1"], "lesion_id": ["T1"], "role": ["target"],
    ...                         "lymph_node": [False], "evaluator": ["investigator"]})
    >>> scans = pl.LazyFrame({"patient_id": ["P1"] * 3, "lesion_id": ["T1"] * 3, "day": [0, 56, 84],
    ...                       "evaluator": ["investigator"] * 3, "diameter_mm": [100.0, 125.0, 132.0],
    ...                       "status": [None] * 3}, schema_overrides={"status": pl.String})
    >>> visits = pl.LazyFrame(schema={"patient_id": pl.String, "day": pl.Int32, "evaluator": pl.String,
    ...                               "done": pl.Boolean})
    >>> start = pl.LazyFrame({"patient_id": ["P1"], "start_day": [1]})
    >>> responses = immune_responses(lesions, scans, visits, start, time="days").collect()
    >>> responses["immune_response"].to_list()
    ['iUPD', 'iCPD']
    """
    points, readings = judged_timepoints(lesions, measurements, assessments, start, rules)
    points = _with_worsening(points, readings)
    points = with_immune_reasons(_judged(_without_old_new_lesions(points), rules), time)
    return points.select(
        readings.per_row("patient_id").alias("patient_id"),
        readings.per_row("evaluator").alias("evaluator"),
        *list(ImmuneResponses.columns())[2:],
    ).lazy()


def _with_worsening(points: pl.DataFrame, readings: Readings) -> pl.DataFrame:
    """Add what may confirm a progression: growth of non-target and of new lesions."""
    seen = seen_new_lesions(readings)
    added = [worse_non_targets(readings), growth_of_new_lesions(seen, counting_from(seen))]
    for part in added:
        points = points.join(part, on=["reading", "day"], how="left", maintain_order="left")
    return points.with_columns(
        pl.col("non_target_worse", "new_worse", "new_seen").fill_null(False), pl.col("new_sum").fill_null(0)
    )


def _without_old_new_lesions(points: pl.DataFrame) -> pl.DataFrame:
    """What each time point is by targets and non-targets, and in which categories it progresses."""
    return points.with_columns(
        plain=_plain("otherwise"),
        plain_after_cr=_plain("after_cr"),
        causes=_causes("otherwise"),
        causes_after_cr=_causes("after_cr"),
        complete_sum=pl.col("sum").fill_null(-1),
        # Nodes under 10 mm are a complete response whatever their sum, which confirms nothing.
        seen_sum=pl.when((pl.col("target_otherwise") == "CR").fill_null(False))
        .then(0)
        .otherwise("measured_sum"),
    )


def _plain(state: str) -> pl.Expr:
    response = overall_response(f"target_{state}", f"non_target_{state}", new_lesions=pl.lit(0))
    return response.cast(pl.Enum(OVERALL)).to_physical().cast(pl.Int8)


def _causes(state: str) -> pl.Expr:
    """1 target, 2 non-target, 4 a new lesion; added up."""
    target, non_target = (
        (pl.col(f"{part}_{state}") == "PD").fill_null(False) for part in ("target", "non_target")
    )
    return (target * 1 + non_target * 2 + (pl.col("new_lesions_appeared") > 0) * 4).cast(pl.Int8)


def _judged(points: pl.DataFrame, rules: ResponseRules) -> pl.DataFrame:
    from headway.derive.response.immune_scan import immune_scan  # numba is slow to import

    columns = [
        "reading", "day", "plain", "causes", "plain_after_cr", "causes_after_cr", "complete_sum", "seen_sum",
        "non_target_worse", "new_seen", "new_sum", "new_worse",
    ]  # fmt: skip
    arguments = [*(points[name].to_numpy() for name in columns), rules.pr_persistence == "eortc"]
    response, since, cause, reset = immune_scan(*arguments)
    since_row = pl.lit(pl.Series(since).replace(-1, None))
    return points.with_columns(
        immune_response=pl.lit(pl.Series(NAMES, dtype=pl.String)).gather(pl.Series(response).cast(pl.UInt32)),
        pending_since_day=pl.col("day").gather(since_row),
        pending_sum=pl.col("measured_sum").gather(since_row),
        pending_new_sum=pl.col("new_sum").gather(since_row),
        cause=pl.Series(cause),
        reset=pl.Series(reset),
    )
