"""Cox's model: columns of a frame -> hazard ratios with limits, tests and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.ascending import Floats
from headway.analyse.survival.cox.design import Covariate, Design, column_of, design
from headway.analyse.survival.cox.fit import Maximum, Problem, independent_columns, maximise, score_residuals
from headway.analyse.survival.cox.order import risk_order
from headway.analyse.survival.groups import normal_quantile, results, set_aside, two_sided, upper_tail
from headway.analyse.survival.sample import DAYS, Outcome, Sample, numbers, sample

Ties = Literal["efron", "breslow"]
LOST = 1e3  # a standard error per standard deviation of x that only a vanished likelihood can have


class ChiSquare(NamedTuple):
    """A test; None where it cannot be made."""

    value: float | None
    df: int

    @property
    def p(self) -> float | None:
        return None if self.value is None else upper_tail(self.value, self.df)


@dataclass(frozen=True)
class CoxModel:
    """A fitted model. Coefficients are log hazard ratios, NaN where `reasons` says why there is none."""

    outcome: Outcome
    sample: Sample
    design: Design
    problem: Problem  # of the columns that could be fitted, scaled
    kept: list[int]
    beta: Floats  # of the kept columns, per standard deviation of x; drifting ones included
    ties: Ties
    level: float
    robust: bool
    coefficients: Floats
    covariance: Floats  # used for limits and Wald tests: robust if asked for; NaN rows where no coefficient
    model_covariance: Floats
    loglik_null: float
    loglik: float
    likelihood_ratio: ChiSquare
    score: ChiSquare
    robust_score: ChiSquare | None
    reasons: dict[str, str]

    @property
    def names(self) -> list[str]:
        return self.design.names

    @property
    def errors(self) -> Floats:
        """Standard errors of the coefficients; NaN where too few rows or clusters leave none."""
        squares = np.diag(self.covariance)
        return np.sqrt(np.where(squares > 0, squares, np.nan))

    @property
    def limits(self) -> tuple[Floats, Floats]:
        """Lower and upper limits of the coefficients."""
        spread = normal_quantile(self.level) * self.errors
        return self.coefficients - spread, self.coefficients + spread

    @property
    def wald(self) -> ChiSquare:
        return self.joint_test(list(range(len(self.names))))

    def joint_test(self, columns: list[int]) -> ChiSquare:
        """Wald test that all of these coefficients are 0; none if one of them drifts to infinity."""
        fitted = [j for j in columns if j in self.kept]
        beta = self.coefficients[fitted]
        if not fitted or np.isnan(beta).any():
            return ChiSquare(None, len(fitted))
        inner = self.covariance[np.ix_(fitted, fitted)]
        return ChiSquare(float(beta @ np.linalg.lstsq(inner, beta)[0]), len(fitted))

    @property
    def method(self) -> str:
        parts = [f"Cox, {self.ties.capitalize()} ties"]
        parts += ["robust errors"] if self.robust else []
        parts += [f"stratified by {', '.join(self.outcome.strata)}"] if self.outcome.strata else []
        return ", ".join(parts)

    def to_frame(self) -> pl.DataFrame:
        """Results: per coefficient the hazard ratio and its p-value, then the tests of the whole model."""
        rows = set_aside(self.outcome, self.sample) + self._coefficient_rows() + self._term_rows()
        return results(rows + self._whole_rows())

    def _say(self, group: str) -> partial:
        return partial(result, self.outcome.where(group), n=self.sample.n, patients=self.sample.patients)

    def _coefficient_rows(self) -> list[dict]:
        made = []
        limits = f"{self.method}, {self.level:.0%} limits"
        for j, name in enumerate(self.names):
            say, note = self._say(name), self.reasons.get(name)
            ratio, low, high = (_ratio(series[j]) for series in (self.coefficients, *self.limits))
            p = _known(two_sided(self.coefficients[j] / self.errors[j]))
            note = note if note or p is not None else "no error can be given: too few independent rows"
            made.append(say("hazard ratio", ratio, lower=low, upper=high, method=limits, note=note))
            made.append(say("p-value", p, method=f"{self.method}, Wald", unit="probability", note=note))
        return made

    def _term_rows(self) -> list[dict]:
        """Covariates with several coefficients are tested as one."""
        made = []
        for term, columns in self.design.terms.items():
            if len(columns) > 1:
                test = self.joint_test(columns)
                made.append(
                    self._say(term)("p-value", test.p, method=f"{self.method}, Wald on {test.df} df",
                                    unit="probability", note=None if test.p is not None else _NO_TEST)
                )  # fmt: skip
        return made

    def _whole_rows(self) -> list[dict]:
        say = self._say("all")
        tests = {"likelihood ratio": self.likelihood_ratio, "Wald": self.wald, "score": self.score}
        if self.robust_score is not None:
            tests["robust score"] = self.robust_score
        made = [say("events", float(self.sample.event.sum()), method="count", unit="events")]
        for name, test in tests.items():
            note = None if test.p is not None else _NO_TEST
            method = f"{self.method}, {name} on {test.df} df"
            made.append(say("chi-square", test.value, method=method, unit=f"{test.df} df", note=note))
            made.append(say("p-value", test.p, method=method, unit="probability", note=note))
        return made


_NO_TEST = "not estimable: see the coefficients"


def _ratio(value: float) -> float | None:
    return _known(float(np.exp(value)))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def cox(
    frame: pl.DataFrame,
    covariates: Sequence[Covariate],
    *,
    outcome: Outcome = DAYS,
    ties: Ties = "efron",
    robust: bool = False,
    offset: str | None = None,
    level: float = 0.95,
) -> CoxModel:
    """Fit a Cox model by partial likelihood.

    Takes:  numeric columns, text columns or `Category(column, reference)`; the outcome with its start,
            weights, strata and clusters; `robust` for errors that hold under weights and clusters;
            `offset`, a column added to the linear predictor.
    Gives:  a CoxModel; its `to_frame` has the results. A coefficient without a finite estimate
            (separation) or of its own (collinearity) is NaN, and `reasons` says why.
    Source: Cox 1972; Efron 1977; Lin and Wei 1989 for robust errors; numbers equal R's coxph.

    >>> frame = pl.DataFrame({"days": [1, 2, 3, 4, 5, 6], "event": [1] * 6, "arm": [1, 0, 1, 0, 1, 0]})
    >>> model = cox(frame, ["arm"])
    >>> round(float(model.coefficients[0]), 4), model.reasons
    (0.6321, {})
    """
    columns = [column_of(covariate) for covariate in covariates]
    rows = sample(frame, outcome, columns + ([offset] if offset else []))
    made = design(rows.rows, covariates, rows.weights)
    problem = _problem(rows, made, ties, offset)
    if problem.order.n_times == 0:
        return _nothing(outcome, rows, made, problem, ties, robust, level)
    loglik, score, information = problem.at(np.zeros(len(made.names)))
    kept, dropped = independent_columns(problem, information)
    fitted = problem.only(kept)
    best = maximise(fitted, (loglik, score[kept], information[np.ix_(kept, kept)]))
    return _summary(outcome, rows, made, fitted, kept, dropped, best, ties, robust, level)


def _problem(rows: Sample, made: Design, ties: Ties, offset: str | None) -> Problem:
    order = risk_order(rows)
    x = made.matrix[order.rows]
    x /= made.scale
    shift = np.zeros(len(order.rows))
    if offset is not None:
        values = numbers(rows.rows, offset)
        shift = (values - values.mean())[order.rows]
    return Problem(order, x, rows.weights[order.rows], shift, ties == "efron")


def _summary(
    outcome: Outcome, rows: Sample, made: Design, problem: Problem, kept: list[int], dropped: dict[int, str],
    best: Maximum, ties: Ties, robust: bool, level: float,
) -> CoxModel:  # fmt: skip
    inverse = np.linalg.pinv(best.information, hermitian=True).astype(np.float64)
    # Where one coefficient drifts away, the data that could tell another may go with it.
    lost = best.drifting.any() & ~best.drifting & (np.diag(inverse) > LOST**2)
    finite = ~best.drifting & ~lost
    sandwich = _sandwich(problem, rows, best.beta, inverse) if robust else inverse
    reasons = {made.names[j]: f"not estimable: {reason}" for j, reason in dropped.items()}
    for j in np.flatnonzero(best.drifting):
        reasons[made.names[kept[j]]] = _endless(best.beta[j])
    for j in np.flatnonzero(lost):
        reasons[made.names[kept[j]]] = "not estimable: only separated covariates could tell"
    scale, shown = made.scale[kept], np.where(finite, best.beta, np.nan)
    null = np.zeros(len(kept))
    return CoxModel(
        outcome, rows, made, problem, kept, best.beta, ties, level, robust,
        _spread_out(shown / scale, kept, len(made.names)),
        _spread_out_square(sandwich / np.outer(scale, scale), kept, finite, len(made.names)),
        _spread_out_square(inverse / np.outer(scale, scale), kept, finite, len(made.names)),
        best.loglik_null, best.loglik,
        ChiSquare(2 * (best.loglik - best.loglik_null), len(kept)) if kept else ChiSquare(None, 0),
        _quadratic(best.information_null, best.score_null),
        _robust_score(problem, rows, null) if robust else None, reasons,
    )  # fmt: skip


def _endless(beta: float) -> str:
    towards = "infinity" if beta > 0 else "0"
    return (
        f"not estimable: the likelihood keeps rising as the hazard ratio goes to {towards} "
        "(separation: at every event the covariate already tells who fails)"
    )


def _quadratic(information: Floats, score: Floats) -> ChiSquare:
    if len(score) == 0:
        return ChiSquare(None, 0)
    return ChiSquare(float(score @ np.linalg.lstsq(information, score)[0]), len(score))


def _clustered(problem: Problem, rows: Sample, beta: Floats) -> Floats:
    """Weighted score residuals summed by cluster."""
    parts = score_residuals(problem, beta) * problem.weight[:, None]
    cluster = rows.cluster[problem.order.rows]
    return np.column_stack([np.bincount(cluster, column) for column in parts.T]).astype(np.float64)


def _sandwich(problem: Problem, rows: Sample, beta: Floats, inverse: Floats) -> Floats:
    if not len(beta):
        return inverse
    moved = _clustered(problem, rows, beta) @ inverse
    return moved.T @ moved


def _robust_score(problem: Problem, rows: Sample, null: Floats) -> ChiSquare:
    if not len(null):
        return ChiSquare(None, 0)
    parts = _clustered(problem, rows, null)
    return _quadratic(parts.T @ parts, parts.sum(axis=0))


def _spread_out(values: Floats, kept: list[int], size: int) -> Floats:
    found = np.full(size, np.nan)
    found[kept] = values
    return found


def _spread_out_square(values: Floats, kept: list[int], finite: np.ndarray, size: int) -> Floats:
    found = np.full((size, size), np.nan)
    places = [j for j, good in zip(kept, finite, strict=True) if good]
    found[np.ix_(places, places)] = values[np.ix_(finite, finite)]
    return found


def _nothing(
    outcome: Outcome, rows: Sample, made: Design, problem: Problem, ties: Ties, robust: bool, level: float
) -> CoxModel:
    """Without an event nothing can be compared: no coefficient, and the reason."""
    size = len(made.names)
    absent, square = np.full(size, np.nan), np.full((size, size), np.nan)
    reasons = dict.fromkeys(made.names, "not estimable: no event")
    none = ChiSquare(None, 0)
    return CoxModel(
        outcome, rows, made, problem.only([]), [], np.zeros(0), ties, level, robust, absent, square, square,
        0.0, 0.0, none, none, none if robust else None, reasons,
    )  # fmt: skip
