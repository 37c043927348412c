"""Radiotherapy: dose and fractions fit each other (domain.md R8.11), once units are converted."""

from collections.abc import Iterator

import polars as pl

from headway.record.findings import problems
from headway.record.record import Time
from headway.record.words import sentence
from headway.units import LEAST_COURSE_GY, LEAST_FRACTION_GY, MOST_COURSE_GY, MOST_FRACTION_GY, plausible_gy


def implausible_doses(tables: dict[str, pl.DataFrame], _time: Time) -> Iterator[pl.DataFrame]:
    """Courses whose dose per fraction, or dose in all, nobody gives."""
    if "radiotherapy" in tables:
        at = tables["radiotherapy"].filter(~plausible_gy(pl.col("dose_gy"), pl.col("fractions")))
        message = sentence("radiotherapy: course {} gives {}", "course_id", _implausible())
        column, value = "dose_gy", _number(pl.col("dose_gy"))
        yield problems(
            "dose-against-fractions", "radiotherapy", at, message=message, column=column, value=value
        )


def _implausible() -> pl.Expr:
    """What is wrong in numbers: the dose in all, or the dose of one fraction."""
    dose, each = pl.col("dose_gy"), (pl.col("dose_gy") / pl.col("fractions")).round(3)
    in_all = f"{{}} Gy; {LEAST_COURSE_GY:g} to {MOST_COURSE_GY:g} Gy is plausible"
    in_each = f"{{}} Gy in {{}}, {{}} each; {LEAST_FRACTION_GY:g} to {MOST_FRACTION_GY:g} Gy is plausible"
    per_fraction = sentence(in_each, _number(dose), _fractions(), _number(each))
    sane = dose.is_between(LEAST_COURSE_GY, MOST_COURSE_GY)
    return pl.when(sane).then(per_fraction).otherwise(sentence(in_all, _number(dose)))


def _fractions() -> pl.Expr:
    many = sentence("{} fractions", "fractions")
    return pl.when(pl.col("fractions") == 1).then(pl.lit("1 fraction")).otherwise(many)


def _number(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String).str.strip_suffix(".0")
