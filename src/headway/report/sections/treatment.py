"""Treatment."""

import polars as pl

from headway.report.document import Section
from headway.report.tables import treatment as tables


def treatment(results: pl.DataFrame) -> Section:
    """Drugs by class, lines and regimens, radiotherapy by site and intent, schedules of SABR if any."""
    shown = [tables.exposures(results), *tables.lines(results)]
    shown += [tables.radiotherapy(results, by) for by in ("site", "intent")]
    sabr = tables.sabr(results)
    return Section("Treatment", tables=tuple([*shown, sabr] if sabr.rows else shown))
