"""Results -> the sections of the report, in reading order."""

from dataclasses import dataclass

import polars as pl

from headway.record.findings import summary
from headway.record.record import Record
from headway.report import tables
from headway.report.document import Figure, Section, Step
from headway.report.numbers import count, days_in_months


@dataclass(frozen=True)
class Analysis:
    """One time-to-event analysis as the report names and draws it."""

    name: str  # as in the results: "OS since diagnosis"
    title: str  # "Overall survival since first diagnosis"
    svg: str | None
    censoring: str


def flow(record: Record, results: pl.DataFrame, analyses: list[Analysis]) -> Section:
    """From the patients that were read to those with a time, for each analysis of all patients."""
    read, used, dead, unknown = (
        int(results.filter(pl.col("analysis") == name)["value"][0])
        for name in ("patients read", "patients", "dead", "dead on an unknown day")
    )
    left = (("set aside with a finding", read - used),) if read > used else ()
    steps = [Step("patients in the record", read, left), Step("patients used", used)]
    steps += [_with_time(results, analysis) for analysis in analyses]
    said = f"The record holds {count(read)} patients in {len(record.tables)} tables; {count(dead)} are dead"
    said += f", {count(unknown)} of them on an unknown day." if unknown else "."
    return Section("Patient flow", paragraphs=(said,), steps=tuple(steps))


def _with_time(results: pl.DataFrame, analysis: Analysis) -> Step:
    rows = results.filter(pl.col("analysis") == analysis.name)
    with_time, without = (
        int(rows.filter(pl.col("statistic") == statistic)["value"].sum())
        for statistic in ("with a time", "without a time")
    )
    left = ((f"without a time for {analysis.name}", without),) if without else ()
    return Step(f"with a time for {analysis.name}", with_time, left)


def patients(results: pl.DataFrame, names: list[str]) -> Section:
    """Patient characteristics."""
    return Section("Patients", tables=(tables.characteristics(results, names),))


def treatment(results: pl.DataFrame) -> Section:
    """Drugs by class, lines and regimens, radiotherapy by site and intent."""
    shown = [tables.exposures(results), *tables.lines(results)]
    shown += [tables.radiotherapy(results, by) for by in ("site", "intent")]
    return Section("Treatment", tables=tuple(shown))


def toxicity(results: pl.DataFrame) -> Section:
    """Adverse events by worst grade, or by severity where no grade is recorded."""
    return Section("Toxicity", tables=tuple(tables.toxicity(results)))


def failure(results: pl.DataFrame, analysis: str, title: str) -> Section:
    """Where the disease came back first, with death as a competing event."""
    rows = results.filter(pl.col("analysis") == analysis)
    return Section(title, tables=(tables.failure(rows, title),))


def response(results: pl.DataFrame, criteria: str) -> Section:
    """Best overall response and its rates."""
    return Section("Response", paragraphs=(f"Criteria: {criteria}.",), tables=(tables.response(results),))


def survival(results: pl.DataFrame, analysis: Analysis) -> Section:
    """A figure, its caption and its table."""
    rows = results.filter(pl.col("analysis") == analysis.name)
    figures = ()
    if analysis.svg is not None:
        figures = (Figure(analysis.svg, _caption(rows, analysis), _in_words(rows, analysis)),)
    return Section(analysis.title, figures=figures, tables=(tables.survival(rows, analysis.title),))


def _caption(rows: pl.DataFrame, analysis: Analysis) -> str:
    n, events = (sum(rows.filter(pl.col("statistic") == s)["value"]) for s in ("with a time", "events"))
    return (
        f"{analysis.title}: {count(n)} patients, {count(events)} events. Kaplan-Meier estimate with "
        f"pointwise 95 % confidence limits; ticks are censored patients. {analysis.censoring}"
    )


def _in_words(rows: pl.DataFrame, analysis: Analysis) -> str:
    medians = rows.filter(pl.col("statistic") == "median")
    said = [
        f"{r['group']}: median {days_in_months(r['value'])} months" for r in medians.iter_rows(named=True)
    ]
    return f"Kaplan-Meier curves of {analysis.title}. " + "; ".join(said)


def data(record: Record) -> Section:
    """What became of every row, and what was wrong."""
    said = (
        "Every row that was read is either used or set aside with a finding. "
        "A warning keeps its row; an error sets it aside.",
    )
    account, found = tables.row_account(record.rows), tables.finding_summary(summary(record.findings))
    return Section("Data", paragraphs=said, tables=(account, found), findings=record.findings)


def methods(paragraphs: list[str]) -> Section:
    """How the numbers were made, from the options that were used."""
    return Section("Methods", paragraphs=tuple(paragraphs))
