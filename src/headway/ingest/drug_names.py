"""Drug names as written -> generic names and classes, through the drug table of `knowledge`."""

import polars as pl

from headway.knowledge.drugs import recognise
from headway.record.findings import problems
from headway.record.words import sentence

Tables = dict[str, pl.DataFrame]


def recognised_drugs(tables: Tables) -> tuple[Tables, list[pl.DataFrame]]:
    """The drugs with `drug_written` beside `drug`, a combination as one row per drug.

    An unknown name keeps its row as written, with a finding that names the nearest known ones.
    """
    if "drugs" not in tables:
        return tables, []
    drugs = tables["drugs"].rename({"drug": "drug_written"})
    known = recognise(drugs["drug_written"])
    joined = drugs.join(known, left_on="drug_written", right_on="written", how="left", maintain_order="left")
    unknown = joined.filter(pl.col("how") == "unknown")
    corrected = joined.filter(pl.col("how") == "spelling")
    generic = pl.when(pl.col("drugs").list.len() > 0).then("drugs").otherwise(pl.concat_list("drug_written"))
    made = joined.with_columns(drug=generic).drop("drugs", "how", "nearest").explode("drug")
    order = [*tables["drugs"].columns, "drug_written"]
    return {**tables, "drugs": made.select(order)}, [_unknown(unknown), _corrected(corrected)]


def _unknown(at: pl.DataFrame) -> pl.DataFrame:
    nearest = pl.col("nearest").list.join(", ")
    hint = (
        pl.when(pl.col("nearest").list.len() > 0)
        .then(sentence(". Nearest: {}", nearest))
        .otherwise(pl.lit(""))
    )
    message = sentence("drugs.drug '{}' is not in the drug table{}", "drug_written", hint)
    return problems(
        "unrecognised-drug",
        "drugs",
        at,
        message=message,
        column="drug",
        value=pl.col("drug_written"),
        cause=pl.col("drug_written").str.to_lowercase(),
    )


def _corrected(at: pl.DataFrame) -> pl.DataFrame:
    message = sentence("drugs.drug '{}' was read as {}", "drug_written", pl.col("drugs").list.join(" + "))
    return problems(
        "drug-name-corrected",
        "drugs",
        at,
        message=message,
        column="drug",
        value=pl.col("drug_written"),
        cause=pl.col("drug_written").str.to_lowercase(),
    )
