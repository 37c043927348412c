"""A time-to-event analysis: figure, caption, table."""

from dataclasses import dataclass

import polars as pl

from headway.report.document import Figure, Section
from headway.report.figures.kaplan_meier import kaplan_meier
from headway.report.numbers import count, days_in_months
from headway.report.tables import survival as tables


@dataclass(frozen=True)
class Analysis:
    """One time-to-event analysis as the report names and draws it."""

    name: str  # as in the results: "OS since diagnosis"
    title: str  # "Overall survival since first diagnosis"
    endpoint: str  # "Overall survival"
    censoring: str


def survival(results: pl.DataFrame, curves: pl.DataFrame, analysis: Analysis) -> Section:
    """A figure, its caption and its table."""
    rows = results.filter(pl.col("analysis") == analysis.name)
    drawn = curves.filter(pl.col("analysis") == analysis.name)
    figures = ()
    if not drawn.is_empty():
        spec = kaplan_meier(rows, drawn, analysis.endpoint)
        words = _in_words(rows, analysis)
        figures = (Figure(analysis.name.replace(" ", "_"), spec, _caption(rows, analysis), words),)
    return Section(analysis.title, figures=figures, tables=(tables.survival(rows, analysis.title),))


def _caption(rows: pl.DataFrame, analysis: Analysis) -> str:
    n, events = (sum(rows.filter(pl.col("statistic") == s)["value"]) for s in ("with a time", "events"))
    return (
        f"{analysis.title}: {count(n)} patients, {count(events)} events. Kaplan-Meier estimate with "
        f"pointwise 95 % confidence limits; ticks are censored patients. {analysis.censoring}"
    )


def _in_words(rows: pl.DataFrame, analysis: Analysis) -> str:
    medians = rows.filter(pl.col("statistic") == "median")
    said = [
        f"{r['group']}: median {days_in_months(r['value'])} months" for r in medians.iter_rows(named=True)
    ]
    return f"Kaplan-Meier curves of {analysis.title}. " + "; ".join(said)
