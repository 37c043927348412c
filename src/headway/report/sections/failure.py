"""First failure."""

from dataclasses import dataclass

import polars as pl

from headway.report.document import Figure, Section
from headway.report.figures import cumulative_incidence as figures
from headway.report.numbers import count, patients
from headway.report.tables import failure as tables

CAUSE = "Cumulative incidence of the first event"


@dataclass(frozen=True)
class Analysis:
    """First failures as the report names them."""

    name: str  # as in the results
    title: str
    population: str
    cutoff: str


def failure(results: pl.DataFrame, steps: pl.DataFrame, analysis: Analysis) -> Section:
    """Where the disease came back first, with death as a competing event."""
    rows = results.filter(pl.col("analysis") == analysis.name)
    if rows.is_empty():
        return Section(analysis.title, ("No patient belongs to this population.",))
    said = () if steps.height else ("No patient has failed or died with a time that is known.",)
    drawn = () if steps.is_empty() else (_figure(rows, steps, analysis),)
    return Section(analysis.title, said, figures=drawn, tables=(tables.failure(rows, analysis.title),))


def _figure(rows: pl.DataFrame, steps: pl.DataFrame, analysis: Analysis) -> Figure:
    counted = rows.filter(pl.col("statistic") == "patients")
    n = int(counted["value"].sum())
    without = float(counted.filter(pl.col("group") == "no time")["value"].sum())
    missing = f" {count(without)} without a time are left out." if without else ""
    caption = (
        f"{analysis.title}: {patients(n)} ({analysis.population}).{missing} Stacked cumulative incidence of "
        "what came first, by Aalen and Johansen: death without progression and the other sites compete. "
        f"{analysis.cutoff}"
    )
    spec = figures.cumulative_incidence(rows, steps, CAUSE)
    return Figure(analysis.name.replace(" ", "_"), spec, caption, figures.in_words(steps))
