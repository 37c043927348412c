"""The overall response: tables T1 to T9 and U1 to U5 of domain.md 1.6, one after the other."""

import polars as pl

from headway.derive.response.order import latest_before
from headway.derive.response.settings import ResponseRules


def overall_response(target: str, non_target: str, new_lesions: pl.Expr | None = None) -> pl.Expr:
    """Target, non-target and new lesions together; null target or non-target: there is none.

    >>> parts = pl.DataFrame({"target": ["CR", "SD", None], "non_target": ["NON-CR/NON-PD", None, "CR"],
    ...                       "new_lesions": [0, 1, 0]})
    >>> parts.select(overall_response("target", "non_target")).to_series().to_list()
    ['PR', 'PD', 'CR']
    """
    parts = pl.col(target), pl.col(non_target)
    new = pl.col("new_lesions") if new_lesions is None else new_lesions
    progression = (new > 0) | pl.any_horizontal((part == "PD").fill_null(False) for part in parts)
    not_all_gone = (parts[1] != "CR").fill_null(False)
    return (
        pl.when(progression)
        .then(pl.lit("PD"))
        .when((parts[0] == "CR") & not_all_gone)
        .then(pl.lit("PR"))
        .otherwise(pl.coalesce(*parts, pl.lit("NE")))
    )


def with_response(points: pl.DataFrame, rules: ResponseRules) -> pl.DataFrame:
    """Choose, at each time point, the reading that holds after a CR or the other, and combine.

    Whether a time point is CR does not depend on what came before, and neither does whether it
    leaves an earlier CR standing; so "after CR" is one look back, not a walk.
    """
    points = points.with_columns(response_after_cr=overall_response("target_after_cr", "non_target_after_cr"))
    evaluable = pl.col("response_after_cr") != "NE"
    latest = pl.col("response_after_cr").gather(latest_before(evaluable))
    points = points.with_columns(after_complete_response=(latest == "CR").fill_null(False))
    points = points.with_columns(
        target_response=_chosen("target_after_cr", "target_otherwise"),
        non_target_response=_chosen("non_target_after_cr", "non_target_otherwise"),
    )
    points = points.with_columns(response=overall_response("target_response", "non_target_response"))
    return _with_reappearance(_persisting(points) if rules.pr_persistence == "eortc" else points, rules)


def _chosen(after_cr: str, otherwise: str) -> pl.Expr:
    return pl.when("after_complete_response").then(after_cr).otherwise(otherwise)


def _persisting(points: pl.DataFrame) -> pl.DataFrame:
    """SD after PR stays PR until PD or CR (R1.15)."""
    response = pl.col("response")
    turning = response.gather(latest_before(response.is_in(["CR", "PR", "PD"])))
    keeps = (response == "SD") & (turning == "PR").fill_null(False)
    return points.with_columns(response=pl.when(keeps).then(pl.lit("PR")).otherwise(response))


def _with_reappearance(points: pl.DataFrame, rules: ResponseRules) -> pl.DataFrame:
    """What of the lesions that had gone is back (R1.16); nodes alone are to be imaged again (R1.17)."""
    judged = pl.col("after_complete_response") & (rules.reappearance == "progression")
    target = judged & (pl.col("non_nodal_left") | pl.col("nodes_left"))
    non_target = judged & (pl.col("non_nodal_non_targets_left") > 0)
    only_nodes = target & ~pl.col("non_nodal_left")
    return points.with_columns(
        target_reappeared=target, non_target_reappeared=non_target, needs_review=only_nodes
    )
