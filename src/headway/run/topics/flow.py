"""From the patients that were read to those with a time, for each analysis of all patients."""

import polars as pl

from headway.analyse.rows import result
from headway.record.results import ALL_PATIENTS, Results
from headway.report.document import Section
from headway.report.sections.flow import flow
from headway.run.cohort import Cohort, population_title
from headway.run.topics.captions import data_cutoff
from headway.run.topics.survival import analysis_name
from headway.run.topics.topic import Made, Topic


def _make(made: Cohort, _: object) -> Made:
    """Patients read (those set aside included), used, recorded as dead, and dead on an unknown day."""
    record = made.record
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
    return Made(pl.DataFrame(rows, schema=Results.create_empty().schema))


def _count(analysis: str, patients: pl.DataFrame, n: int | None) -> dict:
    n = patients.height if n is None else n
    ids = patients["patient_id"].sort().to_list()
    where = {"analysis": analysis, "population": ALL_PATIENTS, "group": "all"}
    return result(where, "patients", float(n), n=n, method="count", unit="patients", patients=ids)


def _show(made: Cohort, _: object, all_made: Made) -> Section:
    whole = [
        (analysis_name(made, asked), population_title(made, asked.population))
        for asked in made.study.report.survival
        if asked.by is None
    ]
    return flow(made.record, all_made.results, whole, data_cutoff(made))


TOPIC = Topic(lambda _: [None], _make, _show)
