"""Radiotherapy courses: dose per fraction, overall time, and what kind of course it is (domain.md 8)."""

import polars as pl


def courses(radiotherapy: pl.LazyFrame) -> pl.LazyFrame:
    """The courses with what follows from dose and fractions.

    Takes:  the record's radiotherapy, one row per course at one site.
    Gives:  the same rows plus dose_per_fraction_gy, overall_days (last - first fraction + 1, R8.4) and
            fractionation (R8.11); null where dose or fractions are missing.

    >>> made = courses(pl.LazyFrame({"dose_gy": [70.0, 54.0], "fractions": [35, 3],
    ...                              "start_day": [0, 0], "end_day": [46, 4]})).collect()
    >>> made["dose_per_fraction_gy"].to_list(), made["fractionation"].to_list()
    ([2.0, 18.0], ['conventional (1.8-2.2 Gy)', 'SABR (5 Gy or more, up to 8 fractions)'])
    """
    per_fraction = pl.col("dose_gy") / pl.col("fractions")
    return radiotherapy.with_columns(
        dose_per_fraction_gy=per_fraction,
        overall_days=pl.col("end_day") - pl.col("start_day") + 1,
        fractionation=_fractionation(per_fraction, pl.col("fractions")),
    )


def _fractionation(per_fraction: pl.Expr, fractions: pl.Expr) -> pl.Expr:
    # 1e-9: a dose per fraction is a quotient, and 1.8 and 2.2 Gy themselves are conventional.
    conventional = per_fraction.is_between(1.8 - 1e-9, 2.2 + 1e-9)
    return (
        pl.when(per_fraction.is_null()).then(None)
        .when((per_fraction >= 5) & (fractions <= 8)).then(pl.lit("SABR (5 Gy or more, up to 8 fractions)"))
        .when(conventional).then(pl.lit("conventional (1.8-2.2 Gy)"))
        .when(per_fraction > 2.2).then(pl.lit("hypofractionated (over 2.2 Gy)"))
        .otherwise(pl.lit("below 1.8 Gy per fraction"))
    )  # fmt: skip
