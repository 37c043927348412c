"""What is taken at the visits: laboratory tests and questionnaires."""

import numpy as np
import polars as pl

from headway.knowledge.quality_of_life import scales
from headway.simulate.scenario import Lab, Scenario
from headway.simulate.story import Story, as_days, in_order
from headway.simulate.toxicity import classes

INSTRUMENT = "QLQ-C30"
_AFTER_STEPS = 1 << 20  # more than `_step` gives


def _visits(story: Story) -> dict[str, np.ndarray]:
    """First days of lines and scans since the index line, by patient and day, up to the end of follow-up."""
    starts, scans = story.table("starts"), story.table("scans")
    visits = {name: np.concatenate([starts[name], scans[name]]) for name in starts}
    row, day = visits["row"], visits["day"]
    kept = np.flatnonzero((day >= story.index_start[row]) & (day <= story.cut[row]))
    order = kept[in_order(row[kept], day[kept])]
    return {name: values[order] for name, values in visits.items()}


def labs(story: Story) -> pl.DataFrame:
    """Every test of the scenario at every visit."""
    tests = sorted(story.scenario.lab, key=lambda lab: lab.test)
    if not tests:
        return pl.DataFrame()
    visits = _visits(story)
    row, n = visits["row"], len(tests)
    z = story.draws.normal("lab", story.people.number[row], n, step=_step(visits))
    values = [_results(story.scenario, visits, lab, z[:, place]) for place, lab in enumerate(tests)]
    which = np.tile(np.arange(n), len(row))
    return pl.DataFrame(
        {
            "patient_id": story.named(np.repeat(row, n)),
            "test": _each([lab.test for lab in tests], which, pl.String),
            "date": as_days(np.repeat(story.days(row, visits["day"]), n), None, story.scenario),
            "value": np.stack(values, axis=1).ravel(),
            "unit": _each([lab.unit for lab in tests], which, pl.String),
            "lower_limit": _each([lab.lower_limit for lab in tests], which, pl.Float64),
            "upper_limit": _each([lab.upper_limit for lab in tests], which, pl.Float64),
        }
    )


def _results(scenario: Scenario, visits: dict[str, np.ndarray], lab: Lab, z: np.ndarray) -> np.ndarray:
    ratio = np.where(visits["on"], _ratios(scenario, lab)[visits["regimen"]], 1.0)
    return np.round(lab.median * ratio * np.exp(lab.log_sd * z), lab.decimals)


def _each(values: list, which: np.ndarray, dtype: type[pl.DataType]) -> pl.Series:
    return pl.Series(values, dtype=dtype).gather(pl.Series(which.astype(np.uint32)))


def _step(visits: dict[str, np.ndarray]) -> np.ndarray:
    """A number for each visit of a patient."""
    return visits["line"] * 512 + visits["visit"]


def _ratios(scenario: Scenario, lab: Lab) -> np.ndarray:
    """By regimen: the product over its classes."""
    of_regimens = [
        [lab.class_ratios.get(name, 1.0) for name in sorted(classes(regimen))] for regimen in scenario.regimen
    ]
    return np.array([np.prod(ratios) for ratios in of_regimens])


def quality_of_life(story: Story) -> pl.DataFrame:
    """Scale scores at the visits, on the grid that the questionnaire allows."""
    plan = story.scenario.quality_of_life
    if plan is None:
        return pl.DataFrame()
    visits, codes = _visits(story), sorted(plan.scales)
    number, n = story.people.number[visits["row"]], len(codes)
    answered = story.draws.uniform("quality of life", number, 1, step=_step(visits))[:, 0]
    kept = answered < plan.answered_probability
    visits, number = {name: values[kept] for name, values in visits.items()}, number[kept]
    of_patient = story.draws.normal("quality of life of the patient", number, n)
    of_visit = story.draws.normal("quality of life", number, n, step=_step(visits) + _AFTER_STEPS)
    loss = plan.loss_per_doubling * np.log2(np.maximum(visits["burden"], 5) / 50)[:, None]
    good = plan.best_score - loss + plan.patient_sd * of_patient + plan.visit_sd * of_visit
    scores = [_on_grid(code, good[:, place]) for place, code in enumerate(codes)]
    days = story.days(visits["row"], visits["day"])
    return pl.DataFrame(
        {
            "patient_id": story.named(np.repeat(visits["row"], n)),
            "date": as_days(np.repeat(days, n), None, story.scenario),
            "instrument": pl.repeat(INSTRUMENT, n * len(number), eager=True),
            "item": _each(codes, np.tile(np.arange(n), len(number)), pl.String),
            "score": np.stack(scores, axis=1).ravel(),
        }
    )


def _on_grid(code: str, good: np.ndarray) -> np.ndarray:
    """A score that the items of the scale can come to; symptoms count the other way (R5.10)."""
    of_scale = scales().filter(instrument=INSTRUMENT, scale=code)
    kind, highest, items = of_scale.select("kind", "highest", "items").row(0)
    steps = (highest - 1) * len(items)
    score = 100 - good if kind == "symptom" else good
    return np.round(np.rint(np.clip(score, 0, 100) / 100 * steps) / steps * 100, 2)
