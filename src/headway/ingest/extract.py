"""What a reader of some format hands over, before anything is interpreted."""

from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from headway.record.findings import ROW, Problems
from headway.record.record import Time


class Source(NamedTuple):
    """A file, or a sheet of a workbook."""

    file: str
    sheet: str | None = None


NO_ROWS = pl.DataFrame(schema={ROW[0]: pl.String, ROW[1]: pl.String, ROW[2]: pl.Int64})


@dataclass(frozen=True)
class Extract:
    """Tables as written, and the account of the rows they came from.

    tables          by the record's table name; the record's column names or near misses of them;
                    values as text or already typed; each row with source_file, source_sheet and
                    source_line (the first line after a header is 2).
    rows_read       rows of each source, whether or not they ended up in a table.
    merged          source_file, source_sheet, source_line of rows that no table row cites, but whose
                    facts went into another row (follow-up forms merged into one patient row).
    problems        what was wrong while reading (`record.findings.problems`).
    time            how the format tells time, if it says so.
    decimal_comma   tables whose numbers are written with a decimal comma.
    """

    tables: dict[str, pl.DataFrame]
    rows_read: dict[Source, int]
    problems: list[pl.DataFrame] = field(default_factory=lambda: [Problems.create_empty()])
    merged: pl.DataFrame = field(default_factory=lambda: NO_ROWS.clone())
    time: Time | None = None
    decimal_comma: frozenset[str] = frozenset()


def with_source(frame: pl.DataFrame, source: Source, first_line: int = 2) -> pl.DataFrame:
    """Add to each row where it stands; the row after the header is line 2."""
    return frame.with_columns(
        pl.lit(source.file).alias(ROW[0]),
        pl.lit(source.sheet, pl.String).alias(ROW[1]),
        pl.int_range(first_line, first_line + pl.len(), dtype=pl.Int64).alias(ROW[2]),
    )
