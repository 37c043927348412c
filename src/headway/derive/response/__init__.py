"""Responses by RECIST 1.1 and iRECIST: from lesions to time points to the best response."""

from headway.derive.response.best import best_responses
from headway.derive.response.best_immune import best_immune_responses, treatment_beyond_progression
from headway.derive.response.irecist import immune_responses
from headway.derive.response.reasons import with_reasons
from headway.derive.response.settings import ADMIRALONCO, RECIST_1_1, ResponseRules
from headway.derive.response.timepoints import timepoint_responses

__all__ = [
    "ADMIRALONCO",
    "RECIST_1_1",
    "ResponseRules",
    "best_immune_responses",
    "best_responses",
    "immune_responses",
    "timepoint_responses",
    "treatment_beyond_progression",
    "with_reasons",
]
