"""The steps of cumulative incidence curves of competing causes, as figures draw them."""

from collections.abc import Mapping

import polars as pl

from headway.analyse.competing.incidence import cumulative_incidence
from headway.analyse.competing.observations import observations
from headway.record.figures import IncidenceSteps

ALL = "all"


def incidence_steps(
    watched: pl.DataFrame, causes: Mapping[int, str], clusters: str | None = None, group: str = ALL
) -> pl.DataFrame:
    """`IncidenceSteps` of every cause that somebody came to (Aalen and Johansen).

    Takes:  days and state (0: censored, else a key of causes); clusters: the column of what belongs together.
    """
    if watched.is_empty():
        return IncidenceSteps.create_empty()
    together = None if clusters is None else watched[clusters].to_numpy()
    seen = observations(watched["days"].to_numpy(), watched["state"].to_numpy(), clusters=together)
    came = [(code, cause) for code, cause in causes.items() if code in set(watched["state"])]
    parts = [
        cumulative_incidence(seen, code).to_frame().select(
            "days", "incidence", pl.col("lower", "upper").fill_nan(None),
            group=pl.lit(group), cause=pl.lit(cause),
        )
        for code, cause in came
    ]  # fmt: skip
    steps = [IncidenceSteps.create_empty(), *(part.select(IncidenceSteps.column_names()) for part in parts)]
    return _from_zero(pl.concat(steps))


def _from_zero(steps: pl.DataFrame) -> pl.DataFrame:
    """With the start, where nobody has failed."""
    start = steps.select("group", "cause").unique(maintain_order=True).with_columns(
        days=pl.lit(0.0), incidence=pl.lit(0.0), lower=pl.lit(0.0), upper=pl.lit(0.0)
    )  # fmt: skip
    return pl.concat([start, steps.filter(pl.col("days") > 0)]).sort("cause", "days", maintain_order=True)
