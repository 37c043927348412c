"""A scenario -> blocks of patients -> the tables of their record and their truth. Compiles with numba."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from headway.errors import HeadwayError
from headway.simulate.block import CHUNK, Block
from headway.simulate.disease_tables import assessments, lesions, measurements
from headway.simulate.draws import Draws
from headway.simulate.patient_tables import adverse_events, drugs, patients, radiotherapy
from headway.simulate.scenario import Scenario
from headway.simulate.state_truth import state_truth
from headway.simulate.story import Story, lives, story
from headway.simulate.truth import lesion_truth, line_truth, patient_truth
from headway.simulate.visit_tables import labs, quality_of_life

_MOST_CANDIDATES = 200  # for each patient wanted


def blocks(scenario: Scenario, chunk: int = CHUNK) -> Iterator[Block]:
    """The cohort in blocks, of `chunk` candidates each. The chunk decides about memory alone.

    Raises HeadwayError if next to nobody comes to the index line.
    """
    draws, made, tried = Draws(scenario.seed), 0, 0
    with ThreadPoolExecutor(1) as ahead:
        # The next candidates live while the tables of these are made.
        number, coming = _numbers(scenario, tried, scenario.patients, chunk), None
        while made < scenario.patients:
            known = coming.result() if coming else lives(scenario, draws, number)
            tried += len(number)
            following = _numbers(scenario, tried, _still(scenario, made, number), chunk)
            sure = scenario.patients - made > len(number)
            coming = ahead.submit(lives, scenario, draws, following) if sure else None
            block = as_block(story(scenario, draws, known, made, scenario.patients))
            made += block.patients
            _not_in_vain(scenario, made, tried)
            number = following
            if block.patients:
                yield block


def _numbers(scenario: Scenario, tried: int, wanted: int, chunk: int) -> np.ndarray:
    """The next candidates, after so many: one stretch after the other, and on and on after the last."""
    place = np.arange(tried, tried + max(1, min(chunk, wanted)))
    if not scenario.stretches:
        return scenario.first_candidate + place
    first, length = np.array([(one.first_candidate, one.candidates) for one in scenario.stretches]).T
    before = np.concatenate([[0], np.cumsum(length)[:-1]])
    stretch = np.searchsorted(before, place, side="right") - 1
    return first[stretch] + place - before[stretch]


def _still(scenario: Scenario, made: int, number: np.ndarray) -> int:
    """How many candidates to try after these; some to spare where not everyone comes to the index line."""
    everyone = scenario.index_line == 1 and scenario.line[0].share == 1 and not scenario.index_measurable
    left = scenario.patients - made - len(number)
    return left if everyone and left > 0 else 2 * (scenario.patients - made) + 64


def _not_in_vain(scenario: Scenario, made: int, tried: int) -> None:
    if made < scenario.patients and tried > _MOST_CANDIDATES * scenario.patients + 10_000:
        raise HeadwayError(
            f"Of {tried} simulated patients, {made} came to line {scenario.index_line}; "
            f"{scenario.patients} are wanted. Make the earlier lines less deadly, or index_line smaller."
        )


def as_block(told: Story) -> Block:
    """The tables of a block; a table without rows is left out."""
    followed = lesions(told)
    courses, hit = radiotherapy(told, followed)
    tables = {
        "patients": patients(told),
        "drugs": drugs(told),
        "radiotherapy": courses,
        "irradiated_lesions": hit,
        "lesions": followed,
        "measurements": measurements(told),
        "assessments": assessments(told),
        "adverse_events": adverse_events(told),
        "labs": labs(told),
        "quality_of_life": quality_of_life(told),
    }
    truth = {
        "truth": patient_truth(told),
        "line_truth": line_truth(told),
        "lesion_truth": lesion_truth(told, followed),
        "state_truth": state_truth(told),
    }
    filled = {name: table for name, table in tables.items() if table.height or name == "patients"}
    return Block(filled, truth)
