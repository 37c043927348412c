"""What a cohort is made of: counts, shares, medians, with missing values shown."""

from functools import partial
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from headway.analyse.rows import result
from headway.errors import HeadwayError
from headway.record.results import Results

MISSING = "not recorded"
Floats = NDArray[np.float64]
_SCHEMA = Results.create_empty().schema


def categories(rows: pl.DataFrame, column: str, analysis: str, population: str, n: int) -> pl.DataFrame:
    """How many patients have each value of a column; the share is of all n patients.

    Takes:  rows with patient_id and the column, one or more per patient; a patient counts once per value.
    Gives:  results with one row per value, the most frequent first, grades in their own order, "not
            recorded" last.
    """
    graded = rows[column].dtype.is_numeric()
    in_order = pl.col("group").cast(pl.Float64, strict=False) if graded else -pl.col("count").cast(pl.Int64)
    counted = (
        rows.select("patient_id", group=pl.col(column).cast(pl.String).fill_null(MISSING))
        .unique()
        .group_by("group")
        .agg(patients=pl.col("patient_id").sort())
        .with_columns(count=pl.col("patients").list.len())
        .sort(pl.col("group") == MISSING, in_order, "group")
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


def table_one(
    rows: pl.DataFrame, columns: list[str], *, by: str | None = None, population: str = "all patients"
) -> pl.DataFrame:
    """Table 1: what the patients are like, whole and by group, with missing values shown.

    Takes:  one row per patient: patient_id, the columns to describe, and the column of the groups.
    Gives:  results; analysis is the column, population says which group. Numbers: median, quartiles, range,
            how many are not recorded. Others: patients and share per value. For each pair of groups the
            standardised mean difference: below 0.1 they are alike (domain.md 9.4).
    """
    absent = [name for name in [*columns, by, "patient_id"] if name is not None and name not in rows.columns]
    if absent:
        raise HeadwayError(f"No column {', '.join(absent)}; the frame has {', '.join(rows.columns)}.")
    made = [_described(rows, column, population) for column in columns]
    if by is None:
        return pl.concat(made)
    groups = {str(own[by][0]): own for own in rows.drop_nulls(by).sort(by).partition_by(by)}
    for group, own in groups.items():
        made += [_described(own, column, f"{population}, {by} {group}") for column in columns]
    for first, other in combinations(groups, 2):
        pair = f"{population}, {by} {other} vs {first}"
        made += [_difference(groups[first], groups[other], column, pair) for column in columns]
    return pl.concat(made)


def _described(rows: pl.DataFrame, column: str, population: str) -> pl.DataFrame:
    if not rows[column].dtype.is_numeric():
        return categories(rows, column, column, population, rows.height)
    unknown = rows.filter(pl.col(column).is_null())["patient_id"].sort().to_list()
    missing = result(_where(column, population, MISSING), "patients", float(len(unknown)), n=rows.height,
                     method="count", unit="patients", patients=unknown)  # fmt: skip
    known = quantity(rows, column, column, population, None)
    return pl.concat([known, pl.DataFrame([missing], schema=_SCHEMA)])


def _difference(first: pl.DataFrame, other: pl.DataFrame, column: str, population: str) -> pl.DataFrame:
    among = pl.concat([first[column], other[column]])
    one, two = indicators(first[column], among), indicators(other[column], among)
    ids = [*first.drop_nulls(column)["patient_id"], *other.drop_nulls(column)["patient_id"]]
    value = standardised_difference(one, two)
    note = "not estimable: no spread, or a group without values" if value is None else None
    row = result(_where(column, population, "all"), "standardised mean difference", value, n=len(ids),
                 method="standardised mean difference", note=note, patients=sorted(ids))  # fmt: skip
    return pl.DataFrame([row], schema=_SCHEMA)


def indicators(values: pl.Series, among: pl.Series) -> Floats:
    """The known values as columns of numbers: the number itself, or 0 and 1 for each level but the first.

    >>> indicators(pl.Series(["b", None, "a"]), pl.Series(["a", "b", "c"])).tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    known = values.drop_nulls()
    if values.dtype.is_numeric():
        return known.cast(pl.Float64).to_numpy()[:, None]
    levels = among.drop_nulls().cast(pl.String).unique().sort()[1:]
    columns = [(known.cast(pl.String) == level).cast(pl.Float64).to_numpy() for level in levels]
    return np.stack(columns, axis=1) if columns else np.zeros((len(known), 0))


def standardised_difference(
    first: Floats, other: Floats, weights: tuple[Floats, Floats] | None = None
) -> float | None:
    """How far apart two groups are, in standard deviations: other less first, or a distance of categories.

    Takes:  one row per patient, one column for a number or for each level but one; weights of the patients.
            The standard deviation is that before weighting, so that only the means move with the weights.
    Source: Austin 2009 for one column, Yang and Dalton 2012 for the levels of a category.

    >>> round(standardised_difference(np.array([[1.0], [2], [3]]), np.array([[2.0], [3], [4]])), 6)
    1.0
    """
    if min(len(first), len(other)) == 0 or first.shape[1] == 0:
        return None
    one, two = weights or (np.ones(len(first)), np.ones(len(other)))
    gap = np.average(other, axis=0, weights=two) - np.average(first, axis=0, weights=one)
    spread = (_spread(first) + _spread(other)) / 2
    if np.trace(spread) == 0:
        return 0.0 if not gap.any() else None
    if len(gap) == 1:
        return float(gap[0] / np.sqrt(spread[0, 0]))
    return float(np.sqrt(gap @ np.linalg.pinv(spread, hermitian=True) @ gap))


def _spread(columns: Floats) -> Floats:
    """Covariance of the columns: p (1 - p) for shares, divided by n - 1 for numbers."""
    shares = bool(np.isin(columns, (0.0, 1.0)).all())
    if len(columns) < 2:
        return np.zeros((columns.shape[1], columns.shape[1]))
    return np.atleast_2d(np.cov(columns, rowvar=False, ddof=0 if shares else 1))
