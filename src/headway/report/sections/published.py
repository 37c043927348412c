"""Published results beside the recovered ones."""

import polars as pl

from headway.report.document import Section
from headway.report.tables import published as tables


def published(rows: pl.DataFrame) -> Section:
    """What was published, with its source, and what this cohort gives."""
    said = (
        "Published numbers are taken from their sources as printed; recovered numbers are rows of the "
        "results of this report."
    )
    return Section("Published and recovered", (said,), tables=(tables.published(rows),))
