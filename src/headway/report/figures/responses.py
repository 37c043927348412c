"""How responses look in every figure: one colour and one symbol each."""

import altair as alt
import polars as pl

from headway.report.figures.theme import GREY
from headway.report.numbers import patients

NOT_RECORDED = "not recorded"
# From a blue that says shrinking to a red that says growing (Okabe and Ito); greys for what nobody judged.
LOOKS = {
    "CR": ("#0072B2", "diamond"),
    "PR": ("#56B4E9", "circle"),
    "SD": ("#E69F00", "square"),
    "NON-CR/NON-PD": ("#CC79A7", "triangle-left"),
    "PD": ("#D55E00", "triangle-up"),
    "NE": ("#7F7F7F", "cross"),
    NOT_RECORDED: ("#BDBDBD", "triangle-down"),
}
SMALLEST_CHANGE, LARGEST_CHANGE = -30, 20  # percent: partial response, progression (RECIST 1.1)


def told(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows; a best response that is missing says so."""
    return frame.with_columns(pl.col("best_response").fill_null(NOT_RECORDED))


def present(frame: pl.DataFrame) -> list[str]:
    """The responses that occur, from best to worst."""
    found = set(frame["best_response"])
    return [response for response in LOOKS if response in found]


def colour(responses: list[str]) -> alt.Color:
    scale = alt.Scale(domain=responses, range=[LOOKS[response][0] for response in responses])
    return alt.Color("best_response:N", scale=scale, legend=_legend(), title="Best response")


def symbol(responses: list[str]) -> alt.Shape:
    scale = alt.Scale(domain=responses, range=[LOOKS[response][1] for response in responses])
    return alt.Shape("best_response:N", scale=scale, legend=_legend(), title="Best response")


def _legend() -> alt.Legend:
    return alt.Legend(
        orient="top", direction="horizontal", titleOrient="left", titleFontWeight="normal",
        symbolStrokeWidth=0, symbolSize=110, symbolOpacity=1, symbolType="square",
    )  # fmt: skip


def rule(percents: list[int], dash: list[int]) -> alt.Chart:
    """Lines across the figure at some changes."""
    lines = alt.Data(values=[{"percent": percent} for percent in percents])
    return alt.Chart(lines).mark_rule(strokeDash=dash, color=GREY).encode(y="percent:Q")


def counted(frame: pl.DataFrame) -> str:
    """How many patients had each best response: "2 PR, 1 SD".

    >>> counted(pl.DataFrame({"patient_id": ["a", "b", "a"], "best_response": ["PD", None, "PD"]}))
    '1 PD, 1 not recorded'
    """
    each = told(frame).unique("patient_id")
    return ", ".join(f"{each.filter(best_response=name).height} {name}" for name in present(each))


def not_drawn(without: int) -> str:
    """The sentence about those without a change; none if all have one."""
    verb = "is" if without == 1 else "are"
    return f" {patients(without)} without a change {verb} not drawn." if without else ""
