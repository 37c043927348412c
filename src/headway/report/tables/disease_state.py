"""States of oligometastatic disease."""

import polars as pl

from headway.report.document import Cell, Table
from headway.report.numbers import count, decimal


def states(rows: pl.DataFrame, title: str) -> Table:
    """Patients by state, with their share."""
    shares = dict(rows.filter(statistic="share").select("group", "value").iter_rows())
    counts = rows.filter(statistic="patients")
    body = tuple(
        (r["group"], Cell(f"{count(r['value'])} ({decimal(shares[r['group']])} %)", r["row"]))
        for r in counts.iter_rows(named=True)
    )
    n = max(rows["n"], default=0)
    return Table(title, ("State", f"Patients (n = {count(n)})"), body)


def imaging(rows: pl.DataFrame, title: str) -> Table:
    """Imaging by state, and how many patients were ever in it."""
    body = tuple(
        (r["group"], Cell(count(r["value"]), r["row"]), Cell(count(r["n"]), r["row"]))
        for r in rows.iter_rows(named=True)
    )
    return Table(title, ("State", "Imaging", "Patients"), body)
