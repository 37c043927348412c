"""CTCAE v5.0 grades from laboratory results (R6.1 to R6.5)."""

from typing import Literal

import polars as pl

from headway.derive.toxicity.results import (
    MILLIONTHS,
    in_units,
    known_results,
    with_baselines,
    with_corrected_calcium,
)
from headway.knowledge.ctcae import Limit, limits, terms
from headway.record.derived.toxicity import LabGrades
from headway.record.record import Time, day_text
from headway.record.words import sentence

Symptoms = Literal["worst", "lower"]
REFERENCE = {"x LLN": "lower_millionths", "x ULN": "upper_millionths", "x baseline": "baseline_millionths"}
MISSING = {
    "x LLN": "the lower limit of normal",
    "x ULN": "the upper limit of normal",
    "x baseline": "the baseline",
}


def lab_grades(
    labs: pl.LazyFrame, start: pl.LazyFrame, *, symptoms: Symptoms = "lower", time: Time = "dates"
) -> pl.LazyFrame:
    """The CTCAE v5.0 grade of each laboratory result.

    Takes:  the record's labs; start, one row per patient: patient_id, start_day (baseline is the last result
            on or before it). A column `symptomatic` in labs decides potassium under its limit (grade 1 or 2)
            and sodium of 125 to 129 mmol/L (2 or 3); where it is not known, `symptoms` says which.
    Gives:  `LabGrades`, one row per result and term; tests that CTCAE does not grade are left out.
    Source: CTCAE v5.0; domain.md 6, R6.1 to R6.5.

    >>> labs = pl.LazyFrame({"patient_id": ["P1"], "test": ["ANC"], "day": [8], "value": [0.99],
    ...     "unit": ["10^9/L"], "lower_limit": [2.0], "upper_limit": [7.5], "source_file": ["labs.csv"],
    ...     "source_sheet": [None], "source_line": [2]})
    >>> start = pl.LazyFrame({"patient_id": ["P1"], "start_day": [0]})
    >>> lab_grades(labs, start, time="days").collect()["reason"].item()
    'grade 3: 0.99 10^9/L is under 1.0 10^9/L (CTCAE v5.0, R6.1)'
    """
    results = with_baselines(with_corrected_calcium(known_results(labs)), start)
    # Made once for all terms: else the filter of each term is pushed down, and each makes its own.
    results = results.with_columns(pl.col("symptomatic").fill_null(symptoms == "worst")).cache()
    by_term = [_graded(results, term, test, time) for term, test in _gradable()]
    graded = pl.concat([*by_term, _without_numbers(results)])
    return graded.join(terms().lazy().select("term", "soc"), on="term", how="left").select(
        LabGrades.column_names()
    )


def _gradable() -> list[tuple[str, str]]:
    return list(dict.fromkeys((limit.term, limit.test) for limit in limits()))


def _graded(results: pl.LazyFrame, term: str, test: str, time: Time) -> pl.LazyFrame:
    """The results of one test, graded by the limits of one term, the highest first."""
    rules = sorted(
        (one for one in limits() if (one.term, one.test) == (term, test)), key=lambda one: -one.grade
    )
    crossed = [_crossed(rule) for rule in rules]
    grade = _highest(rules, crossed)
    # A rule that cannot be applied is null (Kleene logic): it matters if it would raise the grade.
    possible = _highest(rules, [rule.is_null() for rule in crossed])
    rows = results.filter(pl.col("test") == test).with_columns(
        term=pl.lit(term),
        reached=grade,
        at_least=possible > grade,
        why=pl.coalesce(
            pl.when(hit).then(_words(rule, time)) for rule, hit in zip(rules, crossed, strict=True)
        ),
        lacking=_lacking(rules, crossed, grade),
    )
    return _decided(rows, needs_unit=any(rule.kind == "absolute" and rule.unit != "any" for rule in rules))


def _highest(rules: list[Limit], conditions: list[pl.Expr]) -> pl.Expr:
    met = (pl.when(one).then(rule.grade) for rule, one in zip(rules, conditions, strict=True))
    return pl.max_horizontal(*met).fill_null(0).cast(pl.Int32)


def _crossed(limit: Limit) -> pl.Expr:
    """Whether the result is beyond the limit; null where the reference or the baseline is not known."""
    beyond = _beyond(limit)
    if limit.kind == "absolute" and limit.unit != "any":
        beyond = beyond & (pl.col("limit_unit") == limit.unit)
    if limit.symptoms == "symptomatic":
        beyond = beyond & pl.col("symptomatic")
    if limit.baseline == "normal":
        return beyond & ~pl.col("baseline_abnormal")
    if limit.baseline == "abnormal":
        # Over an abnormal baseline is over the upper limit too: a normal result is 0 by any baseline.
        within = pl.col("millionths") <= pl.col("upper_millionths")
        return beyond & pl.col("baseline_abnormal") & ~within.fill_null(False)
    return beyond


def _beyond(limit: Limit) -> pl.Expr:
    """The comparison in whole numbers: hundredths of millionths, for multiples have two decimals."""
    value = pl.col("millionths") * 100
    if limit.kind == "absolute":
        bound = pl.lit(int(limit.value * MILLIONTHS * 100), pl.Int64)
    else:
        bound = pl.col(REFERENCE[limit.kind]) * int(limit.value * 100)
    return {"<": value < bound, ">": value > bound, ">=": value >= bound}[limit.comparison]


def _words(limit: Limit, time: Time) -> pl.Expr:
    """The comparison in words, with the numbers and the rule."""
    side = {"<": "under", ">": "over", ">=": "at or over"}[limit.comparison]
    times = "" if limit.value == 1 else f"{limit.value} x "
    unit = "" if limit.unit == "any" else f" {limit.unit}"
    symptoms = ", with symptoms" if limit.symptoms == "symptomatic" else ""
    if limit.kind == "absolute":
        rule = "R6.4" if symptoms else "R6.1"
        return pl.lit(f"is {side} {limit.value}{unit}{symptoms} (CTCAE v5.0, {rule})")
    if limit.kind == "x baseline":
        rule = "R6.5" if limit.baseline == "any" else "R6.1"
        baseline = f"is {side} {times}the baseline of {{}} on {{}} (CTCAE v5.0, {rule})"
        return sentence(
            baseline, _number(in_units(pl.col("baseline_millionths"))), day_text("baseline_day", time)
        )
    name, column = ("lower", "lower_limit") if limit.kind == "x LLN" else ("upper", "upper_limit")
    rule = "R6.4" if symptoms else "R6.3"
    said = f"is {side} {times}the {name} limit of {{}}{symptoms} (CTCAE v5.0, {rule})"
    return sentence(said, _number(pl.col(column)))


def _lacking(rules: list[Limit], crossed: list[pl.Expr], grade: pl.Expr) -> pl.Expr:
    """What is not known and could raise the grade: limits, baseline."""
    said = []
    for kind, words in MISSING.items():
        blind = [one.is_null() & (rule.grade > grade) for rule, one in zip(rules, crossed, strict=True)
                 if kind in _needs(rule)]  # fmt: skip
        gone = pl.col(REFERENCE[kind]).is_null() | (kind == "x baseline")
        said.append(pl.when(pl.any_horizontal(False, *blind) & gone).then(pl.lit(words)))
    return pl.concat_str(said, separator=" and ", ignore_nulls=True)


def _needs(limit: Limit) -> set[str]:
    return {limit.kind} | ({"x baseline"} if limit.baseline != "any" else set())


def _decided(rows: pl.LazyFrame, *, needs_unit: bool) -> pl.LazyFrame:
    unit = sentence("CTCAE v5.0 has no limit in {} for {} (R6.1)", "unit", "test")
    no_unit = pl.when(pl.lit(needs_unit) & pl.col("limit_unit").is_null()).then(unit)
    blind = pl.when((pl.col("reached") == 0) & pl.col("at_least"))
    lacking = blind.then(
        sentence("{} is {} {}, and {} is not known (R6.3)", "test", _shown(), "unit", "lacking")
    )
    return _with_reason(rows.with_columns(obstacle=pl.coalesce("unusable", no_unit, lacking)))


def _with_reason(rows: pl.LazyFrame) -> pl.LazyFrame:
    computable = pl.col("obstacle").is_null()
    more = pl.when("at_least").then(sentence("; could be higher, for {} is not known (R6.3)", "lacking"))
    crossed = sentence("grade {}: {} {} {}{}", "reached", _shown(), "unit", "why", more.fill_null(""))
    normal = sentence("grade 0: {} {} crosses no limit of CTCAE v5.0", _shown(), "unit")
    reason = (
        pl.when(~computable).then(sentence("not computable: {}", "obstacle"))
        .when(pl.col("reached") > 0).then(crossed)
        .otherwise(normal)
    )  # fmt: skip
    return rows.select(
        pl.exclude("reached", "why", "lacking", "obstacle", "at_least"),
        grade=pl.when(computable).then("reached"),
        at_least=computable & pl.col("at_least"),
        baseline_value=in_units(pl.col("baseline_millionths")),
        reason=reason,
    )


def _shown() -> pl.Expr:
    return _number(pl.col("value"))


def _number(value: pl.Expr) -> pl.Expr:
    return value.round(6).cast(pl.String).str.strip_suffix(".0")


def _without_numbers(results: pl.LazyFrame) -> pl.LazyFrame:
    """High glucose: v5.0 grades it by what was done about it, so no number can."""
    said = "not computable: CTCAE v5.0 grades hyperglycemia by what was done about it, not by numbers"
    return results.filter(pl.col("test") == "glucose").select(
        pl.all(),
        term=pl.lit("Hyperglycemia"),
        grade=pl.lit(None, pl.Int32),
        at_least=pl.lit(False),
        baseline_value=in_units(pl.col("baseline_millionths")),
        reason=pl.lit(said),
    )
