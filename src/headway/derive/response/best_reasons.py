"""The reason of a best response: which scan, and which later one confirmed it."""

import polars as pl

from headway.derive.response.settings import ResponseRules
from headway.record.record import Time, day_text
from headway.record.words import sentence


def with_best_reasons(best: pl.DataFrame, rules: ResponseRules, time: Time) -> pl.DataFrame:
    """Add `reason`, of the unconfirmed best response and of what became of it."""
    response, confirmed = pl.col("best_response"), pl.col("confirmed_best_response")
    responded = response.is_in(["CR", "PR"])
    unconfirmed = sentence(
        "{} on {}, not confirmed {} days later or more (R1.33); confirmed best response {}{}",
        response, _on("best_response_day", time), pl.lit(rules.confirm_days), confirmed, _since(time),
    )  # fmt: skip
    confirmed_pr = sentence("CR not confirmed (R1.33); {}", _confirmation(time))
    reason = (
        pl.when(responded & (confirmed == response)).then(_confirmation(time))
        .when(responded & (confirmed == "PR")).then(confirmed_pr)
        .when(responded).then(unconfirmed)
        .otherwise(_no_response(rules, time))
    )  # fmt: skip
    return best.with_columns(reason=reason)


def _on(day: str, time: Time) -> pl.Expr:
    return day_text(day, time)


def _since(time: Time) -> pl.Expr:
    found = pl.col("confirmed_best_response_day").is_not_null() & (pl.col("confirmed_best_response") != "NE")
    return (
        pl.when(found)
        .then(sentence(" on {}", _on("confirmed_best_response_day", time)))
        .otherwise(pl.lit(""))
    )


def _confirmation(time: Time) -> pl.Expr:
    """A CR is confirmed by a CR; a PR by a PR or a CR."""
    confirmed = pl.col("confirmed_best_response")
    by = (
        pl.when(confirmed == "CR")
        .then(pl.lit("CR"))
        .otherwise(pl.col("pr_confirmed_by_response").cast(pl.String))
    )
    return sentence(
        "{} on {}, confirmed by {} on {} (R1.34)",
        confirmed, _on("confirmed_best_response_day", time), by, _on("confirmed_by_day", time),
    )  # fmt: skip


def _no_response(rules: ResponseRules, time: Time) -> pl.Expr:
    response, day = pl.col("best_response"), _on("best_response_day", time)
    late_enough = sentence(
        "{} on {}, at least {} days after start (R1.31)", response, day, pl.lit(rules.stable_days)
    )
    unevaluable = pl.lit("no evaluable assessment in the window (R1.30)")
    too_early = sentence(
        "no response, and nothing {} days after start or later (R1.31)", pl.lit(rules.stable_days)
    )
    return (
        pl.when(response == "PD").then(sentence("PD on {}, nothing better that counts before (R1.32)", day))
        .when(response != "NE").then(late_enough)
        .when(pl.col("any_day").is_null()).then(pl.lit("no assessment in the window (R1.30)"))
        .when(pl.col("last_assessed_day").is_null()).then(unevaluable)
        .otherwise(too_early)
    )  # fmt: skip
