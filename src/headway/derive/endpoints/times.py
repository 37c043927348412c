"""One function reads every endpoint by every rule set."""

import polars as pl

from headway.derive.endpoints.decided import decided
from headway.derive.endpoints.definitions import Endpoint
from headway.derive.endpoints.observed import SOURCE, observed
from headway.derive.endpoints.reasons import reason
from headway.derive.endpoints.rules import CLINICAL, RuleSet
from headway.derive.facts import until
from headway.record.derived.endpoints import EndpointTimes
from headway.record.record import Time


def time_to_event(
    endpoint: Endpoint,
    since: str,
    starts: pl.LazyFrame,
    facts: pl.LazyFrame,
    patients: pl.LazyFrame,
    *,
    rules: RuleSet = CLINICAL,
    time: Time,
    cutoff_day: int | None = None,
) -> pl.LazyFrame:
    """Time from each patient's start to the event, or to where the patient is censored.

    Takes:  starts (patient_id, start_day; one row per patient), `Facts`, patients (patient_id, vital_status,
            death_day), and the data cut-off as a day of the record.
    Gives:  `EndpointTimes`; days is null where no time can be given, and reason says why. A missing fact
            never becomes "no event".
    Source: domain.md 5.1, 5.2.

    >>> starts = pl.LazyFrame({"patient_id": ["P1"], "start_day": [0]})
    >>> seen = pl.LazyFrame({"patient_id": ["P1"] * 2, "fact": ["assessed", "death"], "day": [56, 190],
    ...     "what": ["SD", "death"], "source_table": ["assessments", "patients"], "source_file": [""] * 2,
    ...     "source_sheet": [""] * 2, "source_line": [2, 2]})
    >>> people = pl.LazyFrame({"patient_id": ["P1"], "vital_status": ["dead"], "death_day": [190]})
    >>> from headway.derive.endpoints import ENDPOINTS, FDA_2018
    >>> told = time_to_event(ENDPOINTS["PFS"], "enrolment", starts, seen, people, rules=FDA_2018, time="days")
    >>> told.collect().select("days", "event", "rule").row(0)
    (56.0, False, 'P9')
    """
    usable = until(facts, cutoff_day)
    patient = observed(endpoint, rules, _clocks(endpoint, starts, usable), usable)
    died = patients.select("patient_id", dead_on_unknown_day=_dead_on_unknown_day())
    patient = patient.join(died, on="patient_id", how="left")
    told = decided(endpoint, rules, patient, cutoff_day).with_columns(
        endpoint=pl.lit(endpoint.name),
        since=pl.lit(since),
        rule_set=pl.lit(rules.name),
        reason=reason(endpoint, rules, time),
        **_rows("at", "source"),
        **_rows("because", "because"),
    )
    return told.select(EndpointTimes.column_names()).sort("patient_id")


def _rows(of: str, prefix: str) -> dict[str, pl.Expr]:
    """The source row of the fact that counts, or that decided."""
    return {name.replace("source", prefix): pl.col(of).struct.field(name) for name in SOURCE}


def _clocks(endpoint: Endpoint, starts: pl.LazyFrame, facts: pl.LazyFrame) -> pl.LazyFrame:
    """Where each clock starts: at time zero, or at the fact the endpoint starts at, if the patient has it."""
    clocks = starts.select(
        "patient_id",
        zero_day=pl.col("start_day").cast(pl.Int32),
        start_day=pl.col("start_day").cast(pl.Int32),
    )
    needed = endpoint.starts_at or endpoint.among
    if needed is None:
        return clocks.with_columns(lacking=pl.lit(False))
    have = facts.filter(pl.col("fact") == needed).join(clocks, on="patient_id")
    have = have.filter(pl.col("day") >= pl.col("zero_day"))
    first = have.group_by("patient_id").agg(first_day=pl.col("day").min())
    joined = clocks.join(first, on="patient_id", how="left")
    starts_at = pl.col("first_day" if endpoint.starts_at else "start_day")
    return joined.select(
        "patient_id",
        "zero_day",
        start_day=starts_at,
        lacking=pl.col("first_day").is_null() & pl.col("zero_day").is_not_null(),
    )


def _dead_on_unknown_day() -> pl.Expr:
    unknown = (pl.col("vital_status") == "dead") & pl.col("death_day").is_null()
    return unknown.fill_null(False)
