"""Checks of facts against each other, in the stages in which they run."""

from headway.record.checks import Check
from headway.record.checks.after_death import after_death
from headway.record.checks.intervals import end_before_start, overlapping_drugs
from headway.record.checks.life import impossible_lives, uncertain_lives


def relations(cutoff_day: int | None = None) -> list[list[Check]]:
    """The stages: patients first, then intervals, then what follows from death, lesions and safety."""
    return [
        [impossible_lives],
        [uncertain_lives, end_before_start],
        [after_death],
        [overlapping_drugs],
    ]
