"""Each administration with its line, and why it starts the line or belongs to it."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.derive.lines.intent import in_words
from headway.derive.lines.order import number_within
from headway.derive.lines.settings import LineRules

_KEY = ["patient_id", "start_day", "drug"]
_NEVER = -(2**31)


@dataclass(frozen=True)
class Divided:
    """rows: the administrations with line, why, since, pause; lines: patient_id, line, setting, ..."""

    rows: pl.DataFrame
    lines: pl.DataFrame


def divided(usable: pl.DataFrame, progressions: pl.DataFrame, rules: LineRules) -> Divided:
    """Number the lines of each patient along the administrations.

    Takes:  usable rows with drug_class, last_day, setting; progressions (patient_id, day).
    Gives:  rows: usable plus line, why (a code of `scan`), since (days since the last dose of that drug
            or its swap), pause (days since the last dose of the line). lines: patient_id, line,
            start_day, setting and setting_at_start (words), latest_pd (up to and with the start).
    """
    from headway.derive.lines.scan import scan  # numba is slow to import

    given = _one_a_day(usable, progressions, rules)
    line, why, since, pause, settings = scan(*_arguments(given, rules))
    given = given.with_columns(
        serial=pl.Series(line, dtype=pl.Int64),
        why=pl.Series(why, dtype=pl.Int8),
        since=pl.Series(since, dtype=pl.Int32),
        pause=pl.Series(pause, dtype=pl.Int32),
    )
    lines = _lines(given, settings)
    numbers = lines.select("serial", "line")
    placed = given.join(numbers, on="serial").select(*_KEY, "line", "why", "since", "pause")
    return Divided(usable.join(placed, on=_KEY, how="left", maintain_order="left"), lines.drop("serial"))


def _one_a_day(usable: pl.DataFrame, progressions: pl.DataFrame, rules: LineRules) -> pl.DataFrame:
    """One row per patient, day and drug, sorted: what the scan reads."""
    divides = ~pl.col("drug").is_in(rules.gap_exempt)
    if rules.gap_divides is not None:
        divides &= pl.col("drug_class").is_in(rules.gap_divides)
    given = (
        usable.group_by(_KEY)
        .agg(
            pl.col("last_day").max(),
            pl.col("setting", "recurrent_metastatic_day", "drug_class").first(),
            planned=(pl.col("intent") == "maintenance").any(),
        )
        .sort(_KEY)
        .with_columns(
            pl.col("planned") & rules.switch_by_intent,
            listed=pl.col("drug").is_in(rules.switch_drugs),
            gap_divides=divides,
        )
        .with_columns(drug_code=_codes("drug"), group_code=_codes(swap_group(rules)))
        .with_columns(patient_code=pl.col("patient_id").rle_id())
    )
    return _with_latest_progression(given, progressions)


def _codes(values: str | pl.Expr) -> pl.Expr:
    column = pl.col(values) if isinstance(values, str) else values
    return column.rank("dense").cast(pl.Int64) - 1


def swap_group(rules: LineRules) -> pl.Expr:
    """Drugs that may replace each other have one name: that of the first."""
    first = {drug: group[0] for group in rules.swaps for drug in group}
    return pl.col("drug").replace(first)


def _with_latest_progression(given: pl.DataFrame, progressions: pl.DataFrame) -> pl.DataFrame:
    """Add the latest PD, and the latest PD or day of R/M disease, up to and with each day."""
    seen = progressions.select("patient_id", pl.col("day").cast(pl.Int32)).drop_nulls()
    metastatic = given.select("patient_id", day="recurrent_metastatic_day").drop_nulls()
    found = given.select("patient_id", "start_day")
    for name, days in [("latest_pd", seen), ("latest_recurrence", pl.concat([seen, metastatic]))]:
        days = days.unique().sort("day").with_columns(pl.col("day").alias(name))
        found = found.sort("start_day").join_asof(
            days, left_on="start_day", right_on="day", by="patient_id", strategy="backward",
            check_sortedness=False, coalesce=False,
        ).drop("day")  # fmt: skip
    latest = found.unique(["patient_id", "start_day"])
    return given.join(latest, on=["patient_id", "start_day"], how="left", maintain_order="left")


def _arguments(given: pl.DataFrame, rules: LineRules) -> tuple:
    """What `scan` takes, in its order."""
    whole = ["patient_code", "start_day", "last_day", "drug_code", "group_code", "setting"]
    days = ["latest_pd", "latest_recurrence"]
    numbers = [given[name].cast(pl.Int64).to_numpy() for name in whole]
    latest = [given[name].cast(pl.Int64).fill_null(_NEVER).to_numpy() for name in days]
    flags = [given[name].to_numpy() for name in ("planned", "listed", "gap_divides")]
    distinct = (given["drug_code"].n_unique(), given["group_code"].n_unique())
    return (*numbers, *latest, *flags, *distinct, _numbers(rules))


def _numbers(rules: LineRules) -> np.ndarray:
    """The numbers of the rule set, in the order of `scan.WINDOW`, `scan.DIVIDES`, …"""
    return np.array(
        [
            rules.window_days,
            rules.progression_divides,
            rules.gap_days,
            rules.gap_of == "line",
            rules.holiday_days,
            rules.switch_gap_days,
            rules.overlap_days,
            rules.curative_gap_days,
        ],
        dtype=np.int64,
    )


def _lines(given: pl.DataFrame, settings: np.ndarray) -> pl.DataFrame:
    """One row per line: serial, patient_id, line, start_day, setting, latest_pd."""
    return (
        given.group_by("serial", maintain_order=True)
        .agg(pl.col("patient_id", "start_day", "latest_pd", "setting").first())
        .with_columns(
            line=number_within(pl.col("serial").is_not_null()),
            setting_at_start=in_words(pl.col("setting")),
            setting=in_words(pl.lit(pl.Series(settings, dtype=pl.Int64))),
        )
    )
