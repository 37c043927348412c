"""The reason of each response, in words and with the numbers that decided it."""

import polars as pl

from headway.record.record import Time, day_text
from headway.record.words import sentence


def with_reasons(timepoints: pl.LazyFrame, time: Time = "dates") -> pl.LazyFrame:
    """Say why each time point is what it is, with the rule (domain.md 1.6) in brackets.

    Takes:  `TimepointResponses`; time as in the record: dates, or days from day 0.
    Gives:  the same rows with `reason`.

    >>> from headway.record.derived.response import TimepointResponses
    >>> seen = {"response": "PD", "target_response": "SD", "non_target_response": None, "new_lesions": 1,
    ...         "new_lesions_appeared": 1}
    >>> points = pl.concat([TimepointResponses.create_empty(), pl.DataFrame([seen])], how="diagonal_relaxed")
    >>> with_reasons(points.lazy()).collect()["reason"].item()
    'PD: 1 new lesion (T9)'
    """
    progression = pl.concat_str(
        _target_progression(time),
        _non_target_progression(),
        _new_lesions(),
        separator="; ",
        ignore_nulls=True,
    )
    said = pl.when(pl.col("response") == "PD").then(progression).otherwise(_without_progression(time))
    return timepoints.with_columns(reason=sentence("{}: {} ({})", "response", said, _rule()))


def _number(column: str) -> pl.Expr:
    return pl.col(column).abs().round(2).cast(pl.String)


def _percent(column: str) -> pl.Expr:
    return pl.col(column).abs().round(1).cast(pl.String)


def _nadir(time: Time) -> pl.Expr:
    day = day_text("nadir_day", time)
    return sentence("the nadir of {} mm on {}", _number("nadir_mm"), day)


def _target_progression(time: Time) -> pl.Expr:
    back = (
        pl.when("needs_review")
        .then(pl.lit("a target node is 10 mm or more after CR, to be imaged again, target sum {} mm, R1.17"))
        .otherwise(pl.lit("a target lesion is back after CR, target sum {} mm, R1.16"))
    )
    reappeared = back.str.replace("{}", _number("measured_sum_mm"), literal=True)
    seen_rise = (pl.col("measured_sum_mm") - pl.col("nadir_mm")).round(2).cast(pl.String)
    incomplete = sentence(
        "the {} of {} targets measured sum to {} mm, already {} mm above {}, R1.12",
        "targets_measured", "targets", _number("measured_sum_mm"), seen_rise, _nadir(time),
    )  # fmt: skip
    # A nadir of 0 has no percentage.
    percent = pl.when(pl.col("nadir_mm") > 0).then(sentence(" ({} %)", _percent("change_from_nadir_percent")))
    complete = sentence(
        "target sum {} mm is {} mm{} above {}",
        _number("sum_mm"), _number("change_from_nadir_mm"), percent.fill_null(""), _nadir(time),
    )  # fmt: skip
    cause = (
        pl.when("target_reappeared")
        .then(reappeared)
        .when(pl.col("sum_mm").is_null())
        .then(incomplete)
        .otherwise(complete)
    )
    return pl.when(pl.col("target_response") == "PD").then(cause)


def _non_target_progression() -> pl.Expr:
    cause = (
        pl.when("non_target_reappeared")
        .then(pl.lit("a non-target lesion is back after CR, R1.16"))
        .otherwise(pl.lit("unequivocal progression of a non-target lesion"))
    )
    return pl.when(pl.col("non_target_response") == "PD").then(cause)


def _new_lesions() -> pl.Expr:
    appeared = _counted("new_lesions_appeared", "1 new lesion", "{} new lesions")
    earlier = _counted("new_lesions", "a new lesion of an earlier scan", "{} new lesions of earlier scans")
    newly = pl.col("new_lesions_appeared") > 0
    return pl.when(newly).then(appeared).when(pl.col("new_lesions") > 0).then(earlier)


def _counted(count: str, one: str, more: str) -> pl.Expr:
    return pl.when(pl.col(count) == 1).then(pl.lit(one)).otherwise(sentence(more, count))


def _without_progression(time: Time) -> pl.Expr:
    kept = pl.when((pl.col("response") == "PR") & (pl.col("target_response") == "SD")).then(
        pl.lit("kept since an earlier PR, R1.15")
    )
    parts = [kept, _target(time), _non_target()]
    return pl.concat_str(parts, separator="; ", ignore_nulls=True)


def _target(time: Time) -> pl.Expr:
    target = pl.col("target_response")
    gone = sentence("every target is gone (nodes under 10 mm), target sum {} mm", _number("sum_mm"))
    missing = sentence("only {} of {} targets measured, R1.12", "targets_measured", "targets")
    return (
        pl.when(target == "CR").then(gone)
        .when(target == "PR").then(_against_baseline())
        .when(target == "SD").then(sentence("{}{}", _against_baseline(), _above_nadir(time)))
        .when(target == "NE").then(missing)
    )  # fmt: skip


def _against_baseline() -> pl.Expr:
    change = (pl.col("sum_mm") - pl.col("baseline_sum_mm")).round(2)
    side = pl.when(change > 0).then(pl.lit("above")).otherwise(pl.lit("below"))
    return sentence(
        "target sum {} mm is {} mm ({} %) {} the baseline of {} mm",
        _number("sum_mm"), change.abs().cast(pl.String), _percent("change_from_baseline_percent"), side,
        _number("baseline_sum_mm"),
    )  # fmt: skip


def _above_nadir(time: Time) -> pl.Expr:
    """Where stable disease stands against the nadir, if it is above one other than baseline."""
    grown = (pl.col("change_from_nadir_mm") > 0) & (pl.col("nadir_day") > pl.col("baseline_day"))
    said = sentence(" and {} mm above {}", _number("change_from_nadir_mm"), _nadir(time))
    return pl.when(grown).then(said).otherwise(pl.lit(""))


def _non_target() -> pl.Expr:
    """The non-target lesions, where they decide: beside targets that are gone, or alone."""
    non_target, target = pl.col("non_target_response"), pl.col("target_response")
    said = (
        pl.when(non_target == "CR").then(pl.lit("every non-target lesion is gone"))
        .when(non_target == "NE").then(pl.lit("a non-target lesion was not assessed"))
        .when(non_target == "NON-CR/NON-PD").then(pl.lit("a non-target lesion persists"))
        .when(target.is_null()).then(pl.lit("no target, non-target or new lesion"))
    )  # fmt: skip
    return pl.when(target.is_null() | (target == "CR")).then(said)


def _rule() -> pl.Expr:
    """The row of the tables in domain.md 1.6 that was applied."""
    target, non_target = pl.col("target_response"), pl.col("non_target_response")
    return _measurable_rule(
        target, non_target, only=target.is_not_null(), otherwise=_non_target_rule(non_target)
    )


def _measurable_rule(target: pl.Expr, non_target: pl.Expr, *, only: pl.Expr, otherwise: pl.Expr) -> pl.Expr:
    return (
        pl.when(~only).then(otherwise)
        .when(target == "PD").then(pl.lit("T7"))
        .when(non_target == "PD").then(pl.lit("T8"))
        .when(pl.col("new_lesions") > 0).then(pl.lit("T9"))
        .when(target == "PR").then(pl.lit("T4"))
        .when(target == "SD").then(pl.lit("T5"))
        .when(target == "NE").then(pl.lit("T6"))
        .when(non_target == "NON-CR/NON-PD").then(pl.lit("T2"))
        .when(non_target == "NE").then(pl.lit("T3"))
        .otherwise(pl.lit("T1"))
    )  # fmt: skip


def _non_target_rule(non_target: pl.Expr) -> pl.Expr:
    return (
        pl.when(non_target == "PD").then(pl.lit("U4"))
        .when(pl.col("new_lesions") > 0).then(pl.lit("U5"))
        .when(non_target == "CR").then(pl.lit("U1"))
        .when(non_target == "NON-CR/NON-PD").then(pl.lit("U2"))
        .otherwise(pl.lit("U3"))
    )  # fmt: skip
