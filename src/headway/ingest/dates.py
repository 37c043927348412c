"""Days as people write them -> whole days, with what was imputed (domain.md 5.4).

A record tells time by calendar dates or by whole days relative to the patient's own day 0. Which
of the two is decided once for the record, since "2021" is a year in one and a day in the other.
"""

import polars as pl

from headway.record.columns import Partial
from headway.record.record import Time
from headway.record.words import sentence

RELATIVE = r"^[+-]?\d{1,6}(\.0+)?$"
_ISO = r"^\d{4}-\d{2}-\d{2}([T ].*)?$"
_YEAR_MONTH = r"^\d{4}-\d{2}$"
_YEAR = r"^\d{4}$"
_SLASHED = r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$"
_UNKNOWN_PART = r"(?i)(-(un|unk|uk|xx|\?\?|--|nk)){1,2}$"
_MONTH_NAMES = ["%d%b%Y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y"]
_EARLIEST, _LATEST = -25_567, 47_482  # 1900-01-01 to 2100-01-01

# Where in the unknown month or year the day is put, by what the column means (domain.md 5.4).
_MONTH_PLACE: dict[Partial, str] = {
    "start": "first", "end": "last", "middle": "fifteenth", "scan": "fifteenth", "last_contact": "first",
    "death": "fifteenth", "adverse_event_start": "first", "after_dose": "first",
}  # fmt: skip
_YEAR_PLACE = {"first": "first", "last": "last", "fifteenth": "first of July"}


def tells_time(values: pl.Series) -> Time | None:
    """How a column tells time: dates, relative days, or not decidable (all values are bare years).

    >>> [tells_time(pl.Series([day])) for day in ("56", "2021-03-01", "2021")]
    ['days', 'dates', None]
    """
    if values.dtype.is_temporal():
        return "dates"
    if values.dtype.is_numeric():
        return "days"
    written = values.drop_nulls().head(10_000).cast(pl.String).str.strip_chars()
    bare = written.str.contains(RELATIVE)
    if written.is_empty() or (bare & written.str.contains(r"^(19|20)\d\d$")).all():
        return None
    return "days" if 2 * bare.sum() > len(bare) else "dates"


def read_days(column: str, time: Time, partial: Partial) -> pl.Expr:
    """A struct of `day` (Int32, null if unreadable) and `imputed` ("none", "D", "M"; null if empty).

    Takes a text column, spaces already stripped. Dates: ISO with or without a time, 2021-03, 2021,
    2021-03-UN, 15.03.2021, 15/03/2021 where the column shows that the day comes first (or the
    month), 15MAR2021. Days: whole numbers.
    """
    return _relative(column) if time == "days" else _calendar(column, partial)


def _relative(column: str) -> pl.Expr:
    number = pl.col(column).str.replace(r"\.0+$", "").cast(pl.Int32, strict=False)
    day = pl.when(pl.col(column).str.contains(RELATIVE)).then(number)
    return _struct(day, pl.when(day.is_not_null()).then(pl.lit("none")))


def _calendar(column: str, partial: Partial) -> pl.Expr:
    known = pl.col(column).str.replace(_UNKNOWN_PART, "")
    month, year = known.str.contains(_YEAR_MONTH), known.str.contains(_YEAR)
    whole = _whole_date(column)
    day = (
        pl.when(month).then(_placed((known + "-01").str.to_date("%Y-%m-%d", strict=False), partial))
        .when(year).then(_placed_in_year((known + "-01-01").str.to_date("%Y-%m-%d", strict=False), partial))
        .otherwise(whole)
        .cast(pl.Int32)
    )  # fmt: skip
    sane = pl.when(day.is_between(_EARLIEST, _LATEST)).then(day)
    flag = pl.when(month).then(pl.lit("D")).when(year).then(pl.lit("M")).otherwise(pl.lit("none"))
    return _struct(sane, pl.when(sane.is_not_null()).then(flag))


def _whole_date(column: str) -> pl.Expr:
    text = pl.col(column)
    iso = pl.when(text.str.contains(_ISO)).then(text.str.head(10)).str.to_date("%Y-%m-%d", strict=False)
    named = [text.str.to_date(form, strict=False, exact=True) for form in _MONTH_NAMES]
    return pl.coalesce(iso, _slashed(text), *named)


def _slashed(text: pl.Expr) -> pl.Expr:
    """15/03/2021 or 03/15/2021: only if some value of the column tells the order; dots mean day first."""
    parts = text.str.extract_groups(_SLASHED)
    first, second = (parts.struct.field(str(i)).cast(pl.Int32, strict=False) for i in (1, 2))
    dotted = text.str.contains(".", literal=True)
    day_first = dotted | ((first > 12).any() & ~(second > 12).any())
    month_first = ~dotted & (second > 12).any() & ~(first > 12).any()
    year = parts.struct.field("3").cast(pl.Int32, strict=False)
    iso = "{}-{}-{}"
    ordered = (
        pl.when(day_first).then(sentence(iso, year, second, first))
        .when(month_first).then(sentence(iso, year, first, second))
    )  # fmt: skip
    return ordered.str.to_date("%Y-%m-%d", strict=False)


def _placed(first_of_month: pl.Expr, partial: Partial) -> pl.Expr:
    place = _MONTH_PLACE[partial]
    if place == "last":
        return first_of_month.dt.month_end()
    return first_of_month.dt.offset_by("14d") if place == "fifteenth" else first_of_month


def _placed_in_year(first_of_year: pl.Expr, partial: Partial) -> pl.Expr:
    if partial == "scan":  # which month progression was seen in is never made up
        return pl.lit(None, pl.Date)
    place = _YEAR_PLACE[_MONTH_PLACE[partial]]
    if place == "last":
        return first_of_year.dt.offset_by("11mo").dt.month_end()
    return _july(first_of_year) if place == "first of July" else first_of_year


def _july(first_of_year: pl.Expr) -> pl.Expr:
    return first_of_year.dt.offset_by("6mo")


def _struct(day: pl.Expr, imputed: pl.Expr) -> pl.Expr:
    return pl.struct(day.cast(pl.Int32).alias("day"), imputed.alias("imputed"))
