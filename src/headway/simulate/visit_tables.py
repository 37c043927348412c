"""What is taken at the visits: laboratory tests and questionnaires."""

import numpy as np
import polars as pl

from headway.knowledge.quality_of_life import scales
from headway.simulate.scenario import Lab, Scenario
from headway.simulate.story import Story, as_days
from headway.simulate.toxicity import classes

INSTRUMENT = "QLQ-C30"
_STEPS = 64


def _visits(story: Story) -> dict[str, np.ndarray]:
    """First days of lines and scans since the index line, up to the end of follow-up."""
    starts, scans = story.table("starts"), story.table("scans")
    visits = {name: np.concatenate([starts[name], scans[name]]) for name in starts if name in scans}
    row = visits["row"]
    kept = (visits["day"] >= story.index_start[row]) & (visits["day"] <= story.cut[row])
    return {name: values[kept] for name, values in visits.items()}


def labs(story: Story) -> pl.DataFrame:
    """Every test of the scenario at every visit."""
    if not story.scenario.lab:
        return pl.DataFrame()
    visits = _visits(story)
    frames = [_lab(story, visits, place, lab) for place, lab in enumerate(story.scenario.lab)]
    return pl.concat(frames).sort("patient_id", "date", "test")


def _lab(story: Story, visits: dict[str, np.ndarray], place: int, lab: Lab) -> pl.DataFrame:
    row, n = visits["row"], len(visits["row"])
    z = story.draws.normal("lab", story.people.number[row], 1, step=_step(visits) * _STEPS + place)[:, 0]
    ratio = np.where(visits["on"], _ratios(story.scenario, lab)[visits["regimen"]], 1.0)
    return pl.DataFrame(
        {
            "patient_id": pl.Series(story.ids[row], dtype=pl.String),
            "test": pl.repeat(lab.test, n, eager=True),
            "date": as_days(story.days(row, visits["day"]), None, story.scenario),
            "value": np.round(lab.median * ratio * np.exp(lab.log_sd * z), lab.decimals),
            "unit": pl.repeat(lab.unit, n, eager=True),
            "lower_limit": pl.repeat(lab.lower_limit, n, dtype=pl.Float64, eager=True),
            "upper_limit": pl.repeat(lab.upper_limit, n, dtype=pl.Float64, eager=True),
        }
    )


def _step(visits: dict[str, np.ndarray]) -> np.ndarray:
    """A number for each visit of a patient."""
    return visits["line"] * 512 + visits["visit"]


def _ratios(scenario: Scenario, lab: Lab) -> np.ndarray:
    """By regimen: the product over its classes."""
    of_regimens = [
        [lab.class_ratios.get(name, 1.0) for name in classes(regimen)] for regimen in scenario.regimen
    ]
    return np.array([np.prod(ratios) for ratios in of_regimens])


def quality_of_life(story: Story) -> pl.DataFrame:
    """Scale scores at the visits, on the grid that the questionnaire allows."""
    plan = story.scenario.quality_of_life
    if plan is None:
        return pl.DataFrame()
    visits = _visits(story)
    number = story.people.number[visits["row"]]
    n = len(plan.scales)
    answered = (
        story.draws.uniform("quality of life", number, 1, step=_step(visits))[:, 0]
        < plan.answered_probability
    )
    visits, number = {name: values[answered] for name, values in visits.items()}, number[answered]
    of_patient = story.draws.normal("quality of life of the patient", number, n)
    of_visit = story.draws.normal("quality of life", number, n, step=_step(visits) + (1 << 20))
    loss = plan.loss_per_doubling * np.log2(np.maximum(visits["burden"], 5) / 50)[:, None]
    good = plan.best_score - loss + plan.patient_sd * of_patient + plan.visit_sd * of_visit
    frames = [_scale(story, visits, code, good[:, place]) for place, code in enumerate(plan.scales)]
    return pl.concat(frames).sort("patient_id", "date", "item")


def _scale(story: Story, visits: dict[str, np.ndarray], code: str, good: np.ndarray) -> pl.DataFrame:
    kind, highest, items = (
        scales().filter(instrument=INSTRUMENT, scale=code).select("kind", "highest", "items").row(0)
    )
    steps = (highest - 1) * len(items)
    score = 100 - good if kind == "symptom" else good
    on_grid = np.round(np.rint(np.clip(score, 0, 100) / 100 * steps) / steps * 100, 2)
    row, n = visits["row"], len(good)
    return pl.DataFrame(
        {
            "patient_id": pl.Series(story.ids[row], dtype=pl.String),
            "date": as_days(story.days(row, visits["day"]), None, story.scenario),
            "instrument": pl.repeat(INSTRUMENT, n, eager=True),
            "item": pl.repeat(code, n, eager=True),
            "score": on_grid,
        }
    )
