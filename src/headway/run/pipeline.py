"""Study and record -> derived times, results and curves."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from headway.analyse import describe
from headway.analyse.rows import result
from headway.analyse.survival.outcomes import survival
from headway.derive.anchors import ANCHORS, lines_of, roles_of, starts
from headway.derive.endpoints import ENDPOINTS, gathered, reported_times, time_to_event
from headway.derive.lines import LinesOfTherapy
from headway.record.derived.endpoints import EndpointTimes
from headway.record.record import Record
from headway.record.results import ALL_PATIENTS, Curves, Results
from headway.run.failure import failure_results
from headway.run.response import judgements, response_results, uses_responses
from headway.run.rules import rule_set
from headway.run.toxicity import toxicity_results
from headway.run.treatment import treatment_results
from headway.study import AnchorName, EndpointName, Study, Survival


@dataclass(frozen=True)
class Analysed:
    """Everything that a report draws from: derived times, results and curves."""

    times: pl.DataFrame
    results: pl.DataFrame
    curves: pl.DataFrame


@dataclass(frozen=True)
class Derived:
    """What several analyses start from: one reader's responses, lines of therapy and what they mean."""

    judged: pl.LazyFrame
    lines: LinesOfTherapy
    roles: pl.LazyFrame


def derived(study: Study, record: Record) -> Derived:
    """Responses of the study's reader, and lines by the HNSCC rules with the progressions among them."""
    judged = judgements(study, record)
    progressions = judged.filter(pl.col("response") == "PD").select("patient_id", "day")
    known = progressions if uses_responses(study) else None  # else those that the record reports
    lines = lines_of(record, known, cutoff_day=_cutoff_day(study))
    return Derived(judged, lines, roles_of(lines, record).collect().lazy())


def analysed(study: Study, record: Record) -> Analysed:
    """Derive and analyse all that the study asks for."""
    base = derived(study, record)
    results = [_cohort(study, record, base)]
    if study.report.response is not None:
        results.append(response_results(study, record, base.judged))
    times: list[pl.DataFrame] = [EndpointTimes.create_empty()]
    curves: list[pl.DataFrame] = [Curves.create_empty()]
    for wanted in study.report.survival:
        own = _times(study, record, wanted.endpoint, wanted.since, base)
        groups = _groups(record, wanted.by) if wanted.by else None
        made, drawn = survival(own, analysis_name(wanted), groups=groups, limits=wanted.limits)
        times.append(own)
        results.append(made)
        curves.append(drawn)
    if study.report.failure is not None:
        first = _times(study, record, FIRST_FAILURE, study.report.failure.since, base)
        results.append(failure_results(first, f"first failure since {study.report.failure.since}"))
    # Two analyses of one endpoint (whole, and by group) share their times.
    distinct = pl.concat(times).unique(["patient_id", "endpoint", "since"], keep="first", maintain_order=True)
    return Analysed(distinct, pl.concat(results), pl.concat(curves))


# Any failure endpoint names what came first, its own site or another: one of them tells all.
FIRST_FAILURE = "distant failure"


def analysis_name(wanted: Survival) -> str:
    """The name of an analysis in the results: "OS since diagnosis by hpv"."""
    since = "as reported" if wanted.since == "as reported" else f"since {wanted.since}"
    by = f" by {wanted.by}" if wanted.by else ""
    return f"{wanted.endpoint} {since}{by}"


def _times(
    study: Study, record: Record, name: EndpointName | str, since: AnchorName, base: Derived
) -> pl.DataFrame:
    if since == "as reported":
        return reported_times(record.table("reported_endpoints"), name).collect()
    endpoint, zero = ENDPOINTS[name], starts(record, ANCHORS[since], base.roles)
    cutoff_day = _cutoff_day(study)
    return time_to_event(
        endpoint,
        since,
        zero,
        gathered(endpoint, record, base.judged, zero, cutoff_day=cutoff_day),
        record.table("patients"),
        rules=rule_set(study),
        time=record.time,
        cutoff_day=cutoff_day,
    ).collect()


def _cutoff_day(study: Study) -> int | None:
    if isinstance(study.cutoff, date):
        return (study.cutoff - date(1970, 1, 1)).days
    return study.cutoff


def _groups(record: Record, column: str) -> pl.DataFrame:
    return record.tables["patients"].select("patient_id", group=pl.col(column).cast(pl.String))


def _cohort(study: Study, record: Record, base: Derived) -> pl.DataFrame:
    """Patients, characteristics, treatment and toxicity as results."""
    patients = record.tables["patients"]
    n = patients.height
    parts = [_number_of_patients(record)]
    for name in study.report.characteristics:
        analysis = f"characteristic: {name}"
        if patients[name].dtype.is_numeric() and name != "ecog":
            parts.append(describe.quantity(patients, name, analysis, ALL_PATIENTS, None))
        else:
            parts.append(describe.categories(patients, name, analysis, ALL_PATIENTS, n))
    if study.report.treatment:
        parts += treatment_results(record, base.lines)
    if study.report.toxicity:
        parts.append(toxicity_results(record))
    return pl.concat(parts)


def _number_of_patients(record: Record) -> pl.DataFrame:
    """Patients read (those set aside included), used, recorded as dead, and dead on an unknown day."""
    patients = record.tables["patients"]
    aside = record.findings.filter(pl.col("table") == "patients", pl.col("rows") > 0)
    day_known = pl.col("death_day").is_not_null()
    dead = (pl.col("vital_status") == "dead") | day_known
    counted = [
        ("patients read", patients, patients.height + aside["patient_id"].n_unique()),
        ("patients", patients, patients.height),
        ("dead", patients.filter(dead), None),
        ("dead on an unknown day", patients.filter(dead, ~day_known), None),
    ]
    rows = [_count(analysis, of, n) for analysis, of, n in counted]
    return pl.DataFrame(rows, schema=Results.create_empty().schema)


def _count(analysis: str, patients: pl.DataFrame, n: int | None) -> dict:
    n = patients.height if n is None else n
    ids = patients["patient_id"].sort().to_list()
    where = {"analysis": analysis, "population": ALL_PATIENTS, "group": "all"}
    return result(where, "patients", float(n), n=n, method="count", unit="patients", patients=ids)
