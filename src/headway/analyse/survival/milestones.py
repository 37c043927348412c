"""Survival at stated times, per group, and its difference between groups."""

from functools import partial
from itertools import combinations

import numpy as np
import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.groups import by_group, curve_of, normal_quantile, results, two_sided
from headway.analyse.survival.kaplan_meier import Limits, SurvivalCurve, survival_at
from headway.analyse.survival.sample import DAYS, Outcome, Sample


def survival_at_times(
    frame: pl.DataFrame,
    at: list[float],
    *,
    by: str | None = None,
    outcome: Outcome = DAYS,
    limits: Limits = "log-log",
    robust: bool = False,
    level: float = 0.95,
) -> pl.DataFrame:
    """Kaplan-Meier survival with limits at each time, per group, and differences between groups.

    Gives:  results; no value beyond a group's follow-up. Differences have plain limits and a normal test.

    >>> frame = pl.DataFrame({"days": [1, 2, 3, 4], "event": [1, 1, 1, 0]})
    >>> survival_at_times(frame, [2.0, 9.0])["value"].to_list()
    [0.5, None]
    """
    groups, made = by_group(frame, by, outcome)
    curves = {
        name: (rows, curve_of(rows, robust=robust, limits=limits, level=level))
        for name, rows in groups.items()
    }
    made += [_survival(outcome, name, *curves[name], time) for name in curves for time in at]
    for first, other in combinations(curves, 2):
        pair = f"{other} vs {first}"
        for time in at:
            made += _difference(outcome, pair, curves[first], curves[other], time)
    return results(made)


def _survival(outcome: Outcome, name: str, rows: Sample, curve: SurvivalCurve, time: float) -> dict:
    found = survival_at(curve, time)
    note = None if found.value is not None else f"follow-up ends at {curve.last_time:g}"
    method = f"Kaplan-Meier, {curve.level:.0%} limits {curve.limits}"
    return result(outcome.where(name), "survival", found.value, lower=found.lower, upper=found.upper, at=time,
                  n=rows.n, method=method, unit="probability", note=note, patients=rows.patients)  # fmt: skip


def _difference(
    outcome: Outcome,
    pair: str,
    first: tuple[Sample, SurvivalCurve],
    other: tuple[Sample, SurvivalCurve],
    time: float,
) -> list[dict]:
    level = first[1].level
    say = partial(result, outcome.where(pair), n=first[0].n + other[0].n, at=time, unit="probability",
                  method=f"difference of Kaplan-Meier, {level:.0%} limits plain, normal test",
                  patients=sorted({*first[0].patients, *other[0].patients}))  # fmt: skip
    (one, one_error), (two, two_error) = _with_error(first[1], time), _with_error(other[1], time)
    if one is None or two is None:
        return [say("difference of survival", None, note="follow-up of a group ends before")]
    gain, error = two - one, float(np.hypot(one_error, two_error))
    spread = normal_quantile(level) * error
    made = [say("difference of survival", gain, lower=gain - spread, upper=gain + spread)]
    if not error > 0:
        return [*made, say("p-value", None, note="no error to judge by: nobody, or everybody, has failed")]
    return [*made, say("p-value", two_sided(gain / error))]


def _with_error(curve: SurvivalCurve, time: float) -> tuple[float | None, float]:
    """Survival at a time and its standard error."""
    value = survival_at(curve, time).value
    position = int(np.searchsorted(curve.table.times, time, side="right")) - 1
    if value is None or position < 0 or value == 0:
        return value, 0.0
    return value, value * float(curve.error[position])
