"""Toxicity: worst grade of each patient, severities without a grade, laboratory results."""

import polars as pl

from headway.report.document import Cell, Table
from headway.report.numbers import count, decimal, percentage

MOST_TERMS = 30


def toxicity(results: pl.DataFrame, since: dict[str, str]) -> list[Table]:
    """Worst grade of each patient: any event, by organ class, by term; then severities without a grade."""
    made = [table for window, words in since.items() for table in _of_window(results, window, words)]
    return [table for table in [*made, _by_severity(results), _laboratory(results)] if table.rows]


def _of_window(results: pl.DataFrame, window: str, words: str) -> list[Table]:
    levels = {"any": "Any adverse event", "soc": "By system organ class", "term": "By term"}
    graded = [
        _by_grade(
            results.filter(pl.col("analysis") == f"toxicity{window} by {level}"), f"{title} {words}".strip()
        )
        for level, title in levels.items()
    ]
    shares = results.filter(pl.col("analysis") == f"toxicity{window}")
    return [_shares(shares, f"Patients with adverse events {words}".strip()), *graded]


def _shares(rows: pl.DataFrame, title: str) -> Table:
    body = tuple(
        (row["group"].capitalize(), Cell(_share(row), row["row"])) for row in rows.iter_rows(named=True)
    )
    n = max(rows["n"], default=0)
    return Table(title, ("", f"Patients with a dose (n = {count(n)})"), body, note="n (%; exact 95 % CI).")


def _share(row: dict) -> str:
    if row["value"] is None:
        return "–"
    limits = f"{percentage(row['lower'])} to {percentage(row['upper'])}"
    return f"{count(row['at'])} ({percentage(row['value'])}; {limits})"


def _laboratory(results: pl.DataFrame) -> Table:
    rows = results.filter(pl.col("analysis") == "laboratory toxicity")
    cells = {
        (r["group"], r["statistic"]): Cell(count(r["value"]), r["row"]) for r in rows.iter_rows(named=True)
    }
    n = dict(rows.select("group", "n").iter_rows())
    grades = rows["statistic"].unique(maintain_order=True).to_list()
    body = tuple((term, count(n[term]), *(cells[term, grade] for grade in grades)) for term in n)
    note = "Worst grade of each patient after the first dose, CTCAE v5.0 by numbers alone."
    return Table("Laboratory results", ("Term", "Patients with a result", *grades), body, note=note)


def _by_grade(rows: pl.DataFrame, title: str) -> Table:
    names = rows["group"].unique(maintain_order=True).to_list()
    n = max(rows["n"], default=0)
    grades = rows["statistic"].unique(maintain_order=True).to_list()
    cells = {(r["group"], r["statistic"]): _of(r, n) for r in rows.iter_rows(named=True)}
    body = tuple((name, *(cells[name, grade] for grade in grades)) for name in names[:MOST_TERMS])
    more = max(len(names) - MOST_TERMS, 0)
    note = f"Patients (% of {count(n)} with a dose) by worst grade; 1-2 and 3-5 exclude each other."
    return Table(
        title, ("", *grades), body, note=note + (f" {more} more rows stand in results.csv." if more else "")
    )


def _of(row: dict, n: int) -> Cell:
    return Cell(f"{count(row['value'])} ({decimal(100 * row['value'] / n)})", row["row"])


def _by_severity(results: pl.DataFrame) -> Table:
    terms = results.filter(pl.col("analysis") == "events by term")
    severities = ["mild", "moderate", "severe", "life-threatening", "fatal"]
    rows = results.filter(
        pl.col("analysis").str.starts_with("severity of "), pl.col("statistic") == "patients"
    )
    cells = {
        (r["analysis"], r["group"]): Cell(count(r["value"]), r["row"]) for r in rows.iter_rows(named=True)
    }
    body = tuple(
        (
            r["group"],
            Cell(count(r["n"]), r["row"]),
            *(cells.get((f"severity of {r['group']}", s), "0") for s in severities),
        )
        for r in terms.head(MOST_TERMS).iter_rows(named=True)
    )
    more = max(terms.height - MOST_TERMS, 0)
    note = "Patients by worst severity, of events without a CTCAE grade; a severity is not a grade."
    note += f" {more} more terms stand in results.csv." if more else ""
    return Table(
        "By term and severity", ("Term", "Patients", *(s.capitalize() for s in severities)), body, note=note
    )
