"""SABR by site and schedule, beside the regimens that the field names for the site (domain.md 8.5)."""

import polars as pl

from headway.analyse.rows import result
from headway.derive.radiotherapy import courses
from headway.derive.sabr import compared_with_regimens
from headway.record.record import Record
from headway.record.results import ALL_PATIENTS, Contributions, Results
from headway.record.words import sentence
from headway.run.topics.topic import joined

NAME = "SABR by site and schedule"
BED10 = "alpha/beta 10 Gy, without time factor"


def sabr_schedules(record: Record) -> pl.DataFrame:
    """Results of each schedule: its courses, and its BED10 beside the table of regimens (R8.1, R8.11)."""
    found = _known(record).group_by("group", "site", "bed10_gy").agg(
        pl.col("patient_id").unique().sort(), pl.len(), pl.col("beside").first()
    )  # fmt: skip
    made = []
    for row in found.sort("site", "bed10_gy", "group").iter_rows(named=True):
        where = {"analysis": NAME, "population": ALL_PATIENTS, "group": row["group"]}
        ids = row["patient_id"]
        made += [
            result(where, "courses", float(row["len"]), n=len(ids), unit="rows", method="count",
                   patients=ids),
            result(where, "BED10", row["bed10_gy"], n=len(ids), unit="Gy", method=BED10, note=row["beside"],
                   patients=ids),
        ]  # fmt: skip
    return pl.DataFrame(made, schema=Results.create_empty().schema)


def sabr_given(record: Record) -> pl.DataFrame:
    """What each patient gives to it."""
    known = _known(record)
    return joined(known, NAME, pl.col("group")) if known.height else Contributions.create_empty()


def _known(record: Record) -> pl.DataFrame:
    """The SABR courses whose site, dose and fractions are recorded."""
    compared = compared_with_regimens(courses(record.table("radiotherapy"))).collect()
    each = (pl.col("dose_gy") / pl.col("fractions")).round(2).cast(pl.String).str.strip_suffix(".0")
    return compared.drop_nulls(["site", "bed10_gy"]).with_columns(
        group=sentence("{}, {} x {} Gy", "site", "fractions", each), beside=_beside()
    )


def _beside() -> pl.Expr:
    apart = pl.col("bed10_difference_gy")
    more = pl.when(apart >= 0).then(pl.lit("more")).otherwise(pl.lit("less"))
    gray = apart.abs().round(1).cast(pl.String)
    return (
        pl.when(pl.col("table_site").is_null()).then(pl.lit("no regimen for this site"))
        .when("same").then(pl.lit("yes"))
        .otherwise(sentence("no; nearest {}: {} Gy {}", "regimen", gray, more))
    )  # fmt: skip
