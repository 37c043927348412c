"""Which written column is which of the record's: leniently, and never by guessing."""

import difflib
from dataclasses import dataclass

import polars as pl

from headway.record.columns import PROVENANCE
from headway.record.findings import file_problem, problems
from headway.record.tables import Table

# Other units in which a column may come: the factor to the declared unit stands in units.py.
OTHER_UNITS = {"dose_cgy": "dose_gy", "diameter_cm": "diameter_mm"}
_MANY = 200  # unknown columns; nobody reads that many proposals


@dataclass(frozen=True)
class Matched:
    """Written names by the record's column (spreadsheet name, or one of OTHER_UNITS)."""

    written: dict[str, str]
    problems: list[pl.DataFrame]


def plain(name: str) -> str:
    """A column name without case, spaces, hyphens and byte-order mark.

    >>> plain("Start Date"), plain("start-date "), plain("PD-L1 CPS")
    ('start_date', 'start_date', 'pd_l1_cps')
    """
    kept = "".join(sign if sign.isalnum() else "_" for sign in name.strip("\ufeff \t").lower())
    return "_".join(part for part in kept.split("_") if part)


def matched(table: Table, frame: pl.DataFrame) -> Matched:
    """Match the columns of one table; what fits nothing is named with its nearest neighbour."""
    known = known_names(table)
    sources = _sources(frame)
    written: dict[str, str] = {}
    found: list[pl.DataFrame] = []
    unknown: list[str] = []
    first: dict[str, str] = {}  # by the record's column, whatever its unit
    for name in (column for column in frame.columns if column not in PROVENANCE):
        target = known.get(plain(name))
        if target is None:
            unknown.append(name)
            continue
        column = OTHER_UNITS.get(target, target)
        if column in first:
            found.append(_twice(table, column, first[column], name, sources))
        else:
            first[column] = written[target] = name
    found += _unknown(table, unknown, set(known) - {plain(w) for w in written.values()}, sources)
    found += _missing(table, written, frame)
    return Matched(written, found)


def known_names(table: Table) -> dict[str, str]:
    """The column (or one of OTHER_UNITS) that each name means, as `plain` writes it."""
    names = {plain(column.name): column.name for column in table.columns}
    names |= {plain(column.inside): column.name for column in table.columns}
    units = {other: other for other, name in OTHER_UNITS.items() if name in names}
    return names | units


def _sources(frame: pl.DataFrame) -> tuple[str | None, str | None]:
    if frame.is_empty() or "source_file" not in frame.columns:
        return None, None
    return frame["source_file"][0], frame["source_sheet"][0]


def _twice(table: Table, target: str, first: str, second: str, source: tuple) -> pl.DataFrame:
    message = f"{table.name}: the columns '{first}' and '{second}' are both {target}; the first is used"
    return _of_header("duplicate-column", table, message, second, source)


def _unknown(table: Table, unknown: list[str], free: set[str], source: tuple) -> list[pl.DataFrame]:
    """A finding for each near miss, and one for all the strangers."""
    said = []
    strangers = []
    for name in unknown:
        near = _nearest(plain(name), free) if len(unknown) < _MANY else None
        if near:
            hint = f"{table.name}: the column '{name}' is not known. Did you mean `{near}`?"
            said.append(_of_header("unknown-column", table, hint, name, source))
        else:
            strangers.append(name)
    return [*said, *_strangers(table, strangers, source)]


def _nearest(name: str, free: set[str]) -> str | None:
    """The known name that this one begins (age: age_years), or that is most like it."""
    begun = [known for known in free if known.startswith(f"{name}_")]
    if len(begun) == 1:
        return begun[0]
    return next(iter(difflib.get_close_matches(name, sorted(free), n=1, cutoff=0.75)), None)


def _strangers(table: Table, names: list[str], source: tuple) -> list[pl.DataFrame]:
    if not names:
        return []
    shown = ", ".join(f"'{name[:40]}'" for name in names[:5]) + (", …" if len(names) > 5 else "")
    message = f"{table.name}: {len(names)} column(s) are not part of the table and are not used: {shown}"
    return [_of_header("unknown-column", table, message, names[0][:80], source)]


def _of_header(rule: str, table: Table, message: str, column: str, source: tuple) -> pl.DataFrame:
    return file_problem(rule, table.name, message, file=source[0], sheet=source[1], line=1, column=column)


def _missing(table: Table, written: dict[str, str], frame: pl.DataFrame) -> list[pl.DataFrame]:
    """A table without a required column cannot be used: one finding sets all its rows aside."""
    absent = [column.name for column in table.columns if column.required and column.name not in written]
    if not absent:
        return []
    message = f"{table.name}: the required column {', '.join(absent)} is missing"
    if frame.is_empty():
        return [file_problem("missing-column", table.name, message, line=1, column=absent[0])]
    return [
        problems(
            "missing-column",
            table.name,
            frame.select(PROVENANCE),
            message=pl.lit(message),
            column=absent[0],
            cause=pl.lit("table"),
        )
    ]
