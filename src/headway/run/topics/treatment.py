"""Treatment as results: drugs by class, lines of therapy and regimens, radiotherapy by site and intent."""

import polars as pl

from headway.analyse import describe
from headway.derive.exposure import drug_exposures
from headway.derive.lines import LinesOfTherapy, line_counts
from headway.derive.radiotherapy import courses
from headway.record.record import Record
from headway.record.results import ALL_PATIENTS, Contributions
from headway.record.words import sentence
from headway.report.document import Section
from headway.report.sections.treatment import treatment
from headway.run.cohort import Cohort
from headway.run.topics.sabr import sabr_given, sabr_schedules
from headway.run.topics.topic import Made, Topic, contributions, joined

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
    parts = [part for by in ("site", "intent") for part in _radiotherapy_by(given.collect(), by)]
    return [*parts, sabr_schedules(record)]


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


def _given(record: Record, found: LinesOfTherapy) -> list[pl.DataFrame]:
    """What each patient gives to these tables: classes, number of lines, regimens, courses."""
    classes = drug_exposures(record.table("drugs")).collect()
    counted = line_counts(found.lines, record.table("patients")).collect()
    line = sentence("line {}: {}", "line", "regimen")
    return [
        Contributions.create_empty(),
        joined(classes, "drugs by class", pl.col("drug_class")),
        contributions(counted, "lines of therapy", pl.col("lines")),
        contributions(counted, "palliative lines of therapy", pl.col("palliative")),
        joined(found.lines.collect(), "lines by regimen", line),
        *_given_courses(record),
    ]


def _given_courses(record: Record) -> list[pl.DataFrame]:
    kinds = pl.col("site", "intent").fill_null(describe.MISSING)
    given = courses(record.table("radiotherapy")).with_columns(kinds).collect()
    told = [joined(given, f"radiotherapy by {by}", pl.col(by)) for by in ("site", "intent")]
    for by in ("site", "intent"):
        for quantity, unit in RADIOTHERAPY_QUANTITIES.items():
            known = given.filter(pl.col(quantity).is_not_null())
            said = sentence("{} {} ({})", pl.col(quantity).round(1), pl.lit(unit), by)
            told.append(joined(known, f"radiotherapy by {by}: {quantity}", said))
    return [*told, sabr_given(record)]


def _make(made: Cohort, _: object) -> Made:
    given = _given(made.record, made.lines)
    return Made(pl.concat(treatment_results(made.record, made.lines)), contributions=pl.concat(given))


def _show(_: Cohort, __: object, all_made: Made) -> Section:
    return treatment(all_made.results)


def _asked(made: Cohort) -> list[bool]:
    recorded = made.record.has("drugs") or made.record.has("radiotherapy")
    return [True] if made.study.report.treatment and recorded else []


TOPIC = Topic(_asked, _make, _show)
