"""How large immortal time alone can make a difference: a cohort in which the exposure does nothing."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.groups import results
from headway.analyse.survival.kaplan_meier import kaplan_meier, quantile
from headway.analyse.survival.sample import DAYS, AnalysisError
from headway.analyse.timing.exposure import EXPOSURE, ever_exposed, split_rows
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
