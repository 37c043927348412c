"""What the rule set decides about each patient: which of the things observed ends the time, and how."""

import polars as pl

from headway.derive.endpoints.definitions import BY_RULES, Endpoint
from headway.derive.endpoints.observed import CLINICAL, SOURCE, events
from headway.derive.endpoints.rules import RuleSet
from headway.record.derived.endpoints import DOCUMENTED

NO_TIME = "no time"


def day_of(name: str) -> pl.Expr:
    """The day of one of the things observed."""
    return pl.col(name).struct.field("day")


def decided(
    endpoint: Endpoint, rules: RuleSet, patients: pl.LazyFrame, cutoff_day: int | None
) -> pl.LazyFrame:
    """Add to what was observed: case, at and because (structs), end_day, days, event, cause and rule.

    The cases, the first that applies: "lacking", "no start", "after cut-off" (no time can be given),
    "no baseline" (P1), "end", "missed visits" (P9), "limit" (P4, P5, P6, R5.4), "followed".
    """
    placed = patients.with_columns(zero=_time_zero()).with_columns(case=_case(endpoint, rules, cutoff_day))
    placed = placed.with_columns(at=_at(endpoint, rules), because=_because(endpoint, rules))
    timed = (day_of("at") >= pl.col("start_day")).fill_null(False)
    ended = timed & (pl.col("case") == "end")
    cause = pl.col("end").struct.field("fact")
    known = placed.with_columns(
        end_day=day_of("at"),
        days=pl.when(timed).then(day_of("at") - pl.col("start_day")).cast(pl.Float64),
        event=pl.when(timed).then(ended & cause.is_in(events(endpoint, rules)).fill_null(False)),
        cause=pl.when(ended).then(cause),
        rule=pl.when(timed).then(_rule(endpoint, rules)).otherwise(pl.lit(NO_TIME)),
    )
    return _within_window(known, rules.tau_days)


def last_contact(endpoint: Endpoint, rules: RuleSet) -> bool:
    """Whether a patient without event is censored at contact or treatment, not at an assessment."""
    if endpoint.censored_at == BY_RULES:
        return rules.followed_to == "last contact"
    return endpoint.censored_at != "assessed"


def _time_zero() -> pl.Expr:
    """Time zero as a fact without a source row: where a patient is censored who was never assessed."""
    nothing = [pl.lit(None, pl.Int64 if name == "source_line" else pl.String).alias(name) for name in SOURCE]
    words = [pl.lit("time zero").alias("fact"), pl.lit("time zero").alias("what")]
    return pl.struct(pl.col("start_day").alias("day"), *words, *nothing)


def _case(endpoint: Endpoint, rules: RuleSet, cutoff_day: int | None) -> pl.Expr:
    end, limit = day_of("end"), day_of("limit")
    ended = end.is_not_null() & (limit.is_null() | (end <= limit))
    late = pl.lit(False) if cutoff_day is None else pl.col("start_day") > cutoff_day
    return (
        pl.when("lacking").then(pl.lit("lacking"))
        .when(pl.col("start_day").is_null()).then(pl.lit("no start"))
        .when(late).then(pl.lit("after cut-off"))
        .when(_no_baseline(endpoint, rules, ended)).then(pl.lit("no baseline"))
        .when(ended & _after_gap(endpoint, rules)).then(pl.lit("missed visits"))
        .when(ended).then(pl.lit("end"))
        .when(limit.is_not_null()).then(pl.lit("limit"))
        .otherwise(pl.lit("followed"))
    )  # fmt: skip


def _no_baseline(endpoint: Endpoint, rules: RuleSet, ended: pl.Expr) -> pl.Expr:
    if not endpoint.by_rules or rules.no_baseline == "follow":
        return pl.lit(False)
    without = pl.col("baseline").is_not_null()
    if rules.no_baseline == "censor":
        return without
    died = ended & (pl.col("end").struct.field("fact") == "death")
    early = day_of("end") - pl.col("zero_day") <= rules.early_days
    return without & ~(died & early).fill_null(False)


def _after_gap(endpoint: Endpoint, rules: RuleSet) -> pl.Expr:
    """Whether two visits or more were missed before the end (P9): by their days, or as recorded."""
    longest = rules.longest_gap_days
    if longest is None or not endpoint.by_rules:
        return pl.lit(False)
    return (gap_days() > longest) | (pl.col("missed") >= rules.missed_visits).fill_null(False)


def gap_days() -> pl.Expr:
    """Days from the last adequate assessment, or else from the start, to the end."""
    return day_of("end") - pl.coalesce(day_of("before"), "start_day")


def _at(endpoint: Endpoint, rules: RuleSet) -> pl.Expr:
    """The fact whose day counts."""
    case, zero = pl.col("case"), pl.col("zero")
    assessed = pl.coalesce("until", zero)
    contact = last_contact(endpoint, rules)
    return (
        pl.when(case == "no baseline").then(zero)
        .when(case == "end").then("end")
        .when(case == "missed visits").then(pl.coalesce("before", zero))
        .when(case == "limit").then("limit" if contact else assessed)
        .when(case == "followed").then("followed" if contact else assessed)
    )  # fmt: skip


def _because(endpoint: Endpoint, rules: RuleSet) -> pl.Expr:
    """The fact that decided."""
    case = pl.col("case")
    return (
        pl.when(case == "no baseline").then("baseline")
        .when(case.is_in(["end", "missed visits"])).then("end")
        .when(case == "limit").then("limit")
        .when(case == "followed").then(_at(endpoint, rules))
    )  # fmt: skip


def _rule(endpoint: Endpoint, rules: RuleSet) -> pl.Expr:
    """The rule of domain.md that decided."""
    case = pl.col("case")
    never, contact = day_of("until").is_null(), last_contact(endpoint, rules)
    followed = pl.lit("R4.10" if endpoint.censored_at == "treated" else "R5.2")
    assessed = pl.when(never).then(pl.lit("P11")).otherwise(pl.lit("P3"))
    return (
        pl.when(case == "no baseline").then(pl.lit("P1"))
        .when(case == "missed visits").then(pl.lit("P9"))
        .when(case == "limit").then(_rule_of(pl.col("limit").struct.field("fact")))
        .when(case == "followed").then(followed if contact else assessed)
        .otherwise(_rule_of(pl.col("end").struct.field("fact")) if endpoint.by_rules else pl.lit("5.1"))
    )  # fmt: skip


def _rule_of(fact: pl.Expr) -> pl.Expr:
    death = pl.when(pl.col("before").is_null()).then(pl.lit("P7")).otherwise(pl.lit("P8"))
    return (
        pl.when(fact.is_in(DOCUMENTED)).then(pl.lit("P2"))
        .when(fact == "death").then(death)
        .when(fact == CLINICAL).then(pl.lit("P4"))
        .when(fact == "stopped early").then(pl.lit("P5"))
        .when(fact == "new therapy").then(pl.lit("P6"))
        .when(fact == "local therapy").then(pl.lit("R5.4"))
        .otherwise(pl.lit("5.1"))
    )  # fmt: skip


def _within_window(known: pl.LazyFrame, tau_days: int | None) -> pl.LazyFrame:
    """Censor at the end of the window who was followed for longer (5.1)."""
    beyond = pl.lit(False) if tau_days is None else (pl.col("days") > tau_days).fill_null(False)
    window = pl.lit(tau_days, pl.Int32)
    cut = {
        "case": pl.lit("window"),
        "end_day": (pl.col("start_day") + window).cast(pl.Int32),
        "days": window.cast(pl.Float64),
        "event": pl.lit(False),
        "cause": pl.lit(None, pl.String),
        "rule": pl.lit("5.1"),
    }
    return known.with_columns(
        pl.when(beyond).then(value).otherwise(name).alias(name) for name, value in cut.items()
    )
