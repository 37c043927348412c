"""The patient flow as a table."""

import polars as pl

from headway.report.document import Cell, Table, Text
from headway.report.numbers import count

HEADER = ("Step", "Patients", "Left at this step", "Why")


def flow(steps: pl.DataFrame) -> Table:
    """A line for each step with who left there, and one to head each branch.

    Takes: `FlowRows` with `row`, the number of the row in the results; one reason to leave at most a step.
    """
    rows: list[tuple[Text, ...]] = []
    headings = set()
    for (group,), own in steps.group_by("group", maintain_order=True):
        if group is not None:
            headings.add(len(rows))
            rows.append((str(group),))
        rows += [_row(step) for (_,), step in own.sort("step").group_by("step", maintain_order=True)]
    return Table("Patient flow", HEADER, tuple(rows), heading_rows=frozenset(headings))


def _row(step: pl.DataFrame) -> tuple[Text, ...]:
    here, left = step.filter(kind="here").row(0, named=True), step.filter(kind="left")
    gone = left.row(0, named=True) if left.height else None
    away = ("", "") if gone is None else (Cell(count(gone["patients"]), gone["row"]), gone["label"])
    return (here["label"], Cell(count(here["patients"]), here["row"]), *away)
