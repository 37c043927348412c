"""A yes/no outcome by group -> results."""

from functools import partial

import numpy as np
import polars as pl

from headway.analyse.describe import MISSING
from headway.analyse.proportions.contrasts import Contrast, odds_ratio, risk_difference, risk_ratio
from headway.analyse.proportions.single import Method, proportion
from headway.analyse.proportions.strata import (
    cochran_mantel_haenszel,
    common_odds_ratio,
    common_risk_difference,
)
from headway.analyse.proportions.two_groups import TestMethod, TwoByTwo, compare
from headway.analyse.rows import result
from headway.record.results import Results

_SCHEMA = Results.create_empty().schema


def rates(
    rows: pl.DataFrame, analysis: str, *, method: Method = "Clopper-Pearson", population: str = "all patients"
) -> pl.DataFrame:
    """The share with the event in each group, with limits.

    Takes:  one row per patient: patient_id, group, event (Boolean; null: not evaluable, counted apart).
    Gives:  results: per group the proportion of those evaluable, and how many are not.
    """
    made = []
    named = rows.with_columns(pl.col("group").cast(pl.String).fill_null(MISSING))
    for (group,), own in named.group_by("group"):
        made += _rate(own, {"analysis": analysis, "population": population, "group": str(group)}, method)
    return pl.DataFrame(made, schema=_SCHEMA).sort("group", "statistic")


def _rate(own: pl.DataFrame, where: dict[str, str], method: Method) -> list[dict]:
    known, unknown = own.drop_nulls("event"), own.filter(pl.col("event").is_null())
    made = [
        result(where, "not evaluable", float(unknown.height), n=own.height, method="count",
               unit="patients", patients=_ids(unknown))
    ]  # fmt: skip
    if known.is_empty():
        return made
    share, lower, upper = proportion(int(known["event"].sum()), known.height, method=method)
    say = partial(result, where, n=known.height, patients=_ids(known), unit="probability")
    return [*made, say("proportion", share, lower=lower, upper=upper, method=f"proportion, {method} limits")]


def contrasts(
    rows: pl.DataFrame,
    analysis: str,
    reference: str,
    *,
    method: TestMethod | None = None,
    exact: bool = False,
    population: str = "all patients",
) -> pl.DataFrame:
    """Each group against the reference group: difference, ratio, odds ratio with limits, and a p-value.

    Takes:  one row per patient: patient_id, group, event (Boolean; a null is left out); the reference group;
            the test (none: Fisher where an expected count is below 5, else chi-square); `exact` odds ratio.
    Gives:  results; the group is written "B vs A".
    """
    known = rows.drop_nulls(["group", "event"])
    made = []
    for other in _others(known, reference):
        pair = known.filter(pl.col("group").is_in([other, reference]))
        where = {"analysis": analysis, "population": population, "group": f"{other} vs {reference}"}
        table = _table(pair, other)
        say = partial(result, where, n=pair.height, patients=_ids(pair))
        test = compare(table, method)
        made += [
            _contrast(say, "risk difference", risk_difference(table)),
            _contrast(say, "risk ratio", risk_ratio(table)),
            _contrast(say, "odds ratio", odds_ratio(table, exact=exact)),
            say("p-value", test.p, method=test.method, unit="probability"),
        ]
    return pl.DataFrame(made, schema=_SCHEMA)


def stratified_contrasts(
    rows: pl.DataFrame, analysis: str, reference: str, *, population: str = "all patients"
) -> pl.DataFrame:
    """Each group against the reference within strata, pooled as Mantel and Haenszel.

    Takes:  one row per patient: patient_id, group, stratum, event (Boolean; null: left out).
    Gives:  results: common odds ratio, common risk difference, Cochran-Mantel-Haenszel p-value.
    A stratum without patients in both groups tells nothing of the difference and is left out.
    """
    known = rows.drop_nulls(["group", "event", "stratum"])
    made = []
    for other in _others(known, reference):
        pair = known.filter(pl.col("group").is_in([other, reference]))
        told = pair.filter(pl.col("group").n_unique().over("stratum") == 2)
        where = {"analysis": analysis, "population": population, "group": f"{other} vs {reference}"}
        say = partial(result, where, n=told.height, patients=_ids(told))
        tables = [
            _table(own, other) for _, own in told.sort("stratum").group_by("stratum", maintain_order=True)
        ]
        test = cochran_mantel_haenszel(tables)
        made += [
            _contrast(say, "common odds ratio", common_odds_ratio(tables)),
            _contrast(say, "common risk difference", common_risk_difference(tables)),
            say("p-value", test.p, method=test.method, unit="probability"),
        ]
    return pl.DataFrame(made, schema=_SCHEMA)


def _contrast(say: partial[dict], statistic: str, found: Contrast) -> dict:
    value, upper = _finite(found.value), _finite(found.upper)
    note = "not estimable: a count is 0" if value is None or found.lower is None else None
    if found.upper == np.inf:
        note = "no upper limit: a count is 0"
    return say(statistic, value, lower=found.lower, upper=upper, method=found.method, note=note)


def _finite(value: float | None) -> float | None:
    """Infinity is a limit, but not a number of the results table."""
    return None if value is None or np.isinf(value) else value


def _others(known: pl.DataFrame, reference: str) -> list[str]:
    groups = known["group"].unique().sort().to_list()
    if reference not in groups:
        raise ValueError(f"reference is {reference!r}: expected one of the groups with an outcome, {groups}")
    return [group for group in groups if group != reference]


def _table(pair: pl.DataFrame, other: str) -> TwoByTwo:
    mine, theirs = pair.filter(pl.col("group") == other), pair.filter(pl.col("group") != other)
    return TwoByTwo(int(mine["event"].sum()), mine.height, int(theirs["event"].sum()), theirs.height)


def _ids(rows: pl.DataFrame) -> list[str]:
    return rows["patient_id"].unique().sort().to_list()
