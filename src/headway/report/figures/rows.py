"""Frames as the data of a figure."""

import altair as alt
import polars as pl
import polars.selectors as cs
from altair.utils.schemapi import debug_mode


class Rows:
    """Rows that altair hands on unseen: it would check and copy every value again for every layer."""

    def __init__(self, rows: list[dict]) -> None:
        self.rows = rows


def values(frame: pl.DataFrame) -> list[dict]:
    """The rows as Vega's data, columns by name: what is no number is null.

    >>> values(pl.DataFrame({"months": [1.5, float("nan")], "group": ["a", "b"]}))
    [{'group': 'a', 'months': 1.5}, {'group': 'b', 'months': None}]
    """
    return finite(frame).select(sorted(frame.columns)).to_dicts()


def finite(frame: pl.DataFrame) -> pl.DataFrame:
    """What is no number is null: JSON can say neither NaN nor an infinity."""
    floats = cs.float()
    return frame.with_columns(pl.when(floats.is_finite()).then(floats))


def data(frame: pl.DataFrame) -> alt.Data:
    """The frame as what a chart draws; `themed` puts the rows in their place."""
    with debug_mode(False):  # altair knows no Rows, and need not
        return alt.Data(values=Rows(values(frame)))
