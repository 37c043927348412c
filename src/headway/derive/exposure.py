"""What patients were exposed to: drugs by class, with the class from the drug table."""

import polars as pl

from headway.knowledge.drugs import drugs as drug_table

UNKNOWN_CLASS = "not in the drug table"


def drug_exposures(drugs: pl.LazyFrame) -> pl.LazyFrame:
    """The drug rows with the class and kind of each drug.

    Takes:  the record's drugs, one row per administration or interval.
    Gives:  the same rows plus drug_class ("not in the drug table" where the name is not known), kind and
            days (end - start + 1; null while the end is not known).
    Source: domain.md 4.2 (classes).
    """
    known = drug_table().lazy().select("drug", "drug_class", "kind", "immune_checkpoint_inhibitor")
    return drugs.join(known, on="drug", how="left", maintain_order="left").with_columns(
        pl.col("drug_class").fill_null(UNKNOWN_CLASS),
        days=pl.col("end_day") - pl.col("start_day") + 1,
    )
