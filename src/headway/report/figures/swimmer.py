"""The swimmer: one bar a patient, with what was given and what happened (domain.md 9.9)."""

import altair as alt
import polars as pl

from headway.record.figures import LOCAL
from headway.report.figures.labels import listed, nothing
from headway.report.figures.months import month_axis, whole_months
from headway.report.figures.responses import LOOKS
from headway.report.figures.rows import data
from headway.report.figures.theme import INK, Layers, themed
from headway.report.numbers import count, patients

WIDTH, HEIGHT = 640, 1000
THINNEST, THICKEST, THINNEST_WITH_NAME = 5, 20, 9  # px of a patient's row
MOST_PATIENTS = HEIGHT // THINNEST
NO_TREATMENT, OTHER = "no treatment", "other treatment"
# Paul Tol's light scheme: pale enough for the marks on it, and told apart by colour-blind readers. The first
# lines have those that no response has.
FILLS = ["#EEDD88", "#FFAABB", "#44BB99", "#99DDFF", "#BBCC33", "#77AADD", "#AAAA00", "#EE8866"]
OTHER_FILL, NO_FILL = "#9E9E9E", "#D6D6D6"
_BOLT = "M0.35,-1.4L-0.9,0.3L-0.15,0.3L-0.4,1.4L0.9,-0.35L0.15,-0.35Z"
_CROSS = "M-1,-0.6L-0.6,-1L0,-0.4L0.6,-1L1,-0.6L0.4,0L1,0.6L0.6,1L0,0.4L-0.6,1L-1,0.6L-0.4,0Z"
_ARROW = "M-1,-0.3L0.1,-0.3L0.1,-0.9L1.2,0L0.1,0.9L0.1,0.3L-1,0.3Z"
MARKS = {  # in the order of the legend: what it says, colour, shape
    "CR": ("complete response", *LOOKS["CR"]),
    "PR": ("partial response", *LOOKS["PR"]),
    "PD": ("progression", *LOOKS["PD"]),
    LOCAL: (LOCAL, INK, _BOLT),
    "death": ("death", INK, _CROSS),
    "ongoing": ("ongoing", INK, _ARROW),
}


def swimmer(segments: pl.DataFrame, marks: pl.DataFrame, *, months_title: str = "Months") -> dict:
    """The Vega-Lite specification of a swimmer plot.

    Takes: SwimmerSegments and SwimmerMarks. Of more than 200 patients the 200 with the longest time are
           drawn, and the figure and `in_words` say so.
    """
    if segments.is_empty():
        return themed(nothing("No patient has a time on treatment."))
    rows = laid_out(segments)
    row_px = max(THINNEST, min(THICKEST, HEIGHT // rows.height))
    bars, signs = _bars(segments, rows), _signs(marks, rows)
    last = max([1 / 30, *bars["end_months"], *signs["months"]]) * 1.03
    layers = [_treatments(bars, rows, row_px, last, months_title)]
    layers += [_marks(signs, rows, row_px, last)] if signs.height else []
    chart = alt.layer(*layers).resolve_scale(color="independent", shape="independent")
    return themed(chart.properties(width=WIDTH, height=rows.height * row_px, **_cut_short(segments)))


def laid_out(segments: pl.DataFrame) -> pl.DataFrame:
    """The patients that are drawn, from the longest time to the shortest; equal times by patient id."""
    ends = segments.group_by("patient_id").agg(last=pl.col("end_months").max())
    return ends.sort(-pl.col("last"), "patient_id").head(MOST_PATIENTS)


def _cut_short(segments: pl.DataFrame) -> dict:
    total = segments["patient_id"].n_unique()
    if total <= MOST_PATIENTS:
        return {}
    said = f"The {MOST_PATIENTS} of {count(total)} patients with the longest time"
    return {"title": alt.TitleParams(said, anchor="start", fontSize=12, fontWeight="normal")}


def _bars(segments: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The segments of the patients that are drawn; of many treatments, the rarer are one."""
    drawn = segments.join(rows.select("patient_id"), on="patient_id", how="semi")
    common = treatments(drawn)
    treatment = pl.col("treatment")
    told = pl.when(treatment.is_null()).then(pl.lit(NO_TREATMENT)).when(treatment.is_in(common))
    return drawn.with_columns(shown=told.then(treatment).otherwise(pl.lit(OTHER))).sort(
        "patient_id", "start_months", "end_months", "shown"
    )


def treatments(segments: pl.DataFrame) -> list[str]:
    """The treatments with a colour of their own: the commonest, in the order of their lines."""
    each = segments.filter(pl.col("treatment").is_not_null()).group_by("treatment")
    counted = each.agg(pl.col("line").min(), patients=pl.col("patient_id").n_unique())
    kept = counted.sort("patients", "line", "treatment", descending=[True, False, False]).head(len(FILLS))
    return kept.sort("line", "treatment", nulls_last=True)["treatment"].to_list()


def _signs(marks: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    drawn = marks.join(rows.select("patient_id"), on="patient_id", how="semi")
    said = pl.col("mark").replace_strict({mark: look[0] for mark, look in MARKS.items()})
    return drawn.with_columns(what=said).sort("patient_id", "months", "mark")


def _place(rows: pl.DataFrame, row_px: int) -> alt.Y:
    named = row_px >= THINNEST_WITH_NAME
    axis = alt.Axis(
        title=None, domain=False, ticks=False, labels=named, labelFontSize=min(11, row_px), labelLimit=120
    )
    scale = alt.Scale(domain=rows["patient_id"].to_list(), paddingInner=0.25, paddingOuter=0.15)
    return alt.Y("patient_id:N", scale=scale, axis=axis if named else None)


def _time(column: str, last: float, title: str) -> alt.X:
    scale = alt.Scale(domain=[0, last], nice=False)
    return alt.X(f"{column}:Q", scale=scale, axis=month_axis(whole_months(last), title=title))


def _treatments(bars: pl.DataFrame, rows: pl.DataFrame, row_px: int, last: float, title: str) -> Layers:
    common = treatments(bars)
    fills = {**dict(zip(common, FILLS, strict=False)), OTHER: OTHER_FILL, NO_TREATMENT: NO_FILL}
    found = [name for name in fills if name in set(bars["shown"])]
    legend = alt.Legend(orient="top", title=None, columns=5, symbolType="square", labelLimit=150, offset=4)
    colour = alt.Color(
        "shown:N", scale=alt.Scale(domain=found, range=[fills[name] for name in found]), legend=legend
    )
    base = alt.Chart().encode(
        x=_time("start_months", last, title), x2="end_months:Q", y=_place(rows, row_px), color=colour,
        tooltip=_tooltip(),
    )  # fmt: skip
    edge = {"stroke": "white", "strokeWidth": 0.8} if row_px >= THINNEST_WITH_NAME else {}
    treated = base.transform_filter(f"datum.shown != '{NO_TREATMENT}'").mark_bar(**edge)
    without = base.transform_filter(f"datum.shown == '{NO_TREATMENT}'").mark_bar(height={"band": 0.35})
    return alt.layer(without, treated, data=data(bars))


def _marks(signs: pl.DataFrame, rows: pl.DataFrame, row_px: int, last: float) -> alt.Chart:
    looks = [look for look in MARKS.values() if look[0] in set(signs["what"])]
    said = [look[0] for look in looks]
    legend = alt.Legend(orient="bottom", title=None, columns=6, symbolSize=90, symbolStrokeWidth=0, offset=4)
    colour = alt.Color(
        "what:N", scale=alt.Scale(domain=said, range=[look[1] for look in looks]), legend=legend
    )
    shape = alt.Shape(
        "what:N", scale=alt.Scale(domain=said, range=[look[2] for look in looks]), legend=legend
    )
    tooltip = [_patient(), alt.Tooltip("what:N", title="Event"), _months("months", "Months")]
    points = alt.Chart(data(signs)).mark_point(
        filled=True, size=max(30, min(75, 1.3 * row_px**1.6)), opacity=1, stroke="white",
        strokeWidth=0.6 if row_px >= THINNEST_WITH_NAME else 0.25,
    )  # fmt: skip
    return points.encode(
        x=_time("months", last, ""), y=_place(rows, row_px), color=colour, shape=shape, tooltip=tooltip
    )


def _patient() -> alt.Tooltip:
    return alt.Tooltip("patient_id:N", title="Patient")


def _months(column: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(f"{column}:Q", title=title, format=".1f")


def _tooltip() -> list[alt.Tooltip]:
    treatment = alt.Tooltip("treatment:N", title="Treatment")
    return [_patient(), treatment, _months("start_months", "From month"), _months("end_months", "To month")]


def in_words(segments: pl.DataFrame, marks: pl.DataFrame) -> str:
    """The figure in a few sentences."""
    if segments.is_empty():
        return "Swimmer plot: no patient has a time on treatment."
    rows = laid_out(segments)
    total, signs = segments["patient_id"].n_unique(), _signs(marks, rows)
    told = [
        f"{look[0]} in {signs.filter(mark=mark)['patient_id'].n_unique()}"
        for mark, look in MARKS.items()
        if mark in set(signs["mark"])
    ]
    undrawn = total - rows.height
    left_out = f" {patients(undrawn)} with shorter times are not drawn." if undrawn else ""
    marked = f" Marked: {listed(told)}." if told else ""
    return (
        f"Swimmer plot of {patients(rows.height)}; the longest time is {rows['last'][0]:.1f} months."
        f"{marked}{left_out}"
    )
