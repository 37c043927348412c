"""Whether a patient was under active systemic therapy on a day (R7.1)."""

import polars as pl

from headway.knowledge.drugs import drugs as drug_table

NOT_SYSTEMIC = ["supportive", "radiosensitiser"]


def with_systemic_therapy(
    rows: pl.LazyFrame, drugs: pl.LazyFrame, drug_days: int, checkpoint_inhibitor_days: int
) -> pl.LazyFrame:
    """Add whether systemic therapy was active on each day.

    Takes:  rows with patient_id and day; the record's drugs; the days after the last dose that still count.
    Gives:  the same rows plus last_dose_day (the last known dose begun before the day; an interval that goes
            on counts to its end) and on_systemic_therapy: null where a drug has one row without an end, so
            that it may go on or not. A drug begun on the day itself comes after the imaging.
    Source: R7.1; a drug that is not in the drug table counts, supportive drugs do not.

    >>> days = pl.LazyFrame({"patient_id": ["P1", "P1"], "day": [28, 29]})
    >>> given = pl.LazyFrame({"patient_id": ["P1"], "drug": ["cisplatin"], "start_day": [-20],
    ...                       "end_day": [0]})
    >>> with_systemic_therapy(days, given, 28, 90).collect().sort("day")["on_systemic_therapy"].to_list()
    [True, False]
    """
    known = drug_table().lazy().select("drug", "kind", inhibitor="immune_checkpoint_inhibitor")
    given = drugs.join(known, on="drug", how="left").filter(
        ~pl.col("kind").is_in(NOT_SYSTEMIC).fill_null(False)
    )
    given = given.with_columns(pl.col("inhibitor").fill_null(False), open=_open())
    others = _doses(given.filter(~pl.col("inhibitor")), "others")
    inhibitors = _doses(given.filter("inhibitor"), "inhibitors")
    joined = _latest(_latest(rows, others, "others"), inhibitors, "inhibitors")
    active, unsure = (
        _active(drug_days, checkpoint_inhibitor_days),
        pl.col("open_others") | pl.col("open_inhibitors"),
    )
    return joined.with_columns(
        last_dose_day=pl.max_horizontal("dose_others", "dose_inhibitors"),
        on_systemic_therapy=pl.when(active).then(True).when(~unsure.fill_null(False)).then(False),
    ).drop("dose_others", "dose_inhibitors", "open_others", "open_inhibitors")


def _open() -> pl.Expr:
    """Without an end, and the only row of its drug: one administration, or an interval that goes on?"""
    return pl.col("end_day").is_null() & (pl.len().over("patient_id", "drug") == 1)


def _doses(given: pl.LazyFrame, group: str) -> pl.LazyFrame:
    """By day of start, the last dose of anything begun until then."""
    last = pl.coalesce("end_day", "start_day")
    by_start = given.group_by("patient_id", "start_day").agg(last.max().alias("dose"), pl.col("open").any())
    so_far = by_start.with_columns(pl.col("dose", "open").cum_max().over("patient_id", order_by="start_day"))
    return so_far.select(
        "patient_id",
        "start_day",
        pl.col("dose").alias(f"dose_{group}"),
        pl.col("open").alias(f"open_{group}"),
    )


def _latest(rows: pl.LazyFrame, doses: pl.LazyFrame, group: str) -> pl.LazyFrame:
    start = f"start_{group}"
    return rows.sort("day").join_asof(
        doses.rename({"start_day": start}).sort(start), left_on="day", right_on=start, by="patient_id",
        allow_exact_matches=False, check_sortedness=False,
    ).drop(start)  # fmt: skip


def _active(drug_days: int, checkpoint_inhibitor_days: int) -> pl.Expr:
    since_other, since_inhibitor = (
        pl.col("day") - pl.col(f"dose_{group}") for group in ("others", "inhibitors")
    )
    return (since_other <= drug_days).fill_null(False) | (
        since_inhibitor <= checkpoint_inhibitor_days
    ).fill_null(False)
