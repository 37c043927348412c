"""Days of treatment against the patient's own days: diagnosis, last contact, death."""

from collections.abc import Callable, Iterator

import polars as pl

from headway.record.columns import imputed_name
from headway.record.findings import problems
from headway.record.record import Time, day_text
from headway.record.words import sentence

Tables = dict[str, pl.DataFrame]
Check = Callable[[Tables, Time], Iterator[pl.DataFrame]]

WHAT = {"drugs": pl.col("drug"), "radiotherapy": sentence("course {}", pl.col("course_id"))}
CONTACTS = {
    **dict.fromkeys(WHAT, "start_day"),
    "procedures": "day",
    "measurements": "day",
    "labs": "day",
    "quality_of_life": "day",
}


def start_not_known(tables: Tables, _time: Time) -> Iterator[pl.DataFrame]:
    """Drugs and courses without a first day: one finding per table, they stay (decision 0001)."""
    for name, what in WHAT.items():
        if name in tables:
            at = tables[name].filter(pl.col("start_day").is_null())
            message = sentence(f"{name}: {{}} has no start_date", what)
            yield problems(
                "start-not-known", name, at, message=message, column="start_date", cause=pl.lit("")
            )


def before_diagnosis(tables: Tables, time: Time) -> Iterator[pl.DataFrame]:
    """Drugs and courses that start before the diagnosis."""
    for name, beside in _beside(tables, "diagnosis_day", dict.fromkeys(WHAT, "start_day")):
        at = beside.filter(pl.col("start_day") < pl.col("diagnosis_day"))
        words = f"{name}: {{}} starts on {{}}, before the diagnosis ({{}})"
        message = sentence(words, WHAT[name], *_days("start_day", "diagnosis_day", time))
        yield problems("treatment-before-diagnosis", name, at, message=message, column="start_date")


def past_death(tables: Tables, time: Time) -> Iterator[pl.DataFrame]:
    """Drugs and courses that end after death."""
    for name, beside in _beside(tables, "death_day", dict.fromkeys(WHAT, "end_day")):
        at = beside.filter(pl.col("end_day") > pl.col("death_day"))
        words = f"{name}: {{}} ends on {{}}, after death ({{}})"
        message = sentence(words, WHAT[name], *_days("end_day", "death_day", time))
        yield problems("treatment-past-death", name, at, message=message, column="end_date")


def contact_after_last_alive(cutoff_day: int | None) -> Check:
    """The check for patients without a death who were treated or seen after their last contact.

    One finding per patient. What lies after the data cut-off is not used and proves nothing.
    """

    def check(tables: Tables, time: Time) -> Iterator[pl.DataFrame]:
        for name, beside in _beside(tables, "last_alive_day", CONTACTS):
            used = beside if cutoff_day is None else beside.filter(pl.col(CONTACTS[name]) <= cutoff_day)
            late = pl.col(CONTACTS[name]) > pl.col("last_alive_day")
            yield _late_contact(name, used.filter(late, pl.col("death_day").is_null()), time)

    return check


def _late_contact(table: str, at: pl.DataFrame, time: Time) -> pl.DataFrame:
    words = f"{table}: a row of {{}} lies after the last contact on {{}}"
    message = sentence(words, *_days(CONTACTS[table], "last_alive_day", time))
    made = problems("contact-after-last-alive", table, at, message=message)
    # One stale last contact is one cause, whichever tables go beyond it.
    return made.with_columns(cause=pl.lit("contact-after-last-alive|") + pl.col("patient_id"))


def _days(one: str, other: str, time: Time) -> tuple[pl.Expr, pl.Expr]:
    return day_text(one, time), day_text(other, time)


def _beside(tables: Tables, column: str, days: dict[str, str]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Rows beside a day of their patient; imputed days, which prove nothing, are left out."""
    for name, day in days.items():
        if name in tables and "patients" in tables:
            patients = tables["patients"].filter(_known(column)).select("patient_id", *{column, "death_day"})
            rows = tables[name].filter(_known(day))
            yield name, rows.join(patients, on="patient_id", how="inner", maintain_order="left")


def _known(day: str) -> pl.Expr:
    return pl.col(day).is_not_null() & (pl.col(imputed_name(day)).fill_null("none") == "none")
