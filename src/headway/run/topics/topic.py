"""A topic of the report: what is asked of it, what it makes of a cohort, and how that is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from headway.record.derived.endpoints import EndpointTimes
from headway.record.results import Contributions, Curves, Results, Stories
from headway.report.document import Section
from headway.run.cohort import Cohort

ALL_GROUPS = pl.lit(None, pl.String)


@dataclass(frozen=True)
class Made:
    """What a topic makes, or all of them together.

    results        `Results`; of a whole report `NumberedResults`
    curves         `Curves`
    times          `EndpointTimes`
    contributions  `Contributions`: what each patient gives to an analysis
    frames         what figures draw beside results and curves, by the name of the figure
    stories        `Stories`: what a topic finds of single patients, with its reason and source
    """

    results: pl.DataFrame = field(default_factory=Results.create_empty)
    curves: pl.DataFrame = field(default_factory=Curves.create_empty)
    times: pl.DataFrame = field(default_factory=EndpointTimes.create_empty)
    contributions: pl.DataFrame = field(default_factory=Contributions.create_empty)
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    stories: pl.DataFrame = field(default_factory=Stories.create_empty)


@dataclass(frozen=True)
class Topic:
    """One topic.

    asked  the parts of a study that ask for it; none: the topic is not in the report
    make   cohort and part -> results
    show   cohort, part and what was made (of all topics) -> section
    """

    asked: Callable[[Cohort], Sequence[Any]]
    make: Callable[[Cohort, Any], Made]
    show: Callable[[Cohort, Any, Made], Section]


def together(parts: Sequence[Made]) -> Made:
    """Everything that was made; the results numbered in the order of the report."""
    results = pl.concat([Results.create_empty(), *(part.results for part in parts)])
    times = pl.concat([EndpointTimes.create_empty(), *(part.times for part in parts)])
    contributions = pl.concat([Contributions.create_empty(), *(part.contributions for part in parts)])
    return Made(
        results.with_row_index("row"),
        pl.concat([Curves.create_empty(), *(part.curves for part in parts)]),
        # Two analyses of one endpoint (whole, and by group) share their times.
        times.unique(["patient_id", "endpoint", "since"], keep="first", maintain_order=True),
        contributions.unique(["analysis", "group", "patient_id"], keep="first", maintain_order=True),
        {name: frame for part in parts for name, frame in part.frames.items()},
        pl.concat([Stories.create_empty(), *(part.stories for part in parts)]),
    )


def contributions(
    values: pl.DataFrame, analysis: str, value: pl.Expr, group: pl.Expr = ALL_GROUPS
) -> pl.DataFrame:
    """`Contributions` of one analysis, from one row per patient, or per patient and group."""
    said = value.cast(pl.String).fill_null("not recorded")
    return values.select(analysis=pl.lit(analysis), group=group, patient_id="patient_id", value=said)


def joined(rows: pl.DataFrame, analysis: str, value: pl.Expr) -> pl.DataFrame:
    """`Contributions` of one analysis, from any number of rows per patient: "platinum; taxane".

    >>> rows = pl.DataFrame({"patient_id": ["P1", "P1", "P2"], "drug": ["taxane", "platinum", None]})
    >>> joined(rows, "drugs", pl.col("drug")).rows()
    [('drugs', None, 'P1', 'platinum; taxane'), ('drugs', None, 'P2', 'not recorded')]
    """
    said = rows.select("patient_id", value=value.cast(pl.String).fill_null("not recorded")).unique()
    each = said.sort("patient_id", "value").group_by("patient_id", maintain_order=True)
    return each.agg(pl.col("value").str.join("; ")).select(
        analysis=pl.lit(analysis), group=ALL_GROUPS, patient_id="patient_id", value="value"
    )
