"""The love plot: how far the arms lie apart in each covariate, before and after weighting."""

import altair as alt
import polars as pl

from headway.report.figures.labels import nothing, shortened
from headway.report.figures.rows import data
from headway.report.figures.theme import COLOURS, themed

ALIKE = 0.1  # a standardised difference below it counts as balanced (Austin 2009)
BEFORE, AFTER = "before weighting", "after weighting"
WIDTH, ROW_HEIGHT, NAME_ROOM = 420, 24, 40


def love_plot(balance: pl.DataFrame) -> dict:
    """The Vega-Lite specification of the love plot.

    Takes: BalanceRows. Covariates stand in the order of their difference before weighting.
    """
    if balance.is_empty():
        return themed(nothing("No covariates were compared."))
    ordered = _ordered(balance)
    points = _points(ordered)
    rows = alt.Axis(title=None, labels=False, domain=False, ticks=False, grid=True)
    y = alt.Y("row:O", axis=rows, scale=alt.Scale(domain=ordered["row"].to_list()))
    joined = alt.Chart(data(_joins(ordered))).mark_rule(color="#bbb").encode(x=_x(points), x2="after:Q", y=y)
    drawn = alt.layer(_threshold(), joined, _marks(points, y), _names(ordered))
    return themed(drawn.properties(width=WIDTH, height=ROW_HEIGHT * ordered.height))


def in_words(balance: pl.DataFrame) -> str:
    """The figure in a sentence or two."""
    if balance.is_empty():
        return "Love plot without covariates."
    return f"Love plot of {balance.height} covariates. " + " ".join(
        _above(balance, column, when)
        for column, when in (("difference_before", BEFORE), ("difference_after", AFTER))
    )


def _above(balance: pl.DataFrame, column: str, when: str) -> str:
    size = balance[column].abs()
    known, apart = size.drop_nulls().len(), (size >= ALIKE).sum()
    if not known:
        return f"No standardised difference {when} is known."
    return (
        f"{when.capitalize()} {apart} of {known} differ by {ALIKE} standard deviations or more; "
        f"the largest difference is {size.max():.2f}."
    )


def _ordered(balance: pl.DataFrame) -> pl.DataFrame:
    known = balance.with_columns(
        before=pl.col("difference_before").abs(),
        after=pl.col("difference_after").abs(),
        name=pl.col("covariate").map_elements(lambda n: shortened(n, NAME_ROOM), pl.String),
    )
    ordered = known.sort("before", "covariate", descending=[True, False], nulls_last=True)
    return ordered.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))


def _points(ordered: pl.DataFrame) -> pl.DataFrame:
    """One row per point; `signed` is the difference as the frame has it."""
    parts = [
        ordered.select(
            "row", "covariate", "note", when=pl.lit(when), difference=column, signed=f"difference_{column}"
        )
        for column, when in (("before", BEFORE), ("after", AFTER))
    ]
    return pl.concat(parts).filter(pl.col("difference").is_not_null())


def _joins(ordered: pl.DataFrame) -> pl.DataFrame:
    joined = ordered.select("row", "after", difference="before")
    return joined.filter(pl.col("difference").is_not_null(), pl.col("after").is_not_null())


def _names(ordered: pl.DataFrame) -> alt.Chart:
    """The covariates left of their rows; as marks, so that each has its whole name in the tooltip."""
    unknown = pl.all_horizontal(pl.col("before", "after").is_null())
    named = ordered.select(
        "row",
        "covariate",
        "note",
        name=pl.when(unknown).then(pl.col("name") + " (not known)").otherwise("name"),
    )
    return (
        alt.Chart(data(named))
        .mark_text(align="right", fontSize=12, color="#222")
        .encode(
            x=alt.value(-8),
            y="row:O",
            text="name:N",
            tooltip=[alt.Tooltip("covariate:N", title="Covariate"), alt.Tooltip("note:N", title="Note")],
        )
    )


def _x(points: pl.DataFrame) -> alt.X:
    largest = max([0.3, *points["difference"]])
    return alt.X(
        "difference:Q",
        scale=alt.Scale(domain=[0, largest], nice=True),
        axis=alt.Axis(title="Absolute standardised mean difference", grid=False, tickCount=6),
    )


def _threshold() -> alt.Chart:
    line = alt.Chart(alt.Data(values=[{"alike": ALIKE}]))
    return line.mark_rule(strokeDash=[4, 3], color="#333").encode(x="alike:Q")


def _marks(points: pl.DataFrame, y: alt.Y) -> alt.Chart:
    """Before: hollow and larger, so that it shows where nothing moved."""
    tooltip = [
        alt.Tooltip("covariate:N", title="Covariate"),
        alt.Tooltip("when:N", title="Which"),
        alt.Tooltip("signed:Q", title="Standardised difference", format=".3f"),
    ]
    return (
        alt.Chart(data(points))
        .mark_point(opacity=1, strokeWidth=2)
        .encode(
            x=_x(points),
            y=y,
            fill=alt.Fill("when:N", scale=_by_when("white", COLOURS[0]), legend=_LEGEND),
            stroke=alt.Stroke("when:N", scale=_by_when(COLOURS[1], COLOURS[0]), legend=_LEGEND),
            shape=alt.Shape("when:N", scale=_by_when("diamond", "circle"), legend=_LEGEND),
            size=alt.Size("when:N", scale=_by_when(130, 60), legend=_LEGEND),
            tooltip=tooltip,
        )
    )


_LEGEND = alt.Legend(title=None, orient="top", symbolStrokeWidth=2)


def _by_when(before: str | int, after: str | int) -> alt.Scale:
    return alt.Scale(domain=[BEFORE, AFTER], range=[before, after])
