"""Local control of irradiated lesions."""

import polars as pl

from headway.report.document import Section
from headway.report.tables import local_control as tables


def local_control(results: pl.DataFrame, name: str, title: str) -> Section:
    """Lesions, failures, and local control at the years asked for."""
    rows = results.filter(pl.col("analysis") == name)
    if rows.filter(statistic="lesions irradiated")["value"].sum() == 0:
        return Section(title, ("The record names no irradiated lesion (table irradiated_lesions).",))
    said = (
        "The clock starts with the first fraction to a lesion. Failure is growth of 20 % and 5 mm above the "
        "lesion's own nadir, shown again by a later scan and dated to the first; death without failure "
        "competes, and systemic therapy does not censor. Lesions of one patient are a cluster.",
    )
    return Section(title, said, tables=(tables.local_control(rows, title),))
