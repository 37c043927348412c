"""Clone, censor, weight: compare "exposed within a grace period" with "not" as if they had been assigned.

Source: Hernan 2018; Maringe and others, Int J Epidemiol 2020. Each patient is followed under both
strategies until what happened breaks one of them; weights make up for who is lost that way.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from headway.analyse.survival.cox.design import Category
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.kaplan_meier import kaplan_meier
from headway.analyse.survival.milestones import survival_at_times
from headway.analyse.survival.sample import DAYS, AnalysisError, Outcome
from headway.analyse.timing.exposure import ALWAYS, EXPOSURE, with_exposure

WITHIN, WITHOUT = "exposed within the grace period", "not exposed within it"
_PATIENT = "patient_id"


def clone_censor_weight(
    times: pl.DataFrame,
    exposures: pl.DataFrame,
    grace_days: float,
    at: Sequence[float] = (),
    *,
    within: Sequence[str] = (),
    outcome: Outcome = DAYS,
) -> pl.DataFrame:
    """Survival under both strategies at stated times, and their hazard ratio; robust over patients.

    Takes:  times and exposures as `with_exposure`; the grace period; `within`: columns of times, known at
            time zero, in whose combinations the chance of exposure is estimated (Kaplan-Meier in each).
    Gives:  results. What drives exposure and is in no column of `within` still confounds.
    """
    frame = with_exposure(times, exposures, outcome)
    rows = clones(frame, grace_days, within, outcome)
    weighted = replace(outcome, start="start", time="stop", weight="weight", cluster=_PATIENT)
    curves = survival_at_times(rows, list(at), by="strategy", outcome=weighted, robust=True)
    model = cox(rows, [Category("strategy", reference=WITHOUT)], outcome=weighted, robust=True)
    ratio = model.to_frame().filter(pl.col("group") != "all")
    name = f"clone-censor-weight, grace {grace_days:g} days: "
    return pl.concat([curves, ratio]).with_columns(method=pl.lit(name) + pl.col("method"))


def clones(frame: pl.DataFrame, grace_days: float, within: Sequence[str], outcome: Outcome) -> pl.DataFrame:
    """Rows (start, stop] of both clones of each patient, with strategy and weight."""
    if not 0 < grace_days < np.inf:
        raise AnalysisError(f"grace_days: days above 0 are expected; found {grace_days:g}.")
    strata = frame.drop_nulls(list(within)).partition_by(list(within)) if within else [frame]
    return pl.concat([part for own in strata for part in _both(own, grace_days, outcome)])


def _both(own: pl.DataFrame, grace: float, outcome: Outcome) -> tuple[pl.DataFrame, pl.DataFrame]:
    end, change = pl.col(outcome.time), pl.col(EXPOSURE).fill_null(np.inf)
    own = own.with_columns(__exposed=(change <= grace) & (change < end))
    return _exposed_clones(own, grace, outcome), _unexposed_clones(own, outcome)


def _exposed_clones(own: pl.DataFrame, grace: float, outcome: Outcome) -> pl.DataFrame:
    """Who is unexposed at the end of the grace period is lost there; those exposed stand for them."""
    beyond = own.filter(pl.col(outcome.time) > grace)
    share = beyond["__exposed"].mean() if beyond.height else 1.0
    if not share:
        raise AnalysisError(
            f"Of {beyond.height} patients followed beyond day {grace:g} none was exposed until then: nobody "
            "can stand for them. Take a longer grace period, or fewer columns in within."
        )
    end, event = pl.col(outcome.time), pl.col(outcome.event)
    early = own.with_columns(
        start=pl.lit(ALWAYS), stop=pl.min_horizontal(end, grace), weight=pl.lit(1.0),
        **{outcome.event: event & (end <= grace)},
    )  # fmt: skip
    late = beyond.filter("__exposed").with_columns(
        start=pl.lit(float(grace)),
        stop=end,
        weight=pl.lit(1.0 / float(share)),  # type: ignore[arg-type]
    )
    return _labelled(pl.concat([early, late]), WITHIN)


def _unexposed_clones(own: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
    """Who is exposed within the grace period is lost then; weights grow each time that someone is."""
    end, lost = pl.col(outcome.time), pl.col("__exposed")
    ended = own.with_columns(
        __stop=pl.when(lost).then(pl.max_horizontal(pl.col(EXPOSURE), 0.0)).otherwise(end),
        **{outcome.event: pl.col(outcome.event) & ~lost},
    )
    curve = kaplan_meier(ended["__stop"].to_numpy(), own["__exposed"].to_numpy())
    steps = np.flatnonzero(curve.table.events)
    cuts, kept = curve.table.times[steps], curve.survival[steps]
    # Nobody is left to stand for once all have been lost.
    spans = pl.DataFrame({
        "__from": np.concatenate([[ALWAYS], cuts[kept > 0]]),
        "__to": np.append(cuts, np.inf)[: int((kept > 0).sum()) + 1],
        "weight": 1 / np.concatenate([[1.0], kept[kept > 0]]),
    })  # fmt: skip
    rows = ended.join(spans, how="cross").filter(pl.col("__stop") > pl.col("__from"))
    whole = pl.col("__stop") <= pl.col("__to")
    cut = rows.with_columns(
        start=pl.col("__from"), stop=pl.min_horizontal("__stop", "__to"),
        **{outcome.event: pl.col(outcome.event) & whole},
    )  # fmt: skip
    return _labelled(cut, WITHOUT)


def _labelled(rows: pl.DataFrame, strategy: str) -> pl.DataFrame:
    hidden = [name for name in rows.columns if name.startswith("__")]
    ordered = rows.with_columns(strategy=pl.lit(strategy)).drop(hidden)
    return ordered.select(sorted(ordered.columns))
