"""Response."""

import polars as pl

from headway.report.document import Section
from headway.report.tables import response as tables


def response(results: pl.DataFrame, names: list[str], title: str, criteria: str) -> Section:
    """Best overall response and its rates, of the analyses unconfirmed and confirmed."""
    rows = results.filter(pl.col("analysis").is_in(names))
    return Section(title, (f"Criteria: {criteria}.",), tables=(tables.response(rows, names),))
