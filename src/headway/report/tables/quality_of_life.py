"""Quality of life."""

import polars as pl

from headway.report.document import Cell, Table, Text
from headway.report.numbers import count, decimal, percentage


def outcomes(rows: pl.DataFrame, title: str) -> Table:
    """Patients by outcome at one year, then the rate of those of whom it is known."""
    shares = dict(rows.filter(statistic="share").select("group", "value").iter_rows())
    body: list[tuple[Text, ...]] = [
        (r["group"].capitalize(), Cell(f"{count(r['value'])} ({decimal(shares[r['group']])} %)", r["row"]))
        for r in rows.filter(statistic="patients").iter_rows(named=True)
    ]
    body += [_rate(row) for row in rows.filter(statistic="rate").iter_rows(named=True)]
    n = max(rows.filter(statistic="patients")["n"], default=0)
    return Table(title, ("At one year", f"Patients (n = {count(n)})"), tuple(body))


def _rate(row: dict) -> tuple[Text, ...]:
    limits = f"{percentage(row['lower'])} to {percentage(row['upper'])}"
    said = f"{count(row['at'])} of {count(row['n'])} ({percentage(row['value'])} %; exact 95 % CI {limits})"
    return "Rate among those not missing", Cell(said, row["row"])


def scores(rows: pl.DataFrame, title: str) -> Table:
    """Median and quartiles at each visit."""
    medians = rows.filter(statistic="median")
    body = tuple(
        (row["group"].capitalize(), count(row["n"]), _score(row)) for row in medians.iter_rows(named=True)
    )
    return Table(title, ("Visit", "Patients", "Score, median (quartiles)"), body)


def _score(row: dict) -> Text:
    if row["value"] is None:
        return "–"
    return Cell(f"{decimal(row['value'])} ({decimal(row['lower'])} to {decimal(row['upper'])})", row["row"])
