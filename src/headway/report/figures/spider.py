"""The spider: change of the target sum over time, one line a patient (domain.md 9.9)."""

import altair as alt
import polars as pl

from headway.report.figures import responses
from headway.report.figures.labels import nothing
from headway.report.figures.months import month_axis, whole_months
from headway.report.figures.responses import LARGEST_CHANGE, SMALLEST_CHANGE
from headway.report.figures.rows import data
from headway.report.figures.theme import HOVER, INK, Layers, themed
from headway.report.numbers import patients

WIDTH, HEIGHT = 620, 380
CAP = 200  # percent: what grew more is drawn here, with a mark
FEW, SOME = 40, 150  # patients: up to here every scan has its symbol, up to here every line its last one
# A star for a new lesion, a ring for the progression: in black, since colour says the best response.
MARKS = {"new lesion": "new_lesion", "progression": "progression"}
SIZES = {"new lesion": 80, "progression": 160}
_STAR = "M0,-1L0.24,-0.32L0.95,-0.31L0.38,0.12L0.59,0.81L0,0.4L-0.59,0.81L-0.38,0.12L-0.95,-0.31L-0.24,-0.32Z"
SHAPES = {"new lesion": _STAR, "progression": "circle"}


def spider(points: pl.DataFrame, *, months_title: str = "Months") -> dict:
    """The Vega-Lite specification of a spider plot.

    Takes: SpiderPoints. A scan without a change is not drawn: the line runs from the scan before to the next.
    """
    drawn = laid_out(points)
    if drawn.is_empty():
        return themed(nothing("No patient has a change of the target sum over time."))
    return themed(_figure(drawn, months_title).properties(width=WIDTH, height=HEIGHT))


def _figure(drawn: pl.DataFrame, months_title: str) -> Layers:
    base = alt.Chart().encode(x=_months(drawn, months_title), y=_change(drawn))
    n = drawn["patient_id"].n_unique()
    rules = [responses.rule([0], [1, 0]), responses.rule([SMALLEST_CHANGE, LARGEST_CHANGE], [5, 4])]
    marks = [*_marks(base, drawn, n), _capped(base), _hover(base)]
    # Each legend with scales of its own: colour and symbol of the response are told together.
    return alt.layer(*rules, _lines(drawn, base), *marks, data=data(drawn)).resolve_scale(
        color="independent", shape="independent"
    )


def laid_out(points: pl.DataFrame) -> pl.DataFrame:
    """The scans with a change, in order of time within patients; the last of each patient is marked."""
    change = pl.col("change_percent")
    known = responses.told(points.filter(change.is_not_null())).sort("patient_id", "months")
    known = known.filter((pl.col("months") > 0).any().over("patient_id"))  # seen again after the baseline
    return known.with_columns(
        drawn_percent=change.clip(upper_bound=CAP),
        capped=change > CAP,
        last=pl.col("months") == pl.col("months").max().over("patient_id"),
    )


def _lines(drawn: pl.DataFrame, base: alt.Chart) -> Layers:
    found, n = responses.present(drawn), drawn["patient_id"].n_unique()
    lines = base.mark_line(
        strokeWidth=1.6 if n <= SOME else 0.9, opacity=1, strokeOpacity=_opacity(n)
    ).encode(detail="patient_id:N", color=responses.colour(found), order="months:Q")
    return alt.layer(lines, _symbols(base, found, n))


def _opacity(n: int) -> float:
    return 0.9 if n <= FEW else 0.65 if n <= SOME else 0.4


def _months(drawn: pl.DataFrame, title: str) -> alt.X:
    last = max(1.0, *drawn["months"])
    scale = alt.Scale(domain=[0, last * 1.02], nice=False)
    return alt.X("months:Q", scale=scale, axis=month_axis(whole_months(last), title=title))


def _change(drawn: pl.DataFrame) -> alt.Y:
    top = max(LARGEST_CHANGE + 20, *drawn["drawn_percent"])
    step = 20 if top <= 60 else 50
    ticks = [tick for tick in range(-100, CAP + 1, step) if tick <= top]
    axis = alt.Axis(
        values=ticks, tickCount=len(ticks), title="Change of the target sum from baseline, %",
        grid=False, labelExpr="replace(datum.label, '-', '−')",
    )  # fmt: skip
    return alt.Y("drawn_percent:Q", scale=alt.Scale(domain=[-104, top + 8], nice=False), axis=axis)


def _symbols(base: alt.Chart, found: list[str], n: int) -> alt.Chart:
    """The symbol of the best response at the end of each line; of few patients, at each scan."""
    shown = "datum.months > 0" if n <= FEW else "datum.last"
    return base.transform_filter(shown).mark_point(
        filled=True, size=36 if n <= SOME else 18, opacity=1
    ).encode(color=responses.colour(found), shape=responses.symbol(found))  # fmt: skip


def _marks(base: alt.Chart, drawn: pl.DataFrame, n: int) -> list[Layers]:
    """New lesions and progressions, where there are any, with a legend of their own."""
    kinds = [kind for kind, column in MARKS.items() if drawn[column].any()]
    if not kinds:
        return []
    scale = alt.Scale(domain=kinds, range=[SHAPES[kind] for kind in kinds])
    legend = alt.Legend(
        orient="top", direction="horizontal", symbolStrokeColor=INK, symbolFillColor="transparent",
        symbolStrokeWidth=1.3, symbolSize=110, title=None,
    )  # fmt: skip
    shape, shrunk = alt.Shape("mark:N", scale=scale, legend=legend), 1 if n <= SOME else 0.35
    drawn_marks = [
        base.transform_filter(f"datum.{MARKS[kind]}")
        .transform_calculate(mark=f"'{kind}'")
        .mark_point(
            filled=False, stroke=INK, strokeWidth=1.2 * shrunk**0.5, size=SIZES[kind] * shrunk, opacity=1
        )
        .encode(shape=shape)
        for kind in kinds
    ]
    return [alt.layer(*drawn_marks)]


def _capped(base: alt.Chart) -> alt.Chart:
    return base.transform_filter("datum.capped").mark_point(
        shape="triangle-up", filled=True, size=45, color=INK, opacity=1, yOffset=-9
    )


def _hover(base: alt.Chart) -> alt.Chart:
    tooltip = [
        alt.Tooltip("patient_id:N", title="Patient"),
        alt.Tooltip("months:Q", title="Months", format=".1f"),
        alt.Tooltip("change_percent:Q", title="Change, %", format=".1f"),
        alt.Tooltip("best_response:N", title="Best response"),
        alt.Tooltip("new_lesion:N", title="New lesion"),
        alt.Tooltip("progression:N", title="Progression"),
    ]
    return base.mark_point(size=90, filled=True, opacity=0).encode(tooltip=tooltip).properties(name=HOVER)


def in_words(points: pl.DataFrame) -> str:
    """The figure in a few sentences."""
    drawn = laid_out(points)
    lines = drawn["patient_id"].n_unique()
    missing = responses.not_drawn(points["patient_id"].n_unique() - lines)
    if drawn.is_empty():
        return f"Spider plot without a line.{missing}"
    return (
        f"Spider plot: change of the target sum over {max(drawn['months']):.1f} months in {patients(lines)}. "
        f"Best responses: {responses.counted(drawn)}.{_marked(points, drawn)}{missing}"
    )


def _marked(points: pl.DataFrame, drawn: pl.DataFrame) -> str:
    """How many patients have each mark, how many changes are cut, and which marks have no place."""
    marked = [
        f"{drawn.filter(column)['patient_id'].n_unique()} with a {name}" for name, column in MARKS.items()
    ]
    hidden = points.filter(pl.col("change_percent").is_null(), pl.col("new_lesion") | pl.col("progression"))
    cut, undrawn = drawn["capped"].sum(), hidden.height
    return (
        f" Marked: {', '.join(marked)}."
        + (f" Changes above {CAP} %, drawn there and marked: {cut}." if cut else "")
        + (f" Marked scans without a change, not drawn: {undrawn}." if undrawn else "")
    )
