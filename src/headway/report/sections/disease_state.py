"""States of oligometastatic disease."""

import polars as pl

from headway.report.document import Section
from headway.report.tables import disease_state as tables


def disease_state(results: pl.DataFrame, name: str, title: str) -> Section:
    """The state on the day asked for, and at every imaging since."""
    then = results.filter(pl.col("analysis") == name)
    if then.is_empty():
        return Section(title, ("No patient of this population has this time zero.",))
    since = results.filter(pl.col("analysis") == f"{name}, imaging since")
    said = (
        "States follow the ESTRO and EORTC consensus (Guckenberger, Lancet Oncol 2020;21:e18); where a fact "
        "is missing that a question needs, the state cannot be told. A metastasis that had ablative "
        "radiotherapy and has not grown since is controlled, and does not count: where all are, there is no "
        "metastasis.",
    )
    shown = (tables.states(then, title), tables.imaging(since, "At every imaging since"))
    return Section(title, said, tables=tuple(table for table in shown if table.rows))
