"""Adverse events by class of drug."""

from functools import cache

import numpy as np

from headway.knowledge.drugs import drugs as drug_table
from headway.simulate.draws import Draws, chosen
from headway.simulate.patients import NEVER
from headway.simulate.scenario import Regimen, Scenario, Toxicity

_STEPS_PER_LINE = 1000


def classes(regimen: Regimen) -> frozenset[str]:
    """The drugs of a regimen and their classes."""
    return _with_classes(tuple(drug.drug for drug in regimen.drugs))


@cache
def _with_classes(names: tuple[str, ...]) -> frozenset[str]:
    known = drug_table()
    return frozenset({"any", *names, *known.filter(known["drug"].is_in(names))["drug_class"]})


def of_regimen(scenario: Scenario, regimen: Regimen) -> list[int]:
    """Which toxicities of the scenario the regimen may have, by place."""
    own = classes(regimen)
    return [place for place, one in enumerate(scenario.toxicity) if one.drug_class in own]


def events(
    draws: Draws, toxicity: Toxicity, place: int, number: np.ndarray, line: np.ndarray
) -> dict[str, np.ndarray]:
    """What happens in a line: grade (0: nothing), onset and duration in days, whether it ends treatment."""
    u = draws.uniform("toxicity", number, 4, step=line * _STEPS_PER_LINE + place)
    none = 1 - sum(toxicity.grade_probabilities)
    grade = chosen(u[:, 0], [max(0.0, none), *toxicity.grade_probabilities])
    # Exponential times with the given medians.
    onset = 1 + np.floor(-np.log(u[:, 1]) / np.log(2) * toxicity.onset_days).astype(np.int32)
    duration = 1 + np.floor(-np.log(u[:, 2]) / np.log(2) * toxicity.duration_days).astype(np.int32)
    stops = np.isin(grade, (3, 4)) & (u[:, 3] < toxicity.stop_probability)
    return {"grade": grade, "onset": onset, "duration": duration, "stops": stops}


def toxic_days(
    scenario: Scenario,
    draws: Draws,
    regimen: Regimen,
    number: np.ndarray,
    line: np.ndarray,
    start: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """The day on which toxicity ends treatment, and the day on which it kills (NEVER: it does not)."""
    stop, death = np.full(len(number), NEVER), np.full(len(number), NEVER)
    for place in of_regimen(scenario, regimen):
        happens = events(draws, scenario.toxicity[place], place, number, line)
        day = start + happens["onset"]
        stop = np.where(happens["stops"], np.minimum(stop, day), stop)
        death = np.where(happens["grade"] == 5, np.minimum(death, day), death)
    return stop.astype(np.int32), death.astype(np.int32)
