"""Partial dates that other facts bound (domain.md 5.4), and the findings that name what was imputed."""

from collections.abc import Iterator

import polars as pl

from headway.record.columns import imputed_name, spreadsheet_name
from headway.record.findings import problems
from headway.record.record import Time, day_text
from headway.record.tables import TABLES
from headway.record.words import sentence

Tables = dict[str, pl.DataFrame]


def completed(tables: Tables) -> tuple[Tables, list[pl.DataFrame]]:
    """Imputed days moved to where the patient's other facts allow them; flags stay.

    A death in the month of the last contact is one day after it. An adverse event in the month of the
    first dose starts with that dose, unless it ended before. Nothing ends after death.
    """
    if "patients" in tables:
        tables = {**tables, "patients": tables["patients"].with_columns(death_day=_death())}
    if "adverse_events" in tables and "drugs" in tables:
        tables = {**tables, "adverse_events": _adverse_events(tables["adverse_events"], tables["drugs"])}
    return _ended_by_death(tables), []


def _ended_by_death(tables: Tables) -> Tables:
    if "patients" not in tables:
        return tables
    deaths = tables["patients"].group_by("patient_id").agg(pl.col("death_day").max())
    lasting = [name for name in tables if "end_day" in TABLES[name].days]
    return {**tables, **{name: _until_death(tables[name], deaths) for name in lasting}}


def _until_death(frame: pl.DataFrame, deaths: pl.DataFrame) -> pl.DataFrame:
    """Where only month or year of the end is known: not beyond the day of death."""
    if frame["end_imputed"].is_in(["D", "M"]).not_().all():
        return frame
    joined = frame.join(deaths, on="patient_id", how="left", maintain_order="left")
    beyond = pl.col("end_imputed").is_in(["D", "M"]) & (pl.col("end_day") > pl.col("death_day"))
    until = pl.when(beyond).then("death_day").otherwise("end_day")
    return joined.with_columns(end_day=until).drop("death_day")


def _death() -> pl.Expr:
    """Death not before the last contact; with an unknown day in that very month, the day after it."""
    day, alive = pl.col("death_day"), pl.col("last_alive_day")
    partial = pl.col("death_imputed").is_in(["D", "M"]) & (pl.col("last_alive_imputed") == "none")
    same_month = _month(day) == _month(alive)
    early = partial & ((day <= alive) | (same_month & (pl.col("death_imputed") == "D")))
    return pl.when(early).then(alive + 1).otherwise(day)


def _adverse_events(events: pl.DataFrame, drugs: pl.DataFrame) -> pl.DataFrame:
    first = drugs.group_by("patient_id").agg(first_dose=pl.col("start_day").min())
    joined = events.join(first, on="patient_id", how="left", maintain_order="left")
    start, end, dose = pl.col("start_day"), pl.col("end_day"), pl.col("first_dose")
    flag = pl.col("start_imputed")
    in_month = (flag == "D") & (_month(start) == _month(dose))
    in_year = (flag == "M") & (_year(start) == _year(dose))
    with_dose = (in_month | in_year) & ((end >= dose) | end.is_null())
    return joined.with_columns(start_day=pl.when(with_dose).then(dose).otherwise(start)).drop("first_dose")


def _month(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Date).dt.strftime("%Y-%m")


def _year(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Date).dt.year()


def imputed(tables: Tables, time: Time) -> Iterator[pl.DataFrame]:
    """One warning per column in which partial dates were completed."""
    for name, frame in tables.items():
        for day in TABLES[name].days:
            flag = imputed_name(day)
            at = frame.filter(pl.col(flag).is_in(["D", "M"]))
            if not at.is_empty():
                yield _imputed(name, day, flag, at, time)


def _imputed(table: str, day: str, flag: str, at: pl.DataFrame, time: Time) -> pl.DataFrame:
    column = spreadsheet_name(day)
    month, text = pl.col(flag) == "D", day_text(day, time)
    written = pl.when(month).then(text.str.head(7)).otherwise(text.str.head(4))
    unknown = pl.when(month).then(pl.lit("day")).otherwise(pl.lit("day and month"))
    message = sentence(f"{table}.{column}: {{}} gives no {{}}", written, unknown)
    return problems("imputed-date", table, at, message=message, column=column, cause=pl.lit(column))
