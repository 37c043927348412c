"""What a run made -> the report's folder: page, figures, tables as files."""

from pathlib import Path

import polars as pl

from headway import __version__
from headway.derive.anchors import ANCHORS
from headway.derive.endpoints import ENDPOINTS
from headway.ingest.safe_csv import write_csv
from headway.record.record import Record, day_text
from headway.report import sections
from headway.report.document import Document, html
from headway.report.figures.kaplan_meier import kaplan_meier
from headway.report.figures.theme import png, svg
from headway.report.numbers import count, days_in_months
from headway.report.words import within
from headway.run.pipeline import Analysed, analysis_name
from headway.run.response import DERIVED, criteria, uses_responses
from headway.run.rules import censoring
from headway.study import Study, Survival


def fill(folder: Path, study: Study, record: Record, made: Analysed, fingerprint: str) -> None:
    """Write everything of the report into an empty folder."""
    analyses = [_drawn(folder, study, record, made, wanted) for wanted in study.report.survival]
    document = Document(
        title=study.title,
        facts=_facts(study, record, fingerprint),
        sections=tuple(_sections(study, record, made, analyses)),
        synthetic=study.synthetic,
        headline=_headline(study, record, made),
    )
    (folder / "report.html").write_text(html(document), encoding="utf-8")
    write_csv(record.findings, folder / "findings.csv")
    write_csv(made.results.with_columns(pl.col("patients").list.join(" ")), folder / "results.csv")
    made.results.write_parquet(folder / "results.parquet")
    write_csv(_with_dates(made.times, record), folder / "times_to_event.csv")


def _with_dates(times: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Days as dates where the record has dates."""
    if record.time == "days":
        return times
    shown = {
        day.replace("_day", "_date"): pl.when(pl.col(day).is_not_null()).then(day_text(day, record.time))
        for day in ("start_day", "end_day")
    }
    return times.with_columns(**shown).drop("start_day", "end_day")


def _drawn(folder: Path, study: Study, record: Record, made: Analysed, wanted: Survival) -> sections.Analysis:
    name = analysis_name(wanted)
    curves = made.curves.filter(pl.col("analysis") == name)
    endpoint = ENDPOINTS[wanted.endpoint]
    since = "as reported" if wanted.since == "as reported" else f"since {ANCHORS[wanted.since].title}"
    title = f"{endpoint.title} {since}" + (f", by {within(wanted.by)}" if wanted.by else "")
    picture = None
    if not curves.is_empty():
        spec = kaplan_meier(made.results.filter(pl.col("analysis") == name), curves, endpoint.title)
        picture = svg(spec)
        figures = folder / "figures"
        figures.mkdir(exist_ok=True)
        stem = name.replace(" ", "_")
        (figures / f"{stem}.svg").write_text(picture, encoding="utf-8")
        (figures / f"{stem}.png").write_bytes(png(spec))
    return sections.Analysis(name, title, picture, censoring(study, record, wanted))


def _facts(study: Study, record: Record, fingerprint: str) -> tuple[tuple[str, str], ...]:
    cutoff = "not set" if study.cutoff is None else str(study.cutoff)
    told = {"dates": "calendar dates", "days": "days from each patient's day 0"}[record.time]
    source = (("Source", study.source),) if study.source else ()
    return (
        *source, ("Data cut-off", cutoff), ("Time", told),
        ("Data fingerprint", f"SHA-256 {fingerprint[:16]}…"), ("Headway", __version__),
    )  # fmt: skip


def _headline(study: Study, record: Record, made: Analysed) -> tuple[tuple[str, str], ...]:
    """The first lines that a reader wants: patients, events, and the median of each ungrouped analysis."""
    dead = made.results.filter(pl.col("analysis") == "dead")["value"][0]
    lines = [(count(record.tables["patients"].height), "patients"), (count(dead), "dead")]
    lines += [_median_line(made, wanted) for wanted in study.report.survival if wanted.by is None]
    return tuple(lines)


def _median_line(made: Analysed, wanted: Survival) -> tuple[str, str]:
    rows = made.results.filter(pl.col("analysis") == analysis_name(wanted))
    own = {row["statistic"]: row for row in rows.iter_rows(named=True)}
    events = count(own["events"]["value"])
    if "median" not in own:
        return "–", f"no patient with a time for {wanted.endpoint}"
    median, low, high = (days_in_months(own["median"][part]) for part in ("value", "lower", "upper"))
    unit = "" if own["median"]["value"] is None else "months "
    return median, f"{unit}median {wanted.endpoint} (95 % CI {low} to {high}; {events} events)"


def _sections(
    study: Study, record: Record, made: Analysed, analyses: list[sections.Analysis]
) -> list[sections.Section]:
    report, results = study.report, made.results
    whole = [drawn for drawn, wanted in zip(analyses, report.survival, strict=True) if wanted.by is None]
    shown = [sections.flow(record, results, whole), sections.patients(results, list(report.characteristics))]
    if report.treatment and (record.has("drugs") or record.has("radiotherapy")):
        shown.append(sections.treatment(results))
    if report.toxicity and (record.has("adverse_events") or record.has("labs")):
        shown.append(sections.toxicity(results))
    if report.response is not None:
        shown.append(sections.response(results, criteria(study, record)))
    shown += [sections.survival(results, analysis) for analysis in analyses]
    if report.failure is not None:
        since = report.failure.since
        title = f"First failure since {ANCHORS[since].title}"
        shown.append(sections.failure(results, f"first failure since {since}", title))
    return [*shown, sections.methods(_methods(study, record)), sections.data(record)]


def _methods(study: Study, record: Record) -> list[str]:
    lines = [
        "Times are whole days; months are 30.4375 days. Survival was estimated by the Kaplan-Meier method; "
        "events precede censorings at the same time; confidence limits are pointwise with Greenwood's "
        "variance, and limits of the median come from inverting them (Brookmeyer and Crowley). Median "
        "follow-up is the reverse Kaplan-Meier estimate.",
    ]
    if uses_responses(study):
        lines.append(_how_judged(study, record))
    if study.report.treatment and record.has("drugs"):
        lines.append(
            "Lines of therapy were derived from the drugs by the rule set HNSCC: drugs first given within 28 "
            "days of the start of a line belong to it; platinum, taxane and fluoropyrimidine swaps, dropped "
            "drugs and planned maintenance stay in the line; another drug later, or any drug after a "
            "progression, begins a new one."
        )
    return [*lines, f"Derived and reported by Headway {__version__}."]


def _how_judged(study: Study, record: Record) -> str:
    reader = f" by the reader '{study.criteria.evaluator}'" if study.criteria.evaluator else ""
    if criteria(study, record) == DERIVED:
        return (
            f"Responses were derived from the measured lesions{reader} by RECIST 1.1: progression is judged "
            "against the smallest sum of diameters on study, and thresholds are compared exactly."
        )
    return (
        f"Responses and progression are those that the record reports{reader}; "
        "they were not derived from lesions."
    )
