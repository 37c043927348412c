"""Cumulative incidence with competing causes: stacked for one group, lines for several (domain.md 9.9)."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from headway.report.figures.labels import listed, nothing
from headway.report.figures.over_time import (
    ALL,
    DASHES,
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
from headway.report.figures.theme import COLOURS, GREY, HOVER, Layers, themed
from headway.report.numbers import percent
from headway.units import DAYS_PER_MONTH

DEATH = "death"
DEATH_COLOUR = "#B8B8B8"  # in every figure of causes; the causes of interest have the colours
MOST_BANDS = 3
SHARE = "Cumulative incidence"


def cumulative_incidence(
    results: pl.DataFrame, steps: pl.DataFrame, title: str = SHARE, *, notes: Sequence[str] = ()
) -> dict:
    """The Vega-Lite specification: one group's causes stacked, or a line for each group and cause.

    Takes: the rows of one analysis in results, for those at risk; IncidenceSteps. Several groups with one
           cause have bands, with `notes` under their names; with several causes, colour says the group
           and the dash the cause.
    """
    if steps.is_empty():
        return themed(nothing("No patient has a time."))
    named = names(steps["group"].unique(maintain_order=True).to_list())
    watched, drawn = at_risk(results, named), _in_months(steps, named)
    last = max([1 / 30, *drawn["months"], *watched["months"]])
    x = months(last, watched["months"].unique().sort().to_list())
    groups, dashed = list(named.values()), steps["cause"].n_unique() == 1
    several = len(groups) > 1
    plot = _lines(drawn, groups, x, title) if several else _stacked(drawn, x, title)
    above = [_keys(groups, notes, dashed)] if several else []
    below = [risk_table(watched, groups, last, keys=several, dashed=dashed)] if watched.height else []
    parts = alt.vconcat(*above, plot, *below, spacing=8)
    return themed(parts.resolve_scale(color="independent", strokeDash="independent"))


def _in_months(steps: pl.DataFrame, named: dict[str, str]) -> pl.DataFrame:
    return steps.select(
        pl.col("group").replace(named),
        pl.col("group").replace(ALL).alias("whole"),
        "cause",
        (pl.col("days") / DAYS_PER_MONTH).alias("months"),
        *("incidence", "lower", "upper"),
    ).sort("group", "cause", "months", maintain_order=True)


def causes(steps: pl.DataFrame) -> list[str]:
    """The causes in order of the figure: by the alphabet, and death last, on top."""
    return sorted(steps["cause"].unique(), key=lambda cause: (cause == DEATH, cause))


def _cause_colours(found: list[str]) -> list[str]:
    own = iter(COLOURS * (1 + len(found) // len(COLOURS)))
    return [DEATH_COLOUR if cause == DEATH else next(own) for cause in found]


def stacked(steps: pl.DataFrame, found: list[str]) -> pl.DataFrame:
    """Where each cause's area begins and ends: at every step of any cause, above the causes before it."""
    every = steps.select("months").unique().join(pl.DataFrame({"cause": found}), how="cross")
    filled = every.join(steps, on=["months", "cause"], how="left").sort("cause", "months")
    shares = filled.with_columns(
        pl.col("incidence").forward_fill().over("cause", order_by="months").fill_null(0.0),
        place=pl.col("cause").replace_strict({cause: i for i, cause in enumerate(found)}),
    )
    top = pl.col("incidence").cum_sum().over("months", order_by="place")
    return shares.with_columns(top=top, bottom=top - pl.col("incidence")).sort("place", "months")


def _stacked(steps: pl.DataFrame, x: alt.X, title: str) -> Layers:
    found = causes(steps)
    scale = alt.Scale(domain=found, range=_cause_colours(found))
    legend = alt.Legend(
        orient="top", title=None, direction="horizontal", symbolType="square", symbolOpacity=1
    )
    colour = alt.Color("cause:N", scale=scale, legend=legend)
    base = alt.Chart().encode(x=x, detail="cause:N")
    area = base.mark_area(interpolate="step-after", opacity=0.9).encode(
        y=_share("bottom", title), y2="top:Q", color=colour
    )
    # White between the areas, so that they are told apart without their colours.
    edge = base.mark_line(interpolate="step-after", color="white", strokeWidth=1).encode(y=alt.Y("top:Q"))
    hover = _hover(base.transform_filter("datum.whole != null"), "top")
    layers = alt.layer(area, edge, hover, data=data(stacked(steps, found)))
    return layers.properties(width=WIDTH, height=HEIGHT)


def _share(column: str, title: str) -> alt.Y:
    axis = alt.Axis(labelExpr=PERCENT, title=title, tickCount=5)
    return alt.Y(f"{column}:Q", scale=alt.Scale(domain=[0, 1]), axis=axis)


def _lines(steps: pl.DataFrame, named: list[str], x: alt.X, title: str) -> Layers:
    found = causes(steps)
    colour, dash = looks(named, dashed=len(found) == 1)
    if len(found) > 1:
        scale = alt.Scale(domain=found, range=[DASHES[i % len(DASHES)] for i in range(len(found))])
        legend = alt.Legend(orient="top", title=None, symbolStrokeColor=GREY, symbolSize=400)
        dash = alt.StrokeDash("cause:N", scale=scale, legend=legend)
    base = alt.Chart().encode(x=x, color=colour, detail=["group:N", "cause:N"])
    line = base.mark_line(interpolate="step-after", strokeWidth=2).encode(
        y=_share("incidence", title), strokeDash=dash
    )
    band = base.mark_area(interpolate="step-after", opacity=1, fillOpacity=0.12).encode(
        y=alt.Y("lower:Q"), y2="upper:Q"
    )
    bands = [band] if len(found) == 1 and len(named) <= MOST_BANDS else []
    layers = alt.layer(*bands, line, _hover(base, "incidence"), data=data(steps))
    return layers.properties(width=WIDTH, height=HEIGHT)


def _keys(named: list[str], notes: Sequence[str], dashed: bool) -> Layers:
    return text_table(pl.DataFrame({"group": named}), {"group": ("", 34, "left")}, notes, dashed=dashed)


def _hover(base: alt.Chart, column: str) -> alt.Chart:
    tooltip = [
        alt.Tooltip("whole:N", title="Group"),
        alt.Tooltip("cause:N", title="Cause"),
        alt.Tooltip("months:Q", title="Months", format=".1f"),
        alt.Tooltip("incidence:Q", title="Incidence", format=".1%"),
        alt.Tooltip("lower:Q", title="95 % CI from", format=".1%"),
        alt.Tooltip("upper:Q", title="95 % CI to", format=".1%"),
    ]
    points = base.mark_point(size=80, filled=True, opacity=0)
    return points.encode(y=alt.Y(f"{column}:Q"), tooltip=tooltip).properties(name=HOVER)


def in_words(steps: pl.DataFrame) -> str:
    """The figure in a few sentences: where each curve ends."""
    if steps.is_empty():
        return "Cumulative incidence: no patient has a time."
    ends = steps.sort("days", maintain_order=True).group_by("group", "cause", maintain_order=True).last()
    said = [
        f"{ALL.get(row['group'], row['group'])}, {row['cause']}: {percent(row['incidence'])} "
        f"at {row['days'] / DAYS_PER_MONTH:.1f} months"
        for row in ends.sort("group", "cause").iter_rows(named=True)
    ]
    return f"Cumulative incidence curves. {listed(said)}."
