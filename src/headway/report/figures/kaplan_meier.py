"""Kaplan-Meier curves with confidence bands, censor ticks and the number at risk below (domain.md 9.9)."""

import altair as alt
import polars as pl

from headway.report.figures.theme import COLOURS, themed
from headway.units import DAYS_PER_MONTH

WIDTH, HEIGHT, ROW_HEIGHT = 620, 340, 20
LONGEST_LABEL = 34
MOST_BANDS = 3


def kaplan_meier(results: pl.DataFrame, curves: pl.DataFrame, title: str) -> dict:
    """The Vega-Lite specification of one analysis.

    Takes: the rows of one analysis in results (for those at risk) and curves.
    """
    groups = curves["group"].unique(maintain_order=True).to_list()
    curves = _drawable(curves, groups)
    at_risk = _at_risk(results, groups)
    last = max([1.0, *curves["months"], *at_risk["months"]])
    x = alt.Scale(domain=[0, last], nice=False, zero=True)
    ticks = at_risk["months"].unique().sort().to_list()
    drawn = alt.vconcat(_curves(curves, groups, x, ticks, title), _table(at_risk, groups, x), spacing=8)
    return themed(drawn.resolve_scale(x="shared", color="shared"))


def _label(group: str) -> str:
    return group if len(group) <= LONGEST_LABEL else group[: LONGEST_LABEL - 1] + "…"


def _labels(groups: list[str]) -> dict[str, str]:
    return {group: _label(group) for group in groups}


def _drawable(curves: pl.DataFrame, groups: list[str]) -> pl.DataFrame:
    return curves.with_columns(
        months=pl.col("days") / DAYS_PER_MONTH, group=pl.col("group").replace(_labels(groups))
    ).select("group", "months", "survival", "lower", "upper", "censored")


def _at_risk(results: pl.DataFrame, groups: list[str]) -> pl.DataFrame:
    rows = results.filter(pl.col("statistic") == "at risk")
    return rows.select(
        group=pl.col("group").replace(_labels(groups)),
        months=(pl.col("at") / DAYS_PER_MONTH).round(6),
        patients=pl.col("value").cast(pl.Int64),
    )


def _colour(groups: list[str], *, legend: bool) -> alt.Color:
    names = list(_labels(groups).values())
    palette = [COLOURS[i % len(COLOURS)] for i in range(len(names))]
    shown = (
        alt.Legend(orient="top", title=None, columns=3, symbolType="stroke", symbolOpacity=1)
        if legend and len(names) > 1
        else None
    )
    return alt.Color("group:N", scale=alt.Scale(domain=names, range=palette), legend=shown)


def _curves(
    curves: pl.DataFrame, groups: list[str], x: alt.Scale, ticks: list[float], title: str
) -> alt.LayerChart | alt.FacetChart:
    colour = _colour(groups, legend=True)
    months = alt.X("months:Q", scale=x, axis=alt.Axis(values=ticks, title="Months", format="d", grid=False))
    y = alt.Y(
        "survival:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", title=title, tickCount=5)
    )
    base = alt.Chart(alt.Data(values=curves.to_dicts()))
    band = base.mark_area(interpolate="step-after", opacity=0.12).encode(
        x=months, y=alt.Y("lower:Q"), y2="upper:Q", color=colour
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=2).encode(x=months, y=y, color=colour)
    ticked = base.transform_filter("datum.censored > 0").mark_tick(
        orient="vertical", size=8, thickness=1.1, opacity=0.8
    ).encode(x=months, y=y, color=colour)  # fmt: skip
    # Three bands can still be told apart; more would hide the curves.
    layers = [band, line, ticked] if len(groups) <= MOST_BANDS else [line, ticked]
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)


def _table(at_risk: pl.DataFrame, groups: list[str], x: alt.Scale) -> alt.Chart:
    names = list(_labels(groups).values())
    axis = alt.Axis(title=None, domain=False, ticks=False, labelFontSize=11, labelLimit=230, labelPadding=22)
    return (
        alt.Chart(alt.Data(values=at_risk.to_dicts()))
        .mark_text(fontSize=11)
        .encode(
            x=alt.X("months:Q", scale=x, axis=None),
            y=alt.Y("group:N", sort=names, axis=axis),
            text=alt.Text("patients:Q", format=","),
            color=_colour(groups, legend=False),
        )
        .properties(
            width=WIDTH,
            height=ROW_HEIGHT * len(names),
            title=alt.TitleParams("Number at risk", anchor="start", fontSize=11, fontWeight="bold", offset=4),
        )
    )
