"""Target lesions: their sum at each time point, the nadir, and the response (R1.8 to R1.17)."""

import polars as pl

from headway.derive.response.order import latest_before, lowest_before
from headway.derive.response.readings import Readings
from headway.derive.response.scans import rows_of, totals
from headway.derive.response.settings import ResponseRules
from headway.derive.response.sizes import HUNDREDTHS

FIVE_MM = 5 * HUNDREDTHS
NODE_MM = 10 * HUNDREDTHS


def target_sums(readings: Readings) -> pl.DataFrame:
    """Per scan: how many targets were measured, their sum, and what of them is left.

    non_nodal_left: a target that is no node is over 0; nodes_left: a target node is 10 mm or more.
    """
    rows = rows_of(readings, pl.col("baseline_size").is_not_null())
    node, size = pl.col("lymph_node"), pl.col("size")
    return totals(
        readings,
        rows,
        targets_measured=size.is_not_null(),
        measured_sum=size.fill_null(0),
        non_nodal_left=(~node & (size > 0)).fill_null(False),
        nodes_left=(node & (size >= NODE_MM)).fill_null(False),
    ).with_columns(pl.col("non_nodal_left", "nodes_left") > 0)


def with_target_response(points: pl.DataFrame, rules: ResponseRules) -> pl.DataFrame:
    """Add sum, nadir and the target response, as it is after a complete response and as it is otherwise."""
    points = points.with_columns(
        sum=pl.when((pl.col("targets_measured") == pl.col("targets")) & (pl.col("targets") > 0)).then(
            "measured_sum"
        )
    )
    points = _with_nadir(points)
    return points.with_columns(
        target_otherwise=_response(reappearance=False),
        target_after_cr=_response(reappearance=rules.reappearance == "progression"),
    )


def _with_nadir(points: pl.DataFrame) -> pl.DataFrame:
    """The smallest of baseline and all complete sums before, and the first day that had it (R1.9, R1.13)."""
    lowest = lowest_before(pl.col("sum"))
    points = points.with_columns(nadir=pl.min_horizontal("baseline_sum", lowest))
    new_low = (pl.col("sum") < pl.col("nadir")).fill_null(False)
    low_day = pl.col("day").gather(latest_before(new_low))
    return points.with_columns(
        nadir_day=pl.when(pl.col("targets") > 0).then(pl.coalesce(low_day, "baseline_day"))
    )


def is_progression(total: pl.Expr) -> pl.Expr:
    """20 % and 5 mm above the nadir, both inclusive, in whole numbers.

    >>> points = pl.DataFrame({"sum": [8400, 8399, 490], "nadir": [7000, 7000, 0]})
    >>> points.select(is_progression(pl.col("sum"))).to_series().to_list()
    [True, False, False]
    """
    rise = total.cast(pl.Int64) - pl.col("nadir")
    return (5 * rise >= pl.col("nadir")) & (rise >= FIVE_MM)


def is_partial_response(total: pl.Expr) -> pl.Expr:
    """30 % below baseline, inclusive, in whole numbers.

    >>> points = pl.DataFrame({"sum": [7000, 7001], "baseline_sum": [10000, 10000]})
    >>> points.select(is_partial_response(pl.col("sum"))).to_series().to_list()
    [True, False]
    """
    return 10 * (pl.col("baseline_sum") - total) >= 3 * pl.col("baseline_sum")


def _response(*, reappearance: bool) -> pl.Expr:
    """The six steps of domain.md 1.3, in their order; `reappearance`: what is there has come back."""
    complete = pl.col("sum").is_not_null()
    left = pl.col("non_nodal_left") | pl.col("nodes_left")
    grown = is_progression(pl.col("measured_sum"))
    return (
        pl.when(pl.col("targets") == 0)
        .then(None)
        .when(complete & ~left)
        .then(pl.lit("CR"))
        .when(left & reappearance)
        .then(pl.lit("PD"))
        .when(grown)
        .then(pl.lit("PD"))
        .when(~complete)
        .then(pl.lit("NE"))
        .when(is_partial_response(pl.col("sum")))
        .then(pl.lit("PR"))
        .otherwise(pl.lit("SD"))
    )
