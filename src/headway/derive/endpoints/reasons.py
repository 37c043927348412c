"""The reason of each time in one sentence: rule, what, when, and by which rule set."""

import polars as pl

from headway.derive.endpoints.decided import day_of, gap_days, last_contact
from headway.derive.endpoints.definitions import Endpoint
from headway.derive.endpoints.rules import RuleSet
from headway.record.record import Time, day_text
from headway.record.words import sentence

_NUMBERS = {1: "one missed assessment", 2: "two missed assessments", 3: "three missed assessments"}
_LACKING = {"response": "no response", "treated": "no treatment from time zero on"}
_CENSOR_WORDS = {"alive": "last known alive", "treated": "last known on treatment"}


def reason(endpoint: Endpoint, rules: RuleSet, time: Time) -> pl.Expr:
    """Say why, for what `decided` gives: "P9: censored on day 56: death on day 190 after two missed …"."""
    by = f", {rules.name} rules" if endpoint.by_rules else ""
    status = pl.when("event").then(pl.lit("event")).otherwise(pl.lit("censored"))
    told = sentence(
        f"{{}}: {{}} on {{}}: {{}}{by}",
        "rule",
        status,
        day_text("end_day", time),
        _why(endpoint, rules, time),
    )
    return pl.when(pl.col("days").is_null()).then(_no_time(endpoint, time)).otherwise(told)


def _why(endpoint: Endpoint, rules: RuleSet, time: Time) -> pl.Expr:
    case, end, limit = pl.col("case"), _what("end"), _what("limit")
    early = sentence("{}, before any assessment", end)
    competing = sentence(f"{{}}, which is no event of {endpoint.name}", end)
    unseen = pl.when(pl.col("rule") == "P4").then(pl.lit(", which no scan shows")).otherwise(pl.lit(""))
    until = sentence("{} on {}{}", limit, day_text(day_of("limit"), time), unseen)
    return (
        pl.when(case == "no baseline").then(sentence("no baseline assessment ({})", _what("baseline")))
        .when("event").then(pl.when(pl.col("rule") == "P7").then(early).otherwise(end))
        .when(case == "end").then(competing)
        .when(case == "missed visits").then(_after_missed(rules, time))
        .when(case == "limit").then(until)
        .when(case == "window").then(pl.lit(f"end of the window of {rules.tau_days} days"))
        .otherwise(_followed(endpoint, rules))
    )  # fmt: skip


def _what(name: str) -> pl.Expr:
    return pl.col(name).struct.field("what")


def _after_missed(rules: RuleSet, time: Time) -> pl.Expr:
    """Death on day 190 after two missed assessments (134 days without one; at most 126)."""
    number = _NUMBERS.get(rules.missed_visits or 0, f"{rules.missed_visits} missed assessments")
    happened = sentence(f"{{}} on {{}} after {number}", _what("end"), day_text(day_of("end"), time))
    by_days = sentence(
        f"{{}} ({{}} days without one; at most {rules.longest_gap_days})", happened, gap_days()
    )
    by_record = sentence("{} ({} recorded as missed)", happened, "missed")
    return pl.when(gap_days() > (rules.longest_gap_days or 0)).then(by_days).otherwise(by_record)


def _followed(endpoint: Endpoint, rules: RuleSet) -> pl.Expr:
    if last_contact(endpoint, rules):
        told = sentence(f"{_censor_word(endpoint)} ({{}})", _what("followed"))
    else:
        never = pl.lit("no adequate assessment after time zero")
        last = sentence("last adequate assessment: {}", _what("until"))
        told = pl.when(pl.col("rule") == "P11").then(never).otherwise(last)
    dead = pl.col("dead_on_unknown_day").fill_null(False)
    return pl.when(dead).then(sentence("{}; dead, but on an unknown day", told)).otherwise(told)


def _censor_word(endpoint: Endpoint) -> str:
    return _CENSOR_WORDS.get(endpoint.censored_at, _CENSOR_WORDS["alive"])


def _no_time(endpoint: Endpoint, time: Time) -> pl.Expr:
    word, start = _censor_word(endpoint), pl.col("start_day")
    before = sentence(
        f"no time: {word} on {{}}, before time zero on {{}}", day_text("end_day", time), day_text(start, time)
    )
    needed = endpoint.starts_at or endpoint.among or ""
    lacking = _LACKING.get(needed, f"no {needed}")
    return (
        pl.when("lacking").then(pl.lit(f"no time: {lacking} ({endpoint.source})"))
        .when(start.is_null()).then(pl.lit("no time: time zero is not known"))
        .when(pl.col("case") == "after cut-off").then(pl.lit("no time: time zero is after the data cut-off"))
        .when(pl.col("end_day").is_null())
        .then(pl.lit(f"no time: neither an event nor a day '{word}' is known"))
        .otherwise(before)
    )  # fmt: skip
