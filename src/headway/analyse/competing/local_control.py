"""Local control per treated lesion: failure competes with death (R3.10 to R3.14)."""

from collections.abc import Sequence

import polars as pl

from headway.analyse.competing.outcomes import cause_specific, incidence
from headway.analyse.survival.milestones import survival_at_times
from headway.analyse.survival.sample import Outcome

LOCAL_CONTROL = Outcome(event="state", analysis="local control")
BIASED = "biased: counts who died without failure as still able to fail (R3.13)"


def local_control(
    lesions: pl.DataFrame, at: Sequence[float], *, by: str | None = None, outcome: Outcome = LOCAL_CONTROL
) -> pl.DataFrame:
    """Local control of lesions at stated times: 1 - cumulative incidence of local failure.

    Takes:  one row per lesion: patient_id, days since its radiotherapy, state (0 censored at its last image,
            1 local failure, 2 death without it, R3.12). Lesions of one patient are one cluster.
    Gives:  results: failures and deaths, cumulative incidence, local control; and, named as biased, what
            Kaplan-Meier with death censored would say of failure.

    >>> lesions = pl.DataFrame({"days": [3, 5, 6, 8, 10], "state": [1, 2, 0, 1, 0]})
    >>> found = local_control(lesions, [8.0]).filter(pl.col("at") == 8)
    >>> dict(found.select("statistic", pl.col("value").round(2)).iter_rows())
    {'cumulative incidence': 0.5, 'local control': 0.5, 'failure by Kaplan-Meier': 0.6}
    """
    failure = incidence(lesions, at, by=by, outcome=outcome)
    control = _turned(failure.filter(pl.col("statistic") == "cumulative incidence"), "local control")
    censored = cause_specific(lesions, event=outcome.event)
    naive = survival_at_times(censored, list(at), by=by, outcome=outcome, robust=True)
    naive = _turned(naive.filter(pl.col("statistic") == "survival"), "failure by Kaplan-Meier")
    return pl.concat([failure, control, naive.with_columns(note=pl.lit(BIASED))])


def _turned(rows: pl.DataFrame, statistic: str) -> pl.DataFrame:
    """The complement of a probability; its limits change places."""
    return rows.with_columns(
        statistic=pl.lit(statistic),
        value=1 - pl.col("value"),
        lower=1 - pl.col("upper"),
        upper=1 - pl.col("lower"),
    )
