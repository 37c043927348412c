"""A time-to-event endpoint, whole or by group -> results and curves."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.kaplan_meier import (
    Estimate,
    Limits,
    SurvivalCurve,
    follow_up,
    kaplan_meier,
    quantile,
    survival_at,
)
from headway.analyse.survival.sample import Outcome, sample
from headway.record.results import Curves, Results
from headway.units import DAYS_PER

WHOLE = "all"
MISSING = "not recorded"
MILESTONES_YEARS = (1, 2, 3, 5)


def survival(
    times: pl.DataFrame,
    analysis: str,
    *,
    groups: pl.DataFrame | None = None,
    start: str | None = None,
    weight: str | None = None,
    limits: Limits = "log-log",
    population: str = "all patients",
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Kaplan-Meier results of one endpoint.

    Takes:  times in the schema TimesToEvent (rows without days are counted, not used); `groups`
            with patient_id and group, known at time zero, in the order of an Enum; columns of `times`:
            `start`, the day after which a patient is watched (left truncation), `weight` above 0 (errors
            are then robust; patients, events and those at risk stay counts); the kind of limits.
    Gives:  results (patients, events, median with limits, survival at 1, 2, 3 and 5 years, reverse
            Kaplan-Meier follow-up), and curves with those at risk.

    A patient whose group is missing is in a group of its own, "not recorded".
    """
    results: list[dict] = []
    curves: list[pl.DataFrame] = []
    ticks = _ticks(times["days"].drop_nulls().to_list())
    outcome = Outcome(start=start, weight=weight, analysis=analysis, population=population)
    for group, rows in _by_group(times, groups):
        made = _of_group(rows, outcome, group, limits, ticks)
        results += made[0]
        curves += made[1]
    return pl.DataFrame(results, schema=Results.create_empty().schema), pl.concat(
        [Curves.create_empty(), *curves]
    )


def _by_group(times: pl.DataFrame, groups: pl.DataFrame | None) -> Iterator[tuple[str, pl.DataFrame]]:
    if groups is None:
        yield WHOLE, times
        return
    named = pl.col("group").cast(pl.String).fill_null(MISSING)
    joined = times.join(groups, on="patient_id", how="left").with_columns(named)
    for name in _ordered(joined["group"].unique().to_list(), groups["group"].dtype):
        yield name, joined.filter(pl.col("group") == name)


def _ordered(names: list[str], kind: pl.DataType) -> list[str]:
    """As an Enum has them, else by the alphabet; "not recorded" comes last in any case."""
    order = kind.categories.to_list() if isinstance(kind, pl.Enum) else sorted(names)
    return [*(name for name in order if name in names and name != MISSING), *({MISSING} & {*names})]


def _of_group(
    times: pl.DataFrame, outcome: Outcome, group: str, limits: Limits, ticks: list[int]
) -> tuple[list[dict], list[pl.DataFrame]]:
    usable = times.drop_nulls(outcome.columns()).sort("patient_id")
    where = outcome.where(group)
    counts = _counts(times, usable, where)
    if usable.is_empty():
        return counts, []
    rows = sample(usable, outcome)
    clusters = None if rows.weight is None else rows.cluster
    curve = kaplan_meier(rows.stop, rows.event, start=rows.start, weights=rows.weight, clusters=clusters,
                         limits=limits)  # fmt: skip
    watched = follow_up(rows.stop, rows.event, start=rows.start, weights=rows.weight, clusters=clusters,
                        limits=limits)  # fmt: skip
    weighted = rows.weight is not None
    estimates = _estimates(curve, watched, where, usable["patient_id"].to_list(), weighted)
    watching = _at_risk(usable, outcome.start, ticks, where)
    return [*counts, *estimates, *watching], [_steps(curve, outcome.analysis, group)]


def _counts(times: pl.DataFrame, usable: pl.DataFrame, where: dict) -> list[dict]:
    def counted(statistic: str, rows: pl.DataFrame) -> dict:
        return result(where, statistic, float(rows.height), n=times.height, method="count", unit="patients",
                      patients=rows["patient_id"].sort().to_list())  # fmt: skip

    events = usable.filter(pl.col("event"))
    without = times.join(usable, on="patient_id", how="anti")
    return [counted("with a time", usable), counted("without a time", without), counted("events", events)]


def _estimates(
    curve: SurvivalCurve, watched: Estimate, where: dict, ids: list[str], weighted: bool
) -> list[dict]:
    limits = f"{curve.level:.0%} limits {curve.limits}" + (", robust errors" if weighted else "")
    method = f"{'weighted ' if weighted else ''}Kaplan-Meier, {limits}"
    made = [_row(where, "median", quantile(curve, 0.5), ids, method, "days", None)]
    for years in MILESTONES_YEARS:
        at = years * DAYS_PER["years"]
        if at <= curve.last_time:
            made.append(_row(where, "survival", survival_at(curve, at), ids, method, "probability", at))
    made.append(_row(where, "median follow-up", watched, ids, f"reverse {method}", "days", None))
    return made


def _ticks(days: list[float]) -> list[int]:
    """Months at which those at risk are counted: a step that gives at most about eight columns."""
    months = max(days, default=0.0) / DAYS_PER["months"]
    step = next((step for step in (1, 3, 6, 12, 24, 60) if months / step <= 9), 120)
    return list(range(0, int(months) + 1, step))


def _at_risk(usable: pl.DataFrame, start: str | None, ticks: list[int], where: dict) -> list[dict]:
    """Who is watched, without the event, just before each tick."""
    made = []
    since = pl.lit(0.0) if start is None else pl.col(start)
    for month in ticks:
        at = month * DAYS_PER["months"]
        inside = (pl.col("days") >= at) & ((since < at) | (since <= 0))
        ids = usable.filter(inside)["patient_id"].to_list()
        made.append(result(where, "at risk", float(len(ids)), at=at, n=usable.height, method="count",
                           unit="patients", patients=ids))  # fmt: skip
    return made


def _row(
    where: dict, statistic: str, estimate: Estimate, ids: list[str], method: str, unit: str, at: float | None
) -> dict:
    note = "not reached" if estimate.value is None else None
    return result(where, statistic, estimate.value, lower=estimate.lower, upper=estimate.upper, at=at,
                  n=len(ids), method=method, unit=unit, note=note, patients=ids)  # fmt: skip


def _steps(curve: SurvivalCurve, analysis: str, group: str) -> pl.DataFrame:
    table = curve.table
    columns = {
        "days": np.concatenate([[0.0], table.times]),
        "survival": np.concatenate([[1.0], curve.survival]),
        "lower": np.concatenate([[1.0], curve.lower]),
        "upper": np.concatenate([[1.0], curve.upper]),
        "at_risk": np.concatenate([[table.at_risk[0]], table.at_risk]),
        "events": np.concatenate([[0.0], table.events]),
        "censored": np.concatenate([[0.0], table.censored]),
    }
    named = pl.DataFrame(columns).with_columns(
        pl.lit(analysis).alias("analysis"), pl.lit(group).alias("group")
    )
    return named.with_columns(pl.col("lower", "upper").fill_nan(None)).select(Curves.column_names())
