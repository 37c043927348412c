"""Covariates of a Cox model: columns of a frame -> a centred matrix whose columns have names."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.analyse.survival.ascending import Floats
from headway.analyse.survival.sample import AnalysisError, numbers


@dataclass(frozen=True)
class Category:
    """A categorical covariate; each other level is compared with the reference (the first level unless told).

    Levels stand in the order of an Enum or Categorical column, else in the order of their values.
    """

    column: str
    reference: str | None = None


Covariate = str | Category


@dataclass(frozen=True)
class Design:
    """One column per coefficient; `terms` maps each covariate to its columns."""

    names: list[str]
    terms: dict[str, list[int]]
    covariates: tuple[Covariate, ...]
    levels: dict[str, list[str]]  # of the categorical covariates, the reference first
    matrix: Floats  # centred
    centre: Floats
    scale: Floats  # standard deviation of each column; 1 where it is constant


def column_of(covariate: Covariate) -> str:
    return covariate if isinstance(covariate, str) else covariate.column


def design(rows: pl.DataFrame, covariates: Sequence[Covariate], weights: Floats) -> Design:
    """The matrix of the covariates; text columns are categorical, booleans 0 and 1.

    >>> rows = pl.DataFrame({"age": [50, 60], "arm": ["B", "A"]})
    >>> made = design(rows, ["age", Category("arm", reference="B")], np.ones(2))
    >>> made.names, made.matrix.tolist()
    (['age', 'arm A vs B'], [[-5.0, -0.5], [5.0, 0.5]])
    """
    if not covariates:
        raise AnalysisError("covariates: at least one column is expected.")
    levels = _levels(rows, covariates)
    raw, names, terms = matrix_of(rows, covariates, levels)
    # Centred columns keep exp(x beta) near 1, however far from 0 a covariate lies (a year, a dose in cGy).
    centre = weights @ raw / weights.sum()
    matrix = raw - centre
    spread = np.sqrt(weights @ matrix**2 / weights.sum())
    constant = spread <= 1e-12 * (1 + np.abs(centre))
    return Design(names, terms, tuple(covariates), levels, matrix, centre, np.where(constant, 1.0, spread))


def matrix_of(
    rows: pl.DataFrame, covariates: Sequence[Covariate], levels: dict[str, list[str]]
) -> tuple[Floats, list[str], dict[str, list[int]]]:
    """The columns as they are, not centred, with the name of each and the columns of each covariate."""
    columns, names, terms = [], [], {}
    for covariate in covariates:
        name = column_of(covariate)
        if name in terms:
            raise AnalysisError(f"covariates: {name} is named twice.")
        made = _dummies(rows, name, levels[name]) if name in levels else {name: numbers(rows, name)}
        terms[name] = list(range(len(names), len(names) + len(made)))
        names += made
        columns += made.values()
    return np.column_stack(columns).astype(np.float64), names, terms


def _levels(rows: pl.DataFrame, covariates: Sequence[Covariate]) -> dict[str, list[str]]:
    found = {}
    for covariate in covariates:
        name = column_of(covariate)
        textual = rows[name].dtype in (pl.String, pl.Categorical, pl.Enum)
        if isinstance(covariate, Category) or textual:
            found[name] = _ordered_levels(rows[name], covariate)
    return found


def _ordered_levels(values: pl.Series, covariate: Covariate) -> list[str]:
    levels = values.unique().sort().cast(pl.String).to_list()
    reference = covariate.reference if isinstance(covariate, Category) else None
    if reference is None:
        return levels
    if reference not in levels:
        raise AnalysisError(f"{values.name}: reference {reference} is not among {', '.join(levels)}.")
    return [reference, *(level for level in levels if level != reference)]


def _dummies(rows: pl.DataFrame, name: str, levels: list[str]) -> dict[str, Floats]:
    values = rows[name].cast(pl.String)
    unknown = values.filter(~values.is_in(levels))
    if len(unknown):
        raise AnalysisError(f"{name}: {unknown[0]} is not among {', '.join(levels)}.")
    return {
        f"{name} {level} vs {levels[0]}": (values == level).cast(pl.Float64).to_numpy()
        for level in levels[1:]
    }
