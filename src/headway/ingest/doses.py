"""Radiotherapy doses: Gy, or cGy that were written as Gy."""

import polars as pl

from headway.record.findings import problems
from headway.units import plausible_gy

Tables = dict[str, pl.DataFrame]


def checked_doses(tables: Tables) -> tuple[Tables, list[pl.DataFrame]]:
    """Doses in the column of Gy that can only be cGy, converted with a warning: 6600 becomes 66."""
    if "radiotherapy" not in tables:
        return tables, []
    courses = tables["radiotherapy"]
    dose, fractions = pl.col("dose_gy"), pl.col("fractions")
    only_cgy = ~plausible_gy(dose, fractions) & plausible_gy(dose / 100, fractions)
    where = courses.select(only_cgy=only_cgy.fill_null(False))["only_cgy"]
    if not where.any():
        return tables, []
    converted = courses.with_columns(dose_gy=pl.when(where).then(dose / 100).otherwise(dose))
    return {**tables, "radiotherapy": converted}, [_converted(courses.filter(where))]


def _converted(at: pl.DataFrame) -> pl.DataFrame:
    dose = pl.col("dose_gy")
    message = pl.format("radiotherapy.dose_gy {} can only be cGy; it was read as {} Gy", dose, dose / 100)
    return problems("dose-unit-converted", "radiotherapy", at, message=message, column="dose_gy", value=dose)
