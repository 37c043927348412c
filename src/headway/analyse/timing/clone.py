"""Clone, censor, weight: compare "exposed within a grace period" with "not" as if they had been assigned.

Source: Hernan 2018; Maringe and others, Int J Epidemiol 2020. Each patient is followed under both
strategies until what happened breaks one of them; weights make up for who is lost that way.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.groups import results, set_aside
from headway.analyse.survival.kaplan_meier import confidence_limit
from headway.analyse.survival.sample import DAYS, AnalysisError, Outcome
from headway.analyse.timing.jackknife import Jackknife, jackknife
from headway.analyse.timing.strategies import Strategies, strategies

WITHIN, WITHOUT = "exposed within the grace period", "not exposed within it"
NO_MAXIMUM = "not estimable: no event can tell one strategy from the other"
NO_ERROR = "no error to judge by: nobody, or everybody, has failed"


def clone_censor_weight(
    times: pl.DataFrame,
    exposures: pl.DataFrame,
    grace_days: float,
    at: Sequence[float] = (),
    *,
    within: Sequence[str] = (),
    outcome: Outcome = DAYS,
) -> pl.DataFrame:
    """Survival under both strategies at stated times, and their hazard ratio; limits by the jackknife.

    Takes:  times and exposures as `with_exposure`; the grace period; `within`: columns of times, known at
            time zero, in whose combinations the chance of exposure is estimated (Kaplan-Meier in each).
    Gives:  results. What drives exposure and is in no column of `within` still confounds.

    >>> times = pl.DataFrame({"patient_id": list("abcd"), "days": [10, 60, 90, 40], "event": [True] * 4})
    >>> exposures = pl.DataFrame({"patient_id": ["b"], "exposure_days": [20]})
    >>> found = clone_censor_weight(times, exposures, 30, [50]).filter(statistic="survival")
    >>> found.select("group", "value").rows()
    [('exposed within the grace period', 0.75), ('not exposed within it', 0.375)]
    """
    if not 0 < grace_days < np.inf:
        raise AnalysisError(f"grace_days: days above 0 are expected; found {grace_days:g}.")
    made = strategies(times, exposures, grace_days, within, outcome)
    found = jackknife(made, at)
    rows = set_aside(outcome, made.rows)
    for strategy, name in enumerate((WITHIN, WITHOUT)):
        last = made.last_times[strategy]
        say = partial(result, outcome.where(name), n=made.rows.n, patients=made.rows.patients)
        rows += [_survival(say, found, 1 + strategy * len(at) + k, day, last) for k, day in enumerate(at)]
    rows += [row for k, day in enumerate(at) for row in _difference(outcome, made, found, k, day, len(at))]
    method = pl.lit(f"clone-censor-weight, grace {grace_days:g} days: ") + pl.col("method")
    return results(rows + _hazard_ratio(outcome, made, found)).with_columns(
        method=pl.when(pl.col("method") == "count").then("method").otherwise(method)
    )


def _survival(say: partial, found: Jackknife, k: int, day: float, last: float) -> dict:
    method = f"Kaplan-Meier, {found.limits} log-log"
    if day > last:
        return say("survival", None, at=day, method=method, unit="probability",
                   note=f"follow-up ends at {last:g}")  # fmt: skip
    value = found.value[k : k + 1]
    error = found.error[k : k + 1] / np.where(value > 0, value, np.nan)
    low, high = (_known(confidence_limit(value, error, "log-log", sign * found.t)[0]) for sign in (-1, 1))
    return say("survival", float(value[0]), lower=low, upper=high, at=day, method=method, unit="probability",
               note=found.why)  # fmt: skip


def _difference(
    outcome: Outcome, made: Strategies, found: Jackknife, k: int, day: float, days: int
) -> list[dict]:
    say = partial(result, outcome.where(f"{WITHOUT} vs {WITHIN}"), at=day, unit="probability",
                  n=made.rows.n, patients=made.rows.patients)  # fmt: skip
    method, test = (
        f"difference of Kaplan-Meier, {found.limits} plain",
        f"difference of Kaplan-Meier, {found.test}",
    )
    if day > min(made.last_times):
        note = "follow-up of a strategy ends before"
        return [say("difference of survival", None, method=method, note=note)]
    k += 1 + 2 * days
    low, high = found.between(k)
    p = found.p(k)
    return [
        say("difference of survival", found.value[k], lower=low, upper=high, method=method, note=found.why),
        say("p-value", p, method=test, note=None if p is not None else found.why or NO_ERROR),
    ]


def _hazard_ratio(outcome: Outcome, made: Strategies, found: Jackknife) -> list[dict]:
    say = partial(result, outcome.where(f"strategy {WITHIN} vs {WITHOUT}"), n=made.rows.n,
                  patients=made.rows.patients)  # fmt: skip
    estimable = bool(np.isfinite(found.value[0]))
    note = found.why if estimable else NO_MAXIMUM
    ratio = _ratio(found.value[0]) if estimable else None
    low, high = (_ratio(limit) for limit in found.between(0))
    model = "weighted Cox model with Efron's ties"
    return [
        say("hazard ratio", ratio, lower=low, upper=high, method=f"{model}, {found.limits}", note=note),
        say("p-value", found.p(0), method=f"{model}, {found.test}", unit="probability", note=note),
    ]


def _ratio(logarithm: float) -> float | None:
    return _known(float(np.exp(logarithm)))


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
