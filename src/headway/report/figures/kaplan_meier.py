"""Kaplan-Meier curves with confidence bands, censor ticks and the number at risk below (domain.md 9.9)."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from headway.report.figures.labels import listed, nothing
from headway.report.figures.over_time import (
    ALL,
    HEIGHT,
    PERCENT,
    WIDTH,
    at_risk,
    looks,
    months,
    names,
    risk_table,
    text_table,
)
from headway.report.figures.rows import data
from headway.report.figures.theme import GREY, HOVER, Layers, themed
from headway.report.numbers import count, days_in_months
from headway.units import DAYS_PER_MONTH

MOST_BANDS = 3  # bands can still be told apart; more would hide the curves
COLUMNS = {
    "group": ("", 34, "left"),
    "patients": ("Patients", 300, "right"),
    "events": ("Events", 360, "right"),
    "median": ("Median, months (95 % CI)", 400, "left"),
}


def kaplan_meier(
    results: pl.DataFrame,
    curves: pl.DataFrame,
    title: str,
    *,
    notes: Sequence[str] = (),
    landmark_months: float | None = None,
) -> dict:
    """The Vega-Lite specification of one analysis.

    Takes: the rows of one analysis in results (patients, events, medians, those at risk) and in curves;
           `notes`, lines under the table, such as `over_time.comparisons`; a landmark to draw.
    """
    if curves.is_empty():
        return themed(nothing("No patient has a time."))
    named = names(groups_of(results, curves))
    watched = at_risk(results, named)
    steps = laid_out(curves, named)
    last = max([1 / 30, *steps["months"], *watched["months"]])
    x = months(last, watched["months"].unique().sort().to_list())
    plot = _curves(steps, list(named.values()), x, title, landmark_months)
    parts = [text_table(medians(results, named), COLUMNS, notes), plot]
    if not watched.is_empty():
        parts.append(risk_table(watched, list(named.values()), last))
    return themed(alt.vconcat(*parts, spacing=8).resolve_scale(color="independent", strokeDash="independent"))


def groups_of(results: pl.DataFrame, curves: pl.DataFrame) -> list[str]:
    """The groups with a curve, then those without: nobody in them has a time, and the table says so."""
    drawn = curves["group"].unique(maintain_order=True).to_list()
    counted = results.filter(pl.col("statistic") == "with a time")["group"].unique(maintain_order=True)
    return [*drawn, *(group for group in counted if group not in drawn)]


def laid_out(curves: pl.DataFrame, named: dict[str, str]) -> pl.DataFrame:
    """The steps in months; `whole` keeps a group's name where the drawn one is cut."""
    return curves.select(
        pl.col("group").replace(named),
        pl.col("group").replace(ALL).alias("whole"),
        (pl.col("days") / DAYS_PER_MONTH).alias("months"),
        *("survival", "lower", "upper", "at_risk", "censored"),
    )


def medians(results: pl.DataFrame, named: dict[str, str]) -> pl.DataFrame:
    """A row per group: patients, events, and the median with its limits, as text."""

    def cell(group: str, statistic: str) -> dict:
        rows = results.filter(pl.col("group") == group, pl.col("statistic") == statistic)
        return rows.row(0, named=True) if rows.height else {}

    rows = [
        {
            "group": name,
            "patients": count(cell(group, "with a time").get("value")),
            "events": count(cell(group, "events").get("value")),
            "median": _median(cell(group, "median")),
        }
        for group, name in named.items()
    ]
    return pl.DataFrame(rows)


def _median(row: dict) -> str:
    if not row:
        return "–"
    median, low, high = (days_in_months(row[part]) for part in ("value", "lower", "upper"))
    neither = row["lower"] is None and row["upper"] is None
    return median if neither else f"{median} ({low} to {high})"


def _curves(steps: pl.DataFrame, named: list[str], x: alt.X, title: str, landmark: float | None) -> Layers:
    colour, dash = looks(named)
    axis = alt.Axis(labelExpr=PERCENT, title=title, tickCount=5)
    y = alt.Y("survival:Q", scale=alt.Scale(domain=[0, 1]), axis=axis)
    base = alt.Chart().encode(x=x, color=colour)
    band = base.mark_area(interpolate="step-after", opacity=1, fillOpacity=0.12).encode(
        y=alt.Y("lower:Q"), y2="upper:Q"
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=2).encode(y=y, strokeDash=dash)
    ticked = base.transform_filter("datum.censored > 0")
    censored = ticked.mark_tick(orient="vertical", size=8, thickness=1.1, opacity=1).encode(y=y)
    layers = [*([band] if len(named) <= MOST_BANDS else []), line, censored, _hover(base, y)]
    marked = [] if landmark is None else [_landmark(landmark, x)]
    return alt.layer(*marked, *layers, data=data(steps)).properties(width=WIDTH, height=HEIGHT)


def _landmark(at: float, x: alt.X) -> alt.Chart:
    return alt.Chart(alt.Data(values=[{"months": at}])).mark_rule(strokeDash=[4, 4], color=GREY).encode(x=x)


def _hover(base: alt.Chart, y: alt.Y) -> alt.Chart:
    tooltip = [
        alt.Tooltip("whole:N", title="Group"),
        alt.Tooltip("months:Q", title="Months", format=".1f"),
        alt.Tooltip("survival:Q", title="Survival", format=".1%"),
        alt.Tooltip("lower:Q", title="95 % CI from", format=".1%"),
        alt.Tooltip("upper:Q", title="95 % CI to", format=".1%"),
        alt.Tooltip("at_risk:Q", title="At risk", format=","),
    ]
    return (
        base.mark_point(size=80, filled=True, opacity=0).encode(y=y, tooltip=tooltip).properties(name=HOVER)
    )


def in_words(results: pl.DataFrame, curves: pl.DataFrame, title: str) -> str:
    """The figure in a few sentences."""
    if curves.is_empty():
        return f"Kaplan-Meier curves of {title}: no patient has a time."
    groups = groups_of(results, curves)
    told = medians(results, {group: ALL.get(group, group) for group in groups})
    said = [
        f"{row['group']}: {row['patients']} patients, events: {row['events']}, "
        f"median {row['median']}{' months' if row['median'][:1].isdigit() else ''}"
        for row in told.iter_rows(named=True)
    ]
    last = curves["days"].cast(pl.Float64).max()
    return (
        f"Kaplan-Meier curve{'s' if len(groups) > 1 else ''} of {title} over "
        f"{days_in_months(float(str(last)))} months. {listed(said)}."
    )
