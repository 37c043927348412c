"""The baseline of each target and of each reading (R1.8), and from when on scans are time points."""

from dataclasses import replace

import numpy as np
import polars as pl

from headway.derive.response.owners import belonging
from headway.derive.response.readings import Readings


def with_baselines(readings: Readings) -> Readings:
    """Add baselines to the lesions and to the readings, and leave each lesion to whom it belongs."""
    lesions = readings.lesions.join(
        _lesion_baselines(readings), on="lesion", how="left", maintain_order="left"
    )
    readings = replace(readings, lesions=lesions)
    readings = replace(readings, readings=_with_days(readings))
    readings = replace(readings, lesions=belonging(readings))
    return replace(readings, readings=_with_non_targets(readings))


def _lesion_baselines(readings: Readings) -> pl.DataFrame:
    """lesion, baseline_day, baseline_size of the targets: the last size on or before the start day.

    For a reading without any, the sizes on the first day that has one. A size of 0 is no baseline.
    """
    start = readings.per_row("start_day")
    early = readings.scans.select(early=pl.col("day") <= start)["early"]
    by_start = _target_sizes(readings, pl.lit(early).gather(pl.col("scan")))
    last = _last(by_start, readings.lesions.height)
    done = last.select("reading").unique()
    rest = readings.lesions.filter(role="target").join(done, on="reading", how="anti")
    both = pl.concat([last, _first_measured(readings, rest)]).filter(pl.col("size") > 0)
    return both.select("lesion", baseline_day="day", baseline_size="size")


def _target_sizes(readings: Readings, among: pl.Expr) -> pl.DataFrame:
    """The rows among these that give the size of a target, by day."""
    target = readings.lesions.select(target=pl.col("role") == "target")["target"]
    of_target = pl.lit(target).gather(pl.col("lesion"))
    rows = readings.rows.filter(among).filter(pl.col("size").is_not_null(), of_target)
    return readings.dated(rows.select("scan", "lesion", "size"))


def _last(sizes: pl.DataFrame, lesions: int) -> pl.DataFrame:
    """The last row of each lesion."""
    row_of = np.full(lesions, -1)
    # Of several rows numpy keeps the last one that it writes.
    row_of[sizes["lesion"].to_numpy()] = np.arange(sizes.height)
    return sizes[row_of[row_of >= 0]]


def _first_measured(readings: Readings, chosen: pl.DataFrame) -> pl.DataFrame:
    if chosen.is_empty():
        return _target_sizes(readings, pl.lit(False))
    sizes = _target_sizes(readings, pl.col("lesion").is_in(chosen["lesion"].implode()))
    return sizes.filter(pl.col("day") == pl.col("day").min().over("reading"))


def _with_days(readings: Readings) -> pl.DataFrame:
    """Add targets, baseline_sum, baseline_day and baseline_end, the last day that is no time point yet."""
    used = readings.lesions.filter(pl.col("baseline_size").is_not_null())
    targets = used.group_by("reading").agg(
        targets=pl.len(),
        baseline_sum=pl.col("baseline_size").cast(pl.Int64).sum(),
        target_day=pl.col("baseline_day").max(),
    )
    every = _beside(readings, targets)
    without = every.filter(pl.col("target_day").is_null())
    every = every.join(_scan_days(readings, without), on="reading", how="left", maintain_order="left")
    return every.with_columns(
        pl.col("targets").fill_null(0), baseline_day=pl.coalesce("target_day", "scan_day", "start_day")
    ).select(
        *readings.readings.columns, "targets", "baseline_sum", "baseline_day",
        baseline_end=pl.max_horizontal("baseline_day", "start_day"),
    )  # fmt: skip


def _scan_days(readings: Readings, without_targets: pl.DataFrame) -> pl.DataFrame:
    """The last scan on or before the start day, else the first: baseline where there are no targets."""
    scans = readings.scans.join(without_targets.select("reading", "start_day"), on="reading")
    by_start = pl.when(pl.col("day") <= pl.col("start_day")).then("day")
    return scans.group_by("reading").agg(scan_day=pl.coalesce(by_start.max(), pl.col("day").min()))


def _with_non_targets(readings: Readings) -> pl.DataFrame:
    counted = readings.lesions.filter(role="non-target").group_by("reading").agg(non_targets=pl.len())
    return _beside(readings, counted).with_columns(pl.col("non_targets").fill_null(0))


def _beside(readings: Readings, columns: pl.DataFrame) -> pl.DataFrame:
    return readings.readings.join(columns, on="reading", how="left", maintain_order="left")
