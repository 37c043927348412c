"""Radiotherapy doses in Gy: by the unit that is stated, or the only one that makes sense."""

import polars as pl

from headway.record.findings import problems
from headway.record.words import sentence
from headway.units import plausible_gy

Tables = dict[str, pl.DataFrame]
_FACTOR_OF_GY = {"gy": 1.0, "gray": 1.0, "cgy": 100.0, "centigray": 100.0, "rad": 100.0}
_WORD = {1.0: "Gy", 100.0: "cGy"}


def doses_in_gy(courses: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Courses whose dose stands beside its unit -> `dose_gy`; each unit that cannot be right is a finding.

    Takes:  dose and dose_unit as written (text), fractions (text), patient_id, where the row stands.
    Gives:  the courses with dose_gy in place of dose and dose_unit; a dose that is not a number
            stays as written, for whoever reads numbers to report.
    """
    read = courses.with_columns(_number("dose").alias("number"), _stated().alias("stated"))
    judged = read.with_columns(_meant().alias("meant"))
    gy = (pl.col("number") / pl.col("meant")).alias("gy")
    unread = pl.when(pl.col("number").is_null()).then("dose")
    made = judged.with_columns(gy).with_columns(dose_gy=pl.coalesce(pl.col("gy").cast(pl.String), unread))
    found = [_otherwise(made), _inferred(made), _unclear(made)]
    return made.drop("dose", "dose_unit", "number", "stated", "meant", "gy"), found


def _number(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Float64, strict=False)


def _stated() -> pl.Expr:
    unit = pl.col("dose_unit").str.strip_chars().str.to_lowercase()
    return unit.replace_strict(_FACTOR_OF_GY, default=None, return_dtype=pl.Float64)


def _meant() -> pl.Expr:
    """How many of the unit make a Gy: as stated if that is plausible, else what alone is; null: unclear.

    A stated unit also stands if only the fractions speak against it: then they are as doubtful.
    """
    dose, fractions, stated = pl.col("number"), _number("fractions"), pl.col("stated")
    gy, cgy = plausible_gy(dose, fractions), plausible_gy(dose / 100, fractions)
    return (
        pl.when(plausible_gy(dose / stated, fractions)).then(stated)
        .when(gy & ~cgy).then(1.0)
        .when(cgy & ~gy).then(100.0)
        .when(plausible_gy(dose / stated, pl.lit(None, pl.Float64))).then(stated)
    )  # fmt: skip


def _written() -> pl.Expr:
    return pl.concat_str(["dose", "dose_unit"], separator=" ", ignore_nulls=True)


def _finding(rule: str, at: pl.DataFrame, message: pl.Expr) -> pl.DataFrame:
    return problems(rule, "radiotherapy", at, message=message, column="dose_gy", value=_written())


def _otherwise(doses: pl.DataFrame) -> pl.DataFrame:
    at = doses.filter(pl.col("stated") != pl.col("meant"))
    unit = pl.col("meant").replace_strict(_WORD, return_dtype=pl.String)
    says = "radiotherapy.dose_gy '{}' can only be in {}; it was read as {} Gy"
    return _finding("dose-unit-converted", at, sentence(says, _written(), unit, "gy"))


def _inferred(doses: pl.DataFrame) -> pl.DataFrame:
    at = doses.filter(pl.col("stated").is_null() & pl.col("meant").is_not_null())
    unit = pl.col("meant").replace_strict(_WORD, return_dtype=pl.String)
    says = "radiotherapy.dose_gy '{}' has no known unit and can only be in {}; it was read as {} Gy"
    return _finding("dose-unit-inferred", at, sentence(says, _written(), unit, "gy"))


def _unclear(doses: pl.DataFrame) -> pl.DataFrame:
    at = doses.filter(pl.col("number").is_not_null() & pl.col("meant").is_null())
    either = plausible_gy(pl.col("number"), _number("fractions"))
    which = pl.when(either).then(pl.lit("in Gy and in cGy")).otherwise(pl.lit("neither in Gy nor in cGy"))
    says = "radiotherapy.dose_gy '{}' makes sense {}; it is left out"
    return _finding("dose-unit-unclear", at, sentence(says, _written(), which))


def checked_doses(tables: Tables) -> tuple[Tables, list[pl.DataFrame]]:
    """Doses that only fit the other unit, converted with a warning: 6600 becomes 66.

    The other way, 0.6 becomes 60 only if there are fractions that say so.
    """
    if "radiotherapy" not in tables:
        return tables, []
    courses = tables["radiotherapy"]
    dose, fractions = pl.col("dose_gy"), pl.col("fractions")
    only = {by: ~plausible_gy(dose, fractions) & plausible_gy(dose * by, fractions) for by in (0.01, 100)}
    factor = pl.when(only[0.01]).then(0.01).when(only[100] & fractions.is_not_null()).then(100.0)
    read = courses.with_columns(fits=(dose * factor).round(4))
    if read["fits"].null_count() == courses.height:
        return tables, []
    converted = read.with_columns(dose_gy=pl.coalesce("fits", "dose_gy")).drop("fits")
    return {**tables, "radiotherapy": converted}, [_converted(read.drop_nulls("fits"))]


def _converted(at: pl.DataFrame) -> pl.DataFrame:
    unit = pl.when(pl.col("fits") < pl.col("dose_gy")).then(pl.lit("cGy")).otherwise(pl.lit("Gy, not cGy"))
    dose = pl.col("dose_gy")
    written = pl.when(pl.col("fits") < dose).then(dose).otherwise(pl.col("fits"))
    says = "radiotherapy.dose_gy {} can only be {}; it was read as {} Gy"
    message = sentence(says, written, unit, "fits")
    return problems(
        "dose-unit-converted", "radiotherapy", at, message=message, column="dose_gy", value=written
    )
