"""What curves over time share: names and looks of groups, the table above, the number at risk below."""

import unicodedata
from collections.abc import Sequence

import altair as alt
import polars as pl

from headway.report.figures.labels import isolated, shortened
from headway.report.figures.months import month_axis, whole_months
from headway.report.figures.rows import data
from headway.report.figures.theme import COLOURS, GREY, INK, Layers
from headway.report.numbers import decimal, p_value
from headway.units import DAYS_PER_MONTH

WIDTH, HEIGHT, ROW_HEIGHT = 620, 340, 20
NAME_ROOM = 38
DASHES = [[1, 0], [7, 3], [2, 2], [9, 3, 2, 3]]
ALL: dict[str, str] = {"all": "All patients"}
KEY_LENGTH = 24  # px
PERCENT = "round(datum.value * 100) + ' %'"


def names(groups: Sequence[str]) -> dict[str, str]:
    """Each group's name as it is drawn: cut where it is too long, and still no two alike.

    >>> names(["all", "HPV positive"])
    {'all': 'All patients', 'HPV positive': 'HPV positive'}
    """
    whole = {group: ALL.get(group, group) for group in groups}
    cuts = [shortened(name, NAME_ROOM) for name in whole.values()]
    if len(set(cuts)) < len(cuts):
        cuts = [_both_ends(name) for name in whole.values()]
    alike = {cut for cut in cuts if cuts.count(cut) > 1}
    drawn = [f"{i}. {cut}" if cut in alike else cut for i, cut in enumerate(cuts, 1)]
    return {group: _in_place(name) for group, name in zip(groups, drawn, strict=True)}


def _in_place(name: str) -> str:
    """A right-to-left name marked as such; others not, since a PDF would embed a second font for the mark."""
    right_to_left = any(unicodedata.bidirectional(sign) in {"R", "AL", "AN"} for sign in name)
    return isolated(name) if right_to_left else name


def _both_ends(name: str) -> str:
    """A long name without its middle, as names that begin alike often end differently."""
    if shortened(name, NAME_ROOM) == name:
        return name
    end = shortened(name[::-1], NAME_ROOM // 2).removesuffix("…")[::-1]
    return shortened(name, NAME_ROOM // 2) + end


def looks(named: Sequence[str], *, dashed: bool = True) -> tuple[alt.Color, alt.StrokeDash]:
    """A colour and a dash for each group; no two of 32 have both alike, unless dashes mean another thing."""
    places = range(len(named))
    colours = [COLOURS[i % len(COLOURS)] for i in places]
    dashes = [DASHES[(i + i // len(COLOURS)) % len(DASHES)] if dashed else DASHES[0] for i in places]
    colour = alt.Color("group:N", scale=alt.Scale(domain=list(named), range=colours), legend=None)
    return colour, alt.StrokeDash("group:N", scale=alt.Scale(domain=list(named), range=dashes), legend=None)


def at_risk(results: pl.DataFrame, named: dict[str, str]) -> pl.DataFrame:
    """The patients still watched at each tick, from the results."""
    rows = results.filter(pl.col("statistic") == "at risk", pl.col("group").is_in(list(named)))
    return rows.select(
        group=pl.col("group").replace(named),
        months=(pl.col("at") / DAYS_PER_MONTH).round(6),
        patients=pl.col("value").cast(pl.Int64),
    )


def months(last: float, ticks: Sequence[float]) -> alt.X:
    """The axis of time: labelled where those at risk are counted."""
    labelled = list(ticks) if len(ticks) > 1 else whole_months(last)
    return alt.X("months:Q", scale=_time(last), axis=month_axis(labelled))


def _time(last: float) -> alt.Scale:
    return alt.Scale(domain=[0, last], nice=False, zero=True)


def risk_table(
    rows: pl.DataFrame, named: Sequence[str], last: float, *, keys: bool = True, dashed: bool = True
) -> Layers:
    """The number at risk, under the ticks of the figure above it; `keys` are the lines of the groups."""
    counted = [group for group in named if group in set(rows["group"])]
    axis = alt.Axis(title=None, domain=False, ticks=False, labelFontSize=11, labelLimit=260,
                    labelPadding=54 if keys else 22)  # fmt: skip
    base = alt.Chart(data(rows)).encode(y=alt.Y("group:N", sort=counted, axis=axis))
    x = alt.X("months:Q", scale=_time(last), axis=None)
    numbers = base.mark_text(fontSize=11, color=INK).encode(x=x, text=alt.Text("patients:Q", format=","))
    shown = [numbers, _key(base, named, -48, dashed)] if keys else [numbers]
    return alt.layer(*shown).properties(
        width=WIDTH,
        height=ROW_HEIGHT * len(counted),
        title=alt.TitleParams("Number at risk", anchor="start", fontSize=11, fontWeight="bold", offset=4),
    )


def _key(base: alt.Chart, named: Sequence[str], left: int, dashed: bool) -> alt.Chart:
    """The line of each group beside its row."""
    colour, dash = looks(named, dashed=dashed)
    counted = base.transform_window(nth="row_number()", groupby=["group"])
    first = counted.transform_filter("datum.nth == 1")
    return first.mark_rule(strokeWidth=2).encode(
        x=alt.value(left), x2=alt.value(left + KEY_LENGTH), color=colour, strokeDash=dash
    )


def text_table(
    rows: pl.DataFrame, columns: dict[str, tuple[str, int, str]], notes: Sequence[str], *, dashed: bool = True
) -> Layers:
    """The table above the curves: each group with its line, then notes.

    Takes: rows with `group` as drawn; for each column its title, where it stands in px, and its alignment.
    """
    heads = [{"row": 0, "text": title, "at": at, "align": align} for title, at, align in columns.values()]
    titled = [head for head in heads if head["text"]]
    first = 1 if titled else 0
    placed = rows.with_row_index("row", offset=first)
    lines = first + placed.height + len(notes)
    y = alt.Y("row:Q", scale=alt.Scale(domain=[-0.5, lines - 0.5], reverse=True, nice=False), axis=None)
    base = alt.Chart(data(placed)).encode(y=y)
    said = [{"row": first + placed.height + i, "text": note} for i, note in enumerate(notes)]
    layers = [
        *(_text(_row(head, y), "text", head["at"], head["align"], GREY) for head in titled),
        _key(base, rows["group"].to_list(), 0, dashed),
        *(_text(base, column, at, align, INK) for column, (_, at, align) in columns.items()),
        *(_text(_row(note, y), "text", 0, "left", INK) for note in said),
    ]
    return alt.layer(*layers).properties(width=WIDTH, height=(ROW_HEIGHT - 2) * lines)


def _row(values: dict, y: alt.Y) -> alt.Chart:
    return alt.Chart(alt.Data(values=[values])).encode(y=y)


def _text(base: alt.Chart, column: str, at: int, align: str, colour: str) -> alt.Chart:
    return base.mark_text(align=align, fontSize=12, color=colour).encode(  # type: ignore[arg-type]
        x=alt.value(at), text=f"{column}:N"
    )


def comparisons(results: pl.DataFrame) -> list[str]:
    """What compares the groups, in words: hazard ratios with limits, and p-values with their test."""
    rows = results.filter(
        pl.col("statistic").is_in(["hazard ratio", "p-value"]), pl.col("value").is_not_null()
    )
    return [_compared(row) for row in rows.iter_rows(named=True)]


def _compared(row: dict) -> str:
    if row["statistic"] == "p-value":
        return f"{row['group']}: {p_value(row['value'])} ({row['method']})"
    low, high = decimal(row["lower"], 2), decimal(row["upper"], 2)
    return f"{row['group']}: hazard ratio {decimal(row['value'], 2)} (95 % CI {low} to {high})"
