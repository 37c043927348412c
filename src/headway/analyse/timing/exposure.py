"""When each patient was exposed, beside how long each was followed; the naive split is refused here."""

import polars as pl

from headway.analyse.survival.sample import AnalysisError, Outcome
from headway.errors import HeadwayError

EXPOSURE = "exposure_days"
ALWAYS = -1.0  # start of a row that is watched from time zero on, so that an event on day 0 counts


class ImmortalTimeError(HeadwayError):
    """A grouping by what happens after time zero: to be in the group, one must have lived until then."""


def with_exposure(times: pl.DataFrame, exposures: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
    """The usable times with `exposure_days`: days from the same time zero to the first exposure, null: never.

    Takes:  times with patient_id and the outcome's columns, one row per patient; exposures with patient_id
            and exposure_days, any number of rows per patient.
    """
    _demand(times, ["patient_id", outcome.time, outcome.event])
    _demand(exposures, ["patient_id", EXPOSURE])
    repeated = times.height - times["patient_id"].n_unique()
    if repeated:
        raise AnalysisError(f"times: one row per patient is expected; {repeated} rows are further ones.")
    first = exposures.group_by("patient_id").agg(pl.col(EXPOSURE).cast(pl.Float64).fill_nan(None).min())
    known = times.drop_nulls([outcome.time, outcome.event]).drop(EXPOSURE, strict=False)
    if known.is_empty():
        raise AnalysisError("times: no patient has a time.")
    return known.join(first, on="patient_id", how="left", maintain_order="left").with_columns(
        pl.col(outcome.event).cast(pl.Boolean), pl.col(outcome.time).cast(pl.Float64)
    )


def _demand(frame: pl.DataFrame, columns: list[str]) -> None:
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise AnalysisError(f"No column {', '.join(absent)}; the frame has {', '.join(frame.columns)}.")


def exposed_later(frame: pl.DataFrame) -> pl.DataFrame:
    """The patients whose exposure comes after time zero."""
    return frame.filter(pl.col(EXPOSURE) > 0)


def demand_known_at_start(
    groups: pl.DataFrame, times: pl.DataFrame, *, acknowledge_immortal_time: bool = False
) -> None:
    """Refuse a grouping of any kind that formed after time zero: by response, by a later drug, by a biopsy.

    Takes:  groups with patient_id and group_day, the day on which the group was decided (null: at the start);
            times with patient_id and start_day, in the days of the same record.
    """
    _demand(groups, ["patient_id", "group_day"])
    _demand(times, ["patient_id", "start_day"])
    joined = times.join(groups, on="patient_id", how="left").with_columns(
        (pl.col("group_day") - pl.col("start_day")).cast(pl.Float64).alias(EXPOSURE)
    )
    _refuse(joined, acknowledge_immortal_time)


def ever_exposed(frame: pl.DataFrame, *, acknowledge_immortal_time: bool = False) -> pl.DataFrame:
    """Add `exposed`, whether the patient was ever exposed: the naive split, refused if exposure came later.

    Takes:  rows with exposure_days, as `with_exposure` gives them.

    >>> ever_exposed(pl.DataFrame({"exposure_days": [0.0, None]}))["exposed"].to_list()
    [True, False]
    """
    _refuse(frame, acknowledge_immortal_time)
    return frame.with_columns(exposed=pl.col(EXPOSURE).is_not_null())


def _refuse(frame: pl.DataFrame, acknowledged: bool) -> None:
    later = exposed_later(frame)
    if later.height and not acknowledged:
        raise ImmortalTimeError(
            f"{later.height} of {frame.height} patients came into their group after time zero (median day "
            f"{later[EXPOSURE].median():g}): they had to live until then, so a split by it favours the "
            "late group even if it does nothing. Use time_dependent, landmark, mantel_byar or "
            "clone_censor_weight; or say acknowledge_immortal_time=True to see the biased result beside them."
        )


def split_rows(frame: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
    """Rows (start, stop]: unexposed until the exposure, exposed after it; an event on that day is unexposed.

    Gives:  the columns given, plus start, stop, exposed (0 or 1); the event belongs to the last row.

    >>> frame = pl.DataFrame({"days": [9.0, 9.0], "event": [True, True], "exposure_days": [4.0, None]})
    >>> split_rows(frame, Outcome()).select("start", "stop", "event", "exposed").rows()
    [(-1.0, 4.0, False, 0), (-1.0, 9.0, True, 0), (4.0, 9.0, True, 1)]
    """
    end, change = pl.col(outcome.time), pl.col(EXPOSURE)
    moved, baseline = (change < end).fill_null(False), (change <= 0).fill_null(False)
    before = frame.filter(~baseline).with_columns(
        start=pl.lit(ALWAYS),
        stop=pl.when(moved).then(change).otherwise(end),
        exposed=pl.lit(0),
        **{outcome.event: pl.col(outcome.event) & ~moved},
    )
    after = frame.filter(moved | baseline).with_columns(
        start=pl.when(baseline).then(ALWAYS).otherwise(change), stop=end, exposed=pl.lit(1)
    )
    return pl.concat([before, after.select(before.columns)])
