"""The hazard ratio of two groups within subgroups, and whether it differs between them: a forest plot's rows.

Interaction is tested by likelihood ratio: group, factor and their products against group and factor.
"""

from collections.abc import Sequence
from functools import partial

import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.cox.model import ChiSquare, CoxModel, cox
from headway.analyse.survival.groups import results
from headway.analyse.survival.sample import DAYS, AnalysisError, Outcome

ONE_GROUP = "not estimable: one group has no patient here"


def subgroup_hazard_ratios(
    frame: pl.DataFrame,
    by: str,
    factors: Sequence[str],
    *,
    outcome: Outcome = DAYS,
    adjust: Sequence[str] = (),
) -> pl.DataFrame:
    """The hazard ratio of a column's second level against its first among all, and in each level of factors.

    Takes:  patient_id, the outcome, `by` with two levels (in the order of an Enum, else of their values),
            factors and covariates to adjust for (a factor does not adjust within its own levels).
    Gives:  results: per "factor level" (and "all") the hazard ratio and its p-value, patients and events of
            each group ("factor level, group"), and per factor the p-value of interaction.

    >>> frame = pl.DataFrame({"days": range(1, 9), "event": [1] * 8, "arm": list("ABBABAAB"),
    ...                       "sex": list("fmfmmffm"), "patient_id": list("12345678")})
    >>> found = subgroup_hazard_ratios(frame, "arm", ["sex"])
    >>> found.filter(pl.col("statistic") == "hazard ratio")["group"].to_list()
    ['all', 'sex f', 'sex m']
    """
    known = frame.drop_nulls([by, *outcome.columns(), *adjust])
    arms = known[by].unique().sort().cast(pl.String).to_list()
    if len(arms) != 2:
        raise AnalysisError(f"{by}: two groups are expected; found {len(arms)}.")
    known = known.with_columns(pl.col(by).cast(pl.String).cast(pl.Enum(arms)))
    made = _within(known, "all", by, arms, outcome, adjust)
    for factor in factors:
        others = [name for name in adjust if name != factor]
        for level in levels_of(known[factor]):
            own = known.filter(pl.col(factor).cast(pl.String) == level)
            made += _within(own, f"{factor} {level}", by, arms, outcome, others)
        made += _interaction(known.drop_nulls(factor), by, arms[1], factor, others, outcome)
    return results(made)


def levels_of(values: pl.Series) -> list[str]:
    """The levels of a factor in their order."""
    return values.drop_nulls().unique().sort().cast(pl.String).to_list()


def _within(
    own: pl.DataFrame, label: str, by: str, arms: list[str], outcome: Outcome, adjust: Sequence[str]
) -> list[dict]:
    made = [row for arm in arms for row in _counts(own.filter(pl.col(by) == arm), f"{label}, {arm}", outcome)]
    ids = own[outcome.patient].sort().to_list()
    say = partial(result, outcome.where(label), n=own.height, patients=ids)
    if own[by].n_unique() < 2:
        return [*made, say("hazard ratio", None, method="Cox", note=ONE_GROUP)]
    model = cox(own, [by, *adjust], outcome=outcome)
    found = model.to_frame().filter(pl.col("group") == model.names[0]).with_columns(group=pl.lit(label))
    return [*made, *found.to_dicts()]


def _counts(arm: pl.DataFrame, label: str, outcome: Outcome) -> list[dict]:
    events = arm.filter(pl.col(outcome.event).cast(pl.Boolean))
    return [
        result(outcome.where(label), statistic, float(rows.height), n=arm.height, method="count",
               unit="patients", patients=rows[outcome.patient].sort().to_list())
        for statistic, rows in (("patients", arm), ("events", events))
    ]  # fmt: skip


def _interaction(
    known: pl.DataFrame, by: str, other: str, factor: str, adjust: Sequence[str], outcome: Outcome
) -> list[dict]:
    method = "interaction, likelihood ratio"
    say = partial(
        result, outcome.where(factor), n=known.height, patients=known[outcome.patient].sort().to_list()
    )
    levels = levels_of(known[factor])
    if known[by].n_unique() < 2 or len(levels) < 2:
        return [say("p-value", None, method=method, note="not estimable: one group or one level only")]
    products = {
        f"{by} {other} and {factor} {level}": (pl.col(by) == other)
        & (pl.col(factor).cast(pl.String) == level)
        for level in levels[1:]
    }
    named = known.with_columns(pl.col(factor).cast(pl.Enum(levels)), **products)
    alone = cox(named, [by, factor, *adjust], outcome=outcome)
    full = cox(named, [by, factor, *adjust, *products], outcome=outcome)
    test = _likelihood_ratio(alone, full, list(products))
    note = None if test.p is not None else "not estimable: a group has no event in a level"
    return [
        say("chi-square", test.value, method=method, unit=f"{test.df} df", note=note),
        say("p-value", test.p, method=f"{method} on {test.df} df", unit="probability", note=note),
    ]


def _likelihood_ratio(alone: CoxModel, full: CoxModel, products: list[str]) -> ChiSquare:
    """A covariate without a finite estimate is the same in both models and does no harm; a product does."""
    df = len(full.kept) - len(alone.kept)
    if df <= 0 or any(name in full.reasons for name in products):
        return ChiSquare(None, max(df, 0))
    return ChiSquare(max(0.0, 2 * (full.loglik - alone.loglik)), df)
