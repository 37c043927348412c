"""Days on groups of drugs."""

import polars as pl

from headway.report.document import Cell, Table, Text
from headway.report.numbers import count, decimal, p_number


def exposure(rows: pl.DataFrame, title: str) -> Table:
    """A row per group of drugs: patients, days; then the difference within patients who had both."""
    groups = rows.filter(pl.col("statistic") == "median")
    ranges = {row["group"]: row for row in rows.filter(statistic="range").iter_rows(named=True)}
    body = [_days(row, ranges.get(row["group"])) for row in groups.iter_rows(named=True)]
    tests = {row["group"]: row for row in rows.filter(statistic="p-value").iter_rows(named=True)}
    gaps = rows.filter(statistic="median difference")
    body += [_gap(row, tests[row["group"]]) for row in gaps.iter_rows(named=True)]
    methods = "; ".join(rows["method"].unique(maintain_order=True))
    note = (
        "Days of the lines with such a drug, from the first dose to the end of the last cycle, over the "
        f"whole recurrent or metastatic setting (R4.17), of those who had it. Methods: {methods}."
    )
    return Table(title, ("", "Patients", "Days, median (quartiles; range)"), tuple(body), note=note)


def _days(row: dict, ends: dict | None) -> tuple[Text, ...]:
    if ends is None:
        return row["group"], count(row["n"]), "–"
    quartiles = f"{decimal(row['lower'])} to {decimal(row['upper'])}"
    whole = f"{decimal(ends['lower'], 0)} to {decimal(ends['upper'], 0)}"
    said = f"{decimal(row['value'])} ({quartiles}; {whole})"
    return row["group"], Cell(count(row["n"]), row["row"]), Cell(said, row["row"])


def _gap(row: dict, test: dict) -> tuple[Text, ...]:
    said = f"median difference {decimal(row['value'])}, p {p_number(test['value'])}"
    return f"{row['group']}, within patients", count(row["n"]), Cell(said, test["row"])
