"""Radiotherapy during immunotherapy: every way to ask for its effect, the truth known (domain.md 9.6)."""

from collections.abc import Callable

import numpy as np
import polars as pl

from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.sample import AnalysisError
from headway.analyse.timing.clone import clone_censor_weight
from headway.analyse.timing.remedies import landmark, naive_split, time_dependent
from headway.run.cohort import exposures_of, times_of
from headway.simulate.scenario import Scenario
from headway.units import DAYS_PER
from judged.cohorts import SINCE, Derived, Size, derived, scenario, true
from judged.replicates import NOTHING, Estimand, Estimate, asked, judged, parts

RADIOTHERAPY = "radiotherapy"
STUDY = {
    "criteria": {"pfs": "EMA-2012", "visit_interval_days": 60, "visit_window_days": 10},
    "exposure": {RADIOTHERAPY: {"title": RADIOTHERAPY, "of": RADIOTHERAPY, "since": SINCE}},
    "report": {"survival": [{"endpoint": "PFS", "since": SINCE}]},
}
Way = Callable[[pl.DataFrame], pl.DataFrame]


def _days(months: float) -> float:
    return months * DAYS_PER["months"]


NAIVE, SPLIT = "naive split", "time-dependent"
WAYS: dict[str, Way] = {
    NAIVE: lambda rows: naive_split(rows, rows, acknowledge_immortal_time=True),
    SPLIT: lambda rows: time_dependent(rows, rows),
    "landmark at 3 months": lambda rows: landmark(rows, rows, [_days(3)]),
    "landmark at 6 months": lambda rows: landmark(rows, rows, [_days(6)]),
    "clone-censor-weight, 3 months of grace": lambda rows: clone_censor_weight(rows, rows, _days(3)),
}


def judge(name: str, size: Size, endpoints: tuple[str, ...] = ("OS", "PFS")) -> pl.DataFrame:
    """Bias and coverage of every way where radiotherapy does nothing: the hazard ratio is 1."""
    of = scenario(name)
    everyone = derived(of, size.replicates, STUDY)
    tables = [estimates(everyone, of, endpoint) for endpoint in endpoints]
    quantities = [f"{endpoint}, {way}" for endpoint in endpoints for way in WAYS]
    return judged(pl.concat(tables), [Estimand(name, "no effect", 1.0, "ratio") for name in quantities])


def judge_effect(name: str, size: Size, death_ratio: float) -> pl.DataFrame:
    """The same scenario where radiotherapy lowers every patient's own hazard of death from then on."""
    of = with_effect(scenario(name), death_ratio)
    everyone = derived(of, size.replicates, STUDY)
    own = [Estimand(f"OS, {way}", "each patient's own ratio", death_ratio, "ratio") for way in (NAIVE, SPLIT)]
    trial = Estimand(f"OS, {SPLIT}", "all on day 0 against none", ratio_of_trial(of, size.truth), "ratio")
    among = [
        Estimand(f"OS, {way}", "this way, very many such patients, true days", value, "ratio")
        for way, value in true_ratios(of, size.truth).items()
        if way != NAIVE
    ]
    return judged(estimates(everyone, of, "OS"), [*own, trial, *among])


def with_effect(of: Scenario, death_ratio: float) -> Scenario:
    """The scenario with an effect of radiotherapy on the hazard of death."""
    policies = tuple(policy.model_copy(update={"death_ratio": death_ratio}) for policy in of.radiotherapy)
    return of.model_copy(update={"radiotherapy": policies})


def ratio_of_trial(of: Scenario, patients: int) -> float:
    """The hazard ratio of all irradiated on day 0 against none, of the same patients for life."""
    policies = tuple(policy.model_copy(update={"when": "planned"}) for policy in of.radiotherapy)
    arms = [of.model_copy(update={"radiotherapy": policy}) for policy in ((), policies)]
    rows = [
        true(arm, patients)["truth"].select(
            days=pl.min_horizontal("death_day", "followed_to_day"),
            event=pl.col("death_day").is_not_null(),
            exposed=pl.lit(number),
        )
        for number, arm in enumerate(arms)
    ]
    return float(np.exp(cox(pl.concat(rows), ["exposed"]).coefficients[0]))


def true_ratios(of: Scenario, patients: int) -> dict[str, float]:
    """What each way gives of the true days of very many patients, followed as in the study."""
    end = pl.min_horizontal("death_day", "followed_to_day")
    rows = true(of, patients, cut=True)["truth"].select(
        "patient_id", days=end, event=(pl.col("death_day") <= pl.col("followed_to_day")).fill_null(False),
        exposure_days="first_radiotherapy_day",
    )  # fmt: skip
    return {way: value for way, (value, _, _) in ratios(rows).items() if value is not None}


def estimates(of: Derived, scenario: Scenario, endpoint: str, since: str = SINCE) -> pl.DataFrame:
    """What every study says by every way."""
    times, exposures = times_of(of.made, endpoint, since), exposures_of(of.made, RADIOTHERAPY, since)
    rows = times.join(exposures, on="patient_id", how="left").select(
        "patient_id", "days", "event", "exposure_days"
    )
    named = pl.concat_str(pl.lit(f"{endpoint}, "), "quantity")
    return asked(parts(rows, scenario.patients), ratios).with_columns(quantity=named)


def ratios(rows: pl.DataFrame) -> dict[str, Estimate]:
    """The hazard ratio of one study by every way; a way that cannot answer says nothing."""
    return {name: _ratio(way, rows) for name, way in WAYS.items()}


def _ratio(way: Way, rows: pl.DataFrame) -> Estimate:
    try:
        found = way(rows)
    except AnalysisError:
        return NOTHING
    return found.filter(statistic="hazard ratio").select("value", "lower", "upper").row(0)
