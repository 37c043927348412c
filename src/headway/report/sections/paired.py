"""Two treatments of the same patients."""

import polars as pl

from headway.report.document import Figure, Section
from headway.report.figures.kaplan_meier import kaplan_meier
from headway.report.tables import paired as tables

SELECTED = (
    "Each patient is compared with himself or herself. Whoever had the later treatment had to live until "
    "then, and later times tend to be shorter whatever is given; the ratio of two medians is not the median "
    "of the patients' own ratios."
)


def paired(results: pl.DataFrame, curves: pl.DataFrame, name: str, title: str, endpoint: str) -> Section:
    """Both curves of those who had both, and what holds within patients."""
    rows = results.filter(pl.col("analysis") == name)
    drawn = curves.filter(pl.col("analysis") == name)
    if rows.is_empty():
        return Section(title, ("No patient has a time for both.",))
    figures = ()
    if not drawn.is_empty():
        caption = f"{title}. Kaplan-Meier estimates in the patients who had both treatments."
        figures = (Figure(name.replace(" ", "_"), kaplan_meier(rows, drawn, endpoint), caption, caption),)
    return Section(title, (SELECTED,), figures=figures, tables=(tables.paired(rows, title),))
