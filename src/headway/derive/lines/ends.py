"""Where a line ends, and what progressed in it (R4.10, R4.12)."""

import polars as pl

from headway.derive.lines.belonging import with_line
from headway.derive.lines.settings import LineRules
from headway.knowledge.regimens import cycle_of_drug
from headway.record.derived.lines import ENDED_BY

_LINE = ["patient_id", "line"]


def ends(
    lines: pl.DataFrame, drugs: pl.DataFrame, patients: pl.LazyFrame, rules: LineRules, cutoff_day: int | None
) -> pl.DataFrame:
    """Add last_dose_day, end_day, ended_by and end_uncertain to the lines.

    Source: R4.10. Each drug covers one cycle from its last dose on; the line ends with the last of them,
    at the latest on the day before the next line, at death or at the data cut-off.
    """
    of_drugs = drugs.group_by(_LINE).agg(
        last_dose_day=pl.col("last_day").max(),
        covered_day=(pl.col("last_day") + _cycle(rules) - 1).max().cast(pl.Int32),
        end_uncertain=pl.col("end_uncertain").any(),
    )
    deaths = patients.select("patient_id", pl.col("death_day").cast(pl.Int32)).collect()
    joined = lines.join(of_drugs, on=_LINE, how="left", maintain_order="left").join(
        deaths, on="patient_id", how="left", maintain_order="left"
    )
    limits = [
        pl.col("covered_day"),
        pl.col("next_line_day") - 1,
        pl.col("death_day"),
        pl.lit(cutoff_day, pl.Int32),
    ]
    end = pl.min_horizontal(limits)
    by = pl.coalesce(
        pl.when(limit == end).then(pl.lit(said)) for limit, said in zip(limits, ENDED_BY, strict=True)
    )
    return joined.with_columns(end_day=end, ended_by=by).drop("covered_day", "death_day")


def _cycle(rules: LineRules) -> pl.Expr:
    return cycle_of_drug() if rules.cycle_days is None else pl.lit(rules.cycle_days)


def with_progression(lines: pl.DataFrame, progressions: pl.DataFrame) -> pl.DataFrame:
    """Add progression_day: the first PD of each line (R4.12)."""
    first = (
        with_line(progressions.lazy(), lines.lazy())
        .group_by(_LINE)
        .agg(progression_day=pl.col("day").min())
        .collect()
    )
    return lines.join(first, on=_LINE, how="left", maintain_order="left")
