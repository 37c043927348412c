"""The reason of each disease state: the answers to Q0 to Q5 in words, or what is missing."""

import polars as pl

from headway.derive.metastases import READING
from headway.record.record import Time, day_text
from headway.record.words import sentence


def with_reasons(decided: pl.LazyFrame, most: int, synchronous_days: int, time: Time) -> pl.LazyFrame:
    """Add `reason` and `since_day`, and let an untreated episode keep the state that it began with."""
    asked = pl.concat_str(
        _q0(most),
        _q1(most),
        _q2(),
        _q3(synchronous_days),
        _q4(time),
        _q5(),
        separator="; ",
        ignore_nulls=True,
    )
    missing = pl.when(pl.col("state") == "cannot tell").then(_missing(most))
    told = pl.coalesce(
        sentence("cannot tell: {} ({})", missing, asked),
        sentence("{}: {} (R7.1 to R7.3)", "state", asked),
    )
    episode = (~pl.col("goes_on")).cum_sum().over(READING, order_by="day")
    return _kept(decided.with_columns(reason=told, episode=episode), time)


def _kept(told: pl.LazyFrame, time: Time) -> pl.LazyFrame:
    by = [*READING, "episode"]
    first = {name: pl.col(name).sort_by("day").first().over(by) for name in ("state", "reason")}
    carried = told.with_columns(since_day=pl.col("day").min().over(by), **first)
    since = sentence("as on {}, for no treatment came between: {}", day_text("since_day", time), "reason")
    return carried.with_columns(reason=pl.when("goes_on").then(since).otherwise("reason"))


def _few() -> pl.Expr:
    return pl.col("within_limit").fill_null(False)


def _answer(asked: pl.Expr, question: str, answer: pl.Expr, yes: pl.Expr, no: pl.Expr) -> pl.Expr:
    said = pl.when(answer).then(sentence(f"{question} yes: {{}}", yes)).when(~answer).then(
        sentence(f"{question} no: {{}}", no)
    )  # fmt: skip
    return pl.when(asked).then(said.otherwise(pl.lit(f"{question} not known")))


def _q0(most: int) -> pl.Expr:
    counted = pl.col("counted")
    focused = counted != pl.col("metastases")
    shown = pl.when(focused).then(sentence("{} new or growing of {} metastases", counted, "metastases"))
    number = shown.otherwise(sentence("{} metastases", counted))
    assumed = (
        pl.when(pl.col("treatable").is_null()).then(pl.lit(", assumed to be treatable")).otherwise(pl.lit(""))
    )
    yes = sentence(f"{{}}, up to {most}{{}}", number, assumed)
    over = pl.when(counted > most).then(sentence(f"{{}}, over {most}", number)).when(counted == 0).then(
        pl.lit("no metastasis")
    ).otherwise(sentence("{}, not treatable or in too many organs", number))  # fmt: skip
    return _answer(pl.lit(True), "Q0", pl.col("within_limit"), yes, over)


def _q1(most: int) -> pl.Expr:
    answer = pl.col("polymetastatic_before")
    return _answer(
        _few(), "Q1", answer, pl.lit(f"over {most} metastases before"), pl.lit(f"never over {most} before")
    )


def _genuine() -> pl.Expr:
    return _few() & ~pl.col("polymetastatic_before").fill_null(True)


def _q2() -> pl.Expr:
    answer = pl.col("oligometastatic_before")
    return _answer(
        _genuine(), "Q2", answer, pl.lit("oligometastatic before"), pl.lit("not oligometastatic before")
    )


def _de_novo() -> pl.Expr:
    return _genuine() & ~pl.col("oligometastatic_before").fill_null(True)


def _q3(synchronous_days: int) -> pl.Expr:
    after = pl.col("day") - pl.col("diagnosis_day")
    yes = sentence(f"{{}} days after diagnosis, over {synchronous_days}", after)
    no = sentence(f"{{}} days after diagnosis, up to {synchronous_days}", after)
    return _answer(_de_novo(), "Q3", pl.col("metachronous"), yes, no)


def _asks_therapy() -> pl.Expr:
    return _few() & pl.col("origin").is_not_null() & (pl.col("origin") != "synchronous")


def _q4(time: Time) -> pl.Expr:
    dose, ahead = day_text("last_dose_day", time), pl.col("last_dose_day") >= pl.col("day")
    yes = pl.when(ahead).then(pl.lit("systemic therapy goes on")).otherwise(sentence("last dose on {}", dose))
    never = pl.when(pl.col("last_dose_day").is_null()).then(pl.lit("no systemic therapy before"))
    return _answer(
        _asks_therapy(),
        "Q4",
        pl.col("on_systemic_therapy"),
        yes,
        never.otherwise(sentence("last dose on {}", dose)),
    )


def _q5() -> pl.Expr:
    asked = _asks_therapy() & pl.col("on_systemic_therapy").fill_null(False)
    yes = sentence("{} new, {} growing", "new", "growing")
    return _answer(asked, "Q5", pl.col("progressing"), yes, pl.lit("none new or growing"))


def _missing(most: int) -> pl.Expr:
    """The first fact on the way through the tree that the record does not have."""
    few = pl.col("within_limit")
    flags = sentence("whether {} of the lesions are metastases is not recorded", "unknown")
    therapy = pl.lit("whether a drug without a recorded end was still given")
    history = pl.lit("how many metastases there were before the first imaging in the record")
    return (
        pl.when(few.is_null() & (pl.col("unknown") > 0)).then(flags)
        .when(few.is_null() & (pl.col("counted") > most)).then(therapy)
        .when(few.is_null()).then(pl.lit("whether all metastases can be treated is not recorded"))
        .when("history_missing").then(history)
        .when(pl.col("origin").is_null()).then(pl.lit("the day of diagnosis is not recorded"))
        .otherwise(therapy)
    )  # fmt: skip
