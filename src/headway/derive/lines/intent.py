"""Curative or palliative: what a drug was given for (R4.1)."""

import polars as pl

from headway.derive.lines.codes import CURATIVE, NOT_KNOWN, PALLIATIVE
from headway.derive.lines.order import number_within
from headway.derive.lines.settings import LineRules
from headway.record.derived.lines import SETTINGS

_UNKNOWN_BASIS = "neither intent nor a day of recurrent or metastatic disease"
CURATIVE_INTENTS = ("curative", "induction", "concurrent", "adjuvant")


def with_setting(rows: pl.DataFrame) -> pl.DataFrame:
    """Add setting (a place in `SETTINGS`) and setting_basis to each row.

    Takes:  intent, numbered_as, start_day, recurrent_metastatic_day (each may be null).
    Gives:  one setting per patient and day: a palliative drug makes the day palliative.
    Source: R4.1. What was written about the drug itself comes before the day of R/M disease.
    """
    places = [pl.when(found).then(place) for found, place, _ in _readings()]
    bases = [pl.when(found).then(pl.lit(basis)) for found, _, basis in _readings()]
    own = rows.with_columns(
        own_setting=pl.coalesce(*places, pl.lit(NOT_KNOWN)).cast(pl.Int8),
        setting_basis=pl.coalesce(*bases, pl.lit("not known")),
    )
    day = ["patient_id", "start_day"]
    palliative, curative = (
        (pl.col("own_setting") == place).any().over(day) for place in (PALLIATIVE, CURATIVE)
    )
    of_day = pl.when(palliative).then(PALLIATIVE).when(curative).then(CURATIVE).otherwise(NOT_KNOWN)
    return own.with_columns(setting=of_day.cast(pl.Int8))


def _readings() -> list[tuple[pl.Expr, int, str]]:
    """What tells the setting, from the surest on: condition, setting, words."""
    metastatic, start = pl.col("recurrent_metastatic_day"), pl.col("start_day")
    return [
        (pl.col("intent") == "palliative", PALLIATIVE, "intent"),
        (pl.col("intent").is_in(CURATIVE_INTENTS), CURATIVE, "intent"),
        (pl.col("numbered_as").is_not_null(), PALLIATIVE, "numbered by the investigator"),
        (start >= metastatic, PALLIATIVE, "on or after the day of recurrent or metastatic disease"),
        (start < metastatic, CURATIVE, "before the day of recurrent or metastatic disease"),
    ]


def in_words(places: pl.Expr) -> pl.Expr:
    """The setting at each place of `SETTINGS`."""
    return places.replace_strict(dict(enumerate(SETTINGS)), return_dtype=pl.String)


def basis_of_lines(
    lines: pl.DataFrame, rows: pl.DataFrame, progressions: pl.DataFrame, rules: LineRules
) -> pl.DataFrame:
    """Add setting_basis to the lines, and read the setting of the rest from what came before.

    A line of unknown setting is palliative after a palliative line or a progression; else it is what the
    rule set says, and the basis tells so.
    """
    own = rows.filter(pl.col("own_setting") != NOT_KNOWN).with_columns(
        setting=in_words(pl.col("own_setting"))
    )
    first = (
        own.sort("patient_id", "line", "start_day", "setting_basis")
        .group_by("patient_id", "line", "setting", maintain_order=True)
        .agg(pl.col("setting_basis").first())
    )
    progressed = progressions.group_by("patient_id").agg(first_pd=pl.col("day").min())
    lines = lines.join(
        first, on=["patient_id", "line", "setting"], how="left", maintain_order="left"
    ).join(progressed, on="patient_id", how="left", maintain_order="left")  # fmt: skip
    return _inferred(lines, rules).drop("first_pd")


def _inferred(lines: pl.DataFrame, rules: LineRules) -> pl.DataFrame:
    palliative_before = number_within(pl.col("setting") == "palliative") > 0
    unknown = pl.col("setting") == "not known"
    after_line, after_pd = unknown & palliative_before, unknown & (pl.col("first_pd") <= pl.col("start_day"))
    return lines.with_columns(
        setting=pl.when(after_line | after_pd).then(pl.lit("palliative"))
        .when(unknown).then(pl.lit(rules.setting_if_not_known))
        .otherwise("setting"),
        setting_basis=pl.when(after_line).then(pl.lit("after a palliative line"))
        .when(after_pd).then(pl.lit("after progression; no day of recurrent or metastatic disease"))
        .when(unknown).then(pl.lit(_UNKNOWN_BASIS))
        .otherwise("setting_basis"),
    )  # fmt: skip
