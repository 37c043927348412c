"""Published results beside the recovered ones."""

import polars as pl

from headway.report.document import Section
from headway.report.tables import published as tables


def published(rows: pl.DataFrame) -> Section:
    """What was published, with its source, and what this cohort gives."""
    said = ["Recovered numbers are rows of the results of this report."]
    if (rows["kind"] != "assumed").any():
        said.insert(0, "Published numbers are taken from their sources as printed.")
    if "assumed" in rows["kind"]:
        said.append("Assumed numbers are those of the design: nobody has measured them.")
    table = tables.published(rows)
    return Section(table.title, (" ".join(said),), tables=(table,))
