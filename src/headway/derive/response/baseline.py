"""The lesions at baseline, by patient and reader."""

import polars as pl

from headway.derive.response.sizes import millimetres, read_sizes
from headway.record.columns import empty
from headway.record.tables.disease import Assessments


def baselines(lesions: pl.LazyFrame, measurements: pl.LazyFrame, start: pl.LazyFrame) -> pl.LazyFrame:
    """Targets, baseline day and baseline sum of each patient by each reader.

    Takes:  the tables of a record; `start` with patient_id, start_day (null: unknown).
    Gives:  `Baselines`; lesions called target but without a baseline size over 0 are counted apart.
    Source: docs/reference/response.md; R1.8.

    >>> lesions = pl.LazyFrame({"patient_id": ["P1"] * 2, "lesion_id": ["T1", "T2"], "role": ["target"] * 2,
    ...                         "lymph_node": [False] * 2, "evaluator": ["investigator"] * 2})
    >>> scans = pl.LazyFrame({"patient_id": ["P1"] * 2, "lesion_id": ["T1", "T2"], "day": [0, 56],
    ...                       "evaluator": ["investigator"] * 2, "diameter_mm": [50.0, 30.0],
    ...                       "status": [None] * 2}, schema_overrides={"status": pl.String})
    >>> start = pl.LazyFrame({"patient_id": ["P1"], "start_day": [1]})
    >>> baselines(lesions, scans, start).collect().select("targets", "targets_without_baseline").rows()
    [(1, 1)]
    """
    readings = read_sizes(lesions, measurements, empty(Assessments).lazy(), start)
    without = (pl.col("role") == "target") & pl.col("baseline_size").is_null()
    set_aside = readings.lesions.filter(without).group_by("reading").agg(aside=pl.len())
    per_reading = readings.readings.join(set_aside, on="reading", how="left", maintain_order="left")
    used = pl.col("targets") > 0
    return per_reading.select(
        "patient_id",
        "evaluator",
        pl.col("targets").cast(pl.UInt32),
        targets_without_baseline=pl.col("aside").fill_null(0).cast(pl.UInt32),
        baseline_day=pl.when(used).then("baseline_day"),
        baseline_sum_mm=millimetres("baseline_sum"),
    ).lazy()
