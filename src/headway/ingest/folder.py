"""A folder of CSV, TSV and Parquet files, one per table -> an extract."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl

from headway.errors import RecordError
from headway.ingest.csv_grid import csv_grid
from headway.ingest.extract import Extract, Source
from headway.ingest.grid import Grid, as_table
from headway.ingest.headers import known_names
from headway.ingest.table_names import table_named, unknown_table
from headway.record.findings import file_problem
from headway.record.tables import TABLES, Table

CSV = {".csv", ".tsv", ".tab"}
PARQUET = {".parquet", ".pq"}
# Data of some kind that stands beside the tables and is not read: better said than passed over.
OTHER_DATA = {".xlsx", ".xlsm", ".xls", ".ods", ".json", ".xpt", ".sas7bdat", ".sav", ".dta", ".zip", ".gz"}


class _Read(NamedTuple):
    name: str
    source: Source
    frame: pl.DataFrame
    problems: list[pl.DataFrame]
    decimal_comma: bool


def read_folder(path: Path | str) -> Extract:
    """The tables of a folder, whose files carry their names: patients.csv, drugs.parquet, …

    CSV values stay text. A file that cannot be read, or is no table, is a finding; a folder without any
    table is a RecordError.
    """
    folder = Path(path)
    tables, strangers = _sorted_out(_data_files(folder))
    found = [unknown_table(Source(file.name), file.stem) for file in strangers]
    read: list[_Read] = []
    for name, file in tables.items():
        try:
            read.append(_read(TABLES[name], file))
        except (RecordError, OSError, pl.exceptions.PolarsError) as reason:
            found.append(_unreadable(name, file, reason))
    if not read:
        raise RecordError(_no_table(folder, strangers, found))
    return _extracted(read, found)


def _data_files(folder: Path) -> list[Path]:
    if not folder.exists():
        raise RecordError(f"There is no folder {folder}.")
    if not folder.is_dir():
        raise RecordError(f"{folder} is not a folder.")
    known = CSV | PARQUET | OTHER_DATA
    files = sorted(file for file in folder.iterdir() if not file.name.startswith((".", "~$")))
    return [file for file in files if file.suffix.lower() in known and not file.is_dir()]


def _is_table(file: Path) -> bool:
    return file.suffix.lower() in CSV | PARQUET and table_named(file.stem) is not None


def _sorted_out(files: list[Path]) -> tuple[dict[str, Path], list[Path]]:
    """The file of each table, and the files that are none."""
    tables: dict[str, Path] = {}
    for file in filter(_is_table, files):
        name = table_named(file.stem)
        assert name is not None
        if name in tables:
            raise RecordError(
                f"Two files are the table {name}: {tables[name].name} and {file.name}. Keep one."
            )
        tables[name] = file
    return tables, [file for file in files if not _is_table(file)]


def _read(table: Table, file: Path) -> _Read:
    source = Source(file.name)
    grid, delimiter = (
        _parquet(file) if file.suffix.lower() in PARQUET else csv_grid(file.read_bytes(), known_names(table))
    )
    frame, found = as_table(table, source, grid)
    return _Read(table.name, source, frame, found, decimal_comma=delimiter == ";")


def _parquet(file: Path) -> tuple[Grid, str | None]:
    frame = pl.read_parquet(file, memory_map=False)
    rows = frame.select(_scalar(column) for column in frame.iter_columns())
    # A Parquet file has no header line: its first row is line 1.
    return Grid(frame.columns, 0, rows, pl.int_range(1, frame.height + 1, eager=True)), None


def _scalar(column: pl.Series) -> pl.Series:
    """Numbers, dates and text as they are; anything else as text. NaN is how other programs write missing."""
    if column.dtype.is_float():
        return column.fill_nan(None)
    if column.dtype.is_integer() or column.dtype in (pl.String, pl.Boolean, pl.Date, pl.Datetime):
        return column
    if column.dtype.is_nested() or column.dtype in (pl.Object, pl.Binary):
        return pl.Series(
            column.name, [None if value is None else str(value) for value in column], dtype=pl.String
        )
    return column.cast(pl.String)


def _unreadable(name: str, file: Path, reason: Exception) -> pl.DataFrame:
    return file_problem(
        "unreadable-file", name, f"{file.name} cannot be read: {_first_line(reason)}", file=file.name
    )


def _first_line(reason: Exception) -> str:
    said = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    return said.splitlines()[0][:200] if said else type(reason).__name__


def _no_table(folder: Path, strangers: list[Path], found: list[pl.DataFrame]) -> str:
    said = "; ".join(message for part in found for message in part["message"])
    workbook = any(file.suffix.lower() == ".xlsx" for file in strangers)
    hint = " To read a workbook, give that file itself." if workbook else ""
    wanted = f"A record needs at least patients.csv; the tables are {', '.join(TABLES)}."
    return f"{folder} holds no table that can be read{f' ({said})' if said else ''}.{hint} {wanted}"


def _extracted(read: list[_Read], found: list[pl.DataFrame]) -> Extract:
    return Extract(
        tables={table.name: table.frame for table in read},
        rows_read={table.source: table.frame.height for table in read},
        problems=[*found, *_problems(read)],
        decimal_comma=frozenset(table.name for table in read if table.decimal_comma),
    )


def _problems(read: list[_Read]) -> Iterator[pl.DataFrame]:
    for table in read:
        yield from table.problems
