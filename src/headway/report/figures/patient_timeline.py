"""One patient's timeline: treatment, responses, adverse events and outcome above, lesion sizes below.

The specification is a template: what it draws stands in named data sets, so that a page keeps one
specification and puts another patient's data sets into it.
"""

import altair as alt

from headway.record.figures_of_a_patient import Timelines
from headway.record.record import Time, show_day
from headway.report.figures.labels import listed
from headway.report.figures.patient_data import WIDTH, datasets
from headway.report.figures.responses import LOOKS
from headway.report.figures.theme import COLOURS, GREY, INK, themed

ROW_HEIGHT, SIZES_HEIGHT = 24, 200
SPAN_COLOURS = {"systemic line": "#0072B2", "radiotherapy": "#E69F00"}
GRADE_COLOURS = {3: "#7F7F7F", 4: "#D55E00", 5: "#000000"}
MARK_LOOKS = {
    "surgery": ("diamond", "#7F7F7F"),
    "progression": ("triangle-up", "#D55E00"),
    "death": ("cross", "#000000"),
    "last known alive": ("triangle-right", "#009E73"),
}
LESION_SHAPES = ["circle", "square", "triangle-up", "diamond", "triangle-down", "cross"]


def patient_timeline(timelines: Timelines, patient_id: str, *, time: Time = "days") -> dict:
    """The Vega-Lite specification of the timeline of one patient."""
    spec = template(time=time, sizes=not timelines.sizes.is_empty())
    return spec | {"datasets": datasets(timelines, patient_id, time=time)}


def template(*, time: Time, sizes: bool) -> dict:
    """The specification for any patient of a record, to be completed by his `datasets`.

    sizes  whether the record has lesion sizes at all: else the lower part is left out.
    """
    x = _x(time, shown=not sizes)
    above = alt.layer(*_guides(x), _zero(x), *_names(), *_spans(x), *_marks(x), *_responses(x))
    above = above.properties(width=WIDTH, height=alt.Step(ROW_HEIGHT)).resolve_scale(
        color="independent", shape="independent"
    )
    drawn = alt.vconcat(*([above, _sizes(_x(time, shown=True))] if sizes else [above]), spacing=18)
    return themed(drawn.resolve_scale(x="shared", color="independent", shape="independent"))


def _sizes(x: alt.X) -> alt.LayerChart | alt.FacetChart:
    """The lower part. Its legend is drawn as marks, which merge colour and symbol whatever the data."""
    plot = alt.layer(*_guides(x), _note(), _headroom(), *_lesions(x), *_sums(x))
    both = alt.layer(plot, *_legend()).resolve_scale(y="independent")
    return both.properties(width=WIDTH, height=SIZES_HEIGHT)


def in_words(timelines: Timelines, patient_id: str, *, time: Time = "days") -> str:
    """The figure in a few sentences."""
    own = timelines.of(patient_id)
    spans = [
        f"{row['label']} from {show_day(row['start_day'], time)}"
        for row in own.spans.sort("start_day", "label").iter_rows(named=True)
    ]
    marks = [
        _mark_in_words(row, time) for row in own.marks.sort("day", "kind", "label").iter_rows(named=True)
    ]
    treated = f"{listed(spans, 20)}." if spans else "No treatment is recorded."
    happened = f"{listed(marks, 20)}." if marks else ""
    told = [f"Timeline of patient {patient_id}.", treated, happened, _sums_in_words(own)]
    return " ".join(part for part in told if part)


def _sums_in_words(own: Timelines) -> str:
    sums = own.sums.sort("day")["sum_mm"].to_list()
    if not sums:
        return ""
    return f"Sum of target diameters: first {sums[0]:g} mm, smallest {min(sums):g} mm, last {sums[-1]:g} mm."


def _mark_in_words(row: dict, time: Time) -> str:
    grade = "" if row["grade"] is None else f" grade {row['grade']}"
    said = row["label"] if row["kind"] in (row["label"], "adverse event") else f"{row['kind']} {row['label']}"
    return f"{said}{grade} on {show_day(row['day'], time)}"


def _x(time: Time, *, shown: bool) -> alt.X:
    if time == "dates":
        kind, scale = "T", alt.Scale(type="utc", nice=False, padding=12)
    else:
        kind, scale = "Q", alt.Scale(zero=False, nice=False, padding=12)
    title = "Date" if time == "dates" else "Day of the record"
    axis = alt.Axis(title=title, grid=False, labelFlush=True, labelOverlap=True, tickCount=8)
    blank = alt.Axis(title=None, grid=False, labels=False, ticks=False)
    return alt.X(f"at:{kind}", scale=scale, axis=axis if shown else blank)


def _y() -> alt.Y:
    axis = alt.Axis(title=None, labels=False, ticks=False, domain=False, grid=True, gridColor="#f0f0f0")
    return alt.Y("row:O", axis=axis)


def _named(name: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(name=name))


def _tooltip(**titles: str) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in titles.items()]


def _guides(x: alt.X) -> list[alt.Chart]:
    """Upright lines through both parts: time zero, progression, death."""
    zero = _named("zeros").mark_rule(color=GREY, strokeWidth=1)
    guides = [zero.encode(x=x, tooltip=_tooltip(label="Time zero", when="Day"))]
    for kind, dash in (("progression", [4, 3]), ("death", [1, 0])):
        rule = _named("marks").mark_rule(color=MARK_LOOKS[kind][1], strokeDash=dash, opacity=0.55)
        guides.append(rule.transform_filter(f"datum.kind === '{kind}'").encode(x=x))
    return guides


def _zero(x: alt.X) -> alt.Chart:
    label = _named("zeros").mark_text(fontSize=11, color=GREY, baseline="bottom")
    return label.encode(x=x, y=alt.value(-4), text="label:N")


def _names() -> list[alt.Chart]:
    names = _named("rows").mark_text(align="right", fontSize=12, color=INK)
    return [names.encode(x=alt.value(-8), y=_y(), text="name:N", tooltip=alt.Tooltip("label:N", title="Row"))]


def _spans(x: alt.X) -> list[alt.Chart]:
    """A stretch of one day is still seen, by its outline."""
    colour = alt.Scale(domain=list(SPAN_COLOURS), range=list(SPAN_COLOURS.values()))
    tooltip = _tooltip(title="Treatment", when="From", until="To", detail="Reason")
    bars = _named("spans").mark_bar(height=11, strokeWidth=2)
    return [
        bars.encode(
            x=x,
            x2="end",
            y=_y(),
            fill=alt.Fill("kind:N", scale=colour, legend=None),
            stroke=alt.Stroke("kind:N", scale=colour, legend=None),
            tooltip=tooltip,
        )
    ]


def _marks(x: alt.X) -> list[alt.Chart]:
    tooltip = _tooltip(title="What", when="Day", grade="Grade", detail="Reason")
    domain = list(MARK_LOOKS)
    look = [list(column) for column in zip(*MARK_LOOKS.values(), strict=True)]
    events = _named("marks").transform_filter("datum.kind !== 'adverse event'")
    graded = _named("marks").transform_filter("datum.kind === 'adverse event'")
    grades = alt.Scale(domain=list(GRADE_COLOURS), range=list(GRADE_COLOURS.values()))
    return [
        events.mark_point(size=90, filled=True, opacity=1).encode(
            x=x,
            y=_y(),
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=domain, range=look[0]), legend=None),
            color=alt.Color("kind:N", scale=alt.Scale(domain=domain, range=look[1]), legend=None),
            tooltip=tooltip,
        ),
        graded.mark_circle(size=190, opacity=1).encode(
            x=x, y=_y(), color=alt.Color("grade:O", scale=grades, legend=None), tooltip=tooltip
        ),
        graded.mark_text(fontSize=10, fontWeight="bold", color="white").encode(
            x=x, y=_y(), text="grade:O", tooltip=tooltip
        ),
    ]


def _responses(x: alt.X) -> list[alt.Chart]:
    shapes = alt.Scale(domain=list(LOOKS), range=[shape for _, shape in LOOKS.values()])
    colours = alt.Scale(domain=list(LOOKS), range=[colour for colour, _ in LOOKS.values()])
    symbols = _named("responses").mark_point(size=55, filled=True, opacity=1)
    drawn = symbols.encode(
        x=x,
        y=_y(),
        shape=alt.Shape("response:N", scale=shapes, legend=None),
        color=alt.Color("response:N", scale=colours, legend=None),
        tooltip=_tooltip(title="Response", when="Day", detail="Reason"),
    )
    letters = [
        _named("responses")
        .transform_filter(f"datum.level === {level}")
        .mark_text(dy=dy, fontSize=9, fontWeight="bold", color=INK)
        .encode(x=x, y=_y(), text="letters:N")
        for level, dy in ((0, -9), (1, 10))
    ]
    return [drawn, *letters]


def _mm(name: str) -> alt.Y:
    axis = alt.Axis(title="Diameter, mm", tickCount=5)
    return alt.Y(f"{name}:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))


def _note() -> alt.Chart:
    note = _named("notes").mark_text(fontSize=12, fontStyle="italic", color=GREY)
    return note.encode(x=alt.value(WIDTH / 2), y=alt.value(SIZES_HEIGHT / 2), text="note:N")


def _headroom() -> alt.Chart:
    return _named("headroom").mark_point(size=0, opacity=0).encode(y=_mm("mm"))


def _lesion_colour() -> alt.Color:
    return alt.Color("lesion:N", scale=alt.Scale(range=COLOURS[:6]), legend=None)


def _lesion_shape() -> alt.Shape:
    return alt.Shape("lesion:N", scale=alt.Scale(range=LESION_SHAPES), legend=None)


def _legend() -> list[alt.Chart]:
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, SIZES_HEIGHT], reverse=True))
    named = _named("lesions").encode(y=y, tooltip=alt.Tooltip("lesion:N", title="Lesion"))
    symbols = named.mark_point(size=60, filled=True, opacity=1)
    names = named.mark_text(align="left", fontSize=12, color=INK)
    return [
        symbols.encode(x=alt.value(WIDTH + 18), color=_lesion_colour(), shape=_lesion_shape()),
        names.encode(x=alt.value(WIDTH + 28), text="name:N"),
    ]


def _lesions(x: alt.X) -> list[alt.Chart]:
    """Targets solid, others dashed; a colour and a symbol for each lesion."""
    dash = alt.StrokeDash(
        "role:N",
        scale=alt.Scale(domain=["target", "non-target", "new"], range=[[1, 0], [2, 3], [5, 3]]),
        legend=None,
    )
    base = _named("sizes").encode(x=x, y=_mm("diameter_mm"), color=_lesion_colour())
    tooltip = _tooltip(lesion="Lesion", role="Role", when="Day", diameter_mm="Diameter, mm")
    return [
        base.mark_line(strokeWidth=1.5).encode(strokeDash=dash),
        base.mark_point(size=45, filled=True, opacity=1).encode(shape=_lesion_shape(), tooltip=tooltip),
    ]


def _sums(x: alt.X) -> list[alt.Chart]:
    base = _named("sums").encode(x=x)
    tooltip = _tooltip(when="Day", sum_mm="Sum of targets, mm", nadir_mm="Nadir before, mm")
    layers = [
        base.mark_line(color=GREY, strokeDash=[2, 2], interpolate="step-before").encode(y=_mm("smallest_mm")),
        base.mark_line(color="black", strokeWidth=2.5).encode(y=_mm("sum_mm")),
        base.mark_circle(color="black", size=40, opacity=1).encode(y=_mm("sum_mm"), tooltip=tooltip),
    ]
    last = base.transform_filter("datum.last")
    for field, said, dy in (("sum_mm", "sum of targets", -10), ("smallest_mm", "nadir", 11)):
        text = last.mark_text(align="right", dy=dy, fontSize=11, color=INK)
        layers.append(text.encode(y=_mm(field), text=alt.value(said)))
    return layers
