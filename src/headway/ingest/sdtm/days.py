"""Dates of SDTM as text that the record understands, and study days where there are no dates."""

from collections.abc import Mapping

import polars as pl

Frames = Mapping[str, pl.DataFrame]


def iso(column: str) -> pl.Expr:
    """ISO 8601 text with the parts that are known in order: 2003---15 says no more than 2003.

    >>> pl.DataFrame({"d": ["2014-02", "2003---15", "2014-01-02T10:30"]}).select(iso("d"))["d"].to_list()
    ['2014-02', '2003', '2014-01-02T10:30']
    """
    return pl.col(column).str.replace(r"^(\d{4})---\d{2}.*$", "${1}")


def tells_days_only(frames: Frames) -> bool:
    """Whether there are study days (--DY), and not a single date."""
    dates, days = _filled(frames, "DTC"), _filled(frames, "DY")
    return any(map(_is_study_day, days)) and not dates


def _filled(frames: Frames, ending: str) -> list[str]:
    return [
        name
        for frame in frames.values()
        for name in frame.columns
        if name.endswith(ending) and frame[name].null_count() < frame.height
    ]


def in_relative_days(frames: Frames) -> dict[str, pl.DataFrame]:
    """The frames with --DTC filled from --DY: study day 1, the reference start, is day 0."""
    started = _started(frames)
    filled = {code: frame.with_columns(_from_study_days(frame)) for code, frame in frames.items()}
    if "DM" in filled:
        begun = pl.when(pl.col("USUBJID").is_in(started)).then(pl.lit("0"))
        filled["DM"] = filled["DM"].with_columns(RFSTDTC=begun)
    return filled


def _started(frames: Frames) -> list[str]:
    """Subjects who have a study day: SDTM counts from the reference start, so they have that too."""
    return [
        subject
        for frame in frames.values()
        for name in filter(_is_study_day, frame.columns)
        for subject in frame.drop_nulls(name)["USUBJID"].unique()
    ]


def _from_study_days(frame: pl.DataFrame) -> list[pl.Expr]:
    days = filter(_is_study_day, frame.columns)
    return [_day(name).alias(name.removesuffix("DY") + "DTC") for name in days]


def _is_study_day(name: str) -> bool:
    return name.endswith("DY") and name != "VISITDY"


def _day(name: str) -> pl.Expr:
    """SDTM has no day 0: day 1 follows day -1."""
    number = pl.col(name).cast(pl.Float64, strict=False).cast(pl.Int64)
    return pl.when(number > 0).then(number - 1).otherwise(number).cast(pl.String)
