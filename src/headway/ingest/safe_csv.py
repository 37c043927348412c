"""CSV that a spreadsheet can open without running what stands in its cells."""

from pathlib import Path

import polars as pl

from headway.ingest.whole_files import written_whole

# What makes Excel, LibreOffice or Google Sheets take a cell for a formula (OWASP, CSV injection).
_FORMULA = r"^[=+\-@\t\r\n]"


def write_csv(frame: pl.DataFrame, path: Path | str) -> None:
    """Write a frame as CSV (UTF-8); text that a spreadsheet would run gets an apostrophe before it."""
    with written_whole(path) as file:
        safe(frame).write_csv(file)


def safe(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before text, and column names, that would be run as a formula.

    >>> safe(pl.DataFrame({"id": ["=1+1", "P1"], "note": ["ok", "@x"], "change": [-5, 3]})).rows()
    [("'=1+1", 'ok', -5), ('P1', "'@x", 3)]
    """
    text = frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    marked = pl.when(pl.col(pl.String).str.contains(_FORMULA)).then("'" + pl.col(pl.String))
    names = pl.Series(frame.columns, dtype=pl.String)
    safe_names = pl.select(
        pl.when(names.str.contains(_FORMULA)).then("'" + names).otherwise(names)
    ).to_series()
    return text.with_columns(marked.otherwise(pl.col(pl.String)).name.keep()).rename(
        dict(zip(frame.columns, safe_names, strict=True))
    )
