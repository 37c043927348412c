"""Response: rates, depth and time of response, and lesions in and outside the irradiated field."""

from dataclasses import dataclass

import polars as pl

from headway.report.document import Figure, Section, Table
from headway.report.figures import spider, waterfall
from headway.report.numbers import count, patients
from headway.report.tables import response as tables

OUTSIDE = (
    "Each subset of the lesions is judged by its own baseline and nadir; a new lesion is progression outside "
    "the irradiated field. With a drug on board a response there does not show that radiotherapy caused it "
    "(R3.4)."
)


@dataclass(frozen=True)
class Analysis:
    """One analysis of response as the report names and draws it; names are those of the results."""

    title: str
    criteria: str
    population: str
    since: str  # "since enrolment"
    new_treatment: str  # what ends the window of changes
    cutoff: str
    kinds: tuple[str, ...]  # unconfirmed, confirmed
    groups: tuple[str, ...]  # the same by group; empty: not asked
    by: str
    depth: tuple[str, str]  # best change, time to response
    subsets: tuple[str, str] | None  # by subset, off-target
    historical: float | None
    notes: tuple[str, ...] = ()


def of_group(population: str, level: str) -> str:
    """A group of a population, as the results name it.

    >>> of_group("all patients", "arm A")
    'all patients: arm A'
    """
    return f"{population}: {level}"


def response(results: pl.DataFrame, frames: dict[str, pl.DataFrame], analysis: Analysis) -> Section:
    """Tables of rates, then figures of the changes behind them."""
    rows = results.filter(pl.col("analysis").is_in(analysis.kinds))
    said = (f"Criteria: {analysis.criteria}.", *analysis.notes)
    if rows["n"].max() in (None, 0):
        return Section(analysis.title, (*said, "No patient of this population has this time zero."))
    shown = [tables.response(rows, analysis.kinds, analysis.population), *_compared(results, rows, analysis)]
    depth = results.filter(pl.col("analysis").is_in(analysis.depth))
    shown.append(tables.depth(depth, *analysis.depth))
    apart = _subsets(results, analysis.subsets) if analysis.subsets else []
    if apart:
        said = (*said, OUTSIDE)
    return Section(analysis.title, said, figures=_figures(depth, frames, analysis), tables=(*shown, *apart))


def _compared(results: pl.DataFrame, rows: pl.DataFrame, analysis: Analysis) -> list[Table]:
    made = [] if analysis.historical is None else [tables.historical(rows, analysis.kinds)]
    if not analysis.groups:
        return made
    grouped = results.filter(pl.col("analysis").is_in(analysis.groups))
    return [*made, *tables.by_group(grouped, analysis.groups, analysis.by)]


def _subsets(results: pl.DataFrame, names: tuple[str, str]) -> list[Table]:
    by_subset, off_target = (results.filter(pl.col("analysis") == name) for name in names)
    return [] if by_subset.is_empty() else [*tables.subsets(by_subset), tables.off_target(off_target)]


def _figures(depth: pl.DataFrame, frames: dict[str, pl.DataFrame], analysis: Analysis) -> tuple[Figure, ...]:
    """Waterfall and spider; none where nobody has a change."""
    name = analysis.depth[0]
    bars, points = (frames.get(f"{name}, {kind}") for kind in ("waterfall", "spider"))
    if bars is None or points is None or bars["best_change_percent"].is_null().all():
        return ()
    stem = name.replace(" ", "_")
    measure = "Criteria of response: " + analysis.criteria + ". " + analysis.cutoff
    missing = _missing(depth.filter(pl.col("analysis") == name))
    fall = (
        f"{analysis.title}: best change of the target sum from baseline of "
        f"{count(bars['best_change_percent'].count())} of {patients(bars.height)} ({analysis.population})."
        f"{missing} Colour and symbol: best overall response, unconfirmed. Dashed: −30 % and +20 %. "
        "Changes count up to progression, its scan included, and before new treatment "
        f"({analysis.new_treatment}); their lowest is the best change (R1.46). {measure}"
    )
    web = (
        f"{analysis.title}: change of the target sum from baseline at each scan, from time zero to the last "
        f"scan before new treatment ({analysis.new_treatment}), of {count(_lines(points))} of "
        f"{patients(bars.height)} ({analysis.population}).{missing} Colour and symbol: best overall "
        f"response, unconfirmed. Dashed: −30 % and +20 %. {measure}"
    )
    return (
        Figure(f"{stem}_waterfall", waterfall.waterfall(bars), fall, waterfall.in_words(bars)),
        Figure(
            f"{stem}_spider",
            spider.spider(points, months_title=f"Months {analysis.since}"),
            web,
            spider.in_words(points),
        ),
    )


def _lines(points: pl.DataFrame) -> int:
    return spider.laid_out(points)["patient_id"].n_unique()


def _missing(rows: pl.DataFrame) -> str:
    """Who has no bar, and why."""
    counted = rows.filter(pl.col("statistic") == "patients").sort("value", "group", descending=[True, False])
    reasons = [f"{count(row['value'])} ({row['group']})" for row in counted.iter_rows(named=True)]
    return f" Without a change: {', '.join(reasons)}." if reasons else ""
