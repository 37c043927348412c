"""The look of every figure: colours that colour-blind readers tell apart, plain type, few lines."""

import math
from functools import cache
from importlib.resources import files
from typing import Any

import altair as alt
import vl_convert

from headway.report.figures.pdf_order import in_order
from headway.report.figures.rows import Rows

# Okabe and Ito (2008), without yellow, which vanishes on white; black first, for a single curve.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#7F7F7F"]
# Liberation Sans (SIL Open Font License 1.1) comes with vl-convert and is embedded in the PDF: figures are
# laid out alike on every machine. The others are as wide: an SVG fits wherever one of them is. (An installed
# Liberation Sans of another version goes before it; widths are the same, letters differ by a hair.)
FONT = "Liberation Sans, Arimo, Arial, Helvetica, sans-serif"
Layers = alt.LayerChart | alt.FacetChart  # what altair calls a layer of charts
HOVER = "hover"  # the name of a layer that is there for the mouse only; pictures are made without it

INK, GREY, GRID = "#222", "#6b6b6b", "#eee"


def themed(chart: alt.TopLevelMixin) -> dict:
    """The Vega-Lite specification of a chart in the house theme.

    Raises: ValueError if the data hold NaN or an infinity, which no JSON can carry: null is meant.
    """
    spec = _plain(chart.to_dict(validate=False))
    spec.pop("$schema", None)  # an address on the network, which a page without network need not name
    spec["config"] = {
        "font": FONT,
        "aria": False,  # the figure is told in words; an account mark by mark would drown a listener
        "view": {"stroke": None},
        "axis": {
            "labelFontSize": 12, "titleFontSize": 13, "titleFontWeight": "normal", "domainColor": "#333",
            "tickColor": "#333", "gridColor": GRID, "labelColor": INK, "titleColor": INK,
        },
        "legend": {"labelFontSize": 12, "titleFontSize": 12, "symbolStrokeWidth": 3, "labelLimit": 320},
        "background": "white",
    }  # fmt: skip
    return spec


def _plain(part: Any, where: str = "spec") -> Any:
    """A part of a specification in the words of JSON, its keys sorted, with the rows that it draws."""
    if isinstance(part, Rows):
        return part.rows
    if isinstance(part, dict):
        return {name: _plain(part[name], f"{where}.{name}") for name in sorted(part)}
    if isinstance(part, (list, tuple)):
        return [_plain(item, f"{where}.{place}") for place, item in enumerate(part)]
    if isinstance(part, float) and not math.isfinite(part):
        raise ValueError(f"{where} is {part}; a figure's data must be null there.")
    return part


def still(spec: dict) -> dict:
    """The specification without what only a mouse can find."""
    return {name: value if name == "data" else _still(value) for name, value in spec.items()}


def _still(part: Any) -> Any:
    if isinstance(part, dict):
        return still(part)
    if isinstance(part, list):
        return [_still(item) for item in part if not _for_the_mouse(item)]
    return part


def _for_the_mouse(part: Any) -> bool:
    # altair numbers the names of layers within panels: hover_1
    return isinstance(part, dict) and str(part.get("name", "")).startswith(HOVER) and "mark" in part


@cache
def _with_fonts() -> None:
    """Let pictures use the fonts of the report too: vl-convert has no Chinese, Japanese or Korean ones."""
    vl_convert.register_font_directory(str(files("headway.report").joinpath("fonts")))


def svg(spec: dict) -> str:
    """The figure as SVG, made on this machine without browser or network."""
    _with_fonts()
    return vl_convert.vegalite_to_svg(still(spec))


def png(drawn: str, scale: float = 2.0) -> bytes:
    """An SVG of `svg` as PNG."""
    _with_fonts()
    return vl_convert.svg_to_png(drawn, scale=scale)


def pdf(drawn: str) -> bytes:
    """An SVG of `svg` as PDF with its font embedded; the same figure is the same bytes."""
    _with_fonts()
    return in_order(vl_convert.svg_to_pdf(drawn))
