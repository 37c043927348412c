"""Watch lists: the adverse events that a class of drugs is known for, as terms that people record (R6.14)."""

from functools import cache
from importlib.resources import files

import polars as pl


@cache
def watch_lists() -> pl.DataFrame:
    """One row per list and term: watch_list, topic, term (small letters), source.

    >>> watch_lists().filter(term="paronychia").select("watch_list", "topic").row(0)
    ('cetuximab', 'paronychia')
    """
    rows = pl.read_csv(files("headway.knowledge").joinpath("watch_lists.csv").read_bytes())
    return rows.with_columns(pl.col("terms").str.split("|")).explode("terms").select(
        "watch_list", "topic", "source", term="terms"
    )  # fmt: skip
