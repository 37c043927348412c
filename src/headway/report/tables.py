"""Tables: one model, filled from results, rendered elsewhere."""

from dataclasses import dataclass

import polars as pl

from headway.report.numbers import NOT_REACHED, count, days_in_months, decimal, percent, percentage
from headway.report.words import named
from headway.units import DAYS_PER


@dataclass(frozen=True)
class Table:
    """A table as readers see it: header, rows of text, a note on method and population.

    `heading_rows` are the rows that open a block (one cell, set bold).
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    heading_rows: frozenset[int] = frozenset()


def characteristics(results: pl.DataFrame, names: list[str]) -> Table:
    """Patient characteristics: counts with shares, medians with quartiles and range; missing is shown."""
    rows: list[tuple[str, ...]] = []
    headings = set()
    for name in names:
        headings.add(len(rows))
        rows.append((named(name), ""))
        rows += _characteristic(results.filter(pl.col("analysis") == f"characteristic: {name}"))
    n = results.filter(pl.col("analysis") == "patients")["n"].max() or 0
    return Table(
        "Patients", ("", f"All patients (n = {count(float(n))})"), tuple(rows),  # type: ignore[arg-type]
        note="Numbers are patients (share of all patients) or median (quartiles; range).",
        heading_rows=frozenset(headings),
    )  # fmt: skip


def _characteristic(rows: pl.DataFrame) -> list[tuple[str, ...]]:
    one = {row["statistic"]: row for row in rows.iter_rows(named=True)}
    if "share" in one:
        shares = rows.filter(pl.col("statistic") == "share")["value"]
        counts = rows.filter(pl.col("statistic") == "patients")
        return [
            (g, f"{count(v)} ({decimal(s)} %)")
            for g, v, s in zip(counts["group"], counts["value"], shares, strict=True)
        ]
    middle, ends = one["median"], one.get("range")
    if ends is None:
        return [("no value recorded", "–")]
    quartiles = f"{decimal(middle['lower'])} to {decimal(middle['upper'])}"
    whole = f"{decimal(ends['lower'])} to {decimal(ends['upper'])}"
    known = ("known for", count(one["values"]["value"]))
    return [("median (quartiles; range)", f"{decimal(middle['value'])} ({quartiles}; {whole})"), known]


def exposures(results: pl.DataFrame) -> Table:
    """Drugs by class: rows of the record and patients."""
    rows = results.filter(pl.col("analysis") == "drugs by class")
    return Table(
        "Systemic treatment", ("Drug class", "Rows", "Patients"),
        tuple((r["group"], count(r["value"]), count(r["n"])) for r in rows.iter_rows(named=True)),
        note="A row is an administration or an interval on one drug; a patient may have several classes.",
    )  # fmt: skip


def radiotherapy(results: pl.DataFrame) -> Table:
    """Radiotherapy by site: courses, patients, dose and dose per fraction."""
    courses = results.filter(pl.col("analysis") == "radiotherapy by site")
    rows = [
        (
            r["group"], count(r["value"]), count(r["n"]),
            _median_range(results, "dose_gy", r["group"]),
            _median_range(results, "dose_per_fraction_gy", r["group"]),
        )
        for r in courses.iter_rows(named=True)
    ]  # fmt: skip
    return Table(
        "Radiotherapy",
        ("Site", "Courses", "Patients", "Dose, Gy: median (range)", "Dose per fraction, Gy: median (range)"),
        tuple(rows),
        note="Dose where it is known; dose per fraction where dose and number of fractions are known.",
    )


def _median_range(results: pl.DataFrame, quantity: str, group: str) -> str:
    rows = results.filter((pl.col("analysis") == f"radiotherapy: {quantity}") & (pl.col("group") == group))
    one = {row["statistic"]: row for row in rows.iter_rows(named=True)}
    if "range" not in one:
        return "–"
    low, high = one["range"]["lower"], one["range"]["upper"]
    return f"{decimal(one['median']['value'])} ({decimal(low)} to {decimal(high)})"


def response(results: pl.DataFrame) -> Table:
    """Best overall response and rates: a column per population, unconfirmed and confirmed."""
    rows = results.filter(pl.col("analysis").is_in(["best response", "confirmed best response"]))
    columns = rows.select("analysis", "population", "n").unique(maintain_order=True).rows()
    header = tuple(
        f"{_CONFIRMED[analysis]}, {population} (n = {count(n)})" for analysis, population, n in columns
    )
    body = [
        (group, *(_rate(rows, analysis, population, group) for analysis, population, _ in columns))
        for group in rows["group"].unique(maintain_order=True)
    ]
    methods = "; ".join(rows["method"].unique().sort())
    return Table(
        "Best overall response", ("", *header), tuple(body), note=f"n (%; 95 % CI). Method: {methods}."
    )


_CONFIRMED = {"best response": "Unconfirmed", "confirmed best response": "Confirmed"}


def _rate(rows: pl.DataFrame, analysis: str, population: str, group: str) -> str:
    row = rows.filter(analysis=analysis, population=population, group=group).row(0, named=True)
    if row["value"] is None:
        return "–"
    limits = f"{percentage(row['lower'])} to {percentage(row['upper'])}"
    return f"{count(row['at'])} ({percentage(row['value'])}; {limits})"


def survival(results: pl.DataFrame, title: str) -> Table:
    """One time-to-event analysis, a column per group."""
    groups = results["group"].unique(maintain_order=True).to_list()
    columns = [_survival_column(results.filter(pl.col("group") == group)) for group in groups]
    labels = sorted({label for column in columns for label in column}, key=_survival_order)
    rows = tuple((label, *(column.get(label, "–") for column in columns)) for label in labels)
    methods = (
        results.filter(pl.col("statistic").is_in(["median", "median follow-up"]))["method"]
        .unique()
        .sort()
        .to_list()
    )
    return Table(title, ("", *groups), rows, note=f"Method: {'; '.join(methods)}. Months of 30.4375 days.")


def _survival_column(rows: pl.DataFrame) -> dict[str, str]:
    return {
        _survival_label(row): _survival_cell(row)
        for row in rows.iter_rows(named=True)
        if row["statistic"] != "at risk"
    }


_SURVIVAL_LABELS = {
    "with a time": "Patients with a time",
    "without a time": "Patients without a time (see findings)",
    "events": "Events",
    "median": "Median, months (95 % CI)",
    "survival": "Survival at {} (95 % CI)",
    "median follow-up": "Median follow-up, months (95 % CI)",
}


def _survival_order(label: str) -> tuple[int, str]:
    starts = [words.split("{")[0] for words in _SURVIVAL_LABELS.values()]
    return next(i for i, start in enumerate(starts) if label.startswith(start)), label


def _survival_label(row: dict) -> str:
    years = round((row["at"] or 0) / DAYS_PER["years"])
    return _SURVIVAL_LABELS[row["statistic"]].format("1 year" if years == 1 else f"{years} years")


def _survival_cell(row: dict) -> str:
    if row["unit"] == "patients":
        return count(row["value"])
    if row["value"] is None and row["lower"] is None:
        return NOT_REACHED
    if row["unit"] == "probability":
        return f"{percent(row['value'])} ({percentage(row['lower'])} to {percentage(row['upper'])})"
    return (
        f"{days_in_months(row['value'])} ({days_in_months(row['lower'])} to {days_in_months(row['upper'])})"
    )


def row_account(rows: pl.DataFrame) -> Table:
    """Rows read, used and set aside, per source file."""
    body = [
        (
            " / ".join(filter(None, [r["source_file"], r["source_sheet"]])),
            *(count(r[c]) for c in rows.columns[2:]),
        )
        for r in rows.iter_rows(named=True)
    ]
    total = ("All", *(count(float(rows[c].sum())) for c in rows.columns[2:]))
    return Table("Rows of the record", ("Source", "Read", "Used", "Set aside"), (*body, total))


def finding_summary(summary: pl.DataFrame) -> Table:
    """Findings counted by severity, table and rule."""
    rows = tuple(
        (
            r["severity"],
            r["table"],
            r["rule"].replace("-", " "),
            count(r["findings"]),
            count(r["rows_set_aside"]),
        )
        for r in summary.iter_rows(named=True)
    )
    return Table("Findings", ("Severity", "Table", "Rule", "Findings", "Rows set aside"), rows)
