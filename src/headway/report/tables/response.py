"""Best overall response and its rates; depth and time of response; subsets of the lesions."""

import math
from collections.abc import Callable
from dataclasses import replace

import polars as pl

from headway.record.results import ALL_PATIENTS
from headway.report.document import Cell, Table, Text
from headway.report.numbers import count, days_in_months, decimal, p_number, percentage

_EQUALS = "\u00a0=\u00a0"  # kept on one line
MOST_COLUMNS = 4
KINDS = ("Unconfirmed", "Confirmed")
_RATES = ("objective response", "disease control")


def response(rows: pl.DataFrame, names: tuple[str, ...], among: str = ALL_PATIENTS) -> Table:
    """Best overall response and rates: a column per population, of those `among` whom was looked.

    Takes: names of the analyses, unconfirmed and confirmed.
    """
    said = dict(zip(names, KINDS, strict=True))
    shares = rows.filter(pl.col("statistic") == "rate")
    columns = shares.select("analysis", "population", "n").unique(maintain_order=True).rows()
    header = tuple(
        f"{said[analysis]}, {population.replace(ALL_PATIENTS, among)} (n{_EQUALS}{count(n)})"
        for analysis, population, n in columns
    )
    body = [
        (_said(group), *(_rate(shares, analysis, population, group) for analysis, population, _ in columns))
        for group in _occurring(shares)
    ]
    return Table("Best overall response", ("", *header), tuple(body), note=_note(shares))


def by_group(rows: pl.DataFrame, names: tuple[str, ...], by: str) -> list[Table]:
    """The same by group: a table per population, a column per group; confirmed rates stand below."""
    populations = rows["population"].str.split(": ").list.first().unique(maintain_order=True)
    whole = [_of_population(rows, names, by, population) for population in populations]
    return [part for table in whole for part in side_by_side(table)]


def side_by_side(table: Table, most: int = MOST_COLUMNS) -> list[Table]:
    """The table in parts that a page is wide enough for, as even as can be.

    >>> wide = Table("By arm", ("", "A", "B", "C", "D", "E"), (("CR", "1", "2", "3", "4", "5"),))
    >>> [(part.title, part.header[1:]) for part in side_by_side(wide)]
    [('By arm', ('A', 'B', 'C')), ('By arm, continued', ('D', 'E'))]
    """
    columns = len(table.header) - 1
    parts = math.ceil(columns / most)
    if parts <= 1:
        return [table]
    step = math.ceil(columns / parts)
    return [_part(table, first, first + step) for first in range(1, columns + 1, step)]


def _part(table: Table, first: int, end: int) -> Table:
    title = table.title if first == 1 else f"{table.title}, continued"
    header, *body = ((row[0], *row[first:end]) for row in (table.header, *table.rows))
    return replace(table, title=title, header=header, rows=tuple(body))


def _of_population(rows: pl.DataFrame, names: tuple[str, ...], by: str, population: str) -> Table:
    own = rows.filter(pl.col("population").str.starts_with(f"{population}: "))
    columns = own.select("population", "n").unique(maintain_order=True).rows()
    header = tuple(f"{name.removeprefix(f'{population}: ')} (n{_EQUALS}{count(n)})" for name, n in columns)
    unconfirmed, confirmed = names
    asked = [
        *((unconfirmed, group, _said(group)) for group in _occurring(own.filter(analysis=unconfirmed))),
        *((confirmed, group, f"{_said(group)}, confirmed") for group in _RATES),
    ]
    body = tuple(
        (label, *(_rate(own, analysis, name, group) for name, _ in columns))
        for analysis, group, label in asked
    )
    title = f"Best overall response by {by}, {population}"
    return Table(title, ("", *header), body, note=_note(own))


def _occurring(shares: pl.DataFrame) -> list[str]:
    """The responses that somebody has, and the rates."""
    had = shares.group_by("group", maintain_order=True).agg(most=pl.col("at").max().fill_null(0))
    never = {"NON-CR/NON-PD"}  # of patients without a target: a row only where there are some
    return [group for group, most in had.iter_rows() if most > 0 or group not in never]


def _said(group: str) -> str:
    return group[0].upper() + group[1:]


def _note(shares: pl.DataFrame) -> str:
    methods = "; ".join(shares["method"].unique().sort())
    return f"n (%; 95 % CI). Method: {methods}."


def _rate(rows: pl.DataFrame, analysis: str, population: str, group: str) -> Text:
    row = rows.filter(analysis=analysis, population=population, group=group).row(0, named=True)
    return _share(row)


def _share(row: dict) -> Text:
    if row["value"] is None:
        return "–"
    limits = f"{percentage(row['lower'])} to {percentage(row['upper'])}"
    return Cell(f"{count(row['at'])} ({percentage(row['value'])}; {limits})", row["row"])


def historical(rows: pl.DataFrame, names: tuple[str, ...]) -> Table:
    """Objective response against the historical rate: one-sided and two-sided."""
    said = dict(zip(names, KINDS, strict=True))
    tests = rows.filter(pl.col("statistic") == "p-value")
    body = []
    for (analysis, population), own in tests.group_by("analysis", "population", maintain_order=True):
        one, two = own.iter_rows(named=True)
        rate = rows.filter(
            analysis=analysis, population=population, group="objective response", statistic="rate"
        ).row(0, named=True)
        label = f"{said[str(analysis)]}, {population} (n{_EQUALS}{count(one['n'])})"
        body.append((label, _share(rate), *(Cell(p_number(row["value"]), row["row"]) for row in (one, two))))
    known = f"{percentage(tests['at'][0])} %" if tests.height else "the historical rate"
    return Table(
        f"Objective response against the historical rate of {known}",
        ("", "Objective response", "p, one-sided (above it)", "p, two-sided"),
        tuple(body),
        note="n (%; 95 % CI). Exact binomial tests.",
    )


def depth(rows: pl.DataFrame, changed: str, timed: str) -> Table:
    """Best change and time to response: median, quartiles, range."""
    asked = [
        (changed, "responders", "Best change, responders, %", decimal),
        (changed, "all with a change", "Best change, all with a change, %", decimal),
        (timed, "responders", "Time to response, responders, months", days_in_months),
    ]
    body = tuple(_quantity(rows, *one) for one in asked)
    note = (
        "Median (quartiles; range). Best change of the target sum from baseline. The median of responders "
        "alone has no value above −30 % and is not that of the cohort (R1.48). Months of 30.4375 days."
    )
    return Table("Depth and time of response", ("", "Patients", "Median (quartiles; range)"), body, note=note)


def _quantity(
    rows: pl.DataFrame, analysis: str, group: str, label: str, show: Callable[[float], str]
) -> tuple[Text, ...]:
    one = {row["statistic"]: row for row in rows.filter(analysis=analysis, group=group).iter_rows(named=True)}
    if "range" not in one:
        return label, "0", "–"
    median, whole = one["median"], one["range"]
    quartiles = f"{show(median['lower'])} to {show(median['upper'])}"
    ends = f"{show(whole['lower'])} to {show(whole['upper'])}"
    said = f"{show(median['value'])} ({quartiles}; {ends})".replace("-", "−")
    return label, Cell(count(median["n"]), median["row"]), Cell(said, median["row"])


def subsets(rows: pl.DataFrame) -> list[Table]:
    """Best response of each subset of the lesions: a column per subset."""
    shares = rows.filter(pl.col("statistic") == "rate")
    columns = shares.select("population", "n").unique(maintain_order=True).rows()
    analysis = rows["analysis"][0]
    header = tuple(f"{_said(population)} (n{_EQUALS}{count(n)})" for population, n in columns)
    body = [
        (_said(group), *(_rate(shares, analysis, population, group) for population, _ in columns))
        for group in _occurring(shares)
    ]
    without = rows.filter(pl.col("statistic") == "patients").iter_rows(named=True)
    body.append(("No target in the subset", *(Cell(count(row["value"]), row["row"]) for row in without)))
    note = (
        f"{_note(shares)} n: patients with an image since time zero and a target in the subset (R3.2, R3.3)."
    )
    title = "Best overall response by subset of the lesions"
    return side_by_side(Table(title, ("", *header), tuple(body), note=note))


def off_target(rows: pl.DataFrame) -> Table:
    """Response outside the field, mixed response, and patients with every lesion irradiated."""
    body = tuple((_said(row["group"]), count(row["n"]), _share(row)) for row in rows.iter_rows(named=True))
    note = (
        "Off-target: CR or PR of the non-irradiated lesions (R3.3). Mixed: irradiated and other lesions lie "
        "two steps or more apart on CR, PR, SD, PD (R3.5). Of patients who can be judged."
    )
    return Table("Response outside the irradiated field", ("", "Patients", "n (%; 95 % CI)"), body, note=note)
