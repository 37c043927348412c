"""Local control of irradiated lesions."""

import polars as pl

from headway.report.document import Cell, Table, Text
from headway.report.numbers import count, percentage
from headway.units import DAYS_PER


def local_control(rows: pl.DataFrame, title: str) -> Table:
    """Counts of lesions, then local control at each time, and what Kaplan-Meier would say of failure."""
    counts = rows.filter(pl.col("unit") == "lesions")
    body: list[tuple[Text, ...]] = [
        (row["statistic"].capitalize(), count(row["n"]), Cell(count(row["value"]), row["row"]))
        for row in counts.iter_rows(named=True)
    ]
    rates = rows.filter(pl.col("statistic").is_in(["local control", "failure by Kaplan-Meier"]))
    body += [(_label(row), count(row["n"]), _rate(row)) for row in rates.iter_rows(named=True)]
    notes = rates["note"].drop_nulls().unique(maintain_order=True).to_list()
    methods = "; ".join(rates["method"].unique(maintain_order=True))
    note = ". ".join([f"Methods: {methods}", *(f"Failure by Kaplan-Meier: {said}" for said in notes)])
    return Table(title, ("", "Patients", "Lesions, or % (95 % CI)"), tuple(body), note=note)


def _label(row: dict) -> str:
    years = f"{row['at'] / DAYS_PER['years']:g}"
    said = f"{row['statistic']} at {years} year{'' if years == '1' else 's'}"
    return said[0].upper() + said[1:] if row["group"] == "all" else f"{row['group']}: {said}"


def _rate(row: dict) -> Text:
    if row["value"] is None:
        return row["note"] or "–"
    limits = f"{percentage(row['lower'])} to {percentage(row['upper'])}"
    return Cell(f"{percentage(row['value'])} ({limits})", row["row"])
