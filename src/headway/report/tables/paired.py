"""Two treatments of the same patients."""

import polars as pl

from headway.report.document import Cell, Table, Text
from headway.report.numbers import NOT_REACHED, count, days_in_months, decimal, p_number, percent

_LEFT_OUT = ("at risk", "survival", "with a time", "without a time", "median follow-up")


def paired(rows: pl.DataFrame, title: str) -> Table:
    """A row per statistic: medians of both, the patients' own ratio, the test within patients."""
    told = rows.filter(~pl.col("statistic").is_in(_LEFT_OUT))
    body: list[tuple[Text, ...]] = [
        (_label(row), count(row["n"]), Cell(_value(row), row["row"])) for row in told.iter_rows(named=True)
    ]
    notes = told["note"].drop_nulls().unique(maintain_order=True).to_list()
    methods = "; ".join(told["method"].unique(maintain_order=True))
    header = ("", "Patients", "Value (95 % CI)")
    return Table(title, header, tuple(body), note=". ".join([f"Methods: {methods}", *notes]) + ".")


def _label(row: dict) -> str:
    group = "" if row["group"] == "all" else f"{row['group']}: "
    return f"{group}{row['statistic']}"


def _value(row: dict) -> str:
    if row["statistic"] == "p-value":
        return p_number(row["value"])
    if row["value"] is None:
        return NOT_REACHED if row["unit"] == "days" else "not estimable"
    shown = {"days": days_in_months, "patients": count, "probability": percent}.get(row["unit"], decimal)
    unit = " months" if row["unit"] == "days" else ""
    if row["lower"] is None and row["upper"] is None:
        return f"{shown(row['value'])}{unit}"
    return f"{shown(row['value'])}{unit} ({shown(row['lower'])} to {shown(row['upper'])})"
