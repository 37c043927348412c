"""What a swimmer plot marks, as numbers of patients."""

import polars as pl

from headway.report.document import Cell, Table
from headway.report.numbers import count

_SAID = {
    "with a time": "Patients with a time",
    "without a time": "Patients without a time",
    "CR": "Complete response",
    "PR": "Partial response",
    "PD": "Progression",
    "radiotherapy": "Radiotherapy",
    "death": "Death",
    "ongoing": "Alive at the end of follow-up",
}


def marks(rows: pl.DataFrame, title: str) -> Table:
    """Patients with each mark."""
    body = tuple(
        (_SAID[row["group"]], Cell(count(row["value"]), row["row"])) for row in rows.iter_rows(named=True)
    )
    note = (
        "Patients with at least one such mark in the time that is drawn; one who improved has both responses."
    )
    return Table(title, ("", "Patients"), body, note=note)
