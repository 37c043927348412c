"""Text -> typed values, column by column; what cannot be read is a problem, never a guess."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import polars as pl

from headway.ingest.dates import RELATIVE, read_days
from headway.ingest.headers import OTHER_UNITS
from headway.record.columns import PROVENANCE, Description, imputed_name
from headway.record.findings import problems
from headway.record.record import Time
from headway.record.tables import Table
from headway.record.words import sentence

MISSING = ["", "na", "n/a", "nan", "null", "none", ".", "-", "--", "?", "nd", "not available",
           "[not available]", "not recorded", "missing"]  # fmt: skip
YES = ["yes", "y", "true", "t", "1", "ja", "sí", "si", "oui"]
NO = ["no", "n", "false", "f", "0", "nein", "non"]
_FACTOR = {"mm": {"mm": 1.0, "cm": 10.0}, "Gy": {"gy": 1.0, "cgy": 0.01}}


def typed(
    table: Table, frame: pl.DataFrame, time: Time, decimal_comma: bool
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The table with declared columns and types, and the problems of values that cannot be read.

    `frame` names its columns as the record does (headers.matched), or as one of OTHER_UNITS.
    """

    def read(column: Description) -> tuple[list[pl.Series], list[pl.DataFrame]]:
        source, factor = _where(column, frame.columns)
        if source is None:
            return _absent(column, frame.height), []
        made, unread = _read(column, frame[source], time, decimal_comma, factor)
        return made, list(_unreadable(table, column, frame, source, unread, time))

    # polars works outside Python's lock, so columns are read beside each other.
    with ThreadPoolExecutor() as threads:
        done = list(threads.map(read, table.columns))
    columns = chain(frame.select(PROVENANCE), *(made for made, _ in done))
    return pl.DataFrame(list(columns)), list(chain(*(found for _, found in done)))


def _where(column: Description, names: list[str]) -> tuple[str | None, float]:
    for other, name in OTHER_UNITS.items():
        if name == column.name and other in names and name not in names:
            return other, {"dose_cgy": 0.01, "diameter_cm": 10.0}[other]
    return column.name if column.name in names else None, 1.0


def _absent(column: Description, height: int) -> list[pl.Series]:
    types = {"number": pl.Float64, "whole": pl.Int32, "day": pl.Int32, "yes_no": pl.Boolean}
    empty = pl.Series(column.inside, [None], dtype=types.get(column.kind, pl.String)).new_from_index(
        0, height
    )
    flag = pl.Series(imputed_name(column.inside), [None], dtype=pl.String).new_from_index(0, height)
    return [empty, flag] if column.kind == "day" else [empty]


def _read(
    column: Description, values: pl.Series, time: Time, decimal_comma: bool, factor: float
) -> tuple[list[pl.Series], pl.Series]:
    """The typed column (a day also with its flag), and where something is written that cannot be read."""
    if column.kind == "day":
        return _read_day(column, values, time)
    if column.kind in ("number", "whole"):
        return _read_number(column, values, decimal_comma, factor)
    if column.kind == "yes_no":
        return _read_yes_no(column, cleaned(values))
    if column.kind == "choice":
        text = each_distinct(_text(values), lambda written: _in_list(column, _stripped(written)))
    else:
        text = cleaned(values)
    return [text.alias(column.inside)], pl.repeat(False, len(text), eager=True)


def cleaned(values: pl.Series) -> pl.Series:
    """Text without surrounding spaces; the usual words for "nothing" become missing.

    >>> cleaned(pl.Series([" cisplatin", "N/A", "", None])).to_list()
    ['cisplatin', None, None, None]
    """
    return each_distinct(_text(values), _stripped)


def _text(values: pl.Series) -> pl.Series:
    if values.dtype == pl.Boolean:
        values = values.replace_strict({True: "yes", False: "no"}, return_dtype=pl.String)
    text = values.cast(pl.String)
    # Programs that know no missing whole number write the patient 12 as 12.0.
    return text.str.strip_suffix(".0") if values.dtype.is_float() else text


def each_distinct(values: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Read each distinct value once: a million rows of a column seldom hold more than a few thousand."""
    distinct = values.unique().drop_nulls()
    made = read(distinct)
    if distinct.is_empty():
        return made.extend_constant(None, values.len())
    if made.equals(distinct, check_dtypes=True):
        return values
    return values.replace_strict(distinct, made, default=None, return_dtype=made.dtype)


def _stripped(text: pl.Series) -> pl.Series:
    text = text.str.strip_chars()
    return text.set(text.str.to_lowercase().is_in(MISSING), None)


def _read_day(column: Description, values: pl.Series, time: Time) -> tuple[list[pl.Series], pl.Series]:
    day = _plain_days(values, time)
    if day is not None:
        return _day_columns(column, day, _written(day)), pl.repeat(False, len(day), eager=True)
    text = cleaned(values.cast(pl.Date) if values.dtype == pl.Datetime else values)
    assert column.partial is not None
    read = text.alias("text").to_frame().select(read=read_days("text", time, column.partial)).unnest("read")
    return _day_columns(column, read["day"], read["imputed"]), text.is_not_null() & read["day"].is_null()


def _plain_days(values: pl.Series, time: Time) -> pl.Series | None:
    """The days of a column in which all are whole and plainly written, as nearly all are; else None."""
    if values.dtype == pl.String:
        whole = values.str.to_date("%Y-%m-%d", strict=False) if time == "dates" else values
        day = whole.cast(pl.Int32, strict=False)
        # A date is ten characters: 2021-3-15 and 2021-03-15T10:00 are for the slower reader.
        plain = day.null_count() == values.null_count() and (time == "days" or _ten_characters(values))
        return day if plain else None
    if time == "dates":
        return values.cast(pl.Date).cast(pl.Int32) if values.dtype in (pl.Date, pl.Datetime) else None
    day = values.cast(pl.Int32, strict=False)
    return day if values.dtype.is_integer() and day.null_count() == values.null_count() else None


def _ten_characters(text: pl.Series) -> bool:
    return bool((text.str.len_bytes() == 10).all())


def _written(day: pl.Series) -> pl.Series:
    """The flag of days as they were written: "none" is imputed."""
    return day.to_frame("day").select(flag=pl.when(pl.col("day").is_not_null()).then(pl.lit("none")))["flag"]


def _day_columns(column: Description, day: pl.Series, flag: pl.Series) -> list[pl.Series]:
    return [day.alias(column.inside), flag.alias(imputed_name(column.inside))]


def _read_number(
    column: Description, values: pl.Series, decimal_comma: bool, factor: float
) -> tuple[list[pl.Series], pl.Series]:
    dtype = pl.Int32 if column.kind == "whole" else pl.Float64
    if not values.dtype.is_numeric():
        values = values.cast(pl.String)  # a date cell is not the number of its day
    number, absent = values.cast(pl.Float64, strict=False), values.is_null()
    if values.dtype == pl.String and not _all_finite(number, values):
        text = cleaned(values)
        number, absent = _number(text, decimal_comma, column.unit), text.is_null()
    number = number * factor if factor != 1.0 else number
    if column.kind == "whole":
        number = number.set(number != number.round(), None)
    made = number.cast(dtype, strict=False).alias(column.inside)
    return [made], ~absent & made.is_null()


def _all_finite(number: pl.Series, values: pl.Series) -> bool:
    return number.null_count() == values.null_count() and bool(number.is_finite().all())


def _number(text: pl.Series, decimal_comma: bool, unit: str | None) -> pl.Series:
    if decimal_comma:
        text = text.str.replace(r"^([+-]?\d*),(\d+)", "${1}.${2}")
    number = text.cast(pl.Float64, strict=False)
    if number.null_count() == text.null_count() or unit not in _FACTOR:
        return number.set(number.is_infinite() | number.is_nan(), None)
    return _with_unit(text, number, _FACTOR[unit])


def _with_unit(text: pl.Series, number: pl.Series, factors: dict[str, float]) -> pl.Series:
    """28 mm, 2.8 cm, 6600 cGy: the unit stands beside the number."""
    frame = pl.DataFrame({"text": text, "number": number})
    parts = pl.col("text").str.to_lowercase().str.extract_groups(r"^([+-]?\d+\.?\d*)\s*([a-z]+)$")
    factor = parts.struct.field("2").replace_strict(factors, default=None, return_dtype=pl.Float64)
    beside = parts.struct.field("1").cast(pl.Float64, strict=False) * factor
    return frame.select(pl.coalesce("number", beside))["number"]


def _read_yes_no(column: Description, text: pl.Series) -> tuple[list[pl.Series], pl.Series]:
    meaning = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
    read = each_distinct(
        text,
        lambda words: words.str.to_lowercase().replace_strict(meaning, default=None, return_dtype=pl.Boolean),
    )
    return [read.alias(column.inside)], text.is_not_null() & read.is_null()


def _in_list(column: Description, text: pl.Series) -> pl.Series:
    """The listed spelling where case, spaces or a synonym is all that differs; else as written."""
    listed = {choice.lower(): choice for choice in column.choices} | column.synonyms
    plain = text.str.to_lowercase().str.replace_all(r"\s+", " ")
    return plain.replace_strict(listed, default=None, return_dtype=pl.String).fill_null(text)


_UNREADABLE = {"day": "not-a-day", "number": "not-a-number", "whole": "not-a-number", "yes_no": "not-yes-no"}
_KIND_WORDS = {"day": "a day", "number": "a number", "whole": "a whole number", "yes_no": "yes or no"}
_YEAR = r"^(19|20)\d{2}$"  # of a column that does not take a year alone, as a scan's
# How a day looks that tells time the other way, and what is said of it.
_OTHER_TIME = {
    "dates": (RELATIVE, "is a relative day, but the record tells time by dates"),
    "days": (r"^\d{4}-\d{2}", "is a date, but the record tells time by days from day 0"),
}


def _unreadable(
    table: Table, column: Description, frame: pl.DataFrame, source: str, unread: pl.Series, time: Time
) -> Iterator[pl.DataFrame]:
    if not unread.any():
        return
    patient = ["patient_id"] if "patient_id" in frame.columns and source != "patient_id" else []
    at = frame.select(pl.col(source).cast(pl.String), *patient, *PROVENANCE).filter(unread)
    rule = "grade-out-of-range" if column.name == "grade" else _UNREADABLE[column.kind]
    if column.kind == "day":
        pattern, says = _OTHER_TIME[time]
        written = pl.col(source).str.strip_chars()
        other = written.str.contains(pattern) & ~written.str.contains(_YEAR)
        yield _problem("mixed-time", table, column, at.filter(other), source, says)
        at = at.filter(~other)
    yield _problem(rule, table, column, at, source, f"is not {_KIND_WORDS[column.kind]}")


def _problem(
    rule: str, table: Table, column: Description, at: pl.DataFrame, source: str, says: str
) -> pl.DataFrame:
    message = sentence(f"{table.name}.{column.name} '{{}}' {says}", source)
    severity = "error" if column.decisive else None
    value = pl.col(source)
    fix = "Write 2021-03-15 or 2021-03: a scan needs its month." if column.partial == "scan" else None
    return problems(
        rule, table.name, at, message=message, column=column.name, value=value, severity=severity, fix=fix
    )
