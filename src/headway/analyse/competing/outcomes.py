"""Competing risks: frames -> results. Cumulative incidence, Gray's test, both kinds of hazard ratio."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import polars as pl
from scipy.special import ndtri

from headway.analyse.competing.censoring import Convention
from headway.analyse.competing.fine_gray import FineGray, fine_gray
from headway.analyse.competing.gray import gray_test
from headway.analyse.competing.incidence import (
    CumulativeIncidence,
    Limits,
    Variance,
    cumulative_incidence,
    limits,
    position,
)
from headway.analyse.competing.observations import Observations, observations
from headway.analyse.rows import result
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.groups import results, set_aside, two_or_more, two_sided
from headway.analyse.survival.sample import AnalysisError, Outcome, Sample, group_codes, numbers, sample

STATES = Outcome(event="state", analysis="competing risks")  # 0: censored; 1, 2, ...: how it ended
_STATE = "__state"


def incidence(
    frame: pl.DataFrame,
    at: Sequence[float],
    *,
    cause: int = 1,
    by: str | None = None,
    outcome: Outcome = STATES,
    kind: Limits = "log-log",
    variance: Variance = "survival",
) -> pl.DataFrame:
    """Cumulative incidence of a cause at stated times, per group, with limits.

    Takes:  rows as the outcome names them, its event column 0 (censored), 1, 2, ...; rows of one patient,
            or of the outcome's cluster, are not independent and count so in the limits.
    Gives:  results: events per cause, incidence at each time; no value beyond a group's follow-up.

    >>> lesions = pl.DataFrame({"days": [3, 5, 6, 8, 10], "state": [1, 2, 0, 1, 0]})
    >>> incidence(lesions, [8.0]).filter(pl.col("statistic") == "cumulative incidence")["value"].to_list()
    [0.5]
    """
    rows, seen = read(frame, outcome, [] if by is None else [by])
    names, codes = (["all"], np.zeros(len(rows.stop))) if by is None else group_codes(rows.rows, by)
    made = set_aside(outcome, rows)
    for code, name in enumerate(names):
        part, own = rows.part(codes == code), seen.taken(codes == code)
        curve = cumulative_incidence(own, cause, variance=variance)
        say = partial(result, outcome.where(name), n=part.n, patients=part.patients)
        made += [_count(say, own, state) for state in np.unique(seen.causes[seen.causes > 0])]
        made += [_at(say, curve, own, time, cause, kind) for time in at]
    return results(made)


def read(frame: pl.DataFrame, outcome: Outcome, also: Sequence[str] = ()) -> tuple[Sample, Observations]:
    """The usable rows, and their times and causes."""
    if outcome.event not in frame.columns:
        raise AnalysisError(f"No column {outcome.event}; the frame has {', '.join(frame.columns)}.")
    state = pl.col(outcome.event)
    marked = frame.with_columns(state.alias(_STATE), (state > 0).alias(outcome.event))
    rows = sample(marked, outcome, [_STATE, *also])
    causes = numbers(rows.rows, _STATE)
    return rows, observations(rows.stop, causes, entry=rows.start, weights=rows.weight, clusters=rows.cluster)


def _count(say: partial[dict], own: Observations, state: int) -> dict:
    return say(f"events of cause {state}", float((own.causes == state).sum()), unit="rows", method="count")


def _at(
    say: partial[dict], curve: CumulativeIncidence, own: Observations, time: float, cause: int, kind: Limits
) -> dict:
    last = curve.times[own.leaves.max()]
    clustered = ", clustered" if len(np.unique(own.clusters)) < len(own.clusters) else ""
    method = f"Aalen-Johansen, variance as {curve.variance}{clustered}, 95% limits {kind}"
    say = partial(say, "cumulative incidence", at=time, unit="probability", method=method)
    if time > last:
        return say(value=None, note=f"follow-up ends at {last:g}")
    found, (lower, upper) = position(curve, time), limits(curve, kind)
    if found is None:
        return say(value=0.0, lower=0.0, upper=0.0, note="before the first time")
    return say(value=float(curve.incidence[found]), lower=float(lower[found]), upper=float(upper[found]),
               note=f"cause {cause}")  # fmt: skip


def gray(
    frame: pl.DataFrame, by: str, *, cause: int = 1, rho: float = 0.0, outcome: Outcome = STATES
) -> pl.DataFrame:
    """Do the groups of a column differ in the cumulative incidence of a cause? Gray's test.

    Gives:  results: chi-square and p-value; the outcome's strata are compared within.
    """
    rows, seen = read(frame, outcome, [by])
    names, codes = group_codes(rows.rows, by)
    two_or_more(names, by)
    test = gray_test(seen, codes, cause, rho=rho, strata=rows.stratum)
    method = f"Gray's test, rho {rho:g}" + (f", strata {', '.join(outcome.strata)}" if outcome.strata else "")
    say = partial(result, outcome.where(" vs ".join(names)), n=rows.n, patients=rows.patients, method=method,
                  note=f"cause {cause}")  # fmt: skip
    return results([
        *set_aside(outcome, rows),
        say("chi-square", test.statistic, unit=f"{test.freedom} df"),
        say("p-value", test.p, unit="probability"),
    ])  # fmt: skip


def subdistribution_hazard_ratios(
    frame: pl.DataFrame,
    covariates: Sequence[str],
    *,
    cause: int = 1,
    outcome: Outcome = STATES,
    convention: Convention = "survival",
) -> pl.DataFrame:
    """Fine and Gray's hazard ratios: how each covariate moves the cumulative incidence of a cause.

    Takes:  numeric covariates; the outcome's weights, strata and clusters are respected.
    Gives:  results: per covariate the ratio with limits, and a p-value (Wald, robust).
    To say whether a covariate drives the cause itself, look beside it at the cause-specific ratio.
    """
    rows, seen = read(frame, outcome, covariates)
    columns = np.stack([numbers(rows.rows, name) for name in covariates], axis=1)
    found = fine_gray(seen, columns, cause, strata=rows.stratum, convention=convention)
    made = set_aside(outcome, rows)
    for i, name in enumerate(covariates):
        made += _ratio(outcome, rows, name, found, i, cause)
    return results(made)


def _ratio(outcome: Outcome, rows: Sample, name: str, found: FineGray, i: int, cause: int) -> list[dict]:
    ties = "as survival::finegray" if found.convention == "survival" else "as cmprsk::crr"
    say = partial(result, outcome.where(name), n=rows.n, patients=rows.patients, note=f"cause {cause}",
                  method=f"Fine-Gray, {ties}, robust 95% limits")  # fmt: skip
    value, half = found.coefficients[i], ndtri(0.975) * found.errors[i]
    lower, upper = float(np.exp(value - half)), float(np.exp(value + half))
    return [
        say("subdistribution hazard ratio", float(np.exp(value)), lower=lower, upper=upper, unit="ratio"),
        say("p-value", two_sided(float(value / found.errors[i])), unit="probability"),
    ]


def cause_specific_hazard_ratios(
    frame: pl.DataFrame, covariates: Sequence[str], *, cause: int = 1, outcome: Outcome = STATES
) -> pl.DataFrame:
    """How each covariate moves the rate of a cause among those still free of all: Cox, other causes censored.

    Gives:  results of the Cox model; robust errors where the outcome has weights or a cluster.
    """
    robust = outcome.weight is not None or outcome.cluster is not None
    rows = cause_specific(frame, cause, event=outcome.event)
    found = cox(rows, covariates, outcome=outcome, robust=robust).to_frame()
    named = pl.lit(f"cause-specific, cause {cause}: ") + pl.col("method")
    return found.with_columns(method=named)


def cause_specific(frame: pl.DataFrame, cause: int = 1, *, event: str = "state") -> pl.DataFrame:
    """The same rows with other causes censored, for `cox` and its like.

    Gives:  the event column True where it held the cause; null stays null. A Kaplan-Meier curve of these
            rows is no incidence: it counts who ended otherwise as still able to have the event (R3.13).

    >>> cause_specific(pl.DataFrame({"state": [0, 1, 2, None]}))["state"].to_list()
    [False, True, False, None]
    """
    return frame.with_columns(pl.col(event) == cause)
