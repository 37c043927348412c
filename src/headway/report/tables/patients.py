"""Patient characteristics."""

from collections.abc import Sequence

import polars as pl

from headway.record.results import ALL_PATIENTS
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


def _characteristic(rows: pl.DataFrame, *, ends: bool = True) -> list[tuple[str, Text]]:
    """A line per value, or the median with quartiles and, unless columns are many, both ends."""
    one = {row["statistic"]: row for row in rows.iter_rows(named=True)}
    if "share" in one:
        shares = rows.filter(pl.col("statistic") == "share")["value"]
        counts = rows.filter(pl.col("statistic") == "patients")
        return [
            (row["group"], Cell(f"{count(row['value'])} ({decimal(share)} %)", row["row"]))
            for row, share in zip(counts.iter_rows(named=True), shares, strict=True)
        ]
    middle, both = one["median"], one.get("range")
    if both is None:
        return [("no value recorded", "–")]
    inside = f"{decimal(middle['lower'])} to {decimal(middle['upper'])}"
    inside += f"; {decimal(both['lower'])} to {decimal(both['upper'])}" if ends else ""
    known = ("known for", Cell(count(one["values"]["value"]), one["values"]["row"]))
    median = Cell(f"{decimal(middle['value'])} ({inside})", middle["row"])
    return [(f"median (quartiles{'; range' if ends else ''})", median), known]


def characteristics_by_group(
    results: pl.DataFrame, names: list[str], by: str, levels: Sequence[str], title: str, without: int
) -> Table:
    """The same, a column per group, and how far the groups lie apart."""
    rows: list[tuple[Text, ...]] = []
    headings = set()
    for name in names:
        own = results.filter(pl.col("analysis") == f"characteristic: {name} by {by}")
        headings.add(len(rows))
        rows.append((named(name), *("" for _ in range(len(levels) + 1))))
        rows += _beside(own, _order(results, name), by, levels)
    header = ("", *(_head(results, by, level) for level in levels), "Standardised difference")
    return Table(title, header, tuple(rows), _note(len(levels), without), frozenset(headings))


def _note(groups: int, without: int) -> str:
    several = ": the largest of all pairs" if groups > 2 else ""
    left = f" Patients without a group are left out: {count(without)}." if without else ""
    return (
        "Numbers are patients (share of the group) or median (quartiles). Standardised mean "
        f"difference{several}; below 0.1 in size the groups are alike.{left}"
    )


def _head(results: pl.DataFrame, by: str, level: str) -> str:
    own = results.filter(population=f"{ALL_PATIENTS}, {by} {level}", statistic="patients")
    return f"{level} (n = {count(max(own['n'], default=0))})"


def _order(results: pl.DataFrame, name: str) -> list[str]:
    """The values of a characteristic as the table of all patients has them."""
    whole = results.filter(analysis=f"characteristic: {name}")
    return [label for label, _ in _characteristic(whole, ends=False)]


def _beside(rows: pl.DataFrame, labels: list[str], by: str, levels: Sequence[str]) -> list[tuple[Text, ...]]:
    groups = [rows.filter(population=f"{ALL_PATIENTS}, {by} {level}") for level in levels]
    columns = [dict(_characteristic(own, ends=False)) for own in groups]
    apart: list[Text] = [_apart(rows), *("" for _ in labels)]
    return [
        (label, *(column.get(label, "–") for column in columns), apart[i]) for i, label in enumerate(labels)
    ]


def _apart(rows: pl.DataFrame) -> Text:
    """The largest standardised difference between two groups."""
    known = rows.filter(pl.col("value").is_not_null(), statistic="standardised mean difference")
    if known.is_empty():
        return "–"
    largest = known.sort(pl.col("value").abs(), descending=True, maintain_order=True).row(0, named=True)
    return Cell(decimal(abs(largest["value"]), 2), largest["row"])
