"""Toxicity: CTCAE grades from laboratory results, adverse events by patient, term and grade (domain.md 6)."""

from headway.derive.toxicity.comparison import compared_grades
from headway.derive.toxicity.events import CHEMOTHERAPY, IMMUNOTHERAPY, emergent_events, treatment_windows
from headway.derive.toxicity.labs import lab_grades
from headway.derive.toxicity.radiation import radiation_phases, watched_events
from headway.derive.toxicity.rates import exposure_adjusted_rates, time_to_severe
from headway.derive.toxicity.severity import toxic_deaths, toxicity_counts, worst_grades

__all__ = [
    "CHEMOTHERAPY",
    "IMMUNOTHERAPY",
    "compared_grades",
    "emergent_events",
    "exposure_adjusted_rates",
    "lab_grades",
    "radiation_phases",
    "time_to_severe",
    "toxic_deaths",
    "toxicity_counts",
    "treatment_windows",
    "watched_events",
    "worst_grades",
]
