"""Hazard ratios by period: what follows when hazards are not proportional.

Follow-up is split at stated times, the covariate has a coefficient of its own in each period, and
their equality is tested (likelihood ratio; Wald with robust errors).
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.cox.design import Covariate, column_of, design
from headway.analyse.survival.cox.model import ChiSquare, CoxModel, Ties, cox
from headway.analyse.survival.groups import results
from headway.analyse.survival.sample import DAYS, AnalysisError, Outcome, sample

_START, _STOP, _EVENT, _PERIOD, _ROW = "__start", "__stop", "__event", "__period", "__row"


def piecewise_hazard_ratios(
    frame: pl.DataFrame,
    covariate: Covariate,
    breaks: Sequence[float],
    *,
    outcome: Outcome = DAYS,
    adjust: Sequence[Covariate] = (),
    ties: Ties = "efron",
    robust: bool = False,
) -> pl.DataFrame:
    """The hazard ratio of a covariate in each period between `breaks`, and whether they differ.

    Takes:  times at which follow-up is split; covariates to adjust for (their effect does not change).
    Gives:  results of the model, one hazard ratio per period, and a test "equal in all periods".

    >>> frame = pl.DataFrame({"days": [1, 2, 3, 4, 5, 6, 7, 8], "event": [1] * 8, "arm": [1, 0, 0, 1] * 2})
    >>> found = piecewise_hazard_ratios(frame, "arm", [4.5]).filter(pl.col("statistic") == "hazard ratio")
    >>> found["group"].to_list()
    ['arm, up to 4.5', 'arm, after 4.5']
    """
    cuts = sorted({float(cut) for cut in breaks})
    if not cuts:
        raise AnalysisError("breaks: at least one time is expected.")
    split, names = _with_periods(frame, covariate, cuts, outcome, adjust)
    inner = replace(outcome, start=_START, time=_STOP, event=_EVENT, cluster=outcome.cluster or _ROW)
    model = cox(split, [*names, *adjust], outcome=inner, ties=ties, robust=robust)
    test = _wald(model, names) if robust else _likelihood_ratio(split, model, names, covariate, adjust, inner)
    say = partial(result, outcome.where(column_of(covariate)), n=model.sample.n,
                  patients=model.sample.patients,
                  method=f"{model.method}, equal in all periods, {'Wald' if robust else 'likelihood ratio'}",
                  note=None if test.p is not None else "not estimable: see the coefficients")  # fmt: skip
    tested = results(
        [say("chi-square", test.value, unit=f"{test.df} df"), say("p-value", test.p, unit="probability")]
    )
    return pl.concat([model.to_frame(), tested])


def split_at(frame: pl.DataFrame, cuts: Sequence[float], outcome: Outcome) -> pl.DataFrame:
    """Each row in pieces that end at the cuts, as __start, __stop, __event and __period (from 0)."""
    edges = [-np.inf, *cuts, np.inf]
    begin = pl.col(outcome.start).cast(pl.Float64) if outcome.start else pl.lit(-1.0)  # -1: before time 0
    end = pl.col(outcome.time).cast(pl.Float64)
    pieces = [
        frame.filter((end > low) & (begin < high)).with_columns(
            pl.max_horizontal(begin, pl.lit(low)).alias(_START),
            pl.min_horizontal(end, pl.lit(high)).alias(_STOP),
            (pl.col(outcome.event).cast(pl.Boolean) & (end <= high)).alias(_EVENT),
            pl.lit(period, pl.Int64).alias(_PERIOD),
        )
        for period, (low, high) in enumerate(pairwise(edges))
    ]
    return pl.concat(pieces)


def _with_periods(
    frame: pl.DataFrame,
    covariate: Covariate,
    cuts: list[float],
    outcome: Outcome,
    adjust: Sequence[Covariate],
) -> tuple[pl.DataFrame, list[str]]:
    """The split rows with one column per coefficient and period."""
    rows = sample(frame, outcome, [column_of(covariate), *map(column_of, adjust)]).rows
    made = design(rows, [covariate], np.ones(rows.height))
    raw = made.matrix + made.centre
    rows = rows.with_columns(pl.Series(name, raw[:, j]) for j, name in enumerate(made.names))
    # The pieces of a row, and the rows of a patient, stay together for robust errors.
    own = pl.col(outcome.patient) if outcome.patient in rows.columns else pl.int_range(pl.len())
    split = split_at(rows.with_columns(own.alias(_ROW)), cuts, outcome)
    period = pl.col(_PERIOD)
    columns = {
        f"{name}, {label}": pl.when(period == number).then(pl.col(name)).otherwise(0.0)
        for name in made.names
        for number, label in enumerate(_labels(cuts))
    }
    return split.with_columns(**columns), list(columns)


def _labels(cuts: list[float]) -> list[str]:
    between = [f"{low:g} to {high:g}" for low, high in pairwise(cuts)]
    return [f"up to {cuts[0]:g}", *between, f"after {cuts[-1]:g}"]


def _likelihood_ratio(
    split: pl.DataFrame,
    model: CoxModel,
    names: list[str],
    covariate: Covariate,
    adjust: Sequence[Covariate],
    outcome: Outcome,
) -> ChiSquare:
    same = cox(split, [covariate, *adjust], outcome=outcome, ties=model.ties)
    df = len(model.kept) - len(same.kept)
    if df <= 0 or any(name in model.reasons for name in names):
        return ChiSquare(None, max(df, 0))
    return ChiSquare(max(0.0, 2 * (model.loglik - same.loglik)), df)


def _wald(model: CoxModel, names: list[str]) -> ChiSquare:
    """Differences from the first period, for each column of the covariate."""
    periods = len({name.rsplit(", ", 1)[1] for name in names})
    size, columns = len(names) // periods, len(model.names)
    contrast = np.zeros((size * (periods - 1), columns))
    for row, (column, period) in enumerate((c, p) for c in range(size) for p in range(1, periods)):
        contrast[row, column * periods], contrast[row, column * periods + period] = -1, 1
    if model.reasons:
        return ChiSquare(None, len(contrast))
    gap = contrast @ model.coefficients
    spread = contrast @ model.covariance @ contrast.T
    return ChiSquare(float(gap @ np.linalg.solve(spread, gap)), len(contrast))
