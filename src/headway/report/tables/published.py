"""Published results beside the recovered ones."""

import polars as pl

from headway.report.document import Cell, Table, Text
from headway.report.numbers import count, decimal


def published(rows: pl.DataFrame) -> Table:
    """A row per published or assumed number, then those of other treatments and cohorts."""
    own, other = rows.filter(pl.col("kind") != "context"), rows.filter(kind="context")
    word = "assumed" if "assumed" in own["kind"] else "published"
    header = ("Result", word.capitalize(), "Recovered (95 % CI)", "Difference", "Source")
    body = [_compared(row) for row in own.iter_rows(named=True)]
    if other.height:
        body += [(CONTEXT, "", "", "", ""), *(_compared(row) for row in other.iter_rows(named=True))]
    note = f"Difference: recovered less {word}, in per cent of the {word} number; of a share, in points."
    opens = frozenset({own.height} if other.height else ())
    return Table(f"{word.capitalize()} and recovered", header, tuple(body), note=note, heading_rows=opens)


CONTEXT = "Published of other treatments or cohorts"


def _compared(row: dict) -> tuple[Text, ...]:
    unit = f" {row['unit']}"
    shown = _number(row, row["value"]) + ("" if row["value"] is None else unit)
    if row["recovered"] is None:
        return row["name"], shown, "not reached" if row["row"] is not None else "–", "", row["source"]
    limits = ""
    if row["lower"] is not None or row["upper"] is not None:
        limits = f" ({_number(row, row['lower'])} to {_number(row, row['upper'])})"
    recovered = Cell(f"{_number(row, row['recovered'])}{unit}{limits}", row["row"])
    return row["name"], shown, recovered, _difference(row), row["source"]


def _number(row: dict, value: float | None) -> str:
    if value is None:
        return "not reached"
    return count(value) if row["unit"] == "patients" else decimal(value, 2 if row["unit"] == "ratio" else 1)


def _difference(row: dict) -> str:
    if row["value"] is None:
        return ""
    gap = row["recovered"] - row["value"]
    if row["unit"] == "%":
        return f"{_signed(gap, 1)} points"
    return "" if row["value"] == 0 else f"{_signed(100 * gap / row['value'], 0)} %"


def _signed(value: float, digits: int) -> str:
    """With its sign, but nothing has none."""
    shown = f"{value:+.{digits}f}"
    return shown[1:] if float(shown) == 0 else shown
