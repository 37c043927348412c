"""A header and the rows under it, as a file or sheet holds them -> one table of an extract.

Rows without any value are neither read nor used: spreadsheets leave thousands of them behind. Those
at the end are passed over; between other rows they are a warning. A column without name and value
is passed over as well.
"""

from dataclasses import dataclass, field

import polars as pl

from headway.ingest.extract import Source
from headway.record.columns import PROVENANCE
from headway.record.findings import file_problem, problems
from headway.record.tables import Table
from headway.record.words import sentence

Found = list[pl.DataFrame]


@dataclass(frozen=True)
class Grid:
    """What stands in a file or sheet.

    header       the header cells as written.
    header_line  the line they stand on.
    rows         one column per header cell, by position.
    lines        the line on which each row begins.
    ragged       why a row does not fit under the header, by its line.
    """

    header: list[str]
    header_line: int
    rows: pl.DataFrame
    lines: pl.Series
    ragged: dict[int, str] = field(default_factory=dict)


def as_table(table: Table, source: Source, grid: Grid) -> tuple[pl.DataFrame, Found]:
    """The rows under the names that the file gives its columns, with their provenance, and what is wrong."""
    positions, found = _named(table, source, grid)
    file, sheet, line = PROVENANCE
    frame = grid.rows.select(pl.nth(at).alias(name) for name, at in positions.items()).with_columns(
        pl.lit(source.file).alias(file),
        pl.lit(source.sheet, pl.String).alias(sheet),
        grid.lines.cast(pl.Int64).alias(line),
    )
    frame, empty = _without_empty_rows(table, frame, blank_rows(grid.rows))
    frame, ragged = _ragged_emptied(table, frame, grid.ragged)
    return frame, [*found, *empty, *ragged]


def blank_rows(rows: pl.DataFrame) -> pl.Series:
    """Which rows have no value in any column.

    >>> blank_rows(pl.DataFrame({"a": ["P1", None, " "], "b": [1, None, None]})).to_list()
    [False, True, True]
    """
    if not rows.width:
        return pl.Series([], dtype=pl.Boolean)
    # The first column is nearly always filled, and holds few values, so the others are seldom looked at.
    if not _blank(rows.to_series(0).unique()).any():
        return pl.repeat(False, rows.height, eager=True)
    first = _blank(rows.to_series(0))
    rest = rows.filter(first).select(pl.all_horizontal(_blank(column) for column in rows.filter(first)))
    at = first.arg_true()
    return pl.repeat(False, rows.height, eager=True).scatter(at, rest.to_series())


def _blank(column: pl.Series) -> pl.Series:
    if column.dtype == pl.String:
        return column.is_null() | (column.str.strip_chars() == "").fill_null(True)
    return column.is_null()


def _named(table: Table, source: Source, grid: Grid) -> tuple[dict[str, int], Found]:
    """Where each name stands; of two columns with the same name the first is used."""
    positions: dict[str, int] = {}
    twice: list[str] = []
    for at, written in enumerate(grid.header):
        name = written.strip()
        if not name and _blank(grid.rows.to_series(at)).all():
            continue
        name = _own_name(name, at)
        if name in positions:
            twice.append(name)
        positions.setdefault(name, at)
    return positions, [_twice(table, source, grid, twice)] if twice else []


def _own_name(name: str, at: int) -> str:
    """A name that says where a nameless column stands, and never one of the provenance columns."""
    if not name:
        return f"(column {at + 1}, without a name)"
    return f"{name} (as written)" if name in PROVENANCE else name


def _twice(table: Table, source: Source, grid: Grid, names: list[str]) -> pl.DataFrame:
    distinct = list(dict.fromkeys(names))
    shown = ", ".join(f"'{name[:40]}'" for name in distinct[:5]) + (", …" if len(distinct) > 5 else "")
    message = f"{table.name}: more than one column is named {shown}; the first is used"
    return file_problem(
        "duplicate-column", table.name, message,
        file=source.file, sheet=source.sheet, line=grid.header_line, column=distinct[0][:80],
    )  # fmt: skip


def _without_empty_rows(table: Table, frame: pl.DataFrame, blank: pl.Series) -> tuple[pl.DataFrame, Found]:
    if not blank.any():
        return frame, []
    last = (~blank).arg_true().max()
    inside = blank.head(int(last) if isinstance(last, int) else 0)
    at = frame.head(inside.len()).filter(inside).select(PROVENANCE)
    message = sentence(f"{table.name}: line {{}} is empty and is not counted as a row", PROVENANCE[2])
    found = problems(
        "empty-row", table.name, at, message=message, cause=pl.concat_str(*PROVENANCE[:2], ignore_nulls=True)
    )
    return frame.filter(~blank), [found] if not at.is_empty() else []


def _ragged_emptied(table: Table, frame: pl.DataFrame, ragged: dict[int, str]) -> tuple[pl.DataFrame, Found]:
    """Rows that do not fit under the header: kept with their identifiers only, and cited by an error.

    Their other values may stand under the wrong name. The identifiers say whose row was set aside, so that
    a patient with a ragged row is not taken for an unknown one.
    """
    if not ragged:
        return frame, []
    line = pl.col(PROVENANCE[2])
    why = line.replace_strict(ragged, default=None, return_dtype=pl.String)
    marked = frame.with_columns(why=why)
    identifiers = {column.name for column in table.columns if column.kind == "identifier"}
    others = [name for name in frame.columns if name not in identifiers and name not in PROVENANCE]
    at = marked.filter(pl.col("why").is_not_null())
    message = sentence(f"{table.name}: {{}}", "why")
    emptied = marked.with_columns(pl.when(pl.col("why").is_null()).then(pl.col(name)) for name in others)
    return emptied.drop("why"), [problems("ragged-row", table.name, at, message=message)]
