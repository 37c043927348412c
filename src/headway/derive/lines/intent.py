"""Curative or palliative: what a drug was given for (R4.1)."""

import polars as pl

from headway.derive.lines.codes import CURATIVE, NOT_KNOWN, PALLIATIVE
from headway.derive.lines.order import number_within
from headway.derive.lines.settings import LineRules
from headway.record.derived.lines import SETTINGS
from headway.record.words import sentence

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
    lines: pl.DataFrame,
    rows: pl.DataFrame,
    progressions: pl.DataFrame,
    radiotherapy: pl.LazyFrame | None,
    rules: LineRules,
) -> pl.DataFrame:
    """Add setting_basis to the lines, and read the setting of the rest from what is around them.

    A line of unknown setting is palliative after a palliative line or a progression, and curative during
    radiotherapy with a curative dose; else it is what the rule set says. The basis tells which.
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
    lines = lines.join(
        _during_radiotherapy(lines, radiotherapy, rules),
        on=["patient_id", "line"],
        how="left",
        maintain_order="left",
    )
    return _inferred(lines, rules).drop("first_pd", "with_dose_gy")


def _during_radiotherapy(
    lines: pl.DataFrame, radiotherapy: pl.LazyFrame | None, rules: LineRules
) -> pl.DataFrame:
    """patient_id, line, with_dose_gy: the highest dose of a course during a line of unknown setting."""
    unknown = lines.filter(pl.col("setting") == "not known")
    unknown = unknown.select("patient_id", "line", "last_dose_day", line_start="start_day")
    if radiotherapy is None:
        return unknown.select("patient_id", "line", with_dose_gy=pl.lit(None, pl.Float64)).clear()
    not_palliative = pl.col("intent").ne_missing("palliative")
    enough = radiotherapy.filter(pl.col("dose_gy") >= rules.curative_dose_gy, not_palliative)
    courses = enough.select(pl.col("patient_id").cast(pl.String), "start_day", "end_day", "dose_gy").collect()
    last = pl.coalesce("end_day", "start_day")
    return (
        unknown.with_columns(name=pl.col("patient_id").cast(pl.String))
        .join(courses, left_on="name", right_on="patient_id")
        .filter(pl.col("start_day") <= pl.col("last_dose_day"), last >= pl.col("line_start"))
        .group_by("patient_id", "line")
        .agg(with_dose_gy=pl.col("dose_gy").max())
    )


def _inferred(lines: pl.DataFrame, rules: LineRules) -> pl.DataFrame:
    palliative_before = number_within(pl.col("setting") == "palliative") > 0
    unknown = pl.col("setting") == "not known"
    after_line, after_pd = unknown & palliative_before, unknown & (pl.col("first_pd") <= pl.col("start_day"))
    with_rt = unknown & pl.col("with_dose_gy").is_not_null()
    dose = pl.col("with_dose_gy").round(1).cast(pl.String).str.strip_suffix(".0")
    return lines.with_columns(
        setting=pl.when(after_line | after_pd).then(pl.lit("palliative"))
        .when(with_rt).then(pl.lit("curative"))
        .when(unknown).then(pl.lit(rules.setting_if_not_known))
        .otherwise("setting"),
        setting_basis=pl.when(after_line).then(pl.lit("after a palliative line"))
        .when(after_pd).then(pl.lit("after progression; no day of recurrent or metastatic disease"))
        .when(with_rt).then(sentence("during radiotherapy of {} Gy, without recurrence before", dose))
        .when(unknown).then(pl.lit(_UNKNOWN_BASIS))
        .otherwise("setting_basis"),
    )  # fmt: skip
