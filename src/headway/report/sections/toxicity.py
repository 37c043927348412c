"""Toxicity."""

import polars as pl

from headway.report.document import Section
from headway.report.tables import toxicity as tables


def toxicity(results: pl.DataFrame) -> Section:
    """Adverse events by worst grade, or by severity where no grade is recorded."""
    return Section("Toxicity", tables=tuple(tables.toxicity(results)))
