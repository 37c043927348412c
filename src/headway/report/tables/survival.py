"""One time-to-event analysis."""

import polars as pl

from headway.report.document import Cell, Table, Text
from headway.report.numbers import NOT_REACHED, count, days_in_months, percent, percentage
from headway.units import DAYS_PER


def survival(results: pl.DataFrame, title: str) -> Table:
    """One time-to-event analysis, a column per group."""
    groups = results["group"].unique(maintain_order=True).to_list()
    columns = [_survival_column(results.filter(pl.col("group") == group)) for group in groups]
    labels = sorted({label for column in columns for label in column}, key=_survival_order)
    rows = tuple((label, *(column.get(label, "–") for column in columns)) for label in labels)
    methods = (
        results.filter(pl.col("statistic").is_in(["median", "median follow-up"]))["method"]
        .unique()
        .sort()
        .to_list()
    )
    return Table(title, ("", *groups), rows, note=f"Method: {'; '.join(methods)}. Months of 30.4375 days.")


def _survival_column(rows: pl.DataFrame) -> dict[str, Text]:
    return {
        _survival_label(row): Cell(_survival_cell(row), row["row"])
        for row in rows.iter_rows(named=True)
        if row["statistic"] != "at risk"
    }


_SURVIVAL_LABELS = {
    "with a time": "Patients with a time",
    "without a time": "Patients without a time",
    "events": "Events",
    "median": "Median, months (95 % CI)",
    "survival": "Survival at {} (95 % CI)",
    "median follow-up": "Median follow-up, months (95 % CI)",
}


def _survival_order(label: str) -> tuple[int, str]:
    starts = [words.split("{")[0] for words in _SURVIVAL_LABELS.values()]
    return next(i for i, start in enumerate(starts) if label.startswith(start)), label


def _survival_label(row: dict) -> str:
    years = round((row["at"] or 0) / DAYS_PER["years"])
    return _SURVIVAL_LABELS[row["statistic"]].format("1 year" if years == 1 else f"{years} years")


def _survival_cell(row: dict) -> str:
    if row["unit"] == "patients":
        return count(row["value"])
    if row["value"] is None and row["lower"] is None:
        return NOT_REACHED
    if row["unit"] == "probability":
        return f"{percent(row['value'])} ({percentage(row['lower'])} to {percentage(row['upper'])})"
    return (
        f"{days_in_months(row['value'])} ({days_in_months(row['lower'])} to {days_in_months(row['upper'])})"
    )
