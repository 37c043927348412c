"""Patient characteristics."""

import polars as pl

from headway.report.document import Section
from headway.report.tables.patients import characteristics


def patients(results: pl.DataFrame, names: list[str]) -> Section:
    """Patient characteristics."""
    return Section("Patients", tables=(characteristics(results, names),))
