"""From a small record to the times of one endpoint, as a run derives them."""

import polars as pl

from headway.derive.anchors import ANCHORS, starts
from headway.derive.endpoints import CLINICAL, ENDPOINTS, Endpoint, RuleSet, gathered, time_to_event
from headway.derive.judgements import derived_judgements, reported_judgements
from headway.derive.response import timepoint_responses
from headway.record.record import Record


def reported(record: Record) -> pl.LazyFrame:
    return reported_judgements(record.table("assessments"))


def derived(record: Record, zero: pl.LazyFrame) -> pl.LazyFrame:
    tables = [record.table(name) for name in ("lesions", "measurements", "assessments")]
    points = timepoint_responses(*tables, zero, time=record.time)
    return derived_judgements(points, record.table("measurements"), record.table("lesions"))


def times(
    record: Record,
    endpoint: str | Endpoint,
    rules: RuleSet = CLINICAL,
    *,
    since: str = "enrolment",
    from_lesions: bool = False,
    cutoff_day: int | None = None,
) -> pl.DataFrame:
    """`EndpointTimes` of a record, everything derived from it."""
    asked = ENDPOINTS[endpoint] if isinstance(endpoint, str) else endpoint
    zero = starts(record, ANCHORS[since])
    judged = derived(record, zero) if from_lesions else reported(record)
    happened = gathered(asked, record, judged, zero, cutoff_day=cutoff_day)
    return time_to_event(
        asked, since, zero, happened, record.table("patients"),
        rules=rules, time=record.time, cutoff_day=cutoff_day,
    ).collect()  # fmt: skip


def shown(record: Record, endpoint: str | Endpoint, rules: RuleSet = CLINICAL, **how) -> dict[str, tuple]:
    """patient_id: (days, event, rule)."""
    rows = times(record, endpoint, rules, **how)
    return {p: tuple(row) for p, *row in rows.select("patient_id", "days", "event", "rule").iter_rows()}


def reasons(record: Record, endpoint: str | Endpoint, rules: RuleSet = CLINICAL, **how) -> dict[str, str]:
    return dict(times(record, endpoint, rules, **how).select("patient_id", "reason").iter_rows())
