"""Vega, Vega-Lite and vega-embed as one script, from vl-convert: no network is asked for it."""

import os
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

import vl_convert

KEPT = Path(__file__).parent / "__pycache__" / f"vega-{version('vl-convert-python')}.js"


@cache
def vega_bundle() -> str:
    """The script. To bundle it takes seconds, so it is kept where Python keeps what it compiles."""
    if KEPT.is_file():
        return KEPT.read_text(encoding="utf-8")
    made = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    # An installation that cannot be written to bundles again each time.
    with suppress(OSError):
        _keep(made)
    return made


def _keep(script: str) -> None:
    """Write it whole: another process may be reading."""
    KEPT.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=KEPT.parent, delete=False, encoding="utf-8") as file:
        file.write(script)
    os.replace(file.name, KEPT)
