"""How large immortal time alone can make a difference: a cohort in which the exposure does nothing."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.ascending import Floats
from headway.analyse.survival.batch import cox_fits
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.groups import results
from headway.analyse.survival.kaplan_meier import kaplan_meier, quantile
from headway.analyse.survival.sample import DAYS, AnalysisError, Flags, Outcome
from headway.analyse.timing.exposure import EXPOSURE, ever_exposed, split_rows, with_exposure
from headway.analyse.timing.remedies import at_landmark
from headway.units import DAYS_PER_MONTH

_SPLIT = replace(DAYS, start="start", time="stop")


@dataclass(frozen=True)
class NoEffect:
    """A cohort without effect: exponential survival and time to exposure, uniform censoring; days."""

    median_survival: float
    median_to_exposure: float
    candidates: float = 0.6  # share of patients who would be exposed if they lived
    follow_up: tuple[float, float] = (6 * DAYS_PER_MONTH, 40 * DAYS_PER_MONTH)
    patients: int = 200_000
    seed: int = 1

    def cohort(self) -> pl.DataFrame:
        """Days, event, exposure_days (null: not exposed while followed)."""
        rng = np.random.default_rng(self.seed)
        n, scale = self.patients, 1 / np.log(2)
        death = rng.exponential(self.median_survival * scale, n)
        exposure = rng.exponential(self.median_to_exposure * scale, n)
        end = rng.uniform(*self.follow_up, n)
        exposure[rng.uniform(size=n) >= self.candidates] = np.inf
        days = np.minimum(death, end)
        frame = pl.DataFrame({"days": days, "event": death <= end, EXPOSURE: exposure})
        return frame.with_columns(pl.when(pl.col(EXPOSURE) < pl.col("days")).then(EXPOSURE))


def expected_artefact(cohort: NoEffect, landmark_days: float = 3 * DAYS_PER_MONTH) -> pl.DataFrame:
    """What a naive split by exposure would show if the exposure did nothing, beside the remedies.

    Takes:  the cohort to imagine: its median survival, how late exposure comes, who is a candidate; days.
    Gives:  results: share exposed; naive hazard ratio and medians (the artefact); time-dependent and
            landmark hazard ratios, which are 1 but for simulation error.

    >>> found = expected_artefact(NoEffect(365, 183, patients=20_000, seed=4))
    >>> [round(value, 1) for value in found.filter(pl.col("statistic") == "hazard ratio")["value"]]
    [0.5, 1.0, 1.0]
    """
    if not 0 < cohort.candidates < 1:
        raise AnalysisError(f"candidates: a share between 0 and 1 is expected; found {cohort.candidates:g}.")
    if min(cohort.median_survival, cohort.median_to_exposure, *cohort.follow_up) <= 0:
        raise AnalysisError("Medians and follow-up: days above 0 are expected.")
    frame = cohort.cohort()
    naive = ever_exposed(frame, acknowledge_immortal_time=True)
    split = split_rows(frame, DAYS)
    rows = [
        _row(cohort, "share exposed", float(naive["exposed"].mean()), "probability"),  # type: ignore[arg-type]
        _ratio(cohort, "naive split", naive.with_columns(pl.col("exposed").cast(pl.Int64))),
        _ratio(cohort, "time-dependent exposure", split),
        _ratio(cohort, f"landmark at {landmark_days:g} days", at_landmark(frame, landmark_days, DAYS)),
    ]
    for name, chosen in (("exposed", pl.col("exposed")), ("not exposed", ~pl.col("exposed"))):
        part = naive.filter(chosen)
        curve = kaplan_meier(part["days"].to_numpy(), part["event"].to_numpy())
        rows.append(_row(cohort, f"naive median, {name}", quantile(curve, 0.5).value, "days"))
    return results(rows)


def _ratio(cohort: NoEffect, method: str, rows: pl.DataFrame) -> dict:
    outcome = DAYS if "start" not in rows.columns else _SPLIT
    model = cox(rows, ["exposed"], outcome=outcome)
    lower, upper = (float(np.exp(limit[0])) for limit in model.limits)
    return _row(cohort, "hazard ratio", float(np.exp(model.coefficients[0])), "ratio", method, lower, upper)


def _row(
    cohort: NoEffect, statistic: str, value: float | None, unit: str, method: str = "naive split",
    lower: float | None = None, upper: float | None = None,
) -> dict:  # fmt: skip
    where = {"analysis": "expected artefact", "population": "simulated, no effect", "group": "exposed"}
    named = f"simulation, seed {cohort.seed}: {method}"
    return result(where, statistic, value, lower=lower, upper=upper, unit=unit, n=cohort.patients,
                  patients=[], method=named)  # fmt: skip


def artefact_of(
    times: pl.DataFrame,
    exposures: pl.DataFrame,
    *,
    open_days: pl.DataFrame | None = None,
    outcome: Outcome = DAYS,
    replicates: int = 1000,
    seed: int = 1,
) -> pl.DataFrame:
    """What a naive split of these very patients shows if the exposure does nothing.

    Takes:  times and exposures as `with_exposure`; open_days (patient_id, open_days), how long each patient
            could have been exposed (default: as long as followed).
    Gives:  results: the naive hazard ratio (median and the middle 95 % of the replicates), the naive medians
            of all replicates together, and the share exposed. Each replicate leaves survival as it was and
            draws every patient's exposure from the observed time to exposure (Kaplan-Meier).
    """
    frame = with_exposure(times, exposures, outcome)
    followed = _open(frame, open_days, outcome)
    exposed = redrawn(frame[EXPOSURE].to_numpy(), followed, replicates, seed)
    mixed = exposed[(exposed.any(axis=1)) & (~exposed.all(axis=1))]
    days, events = frame[outcome.time].to_numpy(), frame[outcome.event].to_numpy()
    ids = frame["patient_id"].sort().to_list()
    say = partial(result, outcome.where("no effect at all"), n=len(ids), method=_method(replicates, seed),
                  patients=ids)  # fmt: skip
    rows = [say("share exposed", float(exposed.mean()), unit="probability")]
    if len(mixed):
        logs, _ = cox_fits(
            np.tile(days, (len(mixed), 1)), np.tile(events, (len(mixed), 1)), mixed.astype(np.float64)
        )
        known = logs[np.isfinite(logs)]  # none at all where nobody has an event
        if len(known):
            low, middle, high = np.exp(np.quantile(known, [0.025, 0.5, 0.975]))
            rows.append(say("hazard ratio", float(middle), lower=float(low), upper=float(high), unit="ratio"))
        for name, chosen in (("exposed", mixed), ("not exposed", ~mixed)):
            pooled = kaplan_meier(np.tile(days, len(mixed))[chosen.ravel()],
                                  np.tile(events, len(mixed))[chosen.ravel()])  # fmt: skip
            rows.append(say(f"naive median, {name}", quantile(pooled, 0.5).value, unit="days"))
    return results(rows)


def rate_artefact_of(
    rows: pl.DataFrame,
    open_days: pl.DataFrame,
    *,
    outcome: Outcome = DAYS,
    replicates: int = 1000,
    seed: int = 1,
) -> pl.DataFrame:
    """The same for a rate: the share with the event among exposed and not, if exposures came at random.

    Takes:  one row per patient: patient_id, event (null: left out), exposure_days (null: never); open_days.
    Gives:  results: both shares, mean of the replicates, and their difference with its middle 95 %.
    """
    known = rows.drop_nulls("event").join(open_days, on="patient_id").drop_nulls("open_days")
    known = known.sort("patient_id")
    came, window = (known[name].cast(pl.Float64).to_numpy() for name in (EXPOSURE, "open_days"))
    exposed = redrawn(came, window, replicates, seed)
    exposed = exposed[exposed.any(axis=1) & ~exposed.all(axis=1)]
    if not len(exposed):
        return results([])
    event = known["event"].to_numpy()
    with_it, without = (np.array([event[row].mean() for row in part]) for part in (exposed, ~exposed))
    say = partial(result, outcome.where("no effect at all"), n=known.height, unit="probability",
                  method=_method(replicates, seed), patients=known["patient_id"].to_list())  # fmt: skip
    low, high = np.quantile(with_it - without, [0.025, 0.975])
    return results([
        say("proportion, exposed", float(with_it.mean())),
        say("proportion, not exposed", float(without.mean())),
        say("risk difference", float((with_it - without).mean()), lower=float(low), upper=float(high)),
    ])  # fmt: skip


def _method(replicates: int, seed: int) -> str:
    return f"no effect: exposures drawn anew from their own timing, {replicates:,} replicates, seed {seed}"


def _open(frame: pl.DataFrame, open_days: pl.DataFrame | None, outcome: Outcome) -> Floats:
    """How long each patient could have been exposed: while followed, and while the window was open."""
    followed = frame[outcome.time].to_numpy()
    if open_days is None:
        return followed
    own = frame.join(open_days, on="patient_id", how="left", maintain_order="left")["open_days"]
    return np.fmin(followed, own.fill_null(np.inf).to_numpy().astype(np.float64))


def redrawn(exposure_days: Floats, open_days: Floats, replicates: int, seed: int) -> Flags:
    """Who is exposed in each replicate (rows) when exposures come at random, as late as they did.

    >>> redrawn(np.array([np.nan, 5.0]), np.array([2.0, 9.0]), 3, seed=1)[:, 0].any()
    np.False_
    """
    came = np.isfinite(exposure_days) & (exposure_days <= open_days)
    came_or_closed = np.where(came, exposure_days, open_days).astype(np.float64)
    curve = kaplan_meier(came_or_closed, came)
    drawn = np.random.default_rng(seed).uniform(size=(replicates, len(open_days)))
    # Survival falls with time: the first step at or below the drawn number is the day of exposure.
    steps = np.searchsorted(-curve.survival, -drawn, side="left")
    latent = np.append(curve.table.times, np.inf)[steps]
    return latent <= open_days
