"""Choosing, among many candidates of one seed, the stretches in which the published numbers come out.

A small cohort scatters widely around its scenario. What is shown is therefore picked: some stretches of
candidates who stand next to each other, each moved about (simulated annealing; Kirkpatrick, Gelatt and
Vecchi 1983, doi:10.1126/science.220.4598.671) until the numbers of all of them together are near.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from calibration.facts import Facts
from headway.simulate.draws import Draws
from headway.simulate.scenario import Scenario, Stretch
from headway.simulate.story import lives, story

HOT, COLD = 8.0, 0.2  # temperatures, in the unit of the cost
NEARBY = 0.3  # of the moves go a few places, the others anywhere


@dataclass(frozen=True)
class Search:
    """Stretches of these lengths are sought; `some` and `every` count the patients before each place."""

    facts: Facts
    lengths: np.ndarray
    some: np.ndarray  # one row per place, one column per number that is counted
    every: np.ndarray

    @classmethod
    def of(cls, facts: Facts, patients: int, stretches: int) -> "Search":
        """So many patients in all, in stretches as equal as can be."""
        everybody = np.ones(facts.patients, bool)
        some = [_before(one.some) for one in facts.counted]
        every = [_before(everybody if one.every is None else one.every) for one in facts.counted]
        lengths = np.full(stretches, patients // stretches)
        lengths[: patients % stretches] += 1
        return cls(facts, lengths, np.array(some).T, np.array(every).T)

    def cost(self, starts: np.ndarray, most: float = np.inf) -> float:
        """How far all numbers are off together; infinite as soon as it is more than `most`."""
        total = 0.0
        for one in itertools.chain(self._counted(starts), self._medians(starts)):
            total += one
            if total >= most:
                return np.inf
        return total

    def _counted(self, starts: np.ndarray) -> Iterator[float]:
        some, every = (
            (table[starts + self.lengths] - table[starts]).sum(axis=0).tolist()
            for table in (self.some, self.every)
        )
        return (one.cost(*of) for one, *of in zip(self.facts.counted, some, every, strict=True))

    def _medians(self, starts: np.ndarray) -> Iterator[float]:
        places = [np.arange(*of) for of in zip(starts, starts + self.lengths, strict=True)]
        patients = np.concatenate(places)
        return (one.cost(patients) for one in self.facts.medians)

    def overlap(self, starts: np.ndarray) -> bool:
        order = np.argsort(starts)
        return bool((starts[order][1:] < (starts + self.lengths)[order][:-1]).any())

    def moved(self, starts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """One of the stretches elsewhere."""
        moved, which = starts.copy(), rng.integers(len(starts))
        last, length = self.facts.patients - self.lengths[which], self.lengths[which]
        near = moved[which] + rng.integers(-length, length + 1)
        moved[which] = np.clip(near, 0, last) if rng.uniform() < NEARBY else rng.integers(last + 1)
        return moved


def _before(member: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(member)])


def exchanged(search: Search, steps: int, seed: int) -> tuple[np.ndarray, float]:
    """The first patients of the stretches that were best in so many steps, and their cost."""
    rng = np.random.default_rng(seed)
    length, many = search.lengths.max(), len(search.lengths)
    here = rng.choice(search.facts.patients // length, many, replace=False) * length
    now = search.cost(here)
    best, least = here, now
    for temperature in np.geomspace(HOT, COLD, steps):
        there = search.moved(here, rng)
        bar = now - temperature * np.log(rng.uniform())
        found = np.inf if search.overlap(there) else search.cost(there, bar)
        if found < bar:
            here, now = there, found
            best, least = (here, now) if now < least else (best, least)
    return best, least


def entering(scenario: Scenario, candidates: int) -> np.ndarray:
    """Those of the first candidates who come into the cohort."""
    draws = Draws(scenario.seed)
    known = lives(scenario, draws, np.arange(candidates))
    return story(scenario, draws, known, 0, candidates).rows


def as_stretches(starts: np.ndarray, lengths: np.ndarray, number: np.ndarray) -> list[Stretch]:
    """The candidates from the first to the last patient of each stretch; number: of each patient."""
    ends = zip(number[starts], number[starts + lengths - 1], strict=True)
    return [Stretch(first_candidate=int(a), candidates=int(b - a + 1)) for a, b in sorted(ends)]
