"""SABR courses beside the regimens that the field names for their site (domain.md 8.2, 8.5)."""

import polars as pl

from headway.derive.radiobiology import bed_gy, milligray
from headway.derive.radiotherapy import DOSE_TOLERANCE_GY, RANK_ONLY_GY, TUMOUR
from headway.knowledge.sabr_regimens import ANY_SITE, SITE_WORDS, sabr_regimens, sabr_site
from headway.record.derived.radiotherapy import SabrComparisons
from headway.record.words import sentence


def compared_with_regimens(courses: pl.LazyFrame) -> pl.LazyFrame:
    """Each SABR course and the regimen of its site that it is, or comes nearest to by BED10.

    Takes:  `courses` of radiotherapy.py. SABR is what its numbers make SABR, or what was recorded as SABR.
    Gives:  `SabrComparisons`; bed10_difference_gy is course less regimen. A regimen of any site counts only
            where it is the same. Null: the site is not in the table, or the dose tells no BED.
    Source: domain.md 8.2, 8.5; the same regimen to 0.05 Gy (R8.11). On a tie the first of the table.

    >>> from headway.derive.radiotherapy import courses
    >>> given = pl.LazyFrame({"patient_id": ["P1"] * 2, "course_id": ["A", "B"], "start_day": [0, 60],
    ...     "end_day": [4, 64], "technique": ["SABR"] * 2, "site": ["lung", "liver segment 4"],
    ...     "dose_gy": [54.0, 45.0], "fractions": [3, 3]})
    >>> found = compared_with_regimens(courses(given)).collect()
    >>> found.select("regimen", "same", "bed10_difference_gy").rows()
    [('3 x 20 Gy', False, -28.8), ('3 x 15 Gy', True, 0.0)]
    """
    sabr = courses.filter((pl.col("fractionation") == "SABR") | (pl.col("technique") == "SABR"))
    known = sabr.with_columns(table_site=sabr_site(pl.col("site"))).with_row_index("row")
    beside = known.join(_regimens().lazy(), on="table_site", how="left").with_columns(same=_same())
    # A course of no site of the table has one row, without a regimen, and keeps it.
    counted = beside.filter(pl.col("own_site").fill_null(True) | pl.col("same"))
    apart = milligray((pl.col("bed10_gy") - pl.col("regimen_bed10_gy")).abs())
    nearest = counted.sort("row", ~pl.col("same"), apart, "order").unique("row", keep="first")
    told = nearest.with_columns(_only_if_known(), bed10_difference_gy=_difference()).with_columns(
        reason=_reason()
    )
    return told.select(SabrComparisons.column_names()).sort("patient_id", "start_day", "course_id", "site")


def _regimens() -> pl.DataFrame:
    """The table for each site that it has: the regimens of the site, and those of any site."""
    table = sabr_regimens().with_row_index("order")
    own = table.filter(pl.col("site") != ANY_SITE).rename({"site": "table_site"})
    of_any = table.filter(pl.col("site") == ANY_SITE).drop("site")
    everywhere = of_any.join(pl.DataFrame({"table_site": list(SITE_WORDS)}), how="cross")
    rows = pl.concat(
        [own.with_columns(own_site=pl.lit(True)), everywhere.with_columns(own_site=pl.lit(False))],
        how="diagonal",
    )
    group = ["table_site", "fractions", "own_site"]
    return rows.select(
        "table_site", "order", "own_site", "setting", "source", "uncertain",
        regimen=sentence("{} x {} Gy", "fractions", _shown("dose_per_fraction_gy")),
        regimen_fractions="fractions",
        regimen_dose_gy="dose_gy",
        regimen_bed10_gy=bed_gy(pl.col("dose_gy"), pl.col("fractions"), TUMOUR),
        lowest_gy=pl.col("dose_gy").min().over(group),
        highest_gy=pl.col("dose_gy").max().over(group),
    )  # fmt: skip


def _same() -> pl.Expr:
    apart = (milligray(pl.col("dose_gy")) - milligray(pl.col("regimen_dose_gy"))).abs()
    equal = (pl.col("fractions") == pl.col("regimen_fractions")) & (apart <= round(DOSE_TOLERANCE_GY * 1000))
    return pl.when(pl.col("bed10_gy").is_not_null()).then(equal)


def _only_if_known() -> list[pl.Expr]:
    """Nothing is nearest to a dose that is not known."""
    columns = ["regimen", "regimen_bed10_gy", "setting", "uncertain", "source"]
    return [pl.when(pl.col("bed10_gy").is_not_null()).then(name).alias(name) for name in columns]


def _difference() -> pl.Expr:
    # Rounded where floats end: 151.2 - 180 is -28.8 Gy.
    return (pl.col("bed10_gy") - pl.col("regimen_bed10_gy")).round(6)


def _reason() -> pl.Expr:
    given = sentence("{} x {} Gy", "fractions", _shown("dose_per_fraction_gy"))
    not_there = sentence(f"{{}}: site not in the table (one of {', '.join(SITE_WORDS)})", "site")
    same = sentence("{}: {} is a regimen of the table ({})", "table_site", given, "source")
    other = sentence(
        "{}: {}, BED10 {} Gy, is not in the table; the nearest is {}, BED10 {} Gy: {} Gy {} ({})",
        "table_site", given, _shown("bed10_gy"), "regimen", _shown("regimen_bed10_gy"),
        _shown(pl.col("bed10_difference_gy").abs()), _more_or_less(), "source",
    )  # fmt: skip
    return (
        pl.when(pl.col("site").is_null()).then(pl.lit("the site is not recorded"))
        .when(pl.col("table_site").is_null()).then(not_there)
        .when(pl.col("bed10_gy").is_null()).then(sentence("{}: {}", "table_site", "dose_reason"))
        .when("same").then(pl.concat_str(same, *_notes(), separator="; ", ignore_nulls=True))
        .otherwise(pl.concat_str(other, _between(), *_notes(), _ranks(), separator="; ", ignore_nulls=True))
    )  # fmt: skip


def _more_or_less() -> pl.Expr:
    more = pl.col("bed10_difference_gy") >= 0
    return pl.when(more).then(pl.lit("more")).otherwise(pl.lit("less"))


def _between() -> pl.Expr:
    """The table gives the ends of some ranges: 3 x 18 Gy to the lung is between 3 x 15 and 3 x 20 Gy."""
    inside = pl.col("dose_gy").is_between("lowest_gy", "highest_gy")
    said = sentence("{} Gy lie between its {} and {} Gy in {} fractions",
                    _shown("dose_gy"), _shown("lowest_gy"), _shown("highest_gy"), "fractions")  # fmt: skip
    return pl.when(inside & (pl.col("fractions") == pl.col("regimen_fractions"))).then(said)


def _notes() -> list[pl.Expr]:
    return [sentence("the regimen: {}", "setting"), sentence("uncertain: {}", "uncertain")]


def _ranks() -> pl.Expr:
    regimen = pl.col("regimen_dose_gy") / pl.col("regimen_fractions")
    large = (pl.col("dose_per_fraction_gy") > RANK_ONLY_GY) | (regimen > RANK_ONLY_GY)
    return pl.when(large).then(pl.lit(f"over {RANK_ONLY_GY} Gy a fraction the BED only ranks (R8.5)"))


def _shown(gray: str | pl.Expr) -> pl.Expr:
    value = pl.col(gray) if isinstance(gray, str) else gray
    return value.round(2).cast(pl.String).str.strip_suffix(".0")
