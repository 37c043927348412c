"""From lesions to the response at each time point, by RECIST 1.1."""

import polars as pl

from headway.derive.response.new_lesions import counting_from, seen_new_lesions, with_new_lesions
from headway.derive.response.non_target import non_target_counts, with_non_target_response
from headway.derive.response.overall import with_response
from headway.derive.response.readings import Readings
from headway.derive.response.reasons import with_reasons
from headway.derive.response.settings import RECIST_1_1, ResponseRules
from headway.derive.response.sizes import millimetres, read_sizes
from headway.derive.response.target import target_sums, with_target_response
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
    points, readings = judged_timepoints(lesions, measurements, assessments, start, rules)
    table = _as_people_read_it(points, readings).lazy()
    return with_reasons(table, time) if reasons else table


def judged_timepoints(
    lesions: pl.LazyFrame,
    measurements: pl.LazyFrame,
    assessments: pl.LazyFrame,
    start: pl.LazyFrame,
    rules: ResponseRules,
) -> tuple[pl.DataFrame, Readings]:
    """The time points in whole numbers, by reading and day; and the readings."""
    readings = read_sizes(lesions, measurements, assessments, start, rules)
    points = with_target_response(_measured_timepoints(readings), rules)
    points = with_new_lesions(
        with_non_target_response(points, rules), counting_from(seen_new_lesions(readings))
    )
    return with_response(points, rules), readings


def _measured_timepoints(readings: Readings) -> pl.DataFrame:
    """What was seen at each time point, still unjudged."""
    parts = [readings.scans, target_sums(readings), non_target_counts(readings)]
    points = _with_visits(pl.concat(parts, how="horizontal"), readings)
    of_reading = ("baseline_day", "baseline_sum", "targets", "non_targets")
    points = points.filter(pl.col("day") > readings.per_row("baseline_end"))
    # As a series: polars divides by a literal of one row in another way, which moves the last digit
    # of a percentage with the number of patients.
    return points.with_columns(readings.readings[name].gather(points["reading"]) for name in of_reading)


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
