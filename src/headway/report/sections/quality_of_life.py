"""Quality of life."""

import polars as pl

from headway.report.document import Section
from headway.report.tables import quality_of_life as tables


def quality_of_life(results: pl.DataFrame, name: str, title: str, scale: str) -> Section:
    """Who is alive at one year without definitive deterioration, and the scores over time."""
    rows = results.filter(pl.col("analysis") == name)
    scores = results.filter(pl.col("analysis") == f"{name}, scores")
    if rows.is_empty():
        return Section(title, ("No patient of this population has this time zero.",))
    said = (
        f"Definitive deterioration: the score ({scale}) is at least 10 points worse than at baseline, and no "
        "later score is better than that (R5.13, R5.14). A patient without a score around one year is "
        "missing, unless dead or deteriorated before.",
    )
    return Section(
        title, said, tables=(tables.outcomes(rows, title), tables.scores(scores, f"Scores, {scale}"))
    )
