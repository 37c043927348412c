"""Toxicity."""

import polars as pl

from headway.report.document import Section
from headway.report.tables import toxicity as tables


def toxicity(results: pl.DataFrame, since: dict[str, str]) -> Section:
    """Adverse events by worst grade, or by severity where no grade is recorded.

    Takes: the windows of treatment as the results name them, and in words.
    """
    return Section("Toxicity", tables=tuple(tables.toxicity(results, since)))
