"""The lanes of a swimmer plot: lines, gaps and marks of each patient in days from time zero."""

import polars as pl

from headway.derive.sequences import with_regimen_class
from headway.record.figures import LOCAL

ZERO = ["patient_id", "start_day", "days"]


def lanes(lines: pl.LazyFrame, followed: pl.LazyFrame) -> pl.LazyFrame:
    """The lines of each patient, and the time without one, from time zero to the end of follow-up.

    Takes:  `Lines`; followed (patient_id, start_day, days): time zero, and the days to death or last contact.
    Gives:  patient_id, line, treatment (the regimen class; both null: no treatment), start_days, end_days.
            The last day of a line counts; what lies outside the time that was watched is cut off.

    >>> lines = pl.LazyFrame({"patient_id": ["a", "a"], "line": [1, 2], "start_day": [10, 100],
    ...                       "end_day": [39, 500], "classes": [["platinum"], ["anti-PD-1"]]})
    >>> seen = pl.LazyFrame({"patient_id": ["a"], "start_day": [0], "days": [300.0]})
    >>> lanes(lines, seen).select("treatment", "start_days", "end_days").collect().rows()[:3]
    [(None, 0.0, 10.0), ('platinum', 10.0, 40.0), (None, 40.0, 100.0)]
    """
    zero = followed.drop_nulls("days").select("patient_id", "days", zero_day="start_day")
    given = with_regimen_class(lines).join(zero, on="patient_id")
    begins, ends = pl.col("start_day") - pl.col("zero_day"), pl.col("end_day") - pl.col("zero_day") + 1
    within = given.select(
        "patient_id",
        pl.col("line").cast(pl.Int32),
        "days",
        treatment="regimen_class",
        start_days=begins.cast(pl.Float64).clip(lower_bound=0.0),
        end_days=pl.min_horizontal(ends.cast(pl.Float64), "days"),
    ).filter(pl.col("end_days") > pl.col("start_days"))
    columns = ["patient_id", "line", "treatment", "start_days", "end_days"]
    treated = within.select(columns)
    parts = [treated, _gaps(within).select(columns), _untreated(zero, within).select(columns)]
    return pl.concat(parts).sort("patient_id", "start_days", "end_days")


def _gaps(within: pl.LazyFrame) -> pl.LazyFrame:
    """The time before each line, and after the last."""
    before = pl.col("end_days").shift(1).over("patient_id", order_by="start_days").fill_null(0.0)
    earlier = within.with_columns(end_days="start_days", start_days=before)
    last = within.group_by("patient_id").agg(
        start_days=pl.col("end_days").max(), end_days=pl.col("days").first()
    )
    both = pl.concat([earlier, last], how="diagonal").filter(pl.col("end_days") > pl.col("start_days"))
    return both.with_columns(line=pl.lit(None, pl.Int32), treatment=pl.lit(None, pl.String))


def _untreated(zero: pl.LazyFrame, within: pl.LazyFrame) -> pl.LazyFrame:
    """Patients who were followed and had no line in that time."""
    return zero.join(within, on="patient_id", how="anti").select(
        "patient_id",
        line=pl.lit(None, pl.Int32),
        treatment=pl.lit(None, pl.String),
        start_days=pl.lit(0.0),
        end_days="days",
    )


def marks(followed: pl.LazyFrame, best: pl.LazyFrame, radiotherapy: pl.LazyFrame) -> pl.LazyFrame:
    """What is marked on the lanes.

    Takes:  followed (patient_id, start_day, days, event: died at the end); `BestResponses`; courses of
            radiotherapy (patient_id, start_day).
    Gives:  patient_id, mark (of `SWIMMER_MARKS`), days. A response is marked where it begins, and where a
            partial one becomes complete; who did not die is "ongoing".
    """
    seen = followed.drop_nulls("days").select("patient_id", "event", length="days", zero_day="start_day")
    died = pl.when("event").then(pl.lit("death")).otherwise(pl.lit("ongoing"))
    ends = seen.select("patient_id", mark=died, days="length")
    parts = [
        _responses(best),
        _dated(radiotherapy, LOCAL, "start_day"),
        _dated(best, "PD", "progression_day"),
    ]
    found = pl.concat(parts).drop_nulls("day").join(seen, on="patient_id")
    days = (pl.col("day") - pl.col("zero_day")).cast(pl.Float64)
    within = found.filter((days >= 0) & (days <= pl.col("length"))).select("patient_id", "mark", days=days)
    return pl.concat([within, ends]).unique().sort("patient_id", "days", "mark")


def _dated(rows: pl.LazyFrame, mark: str, day: str) -> pl.LazyFrame:
    return rows.select("patient_id", mark=pl.lit(mark), day=pl.col(day).cast(pl.Int32))


def _responses(best: pl.LazyFrame) -> pl.LazyFrame:
    """Where the first response begins, and where the best one does."""
    responded = best.filter(pl.col("best_response").is_in(["CR", "PR"]))
    at_once = pl.col("response_day") == pl.col("best_response_day")
    first = pl.when(at_once).then("best_response").otherwise(pl.lit("PR"))
    return pl.concat(
        [
            responded.select("patient_id", mark=first, day=pl.col("response_day").cast(pl.Int32)),
            responded.select(
                "patient_id", mark="best_response", day=pl.col("best_response_day").cast(pl.Int32)
            ),
        ]
    )
