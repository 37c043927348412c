"""Inside a line: the maintenance phase and holidays (R4.6, R4.8, R4.9, R4.16)."""

import polars as pl

from headway.derive.lines.codes import STARTS_NO_LINE
from headway.derive.lines.settings import CYTOTOXIC, LineRules

_LINE = ["patient_id", "line"]


def maintenance(drugs: pl.DataFrame, doses: pl.DataFrame, rules: LineRules) -> pl.DataFrame:
    """First day of the maintenance phase of each line that has one: patient_id, line, maintenance_day.

    The cytotoxic drugs are dropped and others go on; in a line without cytotoxic drugs, any drug is
    dropped. A switch or an intent "maintenance" says so itself.
    """
    planned = (pl.col("how") == "switch maintenance") | (pl.col("intent") == "maintenance").fill_null(False)
    said = doses.filter(planned).group_by(_LINE).agg(said_day=pl.col("start_day").min())
    cytotoxic = pl.col("drug_class").is_in(CYTOTOXIC)
    ends = drugs.group_by(_LINE).agg(
        last=pl.col("last_day").max(),
        chemotherapy=pl.col("last_day").filter(cytotoxic).max(),
        last_without=pl.col("last_day").filter(~cytotoxic).max(),
        days=pl.col("last_day"),
    )
    dropped_day = pl.when(pl.col("last_without").is_null()).then(None).otherwise(
        pl.coalesce("chemotherapy", _last_dropped(rules))
    )  # fmt: skip
    goes_on = pl.col("last_without") - dropped_day >= rules.maintenance_days
    found = ends.select(*_LINE, dropped_day=pl.when(goes_on).then(dropped_day + 1))
    return (
        found.join(said, on=_LINE, how="left")
        .select(*_LINE, maintenance_day=pl.coalesce("said_day", "dropped_day"))
        .drop_nulls()
    )


def _last_dropped(rules: LineRules) -> pl.Expr:
    """The last day of the latest drug that stopped well before the line did."""
    early = pl.element().filter(pl.element().max() - pl.element() >= rules.maintenance_days)
    return pl.col("days").list.eval(early).list.max()


def holidays(doses: pl.DataFrame, progressions: pl.DataFrame, rules: LineRules) -> pl.DataFrame:
    """Pauses of the whole line: patient_id, line, holidays, longest_holiday_days, reintroduction."""
    within = doses.filter(~pl.col("carried_over"), pl.col("why") >= STARTS_NO_LINE)
    pauses = within.filter(pl.col("pause") > rules.holiday_days).unique([*_LINE, "start_day"])
    stopped = pl.col("start_day") - pl.col("pause")
    pauses = pauses.select(*_LINE, "pause", day="start_day", stopped_day=stopped)
    progressed = (
        pauses.join(progressions.rename({"day": "pd_day"}), on="patient_id")
        .filter(pl.col("pd_day").is_between("stopped_day", "day"))
        .select(*_LINE, "day")
        .unique()
    )
    without = pauses.join(progressed, on=[*_LINE, "day"], how="anti").select(_LINE).unique()
    return (
        pauses.group_by(_LINE)
        .agg(holidays=pl.len(), longest_holiday_days=pl.col("pause").max())
        .join(without.with_columns(reintroduction=pl.lit(True)), on=_LINE, how="left")
        .with_columns(pl.col("reintroduction").fill_null(False))
    )
