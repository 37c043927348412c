"""Every rule set side by side: what each makes of a patient, and who changes (domain.md 5.2, 5.3)."""

from collections.abc import Sequence

import polars as pl

from headway.derive.endpoints.definitions import Endpoint
from headway.derive.endpoints.rules import RuleSet
from headway.derive.endpoints.times import time_to_event
from headway.record.record import Time


def side_by_side(
    endpoint: Endpoint,
    rule_sets: Sequence[RuleSet],
    since: str,
    starts: pl.LazyFrame,
    facts: pl.LazyFrame,
    patients: pl.LazyFrame,
    *,
    time: Time,
    cutoff_day: int | None = None,
) -> pl.LazyFrame:
    """One row per patient: "days FDA-2018", "event FDA-2018", "reason FDA-2018", … and `changed`.

    Takes:  as `time_to_event`, with rule sets of different names, the primary one first.
    Gives:  patient_id, changed (days or event differ between any two), then the columns of each rule set.
    Source: domain.md 5.2: report the primary analysis and at least one sensitivity analysis.
    """
    told = [
        time_to_event(endpoint, since, starts, facts, patients, rules=rules, time=time, cutoff_day=cutoff_day)
        for rules in rule_sets
    ]
    joined = starts.select("patient_id")
    for rules, times in zip(rule_sets, told, strict=True):
        own = times.select("patient_id", *(_column(name, rules) for name in ("days", "event", "reason")))
        joined = joined.join(own, on="patient_id", how="left")
    columns = pl.exclude("patient_id", "changed")
    return (
        joined.with_columns(changed=_changed(rule_sets))
        .select("patient_id", "changed", columns)
        .sort("patient_id")
    )


def _column(name: str, rules: RuleSet) -> pl.Expr:
    return pl.col(name).alias(f"{name} {rules.name}")


def _changed(rule_sets: Sequence[RuleSet]) -> pl.Expr:
    """Whether any rule set says otherwise than the first."""
    first, *others = rule_sets
    return pl.any_horizontal(
        pl.lit(False),
        *(
            pl.col(f"{name} {rules.name}").ne_missing(pl.col(f"{name} {first.name}"))
            for rules in others
            for name in ("days", "event")
        ),
    )
