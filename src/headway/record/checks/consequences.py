"""What an earlier fault may have caused is not said again: one cause, one finding."""

import polars as pl

from headway.record.findings import sets_aside
from headway.record.rules import RULES

# Warnings that leave the value out; an error leaves the row out.
WITHOUT_VALUE = ["not-a-number", "not-in-list", "not-yes-no", "out-of-range"]


def unexplained(seen: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """Problems, but none of a patient who lost a row or value that its rule judges by (Rule.judged_by)."""
    lost = earlier.filter(sets_aside() | pl.col("rule").is_in(WITHOUT_VALUE))
    for rule in (rule for rule in RULES.values() if rule.judged_by):
        patients = lost.filter(pl.col("table").is_in(rule.judged_by))["patient_id"].drop_nulls()
        explained = (pl.col("rule") == rule.name) & pl.col("patient_id").is_in(patients.implode())
        seen = seen.filter(~explained.fill_null(False))
    return seen
