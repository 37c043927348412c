"""Patient characteristics."""

import polars as pl

from headway.report.document import Cell, Table, Text
from headway.report.numbers import count, decimal
from headway.report.words import named


def characteristics(results: pl.DataFrame, names: list[str]) -> Table:
    """Patient characteristics: counts with shares, medians with quartiles and range; missing is shown."""
    rows: list[tuple[Text, ...]] = []
    headings = set()
    for name in names:
        headings.add(len(rows))
        rows.append((named(name), ""))
        rows += _characteristic(results.filter(pl.col("analysis") == f"characteristic: {name}"))
    n = max(results.filter(pl.col("analysis") == "patients")["n"], default=0)
    return Table(
        "Patients",
        ("", f"All patients (n = {count(n)})"),
        tuple(rows),
        note="Numbers are patients (share of all patients) or median (quartiles; range).",
        heading_rows=frozenset(headings),
    )


def _characteristic(rows: pl.DataFrame) -> list[tuple[Text, ...]]:
    one = {row["statistic"]: row for row in rows.iter_rows(named=True)}
    if "share" in one:
        shares = rows.filter(pl.col("statistic") == "share")["value"]
        counts = rows.filter(pl.col("statistic") == "patients")
        return [
            (row["group"], Cell(f"{count(row['value'])} ({decimal(share)} %)", row["row"]))
            for row, share in zip(counts.iter_rows(named=True), shares, strict=True)
        ]
    middle, ends = one["median"], one.get("range")
    if ends is None:
        return [("no value recorded", "–")]
    quartiles = f"{decimal(middle['lower'])} to {decimal(middle['upper'])}"
    whole = f"{decimal(ends['lower'])} to {decimal(ends['upper'])}"
    known = ("known for", Cell(count(one["values"]["value"]), one["values"]["row"]))
    median = Cell(f"{decimal(middle['value'])} ({quartiles}; {whole})", middle["row"])
    return [("median (quartiles; range)", median), known]
