"""The waterfall: best change of the target sum, one bar a patient (R1.46, R1.47, domain.md 9.9)."""

import altair as alt
import polars as pl

from headway.report.figures import responses
from headway.report.figures.labels import nothing
from headway.report.figures.responses import LARGEST_CHANGE, SMALLEST_CHANGE
from headway.report.figures.rows import data
from headway.report.figures.theme import INK, themed
from headway.report.numbers import decimal, patients

HEIGHT = 340
ROOM = 620  # px for the bars, where more are not needed
WIDEST = 900
WIDEST_PLACE = 60
CAP = 100  # percent: taller bars are cut here, and marked
MOST_WITH_SYMBOLS = 80  # bars of more patients are too thin to stand a symbol beside
MOST_WITH_GAPS = 150


def waterfall(bars: pl.DataFrame) -> dict:
    """The Vega-Lite specification of a waterfall.

    Takes: WaterfallBars. A patient without a change has no bar; `in_words` counts him.
    """
    drawn = laid_out(bars)
    if drawn.is_empty():
        return themed(nothing("No patient has a change of the target sum."))
    chart = alt.layer(*_layers(drawn, responses.present(drawn)), data=data(drawn))
    return themed(chart.properties(width=_width(drawn.height), height=HEIGHT))


def _width(bars: int) -> int:
    """Whole pixels for each bar, so that no light shines between thin ones."""
    return min(WIDEST, bars * min(WIDEST_PLACE, max(1, (ROOM if bars <= MOST_WITH_GAPS else WIDEST) // bars)))


def laid_out(bars: pl.DataFrame) -> pl.DataFrame:
    """The bars from the largest growth to the largest shrinkage; equal changes by patient id."""
    change = pl.col("best_change_percent")
    known = responses.told(bars.filter(change.is_not_null()))
    placed = known.sort(-change, "patient_id").with_row_index("place", offset=1)
    return placed.with_columns(drawn_percent=change.clip(upper_bound=CAP), capped=change > CAP)


def _layers(drawn: pl.DataFrame, found: list[str]) -> list[alt.Chart]:
    base = alt.Chart().encode(x=_place(drawn.height), tooltip=_tooltip(), color=responses.colour(found))
    bars = base.mark_bar(binSpacing=0).encode(y=_change(drawn))
    layers = [*_lines(), bars, _no_change(base), _cap_marks(base)]
    return [*layers, _symbols(base, found)] if drawn.height <= MOST_WITH_SYMBOLS else layers


def _place(bars: int) -> alt.X:
    gap = 0.2 if bars <= MOST_WITH_GAPS else 0.0
    return alt.X("place:O", axis=None, scale=alt.Scale(paddingInner=gap, paddingOuter=gap / 2))


def _change(drawn: pl.DataFrame) -> alt.Y:
    top = max(LARGEST_CHANGE + 10, *drawn["drawn_percent"])
    ticks = [tick for tick in range(-100, CAP + 1, 20) if tick <= top + 10]
    axis = alt.Axis(
        values=ticks, tickCount=len(ticks), title="Best change of the target sum from baseline, %",
        grid=False, labelExpr="replace(datum.label, '-', '−')",
    )  # fmt: skip
    return alt.Y("drawn_percent:Q", scale=alt.Scale(domain=[-104, top + 6], nice=False), axis=axis)


def _lines() -> list[alt.Chart]:
    """Zero and the thresholds."""
    return [responses.rule([0], [1, 0]), responses.rule([SMALLEST_CHANGE, LARGEST_CHANGE], [5, 4])]


def _no_change(base: alt.Chart) -> alt.Chart:
    """A line in place of a bar without height."""
    flat = base.transform_filter("datum.drawn_percent == 0")
    return flat.mark_tick(thickness=2, orient="horizontal").encode(y="drawn_percent:Q")


def _cap_marks(base: alt.Chart) -> alt.Chart:
    tall = base.transform_filter("datum.capped")
    return tall.mark_point(shape="triangle-up", filled=True, size=45, opacity=1, yOffset=-7).encode(
        y="drawn_percent:Q", color=alt.value(INK)
    )


def _symbols(base: alt.Chart, found: list[str]) -> alt.Chart:
    """The symbol of the best response, on the side of the zero line where no bar is."""
    side = base.transform_calculate(side="datum.drawn_percent > 0 ? -4 : 4")
    return side.mark_point(filled=True, size=45, opacity=1).encode(y="side:Q", shape=responses.symbol(found))


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("patient_id:N", title="Patient"),
        alt.Tooltip("best_change_percent:Q", title="Best change, %", format=".1f"),
        alt.Tooltip("best_response:N", title="Best response"),
    ]


def in_words(bars: pl.DataFrame) -> str:
    """The figure in a few sentences.

    >>> frame = {"patient_id": ["a", "b", "c"], "best_change_percent": [-40.0, 130.0, None]}
    >>> in_words(pl.DataFrame({**frame, "best_response": ["PR", "PD", "NE"]}))
    'Waterfall plot of 2 patients. Best change of the target sum from -40.0 % to 130.0 %: 1 at or below \
-30 %, 1 at or above 20 %, 1 cut at 100 % and marked. Best \
responses: 1 PR, 1 PD. 1 patient without a change is not drawn.'
    """
    drawn = laid_out(bars)
    without = bars.height - drawn.height
    missing = responses.not_drawn(without)
    if drawn.is_empty():
        return f"Waterfall plot without a bar.{missing}"
    change = drawn["best_change_percent"]
    return (
        f"Waterfall plot of {patients(drawn.height)}. Best change of the target sum from "
        f"{decimal(_number(change.min()))} % to {decimal(_number(change.max()))} %: "
        f"{(change <= SMALLEST_CHANGE).sum()} at or below {SMALLEST_CHANGE} %, "
        f"{(change >= LARGEST_CHANGE).sum()} at or above {LARGEST_CHANGE} %"
        f"{_cut(drawn)}. Best responses: {responses.counted(drawn)}.{missing}"
    )


def _cut(drawn: pl.DataFrame) -> str:
    capped = drawn["capped"].sum()
    return f", {capped} cut at {CAP} % and marked" if capped else ""


def _number(value: object) -> float:
    return float(str(value))
