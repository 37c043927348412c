"""The forest plot: hazard ratios of subgroups on a logarithmic axis, between columns of text."""

import math
from dataclasses import dataclass
from typing import Literal

import altair as alt
import polars as pl

from headway.record.figures_of_groups import ALL
from headway.report.figures.labels import isolated, listed, nothing, shortened, wrapped
from headway.report.figures.rows import data
from headway.report.figures.theme import COLOURS, themed
from headway.report.numbers import count, p_number

WIDTH, ROW_HEIGHT = 290, 22
NAME_ROOM, ARM_ROOM, FAVOURS_ROOM = 32, 13, 26
INDENT = 14
TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
LONGEST_LIMIT = 5  # limits further than this factor beyond every estimate end in an arrow
SMALLEST_SQUARE, LARGEST_SQUARE = 16, 190  # pixels; a smaller one could not be seen
ESTIMATE = COLOURS[0]
NOT_ESTIMABLE = "not estimable"


Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Arms:
    """The names of the arms: a hazard ratio below 1 favours `one`."""

    one: str
    other: str


# Where the columns of text stand, in pixels from the left edge of the plot, and how they are aligned.
NAMES_AT, TOTAL_AT, RATIO_AT, P_AT = -370, -40, WIDTH + 24, WIDTH + 190
ARMS_AT = (-142, -46)


def forest(rows: pl.DataFrame, arms: Arms) -> dict:
    """The Vega-Lite specification of a forest plot.

    Takes: ForestRows, drawn in the order of `position`.
    """
    if rows.is_empty():
        return themed(nothing("No subgroup was analysed."))
    lines = laid_out(rows)
    domain = axis_domain(rows)
    height = ROW_HEIGHT * lines.height
    layers = [
        *_stripes(lines),
        _no_difference(domain),
        *_intervals(lines, domain),
        *_diamonds(lines, domain),
        *_text_columns(lines, arms),
        _favours(arms, domain, height),
    ]
    return themed(alt.layer(*layers).properties(width=WIDTH, height=height))


def in_words(rows: pl.DataFrame, arms: Arms) -> str:
    """The figure in a few sentences."""
    if rows.is_empty():
        return "Forest plot without subgroups."
    said = [_row_in_words(row) for row in rows.sort("position").iter_rows(named=True)]
    return (
        f"Forest plot of hazard ratios, {arms.one} against {arms.other}, in {count(len(said))} rows. "
        f"{listed(said)}."
    )


def _row_in_words(row: dict) -> str:
    name = row["level"] if row["factor"] == ALL else f"{row['factor']} {row['level']}"
    return f"{name}: {_ratio(row)}"


def laid_out(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with a heading before each factor, each with its place `y` from the top.

    Gives: ForestRows and y, name, heading (yes or no), stripe, and the texts of the columns.
    """
    lines: list[dict] = []
    stripe, last = False, None
    for row in rows.sort("position").iter_rows(named=True):
        if row["factor"] != last:
            stripe, last = not stripe, row["factor"]
            lines += [] if last == ALL else [_heading(row, stripe)]
        lines.append(_line(row, stripe))
    texts = ("name", "one", "other", "total", "ratio", "p", "whole_name")
    schema = (
        rows.schema | {"heading": pl.Boolean(), "stripe": pl.Boolean()} | dict.fromkeys(texts, pl.String())
    )
    placed = pl.DataFrame(lines, schema=schema).with_row_index("y")
    return placed.with_columns(y=pl.col("y") + 0.5)


def _heading(row: dict, stripe: bool) -> dict:
    return {
        "factor": row["factor"],
        "heading": True,
        "stripe": stripe,
        "name": shortened(row["factor"], NAME_ROOM),
        "whole_name": row["factor"],
        "p": None if _finite(row["p_interaction"]) is None else p_number(row["p_interaction"]),
        "p_interaction": row["p_interaction"],
    }


def _line(row: dict, stripe: bool) -> dict:
    whole = row["factor"] == ALL
    name = shortened(row["level"], NAME_ROOM - (0 if whole else 2))
    return row | {
        "heading": whole,
        "stripe": stripe,
        "name": name,
        "whole_name": row["level"],
        "one": _events(row["events_one"], row["patients_one"]),
        "other": _events(row["events_other"], row["patients_other"]),
        "total": _events(row["events"], row["patients"]),
        "ratio": _ratio(row),
        "p": None,
    }


def _events(events: int | None, patients: int | None) -> str:
    return "–" if patients is None else f"{count(events)} / {count(patients)}"


def _ratio(row: dict) -> str:
    """
    >>> _ratio({"hazard_ratio": 0.714, "lower": 0.5, "upper": 1.02, "note": None})
    '0.71 (0.50 to 1.02)'
    """
    ratio, lower, upper = (_finite(row[name]) for name in ("hazard_ratio", "lower", "upper"))
    if ratio is None:
        return NOT_ESTIMABLE
    limits = "no limits" if lower is None or upper is None else f"{_number(lower)} to {_number(upper)}"
    return f"{_number(ratio)} ({limits})"


def _number(ratio: float) -> str:
    """
    >>> _number(0.004), _number(12.345), _number(234.5)
    ('< 0.01', '12.3', '> 100')
    """
    if ratio < 0.005:
        return "< 0.01"
    return "> 100" if ratio > 100 else f"{ratio:.{2 if ratio < 9.995 else 1}f}"


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def axis_domain(rows: pl.DataFrame) -> tuple[float, float]:
    """The ends of the axis: ticks that hold every estimate, and every limit that is not far beyond them.

    >>> axis_domain(pl.DataFrame({"hazard_ratio": [0.6, 1.1], "lower": [0.4, 0.0], "upper": [0.9, 3.0]}))
    (0.1, 5)
    """
    ratios, lowers, uppers = (_known(rows[name]) for name in ("hazard_ratio", "lower", "upper"))
    low = max(min([0.5, *lowers]), min([1.0, *ratios]) / LONGEST_LIMIT)
    high = min(max([2.0, *uppers]), max([1.0, *ratios]) * LONGEST_LIMIT)
    below = [tick for tick in TICKS if tick <= low]
    above = [tick for tick in TICKS if tick >= high]
    return (below[-1] if below else TICKS[0], above[0] if above else TICKS[-1])


def _known(column: pl.Series) -> list[float]:
    return [value for value in map(_finite, column) if value is not None]


def _y(name: str = "y") -> alt.Y:
    return alt.Y(f"{name}:Q", axis=None, scale=alt.Scale(reverse=True, zero=True, nice=False))


def _x(name: str, domain: tuple[float, float]) -> alt.X:
    ticks = [tick for tick in TICKS if domain[0] <= tick <= domain[1]]
    axis = alt.Axis(
        values=ticks, format="~g", title="Hazard ratio (logarithmic axis)", titlePadding=26, grid=False
    )
    return alt.X(f"{name}:Q", scale=alt.Scale(type="log", domain=list(domain), nice=False), axis=axis)


def _stripes(lines: pl.DataFrame) -> list[alt.Chart]:
    """A pale band behind every other factor, from the names to the last column."""
    bands = lines.select("stripe", top=pl.col("y") - 0.5, bottom=pl.col("y") + 0.5)
    chart = alt.Chart(data(bands.filter("stripe"))).mark_rect(color="#f3f5f7")
    ends = {"x": alt.value(NAMES_AT - 8), "x2": alt.value(P_AT + 50)}
    scale = alt.Scale(reverse=True, domain=[0, lines.height], nice=False)
    return [chart.encode(y=alt.Y("top:Q", axis=None, scale=scale), y2="bottom:Q", **ends)]


def _no_difference(domain: tuple[float, float]) -> alt.Chart:
    return alt.Chart(alt.Data(values=[{"none": 1}])).mark_rule(color="#333").encode(x=_x("none", domain))


_TOOLTIP = [
    alt.Tooltip("factor:N", title="Subgroup"),
    alt.Tooltip("whole_name:N", title="Level"),
    alt.Tooltip("total:N", title="Events / patients"),
    alt.Tooltip("ratio:N", title="Hazard ratio (95 % CI)"),
    alt.Tooltip("note:N", title="Note"),
]


def drawn(lines: pl.DataFrame, domain: tuple[float, float]) -> pl.DataFrame:
    """The rows that have a place on the axis; what runs beyond its ends is cut and marked so."""
    low, high = domain
    known = lines.filter(pl.col("hazard_ratio").is_between(low, high))
    largest = known["events"].max() or 1
    return known.with_columns(
        shown_lower=pl.col("lower").fill_nan(None).clip(low, high),
        shown_upper=pl.col("upper").fill_nan(None).clip(low, high),
        beyond_lower=pl.col("lower") < low,
        beyond_upper=pl.col("upper") > high,
        square=(LARGEST_SQUARE * pl.col("events") / largest).clip(SMALLEST_SQUARE),
    )


def _intervals(lines: pl.DataFrame, domain: tuple[float, float]) -> list[alt.Chart]:
    levels = drawn(lines, domain).filter(pl.col("factor") != ALL)
    base = alt.Chart(data(levels))
    rule = base.mark_rule(color="#333", strokeWidth=1.3).encode(
        x=_x("shown_lower", domain), x2="shown_upper:Q", y=_y(), tooltip=_TOOLTIP
    )
    square = base.mark_square(color=ESTIMATE, opacity=1).encode(
        x=_x("hazard_ratio", domain), y=_y(), size=alt.Size("square:Q", scale=None), tooltip=_TOOLTIP
    )
    return [rule, *_arrows(base, domain), square]


def _arrows(base: alt.Chart, domain: tuple[float, float]) -> list[alt.Chart]:
    return [
        base.transform_filter(f"datum.beyond_{side}")
        .mark_point(shape=shape, size=45, filled=True, color="#333", opacity=1)
        .encode(x=_x(f"shown_{side}", domain), y=_y())
        for side, shape in (("lower", "triangle-left"), ("upper", "triangle-right"))
    ]


def _diamonds(lines: pl.DataFrame, domain: tuple[float, float]) -> list[alt.Chart]:
    """All patients as a diamond from limit to limit."""
    whole = drawn(lines, domain).filter(pl.col("factor") == ALL, pl.col("shown_lower").is_not_null())
    corners = [
        row | {"at": at, "top": row["y"] - half, "bottom": row["y"] + half}
        for row in whole.iter_rows(named=True)
        for at, half in ((row["shown_lower"], 0), (row["hazard_ratio"], 0.32), (row["shown_upper"], 0))
    ]
    wanted = ["y", "at", "top", "bottom", "factor", "whole_name", "total", "ratio", "note"]
    values = [{name: corner[name] for name in wanted} for corner in corners]
    chart = alt.Chart(alt.Data(values=values)).mark_area(color=COLOURS[1], opacity=1)
    shape = chart.encode(x=_x("at", domain), y=_y("top"), y2="bottom:Q", detail="y:Q", tooltip=_TOOLTIP)
    return [shape] if values else []


def _text_columns(lines: pl.DataFrame, arms: Arms) -> list[alt.Chart]:
    by_arm = lines["patients_one"].is_not_null().any()
    columns: list[tuple[str, int, Align, str, str]] = [("name", NAMES_AT, "left", "Subgroup", "Subgroup")]
    if by_arm:
        for field, at, arm in zip(("one", "other"), ARMS_AT, (arms.one, arms.other), strict=True):
            columns.append((field, at, "center", _arm(arm), arm))
    else:
        columns.append(("total", TOTAL_AT, "center", "Events / n", "Events / patients"))
    columns.append(("ratio", RATIO_AT, "left", "Hazard ratio\n(95 % CI)", "Hazard ratio"))
    if lines["p"].is_not_null().any():
        columns.append(("p", P_AT, "center", "p for\ninteraction", "p for interaction"))
    return [layer for column in columns for layer in _text_column(lines, *column)]


def _arm(name: str) -> str:
    return "\n".join([*(isolated(line) for line in wrapped(name, ARM_ROOM, most_lines=2)), "events / n"])


def _text_column(
    lines: pl.DataFrame, field: str, at: int, align: Align, title: str, whole_title: str
) -> list[alt.Chart]:
    head = alt.Chart(alt.Data(values=[{"title": title, "whole": whole_title}])).mark_text(
        align=align, fontSize=12, fontWeight="bold", lineBreak="\n", baseline="bottom", lineHeight=14,
        dy=-14 * title.count("\n"),
    ).encode(x=alt.value(at), y=alt.value(-8), text="title:N", tooltip="whole:N")  # fmt: skip
    shown = lines.filter(pl.col(field).is_not_null())
    layers = [head]
    for heading, weight, indent in ((True, "bold", 0), (False, "normal", INDENT)):
        part = shown.filter(pl.col("heading") == heading)
        look = {"fontWeight": weight, "dx": indent} if field == "name" else {}
        text = alt.Chart(data(part)).mark_text(align=align, fontSize=12, color="#222", **look)
        layers.append(text.encode(x=alt.value(at), y=_y(), text=f"{field}:N", tooltip=_TOOLTIP))
    return layers


def _favours(arms: Arms, domain: tuple[float, float], height: int) -> alt.LayerChart | alt.FacetChart:
    """Which side of 1 is good for whom: outwards from 1, where there is room below the columns."""
    sides: list[tuple[str, Align, int]] = [(arms.one, "right", -10), (arms.other, "left", 10)]
    texts = [
        alt.Chart(
            alt.Data(values=[{"none": 1, "text": f"favours {shortened(arm, FAVOURS_ROOM)}", "arm": arm}])
        )
        .mark_text(align=align, dx=dx, fontSize=11, fontStyle="italic", color="#333")
        .encode(x=_x("none", domain), y=alt.value(height + 32), text="text:N", tooltip="arm:N")
        for arm, align, dx in sides
    ]
    return alt.layer(*texts)
