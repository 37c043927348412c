"""What a cohort is made of: counts, shares, medians, with missing values shown."""

from functools import partial

import numpy as np
import polars as pl

from headway.analyse.rows import result
from headway.record.results import Results

MISSING = "not recorded"
_SCHEMA = Results.create_empty().schema


def categories(rows: pl.DataFrame, column: str, analysis: str, population: str, n: int) -> pl.DataFrame:
    """How many patients have each value of a column; the share is of all n patients.

    Takes:  rows with patient_id and the column, one or more per patient; a patient counts once per value.
    Gives:  results with one row per value, the most frequent first, "not recorded" last.
    """
    counted = (
        rows.select("patient_id", group=pl.col(column).cast(pl.String).fill_null(MISSING))
        .unique()
        .group_by("group")
        .agg(patients=pl.col("patient_id").sort())
        .with_columns(count=pl.col("patients").list.len())
        .sort(pl.col("group") == MISSING, -pl.col("count").cast(pl.Int64), "group")
    )
    made = []
    for group, ids, count in counted.iter_rows():
        where = _where(analysis, population, group)
        made.append(
            result(where, "patients", float(count), n=n, method="count", unit="patients", patients=ids)
        )
        made.append(result(where, "share", 100 * count / n, n=n, method="share of n", unit="%", patients=ids))
    return pl.DataFrame(made, schema=_SCHEMA)


def quantity(
    rows: pl.DataFrame, column: str, analysis: str, population: str, unit: str | None, group: str = "all"
) -> pl.DataFrame:
    """Median, quartiles and range of a number, and how many values there are.

    Quartiles interpolate linearly between order statistics (R's type 7).
    """
    known = rows.drop_nulls(column)
    ids = known["patient_id"].unique().sort().to_list()
    where = _where(analysis, population, group)
    if known.is_empty():
        nothing = result(where, "median", None, n=0, method="median", note="no value", unit=unit, patients=[])
        return pl.DataFrame([nothing], schema=_SCHEMA)
    values = known[column].cast(pl.Float64).to_numpy()
    least, low, middle, high, most = (float(v) for v in np.quantile(values, [0, 0.25, 0.5, 0.75, 1]))
    say = partial(result, where, n=known.height, patients=ids)
    made = [
        say("median", middle, lower=low, upper=high, unit=unit, method="median, quartiles (type 7)"),
        say("range", None, lower=least, upper=most, unit=unit, method="minimum and maximum"),
        say("values", float(known.height), unit="rows", method="count"),
    ]
    return pl.DataFrame(made, schema=_SCHEMA)


def row_counts(rows: pl.DataFrame, column: str, analysis: str, population: str) -> pl.DataFrame:
    """How many rows, and of how many patients, have each value of a column."""
    counted = (
        rows.group_by(group=pl.col(column).cast(pl.String).fill_null(MISSING))
        .agg(rows=pl.len(), patients=pl.col("patient_id").unique().sort())
        .sort(pl.col("group") == MISSING, -pl.col("rows").cast(pl.Int64), "group")
    )
    made = [
        result(
            _where(analysis, population, group),
            "rows",
            float(count),
            n=len(ids),
            method="count",
            unit="rows",
            patients=ids,
        )
        for group, count, ids in counted.iter_rows()
    ]
    return pl.DataFrame(made, schema=_SCHEMA)


def _where(analysis: str, population: str, group: str) -> dict[str, str]:
    return {"analysis": analysis, "population": population, "group": group}
