"""The course of each patient: a swimmer plot."""

from dataclasses import dataclass

import polars as pl

from headway.report.document import Figure, Section
from headway.report.figures import swimmer as figures
from headway.report.numbers import count, patients
from headway.report.tables import swimmer as tables

LANES = (
    "Bars are lines of systemic therapy to the end of their last cycle; radiotherapy is marked where a "
    "course begins, a response where it begins. Arrows: alive at the end of follow-up."
)


@dataclass(frozen=True)
class Analysis:
    """A swimmer plot as the report names it."""

    name: str  # as in the results
    title: str
    population: str
    cutoff: str
    axis: str


def swimmer(
    results: pl.DataFrame, segments: pl.DataFrame, marks: pl.DataFrame, analysis: Analysis
) -> Section:
    """One lane a patient, and how many have each mark."""
    rows = results.filter(pl.col("analysis") == analysis.name)
    if segments.is_empty():
        return Section(analysis.title, (f"No patient ({analysis.population}) has a time since time zero.",))
    spec = figures.swimmer(segments, marks, months_title=analysis.axis)
    words = figures.in_words(segments, marks)
    drawn = Figure(analysis.name.replace(" ", "_"), spec, _caption(rows, segments, analysis), words)
    return Section(analysis.title, figures=(drawn,), tables=(tables.marks(rows, analysis.title),))


def _caption(rows: pl.DataFrame, segments: pl.DataFrame, analysis: Analysis) -> str:
    counted = {row["group"]: row["value"] for row in rows.iter_rows(named=True)}
    n, without = (int(counted[group]) for group in ("with a time", "without a time"))
    drawn = figures.laid_out(segments).height
    fewer = f" Drawn: the {count(drawn)} with the longest time." if drawn < n else ""
    missing = f" {patients(without)} without a time: no lane." if without else ""
    return (
        f"{analysis.title}: {patients(n)} ({analysis.population}).{missing}{fewer} {LANES} {analysis.cutoff}"
    )
