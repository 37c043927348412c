"""Checks of facts against each other, in the stages in which they run."""

from headway.record.checks import Check


def relations(cutoff_day: int | None = None) -> list[list[Check]]:
    """The stages: patients first, then intervals, then what follows from death, lesions and safety."""
    return []
