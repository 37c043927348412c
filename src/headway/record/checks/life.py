"""Checks of the patients themselves: birth, diagnosis, last contact and death."""

from collections.abc import Iterator

import polars as pl

from headway.record.checks.days import count, earliest, latest, said
from headway.record.findings import problems
from headway.record.record import Time
from headway.record.words import sentence

Tables = dict[str, pl.DataFrame]

# What nobody lives through dead, in the order in which it is named.
BEFORE_DEATH = {
    "diagnosis_day": "the diagnosis",
    "recurrent_metastatic_day": "recurrent or metastatic disease",
    "enrolment_day": "enrolment",
}


def impossible_lives(tables: Tables, time: Time) -> Iterator[pl.DataFrame]:
    """Birth after diagnosis, death before it, dead and alive at once: the patient is set aside."""
    patients = tables.get("patients")
    if patients is not None:
        yield _born_too_late(patients, time)
        yield _dead_too_early(patients, time)
        yield _dead_and_alive(patients, time)


def _born_too_late(patients: pl.DataFrame, time: Time) -> pl.DataFrame:
    at = patients.filter(earliest("birth_day") > latest("diagnosis_day"))
    born, diagnosed = said("birth_day", time), said("diagnosis_day", time)
    apart = count(earliest("birth_day") - latest("diagnosis_day"))
    message = sentence("patients: birth ({}) lies {} after the diagnosis ({})", born, apart, diagnosed)
    return problems("birth-after-diagnosis", "patients", at, message=message, column="birth_date", value=born)


def _dead_too_early(patients: pl.DataFrame, time: Time) -> pl.DataFrame:
    too_early = {day: latest("death_day") < earliest(day) for day in BEFORE_DEATH}
    at = patients.filter(pl.any_horizontal(*too_early.values()))
    messages = [pl.when(is_so).then(_death_lies_before(day, time)) for day, is_so in too_early.items()]
    message, value = pl.coalesce(messages), said("death_day", time)
    return problems(
        "death-before-diagnosis", "patients", at, message=message, column="death_date", value=value
    )


def _death_lies_before(day: str, time: Time) -> pl.Expr:
    apart = count(earliest(day) - latest("death_day"))
    words = f"patients: death ({{}}) lies {{}} before {BEFORE_DEATH[day]} ({{}})"
    return sentence(words, said("death_day", time), apart, said(day, time))


def _dead_and_alive(patients: pl.DataFrame, time: Time) -> pl.DataFrame:
    at = patients.filter((pl.col("vital_status") == "alive") & pl.col("death_day").is_not_null())
    value = said("death_day", time)
    message = sentence("patients: vital_status is alive, but death_date is {}", value)
    return problems("alive-with-death-day", "patients", at, message=message, column="death_date", value=value)


def uncertain_lives(tables: Tables, time: Time) -> Iterator[pl.DataFrame]:
    """Alive after death, dead on an unknown day, and patients of whom no time at all is known."""
    patients = tables.get("patients")
    if patients is not None:
        yield _alive_after_death(patients, time)
        timeless = _without_reported_times(patients.filter(pl.col("death_day").is_null()), tables)
        dead = pl.col("vital_status").eq("dead").fill_null(False)
        yield _dead_without_day(timeless.filter(dead), time)
        yield _no_time(timeless.filter(~dead), patients.height)


def _alive_after_death(patients: pl.DataFrame, time: Time) -> pl.DataFrame:
    at = patients.filter(earliest("last_alive_day") > latest("death_day"))
    alive, dead = said("last_alive_day", time), said("death_day", time)
    apart = count(earliest("last_alive_day") - latest("death_day"))
    message = sentence("patients: known alive on {}, {} after death ({})", alive, apart, dead)
    return problems(
        "alive-after-death", "patients", at, message=message, column="last_alive_date", value=alive
    )


def _without_reported_times(patients: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """Patients whose times are not given ready-made either."""
    reported = tables.get("reported_endpoints")
    return patients if reported is None else patients.join(reported, on="patient_id", how="anti")


def _dead_without_day(at: pl.DataFrame, time: Time) -> pl.DataFrame:
    contact = pl.when(pl.col("last_alive_day").is_null()).then(pl.lit("no last contact is known either"))
    known = contact.otherwise(sentence("last known alive on {}", said("last_alive_day", time)))
    message = sentence("patients: dead, but death_date is empty; {}", known)
    return problems("dead-without-day", "patients", at, message=message, column="death_date")


def _no_time(timeless: pl.DataFrame, patients: int) -> pl.DataFrame:
    at = timeless.filter(pl.col("last_alive_day").is_null())
    message = pl.lit("patients: neither death_date nor last_alive_date is given")
    # A cohort recorded without survival has one cause, not one for each patient.
    cause = pl.lit("everyone") if at.height == patients else None
    return problems("no-time", "patients", at, message=message, column="last_alive_date", cause=cause)
