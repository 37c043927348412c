"""Checks of facts against each other, in the stages in which they run."""

from headway.record.checks import Check
from headway.record.checks.after_death import after_death
from headway.record.checks.baseline import baselines
from headway.record.checks.cutoff import after_cutoff
from headway.record.checks.doses import implausible_doses
from headway.record.checks.intervals import end_before_start, overlapping_drugs
from headway.record.checks.lesions import irradiated_targets, too_many_targets
from headway.record.checks.life import impossible_lives, uncertain_lives
from headway.record.checks.safety import fatal_events, ungraded_events
from headway.record.checks.treatment_days import (
    before_diagnosis,
    contact_after_last_alive,
    past_death,
    start_not_known,
)


def relations(cutoff_day: int | None = None) -> list[list[Check]]:
    """The stages: patients first, then intervals, then death, then what only rows that stand may say."""
    last: list[Check] = [overlapping_drugs, implausible_doses, fatal_events, too_many_targets]
    return [
        [impossible_lives],
        [uncertain_lives, end_before_start, ungraded_events],
        [after_death],
        [start_not_known, before_diagnosis, past_death, contact_after_last_alive(cutoff_day)],
        [*last, irradiated_targets, baselines, after_cutoff(cutoff_day)],
    ]
