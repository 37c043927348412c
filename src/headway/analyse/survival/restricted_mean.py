"""Restricted mean survival time: the mean time lived up to a horizon, and its difference between groups.

Source: Irwin 1949; Royston and Parmar, BMC Med Res Methodol 2013; conventions of R's survival (rmean).
"""

from functools import partial
from itertools import combinations

import numpy as np
import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.ascending import Floats
from headway.analyse.survival.groups import by_group, curve_of, normal_quantile, results, two_sided
from headway.analyse.survival.kaplan_meier import SurvivalCurve
from headway.analyse.survival.sample import DAYS, AnalysisError, Outcome, Sample

_METHOD = "area under Kaplan-Meier"


def restricted_mean(
    frame: pl.DataFrame,
    until: float,
    *,
    by: str | None = None,
    outcome: Outcome = DAYS,
    robust: bool = False,
    level: float = 0.95,
) -> pl.DataFrame:
    """Mean time up to `until` (in the unit of the time column), per group, with differences and tests.

    Gives:  results; where a group's follow-up ends before `until` with survivors, no value and a note.

    >>> frame = pl.DataFrame({"days": [1, 2, 3, 4], "event": [1, 1, 1, 1]})
    >>> restricted_mean(frame, 4.0)["value"].to_list()
    [2.5]
    """
    if not until > 0:
        raise AnalysisError(f"until: a time above 0 is expected; found {until:g}.")
    groups, made = by_group(frame, by, outcome)
    areas = {}
    for name, rows in groups.items():
        areas[name] = (rows, area(rows, until, robust=robust))
        made.append(_mean(outcome, name, rows, areas[name][1], until, level))
    for first, other in combinations(areas, 2):
        made += _difference(outcome, (first, other), areas, until, level)
    return results(made)


def area(rows: Sample, until: float, *, robust: bool = False) -> tuple[float, float] | None:
    """The restricted mean and its standard error; None where nobody was watched that long."""
    curve = curve_of(rows)
    if until > curve.last_time and curve.survival[-1] > 0:
        return None
    mean, still_to_come = _areas(curve, until)
    return mean, _robust_error(rows, curve, still_to_come) if robust else _error(curve, still_to_come)


def _areas(curve: SurvivalCurve, until: float) -> tuple[float, Floats]:
    """The area up to `until`, and the part of it that lies after each time."""
    edges = np.clip(np.concatenate([[0.0], curve.table.times, [until]]), None, until)
    pieces = np.diff(edges) * np.concatenate([[1.0], curve.survival])
    after = np.cumsum(pieces[::-1])[::-1]
    return float(after[0]), after[1:]


def _error(curve: SurvivalCurve, still_to_come: Floats) -> float:
    table = curve.table
    left = table.survivors > 0  # when everybody fails at once nothing is still to come
    growth = table.events[left] / (table.at_risk[left] * table.survivors[left])
    return float(np.sqrt(np.sum(still_to_come[left] ** 2 * growth)))


def _robust_error(rows: Sample, curve: SurvivalCurve, still_to_come: Floats) -> float:
    """Infinitesimal jackknife: each row's influence on the area, summed by cluster."""
    table = curve.table
    left = np.where(table.survivors > 0, table.survivors, np.inf)
    running = np.cumsum(still_to_come * table.events / (table.at_risk * left))
    leave = np.searchsorted(table.times, rows.stop)
    influence = running[leave] - rows.event * (still_to_come / left)[leave]
    if rows.start is not None:
        entry = np.searchsorted(table.times, rows.start, side="right")
        influence -= np.concatenate([[0.0], running])[entry]
    return float(np.sqrt(np.sum(np.bincount(rows.cluster, rows.weights * influence) ** 2)))


def _mean(
    outcome: Outcome, name: str, rows: Sample, found: tuple[float, float] | None, until: float, level: float
) -> dict:
    say = partial(result, outcome.where(name), "restricted mean", n=rows.n, patients=rows.patients, at=until,
                  method=f"{_METHOD}, {level:.0%} limits", unit=outcome.time)  # fmt: skip
    if found is None:
        return say(None, note=f"follow-up ends at {rows.stop.max():g}, before the horizon")
    spread = normal_quantile(level) * found[1]
    return say(found[0], lower=found[0] - spread, upper=found[0] + spread)


def _difference(
    outcome: Outcome, names: tuple[str, str], areas: dict, until: float, level: float
) -> list[dict]:
    (first, one), (other, two) = areas[names[0]], areas[names[1]]
    say = partial(result, outcome.where(f"{names[1]} vs {names[0]}"), n=first.n + other.n, at=until,
                  method=f"difference of areas, {level:.0%} limits, normal test",
                  patients=sorted({*first.patients, *other.patients}))  # fmt: skip
    title = "difference of restricted means"
    if one is None or two is None:
        return [say(title, None, note="follow-up of a group ends before the horizon")]
    gain, error = two[0] - one[0], float(np.hypot(one[1], two[1]))
    spread = normal_quantile(level) * error
    made = [say(title, gain, lower=gain - spread, upper=gain + spread, unit=outcome.time)]
    if error == 0:
        return [*made, say("p-value", None, note="no event before the horizon: no error to judge by")]
    return [*made, say("p-value", two_sided(gain / error), unit="probability")]
