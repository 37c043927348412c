"""How many lines each patient had: N (C+P)."""

import polars as pl

from headway.record.derived.lines import SETTINGS, LineCounts
from headway.record.words import sentence


def line_counts(lines: pl.LazyFrame, patients: pl.LazyFrame) -> pl.LazyFrame:
    """Lines of each patient by setting, patients without a line included.

    Takes:  `Lines`; the record's patients.
    Gives:  `LineCounts`; lines whose setting is not known are named apart, in neither C nor P.
    Source: R4.1; Saini and Twelves, Br J Cancer 2021;125:155.

    >>> lines = pl.LazyFrame({"patient_id": ["P1"] * 3, "setting": ["curative", "palliative", "palliative"]})
    >>> patients = pl.LazyFrame({"patient_id": ["P1", "P2"]})
    >>> line_counts(lines, patients).collect()["text"].to_list()
    ['3 (1+2)', '0 (0+0)']
    """
    names = [setting.replace(" ", "_") for setting in SETTINGS]
    of_setting = [(pl.col("setting") == s).sum().alias(n) for s, n in zip(SETTINGS, names, strict=True)]
    counted = lines.group_by("patient_id").agg(pl.len().alias("lines"), *of_setting)
    apart = sentence(", {} not known", "not_known")
    unknown = pl.when(pl.col("not_known") > 0).then(apart).otherwise(pl.lit(""))
    return (
        patients.select("patient_id")
        .join(counted, on="patient_id", how="left")
        .with_columns(pl.col("lines", *names).fill_null(0))
        .with_columns(text=sentence("{} ({}+{}{})", "lines", "curative", "palliative", unknown))
        .select(LineCounts.column_names())
        .sort("patient_id")
    )
