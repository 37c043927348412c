"""The flow of patients (CONSORT, STROBE): who is left at each step, who left and why, split into groups."""

from dataclasses import dataclass
from itertools import pairwise

import altair as alt
import polars as pl

from headway.report.figures.labels import listed, nothing, wrapped
from headway.report.figures.theme import themed
from headway.report.numbers import count

BOX, ASIDE, BETWEEN = 240, 230, 28  # widths of a box, of the box of those who left, and between columns
LINE, PADDING, DROP = 16, 9, 30  # heights of a line of text, around it, and from box to box
LETTER = 6.4  # mean width of a letter at 12 px
ARROW = 9


@dataclass(frozen=True)
class Box:
    """A box in pixels from the top left corner of the figure."""

    left: float
    top: float
    width: float
    lines: tuple[str, ...]
    label: str  # the whole text, for the tooltip
    patients: int
    rows: int = 0  # lines that there is room for, if more than its own
    aside: bool = False  # of those who left

    @property
    def middle(self) -> float:
        return self.left + self.width / 2

    @property
    def bottom(self) -> float:
        return self.top + height(max(self.rows, len(self.lines)))


@dataclass(frozen=True)
class Line:
    """A line in pixels; an arrow ends at its second point."""

    x: float
    y: float
    to_x: float
    to_y: float
    arrow: bool = True


Drawing = tuple[list[Box], list[Line]]


def flow(rows: pl.DataFrame) -> dict:
    """The Vega-Lite specification of the patient flow.

    Takes: FlowRows; steps without a group come first, each group goes on in a column of its own.
    """
    if rows.is_empty():
        return themed(nothing("No patient flow is known."))
    boxes, lines = laid_out(rows)
    right, bottom = max(box.left + box.width for box in boxes), max(box.bottom for box in boxes)
    joins = [_lines(lines), _heads(lines)] if lines else []  # Vega warns of a layer without data
    layers = [*joins, _boxes(boxes), *_texts(boxes)]
    return themed(alt.layer(*layers).properties(width=right, height=bottom))  # one unit of data is one pixel


def in_words(rows: pl.DataFrame) -> str:
    """The figure in a few sentences."""
    if rows.is_empty():
        return "Patient flow without steps."
    said = [_row_in_words(row) for row in _ordered(rows).iter_rows(named=True)]
    return f"Patient flow. {listed(said, 30)}."


def _row_in_words(row: dict) -> str:
    where = "" if row["group"] is None else f"{row['group']}: "
    left = "left, " if row["kind"] == "left" else ""
    return f"{where}{left}{row['label']} {count(row['patients'])}"


def _ordered(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.sort("group", "step", "position", "label", nulls_last=False)


def laid_out(rows: pl.DataFrame) -> Drawing:
    """The boxes and lines of the flow."""
    ordered = _ordered(rows)
    trunk, branches = ordered.filter(pl.col("group").is_null()), ordered.filter(pl.col("group").is_not_null())
    columns = [_steps(own, str(group)) for (group,), own in branches.group_by("group", maintain_order=True)]
    whole = len(columns) * BOX + max(0, len(columns) - 1) * BETWEEN
    middle = max(whole, BOX) / 2
    boxes, lines = _beside(_steps(trunk), middle - BOX / 2)
    end, rows_of = _end(boxes), _rows_of(columns)
    for i, steps in enumerate(columns):
        own, joins = _below(steps, middle - whole / 2 + i * (BOX + BETWEEN), end, rows_of)
        boxes, lines = boxes + own, lines + joins
        lines += _split(boxes, own[0], end + DROP / 2) if trunk.height else []
    return boxes, lines


def _end(boxes: list[Box]) -> float:
    return max((box.bottom for box in boxes), default=-DROP)


def _split(boxes: list[Box], first: Box, bar: float) -> list[Line]:
    """From the last box of all patients across to the first box of a group."""
    trunk = [box for box in boxes if not box.aside and box.bottom < bar][-1]
    return [
        Line(trunk.middle, trunk.bottom, trunk.middle, bar, arrow=False),
        Line(trunk.middle, bar, first.middle, bar, arrow=False),
        Line(first.middle, bar, first.middle, first.top),
    ]


@dataclass(frozen=True)
class Content:
    """A step: its label and patients, and who left after it, reason and patients."""

    label: str
    patients: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def text(self) -> tuple[str, ...]:
        return (*_wrapped(self.label, BOX), f"n = {count(self.patients)}")

    @property
    def left(self) -> int:
        return sum(patients for _, patients in self.reasons)

    def reasons_text(self, room_px: float) -> tuple[str, ...]:
        """The reasons with their numbers, and the number of all of them if there are several."""
        said = [f"{label} {_n(patients)}" for label, patients in self.reasons]
        head = [f"left {_n(self.left)}"] if len(said) > 1 else []
        return tuple(line for part in [*head, *said] for line in _wrapped(part, room_px))

    def away(self, left: float, top: float, width: float, rows: int = 0) -> Box:
        """The box of those who left."""
        whole = "; ".join(f"{label}: {count(patients)}" for label, patients in self.reasons)
        return Box(left, top, width, self.reasons_text(width), whole, self.left, rows, aside=True)


def _n(patients: int) -> str:
    return f"(n = {count(patients)})".replace(" ", "\u00a0")


def _steps(rows: pl.DataFrame, group: str | None = None) -> list[Content]:
    """The steps of a column; the first box of a group carries its name."""
    steps: list[Content] = []
    for _, own in rows.group_by("step", maintain_order=True):
        left = own.filter(pl.col("kind") == "left").select("label", "patients").rows()
        for label, patients in own.filter(pl.col("kind") == "here").select("label", "patients").rows():
            steps.append(
                Content(f"{group}: {label}" if group and not steps else label, patients, tuple(left))
            )
    return steps


def _beside(steps: list[Content], left: float) -> Drawing:
    """The column of all patients; those who left stand to its right."""
    boxes: list[Box] = []
    lines: list[Line] = []
    top = 0.0
    for i, step in enumerate(steps):
        box = Box(left, top, BOX, step.text, step.label, step.patients)
        boxes.append(box)
        top = box.bottom + DROP
        if step.reasons:
            away = step.away(left + BOX + BETWEEN, box.bottom + DROP / 2, ASIDE)
            boxes.append(away)
            branch = (away.top + away.bottom) / 2
            lines += [Line(box.middle, box.bottom, box.middle, branch, arrow=False)]
            lines += [Line(box.middle, branch, away.left, branch)]
            top = away.bottom + DROP / 2
        lines += [Line(box.middle, box.bottom, box.middle, top)] if i < len(steps) - 1 else []
    return boxes, lines


Rows = dict[
    tuple[int, bool], int
]  # lines of text in the highest box of a step (or of those who left after it)


def _rows_of(columns: list[list[Content]]) -> Rows:
    """So that the same step stands at the same height in each group."""
    most: Rows = {}
    for steps in columns:
        for i, step in enumerate(steps):
            for key, text in (((i, False), step.text), ((i, True), step.reasons_text(BOX))):
                most[key] = max(most.get(key, 0), len(text))
    return most


def _below(steps: list[Content], left: float, top: float, rows_of: Rows) -> Drawing:
    """The column of a group; those who left stand between its steps."""
    boxes: list[Box] = []
    for i, step in enumerate(steps):
        rows, rows_away = rows_of[i, False], rows_of[i, True]
        boxes.append(Box(left, top + DROP, BOX, step.text, step.label, step.patients, rows))
        top = boxes[-1].bottom
        if step.reasons:
            boxes.append(step.away(left, top + DROP, BOX, rows_away))
        top += DROP + height(rows_away) if rows_away else 0
    joins = [Line(one.middle, one.bottom, one.middle, next_.top) for one, next_ in pairwise(boxes)]
    return boxes, joins


def _wrapped(text: str, room_px: float) -> list[str]:
    return wrapped(text, int((room_px - 2 * PADDING) / LETTER))


def height(rows: int) -> float:
    """The height of a box with so many lines of text."""
    return rows * LINE + 2 * PADDING


def _x(name: str) -> alt.X:
    return alt.X(f"{name}:Q", axis=None, scale=alt.Scale(nice=False, zero=True))


def _y(name: str) -> alt.Y:
    return alt.Y(f"{name}:Q", axis=None, scale=alt.Scale(nice=False, zero=True, reverse=True))


def _lines(lines: list[Line]) -> alt.Chart:
    drawn = [{"x": line.x, "y": line.y, "to_x": line.to_x, "to_y": line.to_y} for line in lines]
    chart = alt.Chart(alt.Data(values=drawn)).mark_rule(color="#333", strokeWidth=1.2, strokeCap="square")
    return chart.encode(x=_x("x"), y=_y("y"), x2="to_x:Q", y2="to_y:Q")


def _heads(lines: list[Line]) -> alt.Chart:
    heads = [
        {
            "x": line.to_x - ARROW * aside / 2,
            "y": line.to_y - ARROW * (not aside) / 2,
            "angle": 90 if aside else 180,
        }
        for line in lines
        if line.arrow
        for aside in [line.y == line.to_y]
    ]
    return (
        alt.Chart(alt.Data(values=heads))
        .mark_point(shape="triangle", filled=True, color="#333", opacity=1, size=ARROW * ARROW)
        .encode(x=_x("x"), y=_y("y"), angle=alt.Angle("angle:Q", scale=None))
    )


def _boxes(boxes: list[Box]) -> alt.Chart:
    drawn = [
        {
            "x": box.left, "x2": box.left + box.width, "y": box.top, "y2": box.bottom,
            "fill": "#f6f6f6" if box.aside else "#ffffff", "label": box.label, "patients": box.patients,
        }
        for box in boxes
    ]  # fmt: skip
    return (
        alt.Chart(alt.Data(values=drawn))
        .mark_rect(stroke="#333", strokeWidth=1.2)
        .encode(
            x=_x("x"),
            x2="x2:Q",
            y=_y("y"),
            y2="y2:Q",
            fill=alt.Fill("fill:N", scale=None),
            tooltip=[
                alt.Tooltip("label:N", title="Step"),
                alt.Tooltip("patients:Q", title="Patients", format=","),
            ],
        )
    )


def _texts(boxes: list[Box]) -> list[alt.Chart]:
    kinds = [[box for box in boxes if box.aside == aside] for aside in (False, True)]
    return [_text(own, aside=own[0].aside) for own in kinds if own]


def _text(boxes: list[Box], *, aside: bool) -> alt.Chart:
    """The lines of each box: centred, of those who left from the left edge."""
    drawn = [
        {
            "x": box.left + PADDING if aside else box.middle,
            "y": (box.top + box.bottom) / 2 + LINE * (i + 0.5 - len(box.lines) / 2),
            "text": line,
            "label": box.label,
        }
        for box in boxes
        for i, line in enumerate(box.lines)
    ]
    return (
        alt.Chart(alt.Data(values=drawn))
        .mark_text(align="left" if aside else "center", fontSize=12, color="#111")
        .encode(x=_x("x"), y=_y("y"), text="text:N", tooltip="label:N")
    )
