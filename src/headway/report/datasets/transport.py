"""SAS transport files (XPT), version 5 and 8, the same bytes every time."""

from datetime import date
from pathlib import Path

import polars as pl
import pyreadstat

from headway.report.datasets.declared import LABEL_LENGTH, NAME_LENGTH, XPT_TEXT_BYTES, Dataset

DATE_FORMAT = "DATE9."
# Where the header of either version has the moments of writing: library and member, made and changed.
_MOMENTS = (144, 160, 464, 480)
_MOMENT_LENGTH = 16
NO_DATE = date(1970, 1, 1)  # where the study has no cut-off date: a file carries no clock


def write_xpt(dataset: Dataset, frame: pl.DataFrame, path: Path, version: int, *, made_on: date) -> None:
    """Write one dataset that has passed `fault`. The header says that it was made on this day at midnight."""
    labels = {variable.name: variable.label for variable in dataset.variables}
    if version == 5:
        frame, labels = _continued(dataset, frame, labels)
    pyreadstat.write_xport(
        frame.with_columns(pl.col(pl.Int32).cast(pl.Float64)),  # type: ignore[arg-type]
        str(path),
        file_label=dataset.label,
        column_labels=[labels[name] for name in frame.columns],
        table_name=dataset.name,
        file_format_version=version,  # type: ignore[arg-type]
        variable_format={name: DATE_FORMAT for name, of in frame.schema.items() if of == pl.Date},
    )
    path.write_bytes(_dated(path.read_bytes(), made_on))


def _dated(content: bytes, made_on: date) -> bytes:
    """pyreadstat writes the clock into the header; the data cut-off stands there instead."""
    moment = f"{made_on:%d%b%y}:00:00:00".upper().encode("ascii")
    changed = bytearray(content)
    for start in _MOMENTS:
        changed[start : start + _MOMENT_LENGTH] = moment
    return bytes(changed)


def _continued(
    dataset: Dataset, frame: pl.DataFrame, labels: dict[str, str]
) -> tuple[pl.DataFrame, dict[str, str]]:
    """Long texts over 200 bytes go on in REASON1, REASON2, …; one after the other they are the whole text."""
    long = {variable.name for variable in dataset.variables if variable.kind == "long text"}
    columns: list[pl.Series] = []
    for column in frame.get_columns():
        own = _pieces(column) if column.name in long else [column]
        going_on = f"{labels[column.name]} (continued)"[:LABEL_LENGTH]
        labels = {**dict.fromkeys((piece.name for piece in own), going_on), **labels}
        columns += own
    return pl.DataFrame(columns), labels


def _pieces(column: pl.Series) -> list[pl.Series]:
    if int(column.str.len_bytes().max() or 0) <= XPT_TEXT_BYTES:  # type: ignore[call-overload]
        return [column]
    texts = [[None] if text is None else cut(text) for text in column.to_list()]
    most = max((len(pieces) for pieces in texts), default=1)
    rows = [[*pieces, *[None] * (most - len(pieces))] for pieces in texts]
    names = [column.name, *(_numbered(column.name, number) for number in range(1, most))]
    return [pl.Series(name, [row[at] for row in rows], dtype=pl.String) for at, name in enumerate(names)]


def _numbered(name: str, number: int) -> str:
    return f"{name[: NAME_LENGTH - len(str(number))]}{number}"


def cut(text: str, most: int = XPT_TEXT_BYTES) -> list[str]:
    """Pieces of at most so many characters; none ends in a blank, which a transport file would lose.

    >>> cut("one two three", 8)
    ['one two', ' three']
    """
    pieces = []
    while len(text) > most:
        end = len(text[:most].rstrip())
        pieces.append(text[: end or most])
        text = text[end or most :]
    return [*pieces, text]
