"""A scenario -> blocks of patients -> the tables of their record and their truth."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.errors import HeadwayError
from headway.simulate.disease_tables import assessments, lesions, measurements
from headway.simulate.draws import Draws
from headway.simulate.patient_tables import adverse_events, drugs, patients, radiotherapy
from headway.simulate.scenario import Scenario
from headway.simulate.story import Story, story
from headway.simulate.truth import lesion_truth, line_truth, patient_truth
from headway.simulate.visit_tables import labs, quality_of_life

CHUNK = 20_000
_MOST_CANDIDATES = 200  # for each patient wanted


@dataclass(frozen=True)
class Block:
    """Whole patients: the tables of their record as files have them, and their truth."""

    tables: dict[str, pl.DataFrame]
    truth: dict[str, pl.DataFrame]

    @property
    def patients(self) -> int:
        return self.tables["patients"].height


def blocks(scenario: Scenario, chunk: int = CHUNK) -> Iterator[Block]:
    """The cohort in blocks, of about `chunk` patients each. The chunk decides about memory alone.

    Raises HeadwayError if next to nobody comes to the index line.
    """
    draws, made, candidate = Draws(scenario.seed), 0, 0
    while made < scenario.patients:
        wanted = scenario.patients - made
        number = np.arange(candidate, candidate + _candidates(scenario, made, candidate, wanted, chunk))
        block = as_block(story(scenario, draws, number, made, scenario.patients))
        made, candidate = made + block.patients, candidate + len(number)
        if candidate > _MOST_CANDIDATES * scenario.patients + 10_000:
            raise HeadwayError(
                f"Of {candidate} simulated patients, {made} came to line {scenario.index_line}; "
                f"{scenario.patients} are wanted. Make the earlier lines less deadly, or index_line smaller."
            )
        if block.patients:
            yield block


def _candidates(scenario: Scenario, made: int, candidate: int, wanted: int, chunk: int) -> int:
    """How many to try next: about as many as will do."""
    if scenario.index_line == 1 and all(line.share == 1 for line in scenario.line[:1]):
        return min(chunk, wanted)
    return chunk if candidate == 0 or made == 0 else min(chunk, int(1.1 * wanted * candidate / made) + 64)


def as_block(told: Story) -> Block:
    """The tables of a block; a table without rows is left out."""
    measured = measurements(told)
    followed = lesions(told, measured)
    courses, hit = radiotherapy(told, followed)
    tables = {
        "patients": patients(told),
        "drugs": drugs(told),
        "radiotherapy": courses,
        "irradiated_lesions": hit,
        "lesions": followed,
        "measurements": measured,
        "assessments": assessments(told),
        "adverse_events": adverse_events(told),
        "labs": labs(told),
        "quality_of_life": quality_of_life(told),
    }
    truth = {
        "truth": patient_truth(told),
        "line_truth": line_truth(told),
        "lesion_truth": lesion_truth(told, followed),
    }
    filled = {name: table for name, table in tables.items() if table.height or name == "patients"}
    return Block(filled, truth)
