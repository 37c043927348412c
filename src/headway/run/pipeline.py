"""Study and record -> derived times, results and curves."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from headway.analyse import describe
from headway.analyse.rows import result
from headway.analyse.survival.outcomes import survival
from headway.derive.anchors import ANCHORS, starts
from headway.derive.endpoints import ENDPOINTS, gathered, reported_times, time_to_event
from headway.derive.exposure import drug_exposures
from headway.derive.radiotherapy import courses
from headway.record.derived.endpoints import EndpointTimes
from headway.record.record import Record
from headway.record.results import Curves, Results
from headway.run.response import judgements, response_results
from headway.run.rules import rule_set
from headway.study import Study, Survival

ALL = "all patients"


@dataclass(frozen=True)
class Analysed:
    """Everything that a report draws from: derived times, results and curves."""

    times: pl.DataFrame
    results: pl.DataFrame
    curves: pl.DataFrame


def analysed(study: Study, record: Record) -> Analysed:
    """Derive and analyse all that the study asks for."""
    judged = judgements(study, record)
    results = [_cohort(study, record)]
    if study.report.response is not None:
        results.append(response_results(study, record, judged))
    times: list[pl.DataFrame] = [EndpointTimes.create_empty()]
    curves: list[pl.DataFrame] = [Curves.create_empty()]
    for wanted in study.report.survival:
        derived = _times(study, record, wanted, judged)
        groups = _groups(record, wanted.by) if wanted.by else None
        made, drawn = survival(derived, analysis_name(wanted), groups=groups, limits=wanted.limits)
        times.append(derived)
        results.append(made)
        curves.append(drawn)
    # Two analyses of one endpoint (whole, and by group) share their times.
    distinct = pl.concat(times).unique(["patient_id", "endpoint", "since"], keep="first", maintain_order=True)
    return Analysed(distinct, pl.concat(results), pl.concat(curves))


def analysis_name(wanted: Survival) -> str:
    """The name of an analysis in the results: "OS since diagnosis by hpv"."""
    since = "as reported" if wanted.since == "as reported" else f"since {wanted.since}"
    by = f" by {wanted.by}" if wanted.by else ""
    return f"{wanted.endpoint} {since}{by}"


def _times(study: Study, record: Record, wanted: Survival, judged: pl.LazyFrame) -> pl.DataFrame:
    if wanted.since == "as reported":
        return reported_times(record.table("reported_endpoints"), wanted.endpoint).collect()
    endpoint, zero = ENDPOINTS[wanted.endpoint], starts(record, ANCHORS[wanted.since])
    cutoff_day = _cutoff_day(study)
    return time_to_event(
        endpoint,
        wanted.since,
        zero,
        gathered(endpoint, record, judged, zero, cutoff_day=cutoff_day),
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


def _cohort(study: Study, record: Record) -> pl.DataFrame:
    """Patients, characteristics, drugs and radiotherapy as results."""
    patients = record.tables["patients"]
    n = patients.height
    parts = [_number_of_patients(record)]
    for name in study.report.characteristics:
        analysis = f"characteristic: {name}"
        if patients[name].dtype.is_numeric() and name != "ecog":
            parts.append(describe.quantity(patients, name, analysis, ALL, None))
        else:
            parts.append(describe.categories(patients, name, analysis, ALL, n))
    if study.report.treatment:
        parts += [_drugs(record), *_radiotherapy(record)]
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
    where = {"analysis": analysis, "population": ALL, "group": "all"}
    return result(where, "patients", float(n), n=n, method="count", unit="patients", patients=ids)


def _drugs(record: Record) -> pl.DataFrame:
    exposed = drug_exposures(record.table("drugs")).collect()
    return describe.row_counts(exposed, "drug_class", "drugs by class", ALL)


def _radiotherapy(record: Record) -> list[pl.DataFrame]:
    given = (
        courses(record.table("radiotherapy"))
        .collect()
        .with_columns(pl.col("site").fill_null(describe.MISSING))
    )
    parts = [describe.row_counts(given, "site", "radiotherapy by site", ALL)]
    for site in given["site"].unique().sort():
        rows = given.filter(pl.col("site") == site)
        for quantity in ("dose_gy", "dose_per_fraction_gy"):
            parts.append(describe.quantity(rows, quantity, f"radiotherapy: {quantity}", ALL, "Gy", site))
    return parts
