"""First failure."""

import polars as pl

from headway.report.document import Section
from headway.report.tables import failure as tables


def failure(results: pl.DataFrame, analysis: str, title: str) -> Section:
    """Where the disease came back first, with death as a competing event."""
    rows = results.filter(pl.col("analysis") == analysis)
    return Section(title, tables=(tables.failure(rows, title),))
