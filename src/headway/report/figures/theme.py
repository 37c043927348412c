"""The look of every figure: colours that colour-blind readers tell apart, plain type, few lines."""

import json

import altair as alt
import vl_convert

# Okabe and Ito (2008), without yellow, which vanishes on white; black first, for a single curve.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#7F7F7F"]
FONT = "Helvetica, Arial, sans-serif"


def themed(chart: alt.TopLevelMixin) -> dict:
    """The Vega-Lite specification of a chart in the house theme."""
    spec = json.loads(chart.to_json(validate=False))
    spec["config"] = {
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelFontSize": 12, "titleFontSize": 13, "titleFontWeight": "normal", "domainColor": "#333",
            "tickColor": "#333", "gridColor": "#eee", "labelColor": "#222", "titleColor": "#222",
        },
        "legend": {"labelFontSize": 12, "titleFontSize": 12, "symbolStrokeWidth": 3, "labelLimit": 320},
        "background": "white",
    }  # fmt: skip
    return spec


def svg(spec: dict) -> str:
    """The figure as SVG, made on this machine without browser or network."""
    return vl_convert.vegalite_to_svg(spec)


def png(spec: dict, scale: float = 2.0) -> bytes:
    """The figure as PNG."""
    return vl_convert.vegalite_to_png(spec, scale=scale)
