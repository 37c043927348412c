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
    """Whether no domain holds any date, so that only the study days (--DY) tell time."""
    dates = [frame[name] for frame in frames.values() for name in frame.columns if name.endswith("DTC")]
    return all(column.null_count() == len(column) for column in dates)


def in_relative_days(frames: Frames) -> dict[str, pl.DataFrame]:
    """The frames with --DTC filled from --DY: study day 1, the reference start, is day 0."""
    return {code: frame.with_columns(_from_study_days(code, frame)) for code, frame in frames.items()}


def _from_study_days(code: str, frame: pl.DataFrame) -> list[pl.Expr]:
    days = filter(_is_study_day, frame.columns)
    made = [_day(name).alias(name.removesuffix("DY") + "DTC") for name in days]
    # SDTM gives the reference start itself no study day: it is what they count from.
    return [*made, pl.lit("0").alias("RFSTDTC")] if code == "DM" else made


def _is_study_day(name: str) -> bool:
    return name.endswith("DY") and name != "VISITDY"


def _day(name: str) -> pl.Expr:
    """SDTM has no day 0: day 1 follows day -1."""
    number = pl.col(name).cast(pl.Float64, strict=False).cast(pl.Int64)
    return pl.when(number > 0).then(number - 1).otherwise(number).cast(pl.String)
