"""Treatment."""

import polars as pl

from headway.report.document import Section
from headway.report.tables import treatment as tables


def treatment(results: pl.DataFrame) -> Section:
    """Drugs by class, lines and regimens, radiotherapy by site and intent."""
    shown = [tables.exposures(results), *tables.lines(results)]
    shown += [tables.radiotherapy(results, by) for by in ("site", "intent")]
    return Section("Treatment", tables=tuple(shown))
