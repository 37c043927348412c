"""Units of measure, converted in one place.

Dates and durations: a month is 365.25/12 = 30.4375 days (domain.md, conventions).
"""

import polars as pl

DAYS_PER_MONTH = 365.25 / 12
DAYS_PER = {"days": 1.0, "weeks": 7.0, "months": DAYS_PER_MONTH, "years": 365.25}


def months(days: pl.Expr) -> pl.Expr:
    """Days as months of 30.4375 days."""
    return days / DAYS_PER_MONTH


LEAST_FRACTION_GY, MOST_FRACTION_GY = 0.5, 34.0  # dose per fraction, R8.11
# Total dose of a course. Under 1 Gy nothing is treated, and 51 or 60 without a unit must not pass as cGy.
LEAST_COURSE_GY, MOST_COURSE_GY = 1.0, 100.0


def plausible_gy(dose: pl.Expr, fractions: pl.Expr) -> pl.Expr:
    """Whether a total dose makes sense in Gy: 0.5 to 34 Gy a fraction (R8.11), 1 to 100 Gy in all."""
    per_fraction = dose / fractions
    whole = dose.is_between(LEAST_COURSE_GY, MOST_COURSE_GY)
    return whole & per_fraction.is_between(LEAST_FRACTION_GY, MOST_FRACTION_GY).fill_null(True)
