"""Which drug rows can make a line, and which cannot, with the reason."""

import polars as pl

from headway.derive.lines.settings import LineRules
from headway.knowledge.drugs import drugs as drug_table
from headway.record.derived.lines import UnusedDrugs
from headway.record.findings import ROW
from headway.record.words import sentence

_NOT_A_LINE = ("supportive", "radiosensitiser")


def with_class(drugs: pl.LazyFrame) -> pl.LazyFrame:
    """The drug rows plus drug_class and kind; a drug that the drug table does not know is its own class.

    >>> rows = with_class(pl.LazyFrame({"drug": ["cetuximab", "xyz-1"]})).collect()
    >>> rows["drug_class"].to_list()
    ['anti-EGFR antibody', 'xyz-1']
    """
    known = drug_table().lazy().select("drug", "drug_class", "kind")
    joined = drugs.join(known, on="drug", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("drug_class", "drug").alias("drug_class"))


def sorted_out(
    drugs: pl.LazyFrame, patients: pl.LazyFrame, rules: LineRules, cutoff_day: int | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Usable administrations and unused rows (`UnusedDrugs`); together they are all rows.

    Usable rows gain drug_class, last_day (known end, cut at death and data cut-off; else the start),
    recurrent_metastatic_day and death_day; the investigator's line becomes numbered_as.
    """
    about = patients.select("patient_id", pl.col("recurrent_metastatic_day", "death_day").cast(pl.Int32))
    days = pl.col("start_day", "end_day").cast(pl.Int32)
    rows = with_class(drugs.with_columns(days)).rename({"line": "numbered_as"})
    rows = rows.join(about, on="patient_id", how="left", maintain_order="left")
    cutoff = pl.lit(cutoff_day, pl.Int32)
    rows = rows.with_columns(reason=_unused_because(rules, cutoff), last_day=_last_day(cutoff)).collect()
    unused = rows.filter(pl.col("reason").is_not_null()).select(UnusedDrugs.column_names())
    return rows.filter(pl.col("reason").is_null()).drop("reason"), unused


def _unused_because(rules: LineRules, cutoff: pl.Expr) -> pl.Expr:
    """The first thing that keeps a row out of every line; null: nothing."""
    start, drug_class = pl.col("start_day"), pl.col("drug_class")
    return (
        pl.when(pl.col("kind").is_in(_NOT_A_LINE)).then(sentence("{} drug, never a line", "kind"))
        .when(drug_class.is_in(rules.additive_ok)).then(sentence("{}, never counts (R4.7)", drug_class))
        .when(start.is_null()).then(pl.lit("first day not known"))
        .when(pl.col("end_day") < start).then(pl.lit("ends before it starts"))
        .when(start > pl.col("death_day")).then(pl.lit("starts after death"))
        .when(start > cutoff).then(pl.lit("starts after the data cut-off"))
    )  # fmt: skip


def _last_day(cutoff: pl.Expr) -> pl.Expr:
    # Without an end the row counts as one administration: nobody wrote down that it went on.
    return pl.min_horizontal(pl.coalesce("end_day", "start_day"), "death_day", cutoff)


def provenance(drugs: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with the columns that say where they were read, empty where a caller has none."""
    missing = [name for name in ROW if name not in drugs.collect_schema().names()]
    return drugs.with_columns(
        pl.lit(None, pl.Int64 if name == "source_line" else pl.String).alias(name) for name in missing
    )
