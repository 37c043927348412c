"""From lesions to the response at each time point, by RECIST 1.1."""

import polars as pl

from headway.derive.response.new_lesions import counting_from, seen_new_lesions, with_new_lesions
from headway.derive.response.non_target import non_target_counts, non_targets, with_non_target_response
from headway.derive.response.overall import with_response
from headway.derive.response.readings import Readings
from headway.derive.response.reasons import with_reasons
from headway.derive.response.scans import Scans
from headway.derive.response.settings import RECIST_1_1, ResponseRules
from headway.derive.response.sizes import millimetres, read_sizes, target_lesions
from headway.derive.response.target import target_baselines, target_sums, with_target_response
from headway.record.record import Time


def timepoint_responses(
    lesions: pl.LazyFrame,
    measurements: pl.LazyFrame,
    assessments: pl.LazyFrame,
    start: pl.LazyFrame,
    rules: ResponseRules = RECIST_1_1,
    *,
    reasons: bool = True,
    time: Time = "dates",
) -> pl.LazyFrame:
    """The response of each patient by each reader at each time point after baseline, with its reason.

    Takes:  the tables of a record; `start` with patient_id, start_day (null: unknown).
    Gives:  `TimepointResponses`; sums in mm. Without `reasons` that column is empty text.
    Source: RECIST 1.1 (Eisenhauer 2009), as docs/reference/response.md reads it; R1.8 to R1.21.

    >>> lesions = pl.LazyFrame({"patient_id": ["P1"], "lesion_id": ["T1"], "role": ["target"],
    ...                         "lymph_node": [False], "evaluator": ["investigator"]})
    >>> scans = pl.LazyFrame({"patient_id": ["P1"] * 3, "lesion_id": ["T1"] * 3, "day": [0, 56, 112],
    ...                       "evaluator": ["investigator"] * 3, "diameter_mm": [50.0, 30.0, 36.0],
    ...                       "status": [None] * 3}, schema_overrides={"status": pl.String})
    >>> visits = pl.LazyFrame(schema={"patient_id": pl.String, "day": pl.Int32, "evaluator": pl.String,
    ...                               "done": pl.Boolean})
    >>> start = pl.LazyFrame({"patient_id": ["P1"], "start_day": [1]})
    >>> responses = timepoint_responses(lesions, scans, visits, start, time="days").collect()
    >>> responses["response"].to_list()
    ['PR', 'PD']
    >>> responses["reason"][1]
    'PD: target sum 36.0 mm is 6.0 mm (20.0 %) above the nadir of 30.0 mm on day 56 (T7)'
    """
    points, readings, _ = judged_timepoints(lesions, measurements, assessments, start, rules)
    table = _as_people_read_it(points, readings).lazy()
    return with_reasons(table, time) if reasons else table


def judged_timepoints(
    lesions: pl.LazyFrame,
    measurements: pl.LazyFrame,
    assessments: pl.LazyFrame,
    start: pl.LazyFrame,
    rules: ResponseRules,
) -> tuple[pl.DataFrame, Readings, pl.Series]:
    """The time points in whole numbers, by reading and day; the readings, and their baseline days."""
    readings = read_sizes(lesions, measurements, assessments, start, rules)
    points, baseline_day = measured_timepoints(readings)
    points = with_non_target_response(with_target_response(points))
    counting = counting_from(seen_new_lesions(readings, baseline_day))
    return with_response(with_new_lesions(points, counting), rules), readings, baseline_day


def measured_timepoints(readings: Readings) -> tuple[pl.DataFrame, pl.Series]:
    """What was seen at each time point, still unjudged; and the baseline day of every reading."""
    scans = Scans.of(readings)
    targets = target_lesions(readings)
    other = non_targets(readings)
    seen = pl.concat(
        [scans.days, target_sums(scans, targets), non_target_counts(scans, other)], how="horizontal"
    )
    baselines = _baselines(readings, scans, targets, other)
    points = _with_visits(seen, readings)
    # As a series: polars divides by a literal of one row in another way, which moves the last digit
    # of a percentage with the number of patients.
    points = points.with_columns(
        baselines[name].gather(points["reading"]).alias(name)
        for name in ("baseline_day", "baseline_sum", "targets", "non_targets")
    )
    return points.filter(pl.col("day") > pl.col("baseline_day")), baselines["baseline_day"]


def _baselines(readings: Readings, scans: Scans, targets: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """One row per reading: baseline_day, baseline_sum, targets, non_targets."""
    counted = other.group_by("reading").agg(non_targets=pl.len())
    baselines = target_baselines(readings, targets)
    by_scan = _scan_baseline(readings, scans, baselines.filter(pl.col("targets") == 0))
    return (
        baselines.join(counted, on="reading", how="left", maintain_order="left")
        .join(by_scan, on="reading", how="left", maintain_order="left")
        .with_columns(
            pl.col("non_targets").fill_null(0),
            baseline_day=pl.coalesce(
                "target_baseline_day", "scan_baseline_day", readings.per_row("start_day")
            ),
        )
    )


def _scan_baseline(readings: Readings, scans: Scans, without_targets: pl.DataFrame) -> pl.DataFrame:
    """The last scan on or before the start day, else the first: baseline where there are no targets."""
    days = scans.days.join(without_targets, on="reading", how="semi")
    by_start = pl.when(pl.col("day") <= readings.per_row("start_day")).then("day")
    return (
        days.with_columns(day_by_start=by_start)
        .group_by("reading")
        .agg(scan_baseline_day=pl.coalesce(pl.col("day_by_start").max(), pl.col("day").min()))
    )


def _with_visits(seen: pl.DataFrame, readings: Readings) -> pl.DataFrame:
    """The scans, and the assessed days on which nothing was measured."""
    if readings.visits.is_empty():
        return seen
    only_assessed = readings.visits.join(seen, on=["reading", "day"], how="anti")
    counts = pl.selectors.numeric() - pl.selectors.by_name("reading", "day")
    both = pl.concat([seen, only_assessed], how="diagonal").sort("reading", "day")
    return both.with_columns(counts.fill_null(0), pl.selectors.boolean().fill_null(False))


def _as_people_read_it(points: pl.DataFrame, readings: Readings) -> pl.DataFrame:
    """Names for numbers, and millimetres for their hundredths."""
    total, nadir, baseline = pl.col("sum"), pl.col("nadir"), pl.col("baseline_sum")
    rise = total - nadir
    return points.select(
        readings.per_row("patient_id").alias("patient_id"),
        readings.per_row("evaluator").alias("evaluator"),
        "day",
        pl.col("targets", "targets_measured").cast(pl.UInt32),
        "baseline_day",
        baseline_sum_mm=millimetres(baseline),
        sum_mm=millimetres(total),
        measured_sum_mm=pl.when(pl.col("targets_measured") > 0).then(millimetres("measured_sum")),
        nadir_mm=millimetres(nadir),
        nadir_day="nadir_day",
        change_from_baseline_percent=100 * (total - baseline) / baseline,
        change_from_nadir_mm=millimetres(rise),
        change_from_nadir_percent=pl.when(nadir > 0).then(100 * rise / nadir),
        target_response="target_response",
        non_target_response="non_target_response",
        new_lesions=pl.col("new_lesions").cast(pl.UInt32),
        new_lesions_appeared=pl.col("new_lesions_appeared").cast(pl.UInt32),
        after_complete_response="after_complete_response",
        target_reappeared="target_reappeared",
        non_target_reappeared="non_target_reappeared",
        response="response",
        needs_review="needs_review",
        reason=pl.lit(""),
    )
