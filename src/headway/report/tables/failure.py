"""First failure by site."""

import polars as pl

from headway.report.document import Cell, Table, Text
from headway.report.numbers import count, decimal, percentage
from headway.units import DAYS_PER


def failure(rows: pl.DataFrame, title: str) -> Table:
    """First failure by site: patients, who add up to everybody, and cumulative incidence."""
    shares = {
        r["group"]: r["value"] for r in rows.filter(pl.col("statistic") == "share").iter_rows(named=True)
    }
    counts = rows.filter(pl.col("statistic") == "patients")
    found = rows.filter(pl.col("statistic") == "cumulative incidence")
    at = found["at"].unique().sort().to_list()
    cells = {(r["group"], r["at"]): r for r in found.iter_rows(named=True)}
    years = [f"at {round(days / DAYS_PER['years'])} y, % (95 % CI)" for days in at]
    body = [
        (
            r["group"],
            Cell(f"{count(r['value'])} ({decimal(shares[r['group']])} %)", r["row"]),
            *(_incidence(cells.get((r["group"], d))) for d in at),
        )
        for r in counts.iter_rows(named=True)
    ]
    total = ("all", count(sum(counts["value"])), *("" for _ in at))
    note = "The first event of each patient. Cumulative incidence: Aalen-Johansen, the other events compete."
    return Table(title, ("First event", "Patients", *years), (*body, total), note=note)


def _incidence(row: dict | None) -> Text:
    if row is None or row["value"] is None:
        return "–"
    limits = f"{percentage(row['lower'])} to {percentage(row['upper'])}"
    return Cell(f"{percentage(row['value'])} ({limits})", row["row"])
