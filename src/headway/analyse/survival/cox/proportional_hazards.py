"""Test of proportional hazards: does a coefficient change with time?

Source: Grambsch and Therneau 1994, as the score test of cox.zph in R's survival 3: the coefficients are
beta + theta g(t), and theta = 0 is tested for each covariate (all its columns at once) and for all.
"""

from functools import partial
from typing import Literal

import numpy as np
import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.ascending import Floats
from headway.analyse.survival.cox.kernel import weighted_information
from headway.analyse.survival.cox.model import ChiSquare, CoxModel
from headway.analyse.survival.groups import results
from headway.analyse.survival.kaplan_meier import kaplan_meier
from headway.analyse.survival.sample import AnalysisError

Transform = Literal["km", "identity", "log", "rank"]


def proportional_hazards(model: CoxModel, transform: Transform = "km") -> pl.DataFrame:
    """Chi-square and p-value per covariate, and for the model ("GLOBAL"); small p: not proportional.

    >>> from headway.analyse.survival.cox.model import cox
    >>> frame = pl.DataFrame({"days": [1, 2, 3, 4, 5, 6], "event": [1] * 6, "arm": [1, 0, 1, 0, 1, 0]})
    >>> proportional_hazards(cox(frame, ["arm"]))["group"].unique().sort().to_list()
    ['GLOBAL', 'arm']
    """
    method = f"Grambsch-Therneau score test, g = {transform} time"
    made = []
    for name, test in change_tests(model, transform).items():
        say = partial(result, model.outcome.where(name), n=model.sample.n, patients=model.sample.patients,
                      method=method, note=None if test.p is not None else "not estimable")  # fmt: skip
        made.append(say("chi-square", test.value, unit=f"{test.df} df"))
        made.append(say("p-value", test.p, unit="probability"))
    return results(made)


def change_tests(model: CoxModel, transform: Transform = "km") -> dict[str, ChiSquare]:
    """The tests by covariate, in the order of the model, "GLOBAL" last."""
    place = {column: k for k, column in enumerate(model.kept)}
    terms = {term: [place[j] for j in columns if j in place] for term, columns in model.design.terms.items()}
    terms["GLOBAL"] = list(range(len(place)))
    if not model.kept or any("likelihood" in reason for reason in model.reasons.values()):
        return {term: ChiSquare(None, len(columns)) for term, columns in terms.items()}
    g = _centred_times(model, transform)
    score, parts = weighted_information(*model.problem.arguments(model.beta), g=g)
    information = np.block([[parts[0], parts[1]], [parts[1], parts[2]]])
    return {term: _test(information, score, columns) for term, columns in terms.items()}


def _test(information: Floats, score: Floats, columns: list[int]) -> ChiSquare:
    """Score test of the theta of these columns, the coefficients beta at their estimates."""
    if not columns:
        return ChiSquare(None, 0)
    p = len(score)
    chosen = [*range(p), *(p + column for column in columns)]
    gradient = np.concatenate([np.zeros(p), score[columns]])
    inner = information[np.ix_(chosen, chosen)]
    return ChiSquare(float(gradient @ np.linalg.lstsq(inner, gradient)[0]), len(columns))


def _centred_times(model: CoxModel, transform: Transform) -> Floats:
    order, rows = model.problem.order, model.sample
    if transform == "identity":
        g = order.times
    elif transform == "log":
        if order.times.min() <= 0:
            raise AnalysisError("transform: the log of time needs event times above 0.")
        g = np.log(order.times)
    elif transform == "rank":
        ordered = np.sort(rows.stop)
        g = (np.searchsorted(ordered, order.times) + np.searchsorted(ordered, order.times, "right") + 1) / 2
    else:
        # The share that has failed just before; unweighted and over all strata, as R has it.
        curve = kaplan_meier(rows.stop, rows.event, start=rows.start)
        before = np.concatenate([[1.0], curve.survival])
        g = 1 - before[np.searchsorted(curve.table.times, order.times)]
    deaths = np.bincount(order.last[order.event], minlength=order.n_times)
    return g - np.average(g, weights=deaths)
