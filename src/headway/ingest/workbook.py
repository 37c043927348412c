"""One xlsx workbook with a sheet per table -> an extract.

Cells become text as they are meant: a date cell its ISO date, the number 12 "12". A cell with an error
(#N/A, #DIV/0!) is empty.
"""

from pathlib import Path
from typing import NamedTuple

import fastexcel
import polars as pl

from headway.errors import RecordError
from headway.ingest.extract import Extract, Source
from headway.ingest.grid import Grid, as_table, blank_rows
from headway.ingest.headers import known_names, plain
from headway.ingest.table_names import table_named, unknown_table
from headway.ingest.xlsx_package import Merged, checked_workbook
from headway.record.findings import file_problem
from headway.record.tables import TABLES, Table

# Sheets that explain; our own template has the first.
EXPLANATIONS = {"read_me", "readme", "notes", "about", "explanation", "instructions", "legend"}
_LINES_BEFORE_HEADER = 30
_MANY_DECIMALS = r"\.\d{6,}$"
_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2})[T ]00:00:00$"


class _Sheet(NamedTuple):
    source: Source
    table: Table
    cells: pl.DataFrame
    hidden: bool
    merged: list[Merged]


def read_workbook(path: Path | str) -> Extract:
    """The tables of a workbook, whose sheets carry their names; hidden sheets are read like any other.

    A sheet that is no table is a finding; one that explains (read me, notes) or is empty is passed over.
    """
    file = Path(path)
    merged = checked_workbook(file)
    cells = _cells(file)
    tables, strangers = _sorted_out(
        file, [name for name, (frame, _) in cells.items() if not frame.is_empty()]
    )
    found = [unknown_table(Source(file.name, name), name) for name in strangers]
    if not tables:
        raise RecordError(_no_table(file, found))
    sheets = [
        _Sheet(Source(file.name, sheet), TABLES[table], *cells[sheet], merged.get(sheet, []))
        for table, sheet in tables.items()
    ]
    return _extracted(sheets, found)


def _cells(file: Path) -> dict[str, tuple[pl.DataFrame, bool]]:
    """The cells of each sheet as text, from its first row on, and whether it is hidden."""
    try:
        workbook = fastexcel.read_excel(file.read_bytes())
        return {name: _sheet_cells(workbook, name) for name in workbook.sheet_names}
    except fastexcel.FastExcelError as reason:
        said = str(reason).splitlines()[0]
        raise RecordError(f"{file} is damaged and cannot be read as a workbook: {said}") from reason


def _sheet_cells(workbook: fastexcel.ExcelReader, name: str) -> tuple[pl.DataFrame, bool]:
    sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    cells = sheet.to_polars()
    cells = cells.rename({written: str(at) for at, written in enumerate(cells.columns)})
    dates = cells.with_columns(pl.all().str.replace(_MIDNIGHT, "$1"))
    return _with_all_digits(workbook, name, dates), sheet.visible != "visible"


def _with_all_digits(workbook: fastexcel.ExcelReader, name: str, cells: pl.DataFrame) -> pl.DataFrame:
    """The cells with numbers in full: as text, the reader rounds them to nine decimals."""
    long = [at for at, column in enumerate(cells.iter_columns()) if column.str.contains(_MANY_DECIMALS).any()]
    if not long:
        return cells
    numbers = workbook.load_sheet(
        name, header_row=None, skip_rows=0, use_columns=long, dtypes="float"
    ).to_polars()
    return cells.with_columns(
        _in_full(cells.to_series(at), number) for at, number in zip(long, numbers.iter_columns(), strict=True)
    )


def _in_full(text: pl.Series, number: pl.Series) -> pl.Series:
    rounded = text.cast(pl.Float64, strict=False)
    return number.cast(pl.String).zip_with((rounded != number).fill_null(False), text).alias(text.name)


def _sorted_out(file: Path, sheets: list[str]) -> tuple[dict[str, str], list[str]]:
    """The sheet of each table, and the sheets that are none."""
    tables: dict[str, str] = {}
    strangers = []
    for sheet in sheets:
        name = table_named(sheet)
        if name is None:
            strangers += [sheet] if plain(sheet) not in EXPLANATIONS else []
        elif name in tables:
            raise RecordError(
                f"{file}: two sheets are the table {name}: '{tables[name]}' and '{sheet}'. Keep one."
            )
        else:
            tables[name] = sheet
    return tables, strangers


def _no_table(file: Path, found: list[pl.DataFrame]) -> str:
    said = "; ".join(message for part in found for message in part["message"])
    why = f" ({said})" if said else ""
    return f"{file} has no sheet that is a table of the record{why}. The tables are {', '.join(TABLES)}."


def _extracted(sheets: list[_Sheet], found: list[pl.DataFrame]) -> Extract:
    tables: dict[str, pl.DataFrame] = {}
    for sheet in sheets:
        grid = _grid(sheet)
        tables[sheet.table.name], problems = as_table(sheet.table, sheet.source, grid)
        found = [*found, *problems, *_hidden(sheet), *_merged(sheet, grid)]
    rows_read = {sheet.source: tables[sheet.table.name].height for sheet in sheets}
    return Extract(tables=tables, rows_read=rows_read, problems=found)


def _grid(sheet: _Sheet) -> Grid:
    at = _header_row(sheet)
    header = [cell or "" for cell in sheet.cells.row(at)]
    first = at + 1
    lines = pl.int_range(first + 1, sheet.cells.height + 1, eager=True)
    return Grid(header, at + 1, sheet.cells.slice(first), lines)


def _header_row(sheet: _Sheet) -> int:
    """The row with most of the table's column names; titles and blank rows may stand above it."""
    known = known_names(sheet.table)
    top = sheet.cells.head(_LINES_BEFORE_HEADER)
    scores = [sum(plain(cell) in known for cell in row if cell) for row in top.iter_rows()]
    if any(scores):
        return scores.index(max(scores))
    return (~blank_rows(top)).arg_max() or 0


def _hidden(sheet: _Sheet) -> list[pl.DataFrame]:
    if not sheet.hidden:
        return []
    message = f"the sheet '{sheet.source.sheet}' is hidden; it was read like any other"
    return [_of_sheet("hidden-sheet", sheet, message)]


def _merged(sheet: _Sheet, grid: Grid) -> list[pl.DataFrame]:
    """Merged cells in the header or under it; a title above may be as wide as it likes."""
    ranges = [merged for merged in sheet.merged if merged.last_row >= grid.header_line]
    if not ranges:
        return []
    message = (
        f"{sheet.table.name}: {len(ranges)} range(s) of merged cells, first {ranges[0].cells}; "
        "only the first cell of each holds a value"
    )
    return [_of_sheet("merged-cells", sheet, message)]


def _of_sheet(rule: str, sheet: _Sheet, message: str) -> pl.DataFrame:
    return file_problem(rule, sheet.table.name, message, file=sheet.source.file, sheet=sheet.source.sheet)
