"""Treatment sequences: classes by line, and the commonest sequences."""

import polars as pl

from headway.report.document import Cell, Table, Text
from headway.report.numbers import count, percentage

MOST_SEQUENCES = 12
ENDS = ("no further line", "dead")


def commonest(rows: pl.DataFrame) -> Table:
    """The commonest sequences with their patients."""
    counted = rows.filter(pl.col("statistic") == "patients")
    body = tuple(
        (row["group"], Cell(_share(row), row["row"]))
        for row in counted.head(MOST_SEQUENCES).iter_rows(named=True)
    )
    more = counted.height - len(body)
    rest = f" {count(more)} rarer sequences stand in results.csv." if more > 0 else ""
    note = f"n (%) of {count(counted['n'][0])} patients with a line.{rest}"
    return Table("Commonest treatment sequences", ("Sequence", "Patients"), body, note=note)


def by_line(rows: pl.DataFrame, lines: int) -> Table:
    """What was given in each line, the commonest class first; how sequences ended below."""
    counted = rows.filter(pl.col("statistic") == "patients")
    cells = {row["group"]: row for row in counted.iter_rows(named=True)}
    totals = counted.group_by(what=_what()).agg(patients=pl.col("value").sum())
    classes = totals.sort(-pl.col("patients"), "what")["what"].to_list()
    order = [*(what for what in classes if what not in ENDS), *(what for what in ENDS if what in classes)]
    body = tuple(
        (what, *(_cell(cells.get(f"line {line}: {what}")) for line in range(1, lines + 1))) for what in order
    )
    header = ("", *(f"Line {line}" for line in range(1, lines + 1)))
    note = f"n (%) of {count(counted['n'][0])} patients with a line; an end stands where the next line would."
    return Table("Treatment by line", header, body, note=note)


def _what() -> pl.Expr:
    return pl.col("group").str.splitn(": ", 2).struct.field("field_1")


def _cell(row: dict | None) -> Text:
    return "–" if row is None else Cell(_share(row), row["row"])


def _share(row: dict) -> str:
    return f"{count(row['value'])} ({percentage(row['value'] / row['n'])})"
