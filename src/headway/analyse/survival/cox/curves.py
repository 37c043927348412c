"""Survival predicted by a Cox model for given covariates, with confidence limits.

Source: Efron's or Breslow's hazard as the ties of the model; variance of Tsiatis 1981; equals
survfit.coxph of R's survival.
"""

import numpy as np
import polars as pl
from scipy.special import ndtri

from headway.analyse.survival.ascending import Floats
from headway.analyse.survival.cox.design import matrix_of
from headway.analyse.survival.cox.kernel import hazards
from headway.analyse.survival.cox.model import CoxModel
from headway.analyse.survival.kaplan_meier import Limits, confidence_limit
from headway.analyse.survival.risk_set import RiskSet, risk_set
from headway.analyse.survival.sample import AnalysisError
from headway.record.results import Curves


def predicted_curves(
    model: CoxModel, patients: pl.DataFrame, *, label: str | None = None, limits: Limits = "log"
) -> pl.DataFrame:
    """The curve that the model predicts for each row of covariates.

    Takes:  one row per curve, with the covariates (and strata) of the model; `label`, the column that
            names the curves, else they are numbered from 1. Offsets count as their mean.
    Gives:  Curves; those at risk, events and censored are of the model's stratum.

    >>> from headway.analyse.survival.cox.model import cox
    >>> frame = pl.DataFrame({"days": [1, 2, 3, 4, 5, 6], "event": [1] * 6, "arm": [1, 0, 1, 0, 1, 0]})
    >>> curves = predicted_curves(cox(frame, ["arm"]), pl.DataFrame({"arm": [0, 1]}))
    >>> curves.filter(days=6.0)["survival"].round(4).to_list()
    [0.1298, 0.0215]
    """
    if any("likelihood" in reason for reason in model.reasons.values()):
        raise AnalysisError("predicted_curves: the model has no finite estimate; see its reasons.")
    raw, _, _ = matrix_of(patients, model.design.covariates, model.design.levels)
    x = ((raw - model.design.centre) / model.design.scale)[:, model.kept]
    names = (
        [str(k + 1) for k in range(len(x))] if label is None else patients[label].cast(pl.String).to_list()
    )
    strata = _strata(model, patients)
    curves = [_curve(model, *one, limits) for one in zip(names, x, strata, strict=True)]
    return pl.concat([Curves.create_empty(), *curves])


def _strata(model: CoxModel, patients: pl.DataFrame) -> list[int]:
    """The code of the stratum of each row."""
    columns = list(model.outcome.strata)
    if not columns:
        return [0] * patients.height
    known = model.sample.rows.select(columns).with_columns(code=pl.Series(model.sample.stratum)).unique()
    codes = patients.select(columns).join(known, on=columns, how="left", maintain_order="left")["code"]
    if codes.null_count():
        raise AnalysisError(
            f"{', '.join(columns)}: {codes.null_count()} rows are in no stratum of the model."
        )
    return codes.to_list()


def _curve(model: CoxModel, name: str, x: Floats, stratum: int, limits: Limits) -> pl.DataFrame:
    table, hazard, error = _cumulative(model, x, stratum)
    survival = np.exp(-hazard)
    z = float(ndtri((1 + model.level) / 2))
    lower, upper = (confidence_limit(survival, error, limits, sign * z) for sign in (-1, 1))
    columns = {
        "days": np.concatenate([[min(0.0, table.times[0] - 1)], table.times]),
        "survival": np.concatenate([[1.0], survival]),
        "lower": np.concatenate([[1.0], lower]),
        "upper": np.concatenate([[1.0], upper]),
        "at_risk": np.concatenate([table.at_risk[:1], table.at_risk]),
        "events": np.concatenate([[0.0], table.events]),
        "censored": np.concatenate([[0.0], table.censored]),
    }
    named = pl.DataFrame(columns).with_columns(analysis=pl.lit(model.outcome.analysis), group=pl.lit(name))
    return named.with_columns(pl.col("lower", "upper").fill_nan(None)).select(Curves.column_names())


def _cumulative(model: CoxModel, x: Floats, stratum: int) -> tuple[RiskSet, Floats, Floats]:
    """Those at risk, the cumulative hazard at x and its standard error, at each time of a stratum."""
    rows, order = model.sample, model.problem.order
    own = rows.stratum == stratum
    start = None if rows.start is None else rows.start[own]
    weight = None if rows.weight is None else rows.weight[own]
    table = risk_set(rows.stop[own], rows.event[own], start=start, weights=weight)
    hazard, square, hazard_x, _, _, _ = hazards(*model.problem.arguments(model.beta))
    here = order.stratum == stratum
    total, squares = np.cumsum(hazard[here]), np.cumsum(square[here])
    risk = np.exp(x @ model.beta)
    apart = total[:, None] * x - np.cumsum(hazard_x[here], axis=0)
    scale = model.design.scale[model.kept]
    covariance = model.covariance[np.ix_(model.kept, model.kept)] * np.outer(scale, scale)
    error = risk * np.sqrt(squares + np.einsum("ti,ij,tj->t", apart, covariance, apart))
    at = np.searchsorted(order.times[here], table.times, side="right")
    return table, np.concatenate([[0.0], total])[at] * risk, np.concatenate([[0.0], error])[at]
