"""Best overall response and its rates."""

import polars as pl

from headway.report.document import Cell, Table, Text
from headway.report.numbers import count, percentage


def response(rows: pl.DataFrame, names: list[str]) -> Table:
    """Best overall response and rates: a column per population; `names` are unconfirmed and confirmed."""
    said = dict(zip(names, ("Unconfirmed", "Confirmed"), strict=True))
    columns = rows.select("analysis", "population", "n").unique(maintain_order=True).rows()
    header = tuple(f"{said[analysis]}, {population} (n = {count(n)})" for analysis, population, n in columns)
    body = [
        (group, *(_rate(rows, analysis, population, group) for analysis, population, _ in columns))
        for group in rows["group"].unique(maintain_order=True)
    ]
    methods = "; ".join(rows["method"].unique().sort())
    return Table(
        "Best overall response", ("", *header), tuple(body), note=f"n (%; 95 % CI). Method: {methods}."
    )


def _rate(rows: pl.DataFrame, analysis: str, population: str, group: str) -> Text:
    row = rows.filter(analysis=analysis, population=population, group=group).row(0, named=True)
    if row["value"] is None:
        return "–"
    limits = f"{percentage(row['lower'])} to {percentage(row['upper'])}"
    return Cell(f"{count(row['at'])} ({percentage(row['value'])}; {limits})", row["row"])
