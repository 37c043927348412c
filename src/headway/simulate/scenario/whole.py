"""A whole scenario."""

import itertools
from typing import Self

from pydantic import Field, field_validator, model_validator

from headway.simulate.scenario.cohort import Calendar, Cohort
from headway.simulate.scenario.disease import Growth, Imaging, Lesions, Survival
from headway.simulate.scenario.safety import Lab, QualityOfLife, Toxicity
from headway.simulate.scenario.treatment import Line, RadiotherapyPolicy, Regimen
from headway.simulate.scenario.values import Part


class Stretch(Part):
    """Candidates of the seed who stand next to each other."""

    first_candidate: int = Field(ge=0, le=2**31, description="The first of them.")
    candidates: int = Field(
        ge=1, le=20_000_000, description="How many; who of them starts the index line is in the cohort."
    )


class Scenario(Part):
    """A whole scenario."""

    title: str = Field(min_length=1, description="What is simulated.")
    patients: int = Field(ge=1, le=20_000_000, description="Patients of the cohort.")
    seed: int = Field(default=1, ge=0, le=2**63 - 1, description="Same seed, same record.")
    first_candidate: int = Field(
        default=0,
        ge=0,
        le=2**31,
        description="Patients of a seed are numbered without end; the cohort begins with this one.",
    )
    stretches: tuple[Stretch, ...] = Field(
        default=(),
        max_length=1000,
        description="In place of first_candidate: the cohort is made of these stretches, in ascending order, "
        "and goes on after the last one if more `patients` are wanted.",
    )
    index_line: int = Field(
        default=1,
        ge=1,
        description="The line (by place) with which patients enter: who never starts it is not in the "
        "cohort. Its start is enrolment and day 0, and lesions are recorded from its baseline on.",
    )
    index_measurable: bool = Field(
        default=False,
        description="Nobody enters without a target lesion at the baseline of the index line (R1.1, R1.2).",
    )
    calendar: Calendar = Field(default_factory=Calendar, description="Accrual, drop-out and cut-off.")
    cohort: Cohort = Field(default_factory=Cohort, description="Patients.")
    lesions: Lesions = Field(default_factory=Lesions, description="Lesions at the start.")
    growth: Growth = Field(default_factory=Growth, description="Growth and new lesions.")
    survival: Survival = Field(default_factory=Survival, description="Death.")
    imaging: Imaging = Field(default_factory=Imaging, description="Scans and readers.")
    regimen: tuple[Regimen, ...] = Field(min_length=1, description="Regimens.")
    line: tuple[Line, ...] = Field(min_length=1, max_length=12, description="Lines of therapy, in order.")
    radiotherapy: tuple[RadiotherapyPolicy, ...] = Field(
        default=(), max_length=8, description="Radiotherapy."
    )
    toxicity: tuple[Toxicity, ...] = Field(default=(), description="Adverse events.")
    lab: tuple[Lab, ...] = Field(default=(), description="Laboratory tests.")
    quality_of_life: QualityOfLife | None = Field(default=None, description="Questionnaires; empty: none.")

    @field_validator("stretches")
    @classmethod
    def _one_after_the_other(cls, stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
        for place, (before, after) in enumerate(itertools.pairwise(stretches), 2):
            last = before.first_candidate + before.candidates - 1
            if after.first_candidate <= last:
                raise ValueError(
                    f"stretch {place} begins with candidate {after.first_candidate}, but stretch {place - 1} "
                    f"goes on to candidate {last}; stretches must be in ascending order and not overlap"
                )
        return stretches

    @model_validator(mode="after")
    def _one_choice_of_candidates(self) -> Self:
        if self.stretches and self.first_candidate:
            raise ValueError("first_candidate and stretches exclude each other; leave one out")
        return self

    @model_validator(mode="after")
    def _lines_are_there(self) -> Self:
        known = [regimen.name for regimen in self.regimen]
        if len(set(known)) < len(known):
            raise ValueError("two regimens have the same name")
        for place, line in enumerate(self.line, 1):
            for name in set(line.regimens) - set(known):
                raise ValueError(f"line {place} cites regimen '{name}'; known: {', '.join(known)}")
        beyond = [
            place for one in self.radiotherapy for place in one.lines if not 1 <= place <= len(self.line)
        ]
        if self.index_line > len(self.line) or beyond:
            raise ValueError(
                f"there are {len(self.line)} lines, but line {max([self.index_line, *beyond])} is cited"
            )
        if all(self.line[place].share == 0 for place in [self.index_line - 1]):
            raise ValueError(f"nobody gets the index line (line {self.index_line} has share 0)")
        return self
