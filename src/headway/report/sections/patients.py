"""Patient characteristics."""

from dataclasses import dataclass

import polars as pl

from headway.report.document import Section
from headway.report.tables.patients import characteristics, characteristics_by_group


@dataclass(frozen=True)
class Grouped:
    """The groups beside whom the characteristics stand."""

    by: str  # as in the results
    title: str  # "HPV status"
    levels: tuple[str, ...]
    without: int  # patients who have no group


def patients(results: pl.DataFrame, names: list[str], grouped: Grouped | None = None) -> Section:
    """Patient characteristics, of all and by group."""
    whole = characteristics(results, names)
    if grouped is None:
        return Section("Patients", tables=(whole,))
    own = [name for name in names if name != grouped.by]
    title = f"Patients by {grouped.title}"
    beside = characteristics_by_group(results, own, grouped.by, grouped.levels, title, grouped.without)
    return Section("Patients", tables=(whole, beside))
