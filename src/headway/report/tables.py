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
    n = max(results.filter(pl.col("analysis") == "patients")["n"], default=0)
    return Table(
        "Patients",
        ("", f"All patients (n = {count(n)})"),
        tuple(rows),
        note="Numbers are patients (share of all patients) or median (quartiles; range).",
        heading_rows=frozenset(headings),
    )


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


MOST_REGIMENS = 10


def lines(results: pl.DataFrame) -> list[Table]:
    """Patients by number of lines, and the commonest regimens."""
    counted = [
        ("lines of therapy", "Lines of systemic therapy"),
        ("palliative lines of therapy", "Of these palliative"),
    ]
    by_number = [_shares(results, analysis, title) for analysis, title in counted]
    regimens = results.filter(pl.col("analysis") == "lines by regimen")
    body = tuple(
        (r["group"], count(r["value"]), count(r["n"]))
        for r in regimens.head(MOST_REGIMENS).iter_rows(named=True)
    )
    more = max(regimens.height - MOST_REGIMENS, 0)
    note = f"{more} further regimens stand in results.csv." if more else ""
    return [*by_number, Table("Regimens", ("Regimen", "Lines", "Patients"), body, note=note)]


def _shares(results: pl.DataFrame, analysis: str, title: str) -> Table:
    rows = results.filter(pl.col("analysis") == analysis)
    shares = dict(rows.filter(pl.col("statistic") == "share").select("group", "value").iter_rows())
    counts = rows.filter(pl.col("statistic") == "patients").select("group", "value").sort("group")
    body = tuple(
        (group, f"{count(value)} ({decimal(shares[group])} %)") for group, value in counts.iter_rows()
    )
    return Table(title, ("Number", "Patients (share of all)"), body)


def radiotherapy(results: pl.DataFrame, by: str) -> Table:
    """Radiotherapy by site or by intent: courses, patients, dose, dose per fraction, BED10."""
    courses = results.filter(pl.col("analysis") == f"radiotherapy by {by}")
    quantities = ("dose_gy", "dose_per_fraction_gy", "bed10_gy")
    rows = [
        (
            r["group"],
            count(r["value"]),
            count(r["n"]),
            *(_median_range(results, by, q, r["group"]) for q in quantities),
        )
        for r in courses.iter_rows(named=True)
    ]
    header = (by.capitalize(), "Courses", "Patients", "Dose, Gy", "Dose per fraction, Gy", "BED10, Gy")
    note = (
        "Median (range) of the courses for which it is known; dose per fraction and BED10 (alpha/beta "
        "10 Gy, without time factor) where dose and number of fractions are known."
    )
    return Table(f"Radiotherapy by {by}", header, tuple(rows), note=note)


def _median_range(results: pl.DataFrame, by: str, quantity: str, group: str) -> str:
    rows = results.filter(pl.col("analysis") == f"radiotherapy by {by}: {quantity}", pl.col("group") == group)
    one = {row["statistic"]: row for row in rows.iter_rows(named=True)}
    if "range" not in one:
        return "–"
    low, high = one["range"]["lower"], one["range"]["upper"]
    return f"{decimal(one['median']['value'])} ({decimal(low)} to {decimal(high)})"


MOST_TERMS = 30


def toxicity(results: pl.DataFrame) -> list[Table]:
    """Worst grade of each patient: any event, by organ class, by term; then severities without a grade."""
    levels = [("any", "Any adverse event"), ("soc", "By system organ class"), ("term", "By term")]
    made = [
        _by_grade(results.filter(pl.col("analysis") == f"toxicity by {level}"), title)
        for level, title in levels
    ]
    return [table for table in [*made, _by_severity(results), _laboratory(results)] if table.rows]


def _laboratory(results: pl.DataFrame) -> Table:
    rows = results.filter(pl.col("analysis") == "laboratory toxicity")
    cells = {(r["group"], r["statistic"]): count(r["value"]) for r in rows.iter_rows(named=True)}
    n = dict(rows.select("group", "n").iter_rows())
    grades = rows["statistic"].unique(maintain_order=True).to_list()
    body = tuple((term, count(n[term]), *(cells[term, grade] for grade in grades)) for term in n)
    note = "Worst grade of each patient after the first dose, CTCAE v5.0 by numbers alone."
    return Table("Laboratory results", ("Term", "Patients with a result", *grades), body, note=note)


def _by_grade(rows: pl.DataFrame, title: str) -> Table:
    names = rows["group"].unique(maintain_order=True).to_list()
    n = max(rows["n"], default=0)
    grades = rows["statistic"].unique(maintain_order=True).to_list()
    cells = {(r["group"], r["statistic"]): _of(r["value"], n) for r in rows.iter_rows(named=True)}
    body = tuple((name, *(cells[name, grade] for grade in grades)) for name in names[:MOST_TERMS])
    more = max(len(names) - MOST_TERMS, 0)
    note = f"Patients (% of {count(n)} with a dose) by worst grade; 1-2 and 3-5 exclude each other."
    return Table(
        title, ("", *grades), body, note=note + (f" {more} more rows stand in results.csv." if more else "")
    )


def _of(value: float, n: int) -> str:
    return f"{count(value)} ({decimal(100 * value / n)})"


def _by_severity(results: pl.DataFrame) -> Table:
    terms = results.filter(pl.col("analysis") == "events by term")
    severities = ["mild", "moderate", "severe", "life-threatening", "fatal"]
    rows = results.filter(
        pl.col("analysis").str.starts_with("severity of "), pl.col("statistic") == "patients"
    )
    cells = {(r["analysis"], r["group"]): count(r["value"]) for r in rows.iter_rows(named=True)}
    body = tuple(
        (r["group"], count(r["n"]), *(cells.get((f"severity of {r['group']}", s), "0") for s in severities))
        for r in terms.head(MOST_TERMS).iter_rows(named=True)
    )
    more = max(terms.height - MOST_TERMS, 0)
    note = "Patients by worst severity, of events without a CTCAE grade; a severity is not a grade."
    note += f" {more} more terms stand in results.csv." if more else ""
    return Table(
        "By term and severity", ("Term", "Patients", *(s.capitalize() for s in severities)), body, note=note
    )


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
            f"{count(r['value'])} ({decimal(shares[r['group']])} %)",
            *(_incidence(cells.get((r["group"], d))) for d in at),
        )
        for r in counts.iter_rows(named=True)
    ]
    total = ("all", count(sum(counts["value"])), *("" for _ in at))
    note = "The first event of each patient. Cumulative incidence: Aalen-Johansen, the other events compete."
    return Table(title, ("First event", "Patients", *years), (*body, total), note=note)


def _incidence(row: dict | None) -> str:
    if row is None or row["value"] is None:
        return "–"
    return f"{percentage(row['value'])} ({percentage(row['lower'])} to {percentage(row['upper'])})"


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
