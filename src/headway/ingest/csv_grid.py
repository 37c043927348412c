"""One CSV or TSV file -> a grid of text: encoding, delimiter, header, rows and the lines they stand on.

polars reads files in which every line is a row. Where cells hold line breaks, or lines do not fit the
header, the csv module reads them, more slowly and with every line accounted for.
"""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

import polars as pl

from headway.errors import RecordError
from headway.ingest.grid import Grid
from headway.ingest.headers import plain

DELIMITERS = [",", ";", "\t"]
_HEAD = 1 << 20  # bytes in which the header must end
_LINES_BEFORE_HEADER = 50
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*$')  # Excel's own first line
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


_PIECE = 20_000  # rows
_LINE = "line"
_Row = tuple[int, list[str], str | None]  # its line, its cells, and why it is malformed


class Header(NamedTuple):
    """The header cells, what separates them, the line they stand on, and how many lines precede the rows."""

    cells: list[str]
    delimiter: str
    line: int
    lines_above_rows: int


def csv_grid(raw: bytes, known: Container[str]) -> tuple[Grid, str]:
    """The cells of a CSV file as text, and its delimiter.

    `known` are the column names that are expected, as `headers.plain` writes them; they tell the header.
    Raises RecordError where the bytes are no text with a header.
    """
    utf8 = as_utf8(raw)
    header = _header(utf8[:_HEAD].decode(errors="ignore"), known)
    grid = _by_polars(utf8, header) or _by_csv_module(utf8.decode(), header)
    return grid, header.delimiter


def as_utf8(raw: bytes) -> bytes:
    """The same text in UTF-8 without byte-order mark: UTF-8, UTF-16 with its mark, else Windows-1252.

    >>> as_utf8("é".encode("cp1252")) == as_utf8("é".encode("utf-16")) == as_utf8("é".encode("utf-8-sig"))
    True
    """
    try:
        return _with_newlines(_decoded(raw))
    except UnicodeDecodeError:
        raise RecordError("it is not a text file") from None


def _decoded(raw: bytes) -> bytes:
    if raw.startswith(_UTF_16):
        return raw.decode("utf-16").encode()
    if b"\0" in raw:
        raise RecordError("it is not a text file")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if raw.isascii():
        return raw
    try:
        raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252").encode()
    return raw


def _with_newlines(utf8: bytes) -> bytes:
    """Files of old Macintosh programs end their lines with a carriage return alone."""
    return utf8.replace(b"\r", b"\n") if b"\n" not in utf8 else utf8


def _header(head: str, known: Container[str]) -> Header:
    """The first line with text, split where most cells are known names, or where most cells are made."""
    first, _, rest = head.partition("\n")
    said = _SEPARATOR_LINE.match(first)
    candidates = [
        header
        for delimiter in ([said[1]] if said else DELIMITERS)
        if (header := _split_header(rest if said else head, delimiter, above=1 if said else 0))
    ]
    if not candidates:
        raise RecordError("it is empty")
    return max(candidates, key=lambda h: (sum(plain(cell) in known for cell in h.cells), len(h.cells)))


def _split_header(head: str, delimiter: str, above: int) -> Header | None:
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    start = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                return Header(
                    _without_trailing_blanks(cells), delimiter, above + start + 1, above + reader.line_num
                )
            start = reader.line_num
            if start > _LINES_BEFORE_HEADER:
                return None
    except csv.Error:
        return None
    return None


def _without_trailing_blanks(cells: list[str]) -> list[str]:
    """Spreadsheets write `a,b,,,` where formatted columns are empty."""
    filled = [at for at, cell in enumerate(cells) if cell.strip()]
    return cells[: filled[-1] + 1]


def _by_polars(utf8: bytes, header: Header) -> Grid | None:
    """The grid, or None where polars refuses or some line is in no row."""
    quoted = utf8.count(b'"') if b'"' in utf8 else 0
    if quoted % 2:
        return None
    try:
        rows = _polars_rows(utf8, header, quoted > 0)
    except pl.exceptions.PolarsError:
        return None
    lines = _lines_of(rows, header, utf8.count(b"\n") + (not utf8.endswith(b"\n")))
    return None if lines is None else Grid(header.cells, header.line, rows, lines)


def _polars_rows(utf8: bytes, header: Header, quoted: bool) -> pl.DataFrame:
    return pl.read_csv(
        utf8,
        has_header=False,
        schema={str(at): pl.String for at in range(len(header.cells))},
        infer_schema=False,
        separator=header.delimiter,
        quote_char='"' if quoted else None,
        skip_lines=header.lines_above_rows,
    )


def _lines_of(rows: pl.DataFrame, header: Header, lines_in_file: int) -> pl.Series | None:
    """The line on which each row begins; None if rows and the breaks in them are not all of the lines."""
    first = pl.int_range(rows.height, eager=True) + header.lines_above_rows + 1
    lines = lines_in_file - header.lines_above_rows
    if rows.height == lines:
        return first
    breaks = rows.select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))).to_series()
    if rows.height + (breaks.sum() or 0) != lines or _swallow(rows.filter(breaks > 0).rows(), header):
        return None
    return first + breaks.cum_sum().shift(1, fill_value=0)


def _swallow(rows: Iterable[Sequence[str | None]], header: Header) -> bool:
    """Whether some cell holds what looks like whole rows: two stray quotation marks far apart."""
    width = len(header.cells)
    lines = (line for row in rows for cell in row if cell for line in cell.split("\n")[1:-1])
    return width > 2 and any(line.count(header.delimiter) == width - 1 for line in lines)


def _by_csv_module(text: str, header: Header) -> Grid:
    try:
        return _gathered(_rows_over_lines(text, header), header)
    except csv.Error:
        return _gathered(_rows_line_by_line(text, header), header)


def _gathered(rows: Iterator[_Row], header: Header) -> Grid:
    """The grid of rows that come one by one; made in pieces, since a list of a million rows is slow."""
    width = len(header.cells)
    ragged: dict[int, str] = {}
    pieces = [_framed([], [], width)]
    while piece := list(itertools.islice(rows, _PIECE)):
        ragged |= {row[0]: why for row in piece if (why := row[2] or _too_many(row[0], row[1], width))}
        pieces.append(_framed([line for line, _, _ in piece], [cells for _, cells, _ in piece], width))
    whole = pl.concat(pieces, rechunk=True)
    return Grid(header.cells, header.line, whole.drop(_LINE), whole[_LINE], ragged)


def _framed(lines: list[int], rows: list[list[str]], width: int) -> pl.DataFrame:
    """Rows as columns; a short row has nothing in the last ones."""
    even = [cells if len(cells) == width else (cells + [""] * width)[:width] for cells in rows]
    columns = list(zip(*even, strict=True)) or [()] * width
    filled = [pl.Series(str(at), column, dtype=pl.String) for at, column in enumerate(columns)]
    return pl.DataFrame([*filled, pl.Series(_LINE, lines, dtype=pl.Int64)])


def _too_many(line: int, cells: list[str], width: int) -> str | None:
    """A row may be short, or have further cells with nothing in them; never more values than names."""
    surplus = any(cell.strip() for cell in cells[width:])
    return f"line {line} has {len(cells)} cells, the header {width}" if surplus else None


def _body(text: str, header: Header) -> io.StringIO:
    stream = io.StringIO(text, newline="")
    for _ in range(header.lines_above_rows):
        stream.readline()
    return stream


def _rows_over_lines(text: str, header: Header) -> Iterator[_Row]:
    reader = csv.reader(_body(text, header), delimiter=header.delimiter, strict=True)
    line = header.lines_above_rows + 1
    for cells in reader:
        yield line, cells, None
        following = header.lines_above_rows + reader.line_num + 1
        if following > line + 2 and _swallow([cells], header):
            raise csv.Error("a cell holds whole rows")
        line = following


def _rows_line_by_line(text: str, header: Header) -> Iterator[_Row]:
    """Each line on its own: a quotation mark that is never closed costs one row, not the rest of the file."""
    for line, written in enumerate(_body(text, header), start=header.lines_above_rows + 1):
        try:
            yield line, next(csv.reader([written], delimiter=header.delimiter, strict=True), []), None
        except csv.Error:
            cells = written.rstrip("\r\n").split(header.delimiter)
            yield line, cells, f"line {line} has a quotation mark that is not closed"
