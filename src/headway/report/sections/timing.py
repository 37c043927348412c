"""An endpoint by an exposure after time zero: what the fair analyses say, beside the naive split."""

from dataclasses import dataclass

import polars as pl

from headway.report.document import Cell, Figure, Section, Sentence
from headway.report.figures.kaplan_meier import kaplan_meier
from headway.report.numbers import decimal, percent
from headway.report.tables import timing as tables


@dataclass(frozen=True)
class Timing:
    """One analysis as the report names it."""

    name: str  # as in the results
    title: str
    endpoint: str  # "Overall survival"
    exposure: str  # "radiotherapy during immunotherapy"
    censoring: str


def landmark_name(name: str) -> str:
    """The analysis of the curves from the landmark on."""
    return f"{name}, from the landmark"


def times(results: pl.DataFrame, curves: pl.DataFrame, analysis: Timing) -> Section:
    """The hazard ratios of all ways of asking, the sentence on the design, and curves from the landmark."""
    rows = results.filter(pl.col("analysis") == analysis.name)
    drawn = curves.filter(pl.col("analysis") == landmark_name(analysis.name))
    figures = ()
    if drawn["group"].n_unique() > 1:
        watched = results.filter(pl.col("analysis") == landmark_name(analysis.name))
        caption = (
            f"{analysis.endpoint} from the first landmark on, by {analysis.exposure} until then; patients "
            f"whose time ended before it are left out. Kaplan-Meier estimate. {analysis.censoring}"
        )
        spec = kaplan_meier(watched, drawn, analysis.endpoint)
        figures = (Figure(landmark_name(analysis.name).replace(" ", "_"), spec, caption, caption),)
    return Section(
        analysis.title,
        (_warning(analysis.exposure), *_design_alone(rows)),
        figures=figures,
        tables=(tables.times(rows, analysis.title),),
    )


def _warning(exposure: str) -> str:
    return (
        f"Patients came to {exposure} after time zero, and had to live and be followed until then. A split "
        "by whether they ever did gives them that time for nothing (immortal time bias), so it is shown only "
        "as what it is. The time-dependent and the landmark analysis do not have this bias; both can still "
        "be confounded by why the exposure was given."
    )


def _design_alone(rows: pl.DataFrame) -> tuple[Sentence, ...]:
    """The sentence that a reader needs: how much of the naive difference the design makes by itself."""
    ratios = {row["group"]: row for row in rows.filter(statistic="hazard ratio").iter_rows(named=True)}
    naive, none = ratios.get("naive split, biased"), ratios.get("no effect at all")
    if naive is None or none is None or naive["value"] is None:
        return ()
    between = f" (95 % of the replicates {decimal(none['lower'], 2)} to {decimal(none['upper'], 2)})"
    return ((
        "The naive split gives a hazard ratio of ", Cell(decimal(naive["value"], 2), naive["row"]),
        ". If the exposure did nothing at all, the same split of these patients would be expected to give ",
        Cell(decimal(none["value"], 2), none["row"]), between, ".",
    ),)  # fmt: skip


def rates(results: pl.DataFrame, name: str, title: str, exposure: str) -> Section:
    """Response by ever exposed, as such studies publish it, and what the design alone makes of it."""
    rows = results.filter(pl.col("analysis") == name)
    return Section(title, (_warning(exposure), *_rate_alone(rows)), tables=(tables.rates(rows, title),))


def _rate_alone(rows: pl.DataFrame) -> tuple[Sentence, ...]:
    one = {row["statistic"]: row for row in rows.filter(group="no effect at all").iter_rows(named=True)}
    if not one:
        return ()
    shares = [one[name] for name in ("proportion, exposed", "proportion, not exposed")]
    first, other = (Cell(percent(row["value"]), row["row"]) for row in shares)
    said = "If the exposure did nothing at all, the same split of these patients would be expected to give "
    return ((said, first, " among the exposed and ", other, " among the others."),)
