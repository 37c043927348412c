"""An endpoint by an exposure after time zero."""

import polars as pl

from headway.report.document import Cell, Table, Text
from headway.report.numbers import count, days_in_months, decimal, p_number, percentage

_COUNTS = ("exposed while followed", "exposed only after the end", "never exposed")


def times(rows: pl.DataFrame, title: str) -> Table:
    """A row per way of asking: hazard ratio, p-value, and those who count."""
    counts = {row["statistic"]: row for row in rows.iter_rows(named=True) if row["statistic"] in _COUNTS}
    ratios = rows.filter(statistic="hazard ratio")
    tests = {row["group"]: row for row in rows.filter(statistic="p-value").iter_rows(named=True)}
    body: list[tuple[Text, ...]] = [
        (name.capitalize(), Cell(count(row["value"]), row["row"]), "", "") for name, row in counts.items()
    ]
    late = rows.filter(statistic="median day of exposure")
    body += [
        ("Median time to exposure, months", Cell(days_in_months(r["value"]), r["row"]), "", "")
        for r in late.iter_rows(named=True)
        if r["value"] is not None
    ]
    body += [_naive_median(row) for row in rows.filter(statistic="median").iter_rows(named=True)]
    body += [_way(row, tests.get(row["group"])) for row in ratios.iter_rows(named=True)]
    header = ("", "Patients", "Hazard ratio, exposed, or median (95 % CI)", "p")
    notes = [f"{row['group']}: {row['note']}" for row in ratios.iter_rows(named=True) if row["note"]]
    methods = "; ".join(ratios["method"].unique(maintain_order=True))
    return Table(title, header, tuple(body), note=" ".join([f"Methods: {methods}.", *notes]))


def _naive_median(row: dict) -> tuple[Text, ...]:
    low, middle, high = (days_in_months(row[part]) for part in ("lower", "value", "upper"))
    shown = Cell(f"{middle} ({low} to {high})", row["row"])
    return f"Median, {row['group']}, months (biased)", Cell(count(row["n"]), row["row"]), shown, ""


def _way(row: dict, test: dict | None) -> tuple[Text, ...]:
    name = row["group"][0].upper() + row["group"][1:]
    if row["value"] is None:
        return name, count(row["n"]), "not estimable", ""
    limits = f"{decimal(row['lower'], 2)} to {decimal(row['upper'], 2)}"
    p = "" if test is None else Cell(p_number(test["value"]), test["row"])
    return (
        name,
        Cell(count(row["n"]), row["row"]),
        Cell(f"{decimal(row['value'], 2)} ({limits})", row["row"]),
        p,
    )


def rates(rows: pl.DataFrame, title: str) -> Table:
    """Shares by ever exposed, their naive contrasts, and the shares that the design alone makes."""
    told = rows.filter(~pl.col("statistic").is_in(["not evaluable"]))
    body = tuple(
        (f"{row['group']}: {row['statistic']}", count(row["n"]), Cell(_value(row), row["row"]))
        for row in told.iter_rows(named=True)
    )
    notes = rows["note"].drop_nulls().unique(maintain_order=True).to_list()
    methods = "; ".join(told["method"].unique(maintain_order=True))
    return Table(
        title, ("", "Patients", "Value (95 % CI)"), body, note=". ".join([f"Methods: {methods}", *notes])
    )


def _value(row: dict) -> str:
    if row["statistic"] == "p-value":
        return p_number(row["value"])
    if row["unit"] == "patients":
        return count(row["value"])
    shown = percentage if row["unit"] == "probability" or row["statistic"] == "risk difference" else decimal
    sign = " %" if shown is percentage else ""
    if row["lower"] is None:
        return f"{shown(row['value'])}{sign}"
    return f"{shown(row['value'])}{sign} ({shown(row['lower'])} to {shown(row['upper'])})"
