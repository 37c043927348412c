"""Units of measure, converted in one place.

Dates and durations: a month is 365.25/12 = 30.4375 days (domain.md, conventions).
"""

import polars as pl

DAYS_PER_MONTH = 365.25 / 12
DAYS_PER = {"days": 1.0, "weeks": 7.0, "months": DAYS_PER_MONTH, "years": 365.25}


def months(days: pl.Expr) -> pl.Expr:
    """Days as months of 30.4375 days."""
    return days / DAYS_PER_MONTH
