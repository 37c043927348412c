"""Published results beside the recovered ones."""

import polars as pl

from headway.report.document import Cell, Table, Text
from headway.report.numbers import count, decimal


def published(rows: pl.DataFrame) -> Table:
    """A row per published number."""
    header = ("Result", "Published", "Recovered (95 % CI)", "Difference", "Source")
    body = tuple(_compared(row) for row in rows.iter_rows(named=True))
    note = "Difference: recovered less published, in per cent of the published number; of a share, in points."
    return Table("Published and recovered", header, body, note=note)


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
        return f"{gap:+.1f} points"
    return "" if row["value"] == 0 else f"{100 * gap / row['value']:+.0f} %"
