"""What a run made -> the report's folder: page, figures, tables as files."""

from pathlib import Path

import polars as pl

from headway import __version__
from headway.ingest.safe_csv import write_csv
from headway.record.record import Record, day_text
from headway.report.document import Cell, Document, Section, Trace
from headway.report.documents import write_documents
from headway.report.numbers import count, days_in_months
from headway.report.sections.data import data
from headway.report.sections.methods import methods
from headway.run.checklist import checklist_section
from headway.run.cohort import Cohort, title_of
from headway.run.datasets import write_analysis_datasets
from headway.run.deidentify import Deidentification, suppressed, without_small_cells
from headway.run.methods import methods_text
from headway.run.stories import stories
from headway.run.timelines import timelines
from headway.run.topics import TOPICS, Made
from headway.run.topics.survival import analysis_name
from headway.study import Study
from headway.study.parts import Survival


def fill(
    folder: Path, cohort: Cohort, made: Made, fingerprint: str, hide: Deidentification | None = None
) -> None:
    """Write everything of the report into an empty folder; with `hide`, without small cells."""
    document, results = _document(cohort, made, fingerprint), made.results
    if hide is not None:
        document = suppressed(document, hide.smallest_cell)
        results = without_small_cells(results, hide.smallest_cell)
    write_documents(folder, document)
    write_csv(cohort.record.findings, folder / "findings.csv")
    write_csv(results.with_columns(pl.col("patients").list.join(" ")), folder / "results.csv")
    results.write_parquet(folder / "results.parquet")
    if cohort.study.report.datasets:
        write_analysis_datasets(folder / "datasets", cohort, made.times)
    write_csv(_with_dates(made.times, cohort.record), folder / "times_to_event.csv")


def _document(cohort: Cohort, made: Made, fingerprint: str) -> Document:
    study, record = cohort.study, cohort.record
    return Document(
        title=study.title,
        facts=_facts(study, record, fingerprint),
        sections=tuple(_sections(cohort, made)),
        synthetic=study.synthetic,
        headline=_headline(cohort, made),
        trace=Trace(made.results, made.contributions, stories(cohort, made), timelines(cohort), record.time),
    )


def _sections(cohort: Cohort, made: Made) -> list[Section]:
    shown = [(topic, topic.show(cohort, asked, made)) for topic in TOPICS for asked in topic.asked(cohort)]
    told = [methods(methods_text(cohort, made)), data(cohort.record), checklist_section(cohort, shown)]
    return [*(section for _, section in shown), *told]


def _with_dates(times: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Days as dates where the record has dates."""
    if record.time == "days":
        return times
    shown = {
        day.replace("_day", "_date"): pl.when(pl.col(day).is_not_null()).then(day_text(day, record.time))
        for day in ("start_day", "end_day")
    }
    return times.with_columns(**shown).drop("start_day", "end_day")


def _facts(study: Study, record: Record, fingerprint: str) -> tuple[tuple[str, str], ...]:
    cutoff = "not set" if study.cutoff is None else str(study.cutoff)
    told = {"dates": "calendar dates", "days": "days from each patient's day 0"}[record.time]
    source = (("Source", study.source),) if study.source else ()
    return (
        *source, ("Data cut-off", cutoff), ("Time", told),
        ("Data fingerprint", f"SHA-256 {fingerprint[:16]}…"), ("Headway", __version__),
    )  # fmt: skip


def _headline(cohort: Cohort, made: Made) -> tuple[tuple[Cell, str], ...]:
    """The first lines that a reader wants: patients, events, and the median of each ungrouped analysis."""
    one = {row["analysis"]: row for row in made.results.head(4).iter_rows(named=True)}
    lines = [(Cell(count(one[name]["value"]), one[name]["row"]), name) for name in ("patients", "dead")]
    asked = cohort.study.report.survival
    return (*lines, *(_median_line(cohort, made, wanted) for wanted in asked if wanted.by is None))


def _median_line(cohort: Cohort, made: Made, wanted: Survival) -> tuple[Cell, str]:
    name = analysis_name(cohort, wanted)
    words = name.replace(f"since {wanted.since}", title_of(cohort, wanted.since), 1)
    rows = made.results.filter(pl.col("analysis") == name)
    own = {row["statistic"]: row for row in rows.iter_rows(named=True)}
    if "median" not in own:
        return Cell("–"), f"no patient with a time for {words}"
    events = count(own["events"]["value"])
    median, low, high = (days_in_months(own["median"][part]) for part in ("value", "lower", "upper"))
    unit = "" if own["median"]["value"] is None else "months "
    counted = f"{events} event{'' if events == '1' else 's'}"
    said = f"{unit}median {words} (95 % CI {low} to {high}; {counted})"
    return Cell(median, own["median"]["row"]), said
