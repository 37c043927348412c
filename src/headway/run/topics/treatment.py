"""Treatment as results: drugs by class, lines of therapy and regimens, radiotherapy by site and intent."""

import polars as pl

from headway.analyse import describe
from headway.derive.exposure import drug_exposures
from headway.derive.lines import LinesOfTherapy, line_counts
from headway.derive.radiotherapy import courses
from headway.record.record import Record
from headway.record.results import ALL_PATIENTS
from headway.report.document import Section
from headway.report.sections.treatment import treatment
from headway.run.cohort import Cohort
from headway.run.topics.topic import Made, Topic

RADIOTHERAPY_QUANTITIES = {"dose_gy": "Gy", "dose_per_fraction_gy": "Gy", "bed10_gy": "Gy"}


def treatment_results(record: Record, lines: LinesOfTherapy) -> list[pl.DataFrame]:
    """All tables of treatment, as results."""
    return [_drugs(record), *_lines(record, lines), *_radiotherapy(record)]


def _drugs(record: Record) -> pl.DataFrame:
    exposed = drug_exposures(record.table("drugs")).collect()
    return describe.row_counts(exposed, "drug_class", "drugs by class", ALL_PATIENTS)


def _lines(record: Record, found: LinesOfTherapy) -> list[pl.DataFrame]:
    """Patients by number of lines, those without any included, and the lines by regimen (R4.1, R4.13)."""
    counted = line_counts(found.lines, record.table("patients")).collect()
    regimens = found.lines.collect()
    return [
        describe.categories(counted, "lines", "lines of therapy", ALL_PATIENTS, counted.height),
        describe.categories(
            counted, "palliative", "palliative lines of therapy", ALL_PATIENTS, counted.height
        ),
        describe.row_counts(regimens, "regimen", "lines by regimen", ALL_PATIENTS),
    ]


def _radiotherapy(record: Record) -> list[pl.DataFrame]:
    given = courses(record.table("radiotherapy")).with_columns(
        pl.col("site", "intent").fill_null(describe.MISSING)
    )
    return [part for by in ("site", "intent") for part in _radiotherapy_by(given.collect(), by)]


def _radiotherapy_by(given: pl.DataFrame, by: str) -> list[pl.DataFrame]:
    parts = [describe.row_counts(given, by, f"radiotherapy by {by}", ALL_PATIENTS)]
    for group in given[by].unique().sort():
        rows = given.filter(pl.col(by) == group)
        for quantity, unit in RADIOTHERAPY_QUANTITIES.items():
            parts.append(
                describe.quantity(
                    rows, quantity, f"radiotherapy by {by}: {quantity}", ALL_PATIENTS, unit, group
                )
            )
    return parts


def _make(made: Cohort, _: object) -> Made:
    return Made(pl.concat(treatment_results(made.record, made.lines)))


def _show(_: Cohort, __: object, all_made: Made) -> Section:
    return treatment(all_made.results)


def _asked(made: Cohort) -> list[bool]:
    recorded = made.record.has("drugs") or made.record.has("radiotherapy")
    return [True] if made.study.report.treatment and recorded else []


TOPIC = Topic(_asked, _make, _show)
