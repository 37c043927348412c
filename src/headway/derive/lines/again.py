"""Rechallenge: a class that is given again in a later line (R4.16)."""

import polars as pl

from headway.derive.lines.boundaries import swap_group
from headway.derive.lines.order import row_before
from headway.derive.lines.settings import LineRules

# Classes of unlike drugs: methotrexate after fluorouracil is no rechallenge. There the drug itself counts,
# with those that may replace it. [D]
_UNLIKE = ("antimetabolite", "cytotoxic other")


def rechallenges(lines: pl.DataFrame, drugs: pl.DataFrame, rules: LineRules) -> pl.DataFrame:
    """What is given again in each line: patient_id, line, rechallenged (classes, or drugs of unlike classes).

    Source: R4.16: again in a later line after a line without it, PD, or a stop of gap_days or more. What was
    given with curative intent does not count as a first time.
    """
    counted = lines.filter(pl.col("setting") != "curative")
    classes = (
        drugs.join(counted.select("patient_id", "line", "progression_day"), on=["patient_id", "line"])
        .with_columns(given=_what(rules))
        .group_by("patient_id", "line", "given", "progression_day")
        .agg(first_day=pl.col("first_day").min(), last_day=pl.col("last_day").max())
        .sort("patient_id", "given", "line")
    )
    same = pl.col("given") == pl.col("given").shift(1)
    before = {
        f"{name}_before": pl.when(same).then(row_before(pl.col(name)))
        for name in ("line", "last_day", "progression_day")
    }
    # A line between the two need not be palliative.
    again = (
        (pl.col("line") - pl.col("line_before") > 1)
        | pl.col("progression_day_before").is_not_null()
        | (pl.col("first_day") - pl.col("last_day_before") >= rules.gap_days)
    )
    return (
        classes.with_columns(**before)
        .filter(pl.col("line_before").is_not_null(), again)
        .sort("patient_id", "line", "given")
        .group_by("patient_id", "line", maintain_order=True)
        .agg(rechallenged=pl.col("given"))
    )


def _what(rules: LineRules) -> pl.Expr:
    unlike = pl.col("drug_class").is_in(_UNLIKE)
    return pl.when(unlike).then(swap_group(rules)).otherwise("drug_class")
