"""Treatment: drugs by class, lines and regimens, radiotherapy by site and intent."""

import polars as pl

from headway.report.document import Cell, Table, Text
from headway.report.numbers import count, decimal


def exposures(results: pl.DataFrame) -> Table:
    """Drugs by class: rows of the record and patients."""
    rows = results.filter(pl.col("analysis") == "drugs by class")
    return Table(
        "Systemic treatment", ("Drug class", "Rows", "Patients"),
        tuple(_rows_and_patients(row) for row in rows.iter_rows(named=True)),
        note="A row is an administration or an interval on one drug; a patient may have several classes.",
    )  # fmt: skip


def _rows_and_patients(row: dict) -> tuple[Text, ...]:
    return row["group"], Cell(count(row["value"]), row["row"]), Cell(count(row["n"]), row["row"])


MOST_REGIMENS = 10


def lines(results: pl.DataFrame) -> list[Table]:
    """Patients by number of lines, and the commonest regimens."""
    counted = [
        ("lines of therapy", "Lines of systemic therapy"),
        ("palliative lines of therapy", "Of these palliative"),
    ]
    by_number = [_shares(results, analysis, title) for analysis, title in counted]
    regimens = results.filter(pl.col("analysis") == "lines by regimen")
    body = tuple(_rows_and_patients(row) for row in regimens.head(MOST_REGIMENS).iter_rows(named=True))
    more = max(regimens.height - MOST_REGIMENS, 0)
    note = f"{more} further regimens stand in results.csv." if more else ""
    return [*by_number, Table("Regimens", ("Regimen", "Lines", "Patients"), body, note=note)]


def _shares(results: pl.DataFrame, analysis: str, title: str) -> Table:
    rows = results.filter(pl.col("analysis") == analysis)
    shares = dict(rows.filter(pl.col("statistic") == "share").select("group", "value").iter_rows())
    counts = rows.filter(pl.col("statistic") == "patients").sort("group")
    body = tuple(
        (r["group"], Cell(f"{count(r['value'])} ({decimal(shares[r['group']])} %)", r["row"]))
        for r in counts.iter_rows(named=True)
    )
    return Table(title, ("Number", "Patients (share of all)"), body)


def radiotherapy(results: pl.DataFrame, by: str) -> Table:
    """Radiotherapy by site or by intent: courses, patients, dose, dose per fraction, BED10."""
    courses = results.filter(pl.col("analysis") == f"radiotherapy by {by}")
    quantities = ("dose_gy", "dose_per_fraction_gy", "bed10_gy")
    rows = [
        (
            *_rows_and_patients(r),
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


def _median_range(results: pl.DataFrame, by: str, quantity: str, group: str) -> Text:
    rows = results.filter(pl.col("analysis") == f"radiotherapy by {by}: {quantity}", pl.col("group") == group)
    one = {row["statistic"]: row for row in rows.iter_rows(named=True)}
    if "range" not in one:
        return "–"
    low, high = one["range"]["lower"], one["range"]["upper"]
    return Cell(
        f"{decimal(one['median']['value'])} ({decimal(low)} to {decimal(high)})", one["median"]["row"]
    )


def sabr(results: pl.DataFrame) -> Table:
    """Schedules of SABR by site: courses, patients, BED10, and the regimen of the site that is nearest."""
    rows = results.filter(pl.col("analysis") == "SABR by site and schedule")
    bed = {row["group"]: row for row in rows.filter(statistic="BED10").iter_rows(named=True)}
    body = tuple(
        (*_rows_and_patients(row), Cell(decimal(bed[name]["value"]), bed[name]["row"]), bed[name]["note"])
        for row in rows.filter(statistic="courses").iter_rows(named=True)
        for name in [row["group"]]
    )
    header = ("Site and schedule", "Courses", "Patients", "BED10, Gy", "Among the regimens for the site")
    note = (
        "Regimens: by site, as a review of the SFRO (2023) names them. BED10 has alpha/beta 10 Gy and no "
        "time factor; over 10 Gy a fraction it only ranks."
    )
    return Table("SABR by site and schedule", header, body, note=note)
