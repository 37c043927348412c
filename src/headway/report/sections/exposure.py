"""Days on groups of drugs."""

import polars as pl

from headway.report.document import Section
from headway.report.tables import exposure as tables


def exposure(results: pl.DataFrame, name: str, title: str) -> Section:
    """Days on each group of drugs of those who had it, and the paired comparison of two groups."""
    rows = results.filter(pl.col("analysis") == name)
    return Section(title, tables=(tables.exposure(rows, title),))
