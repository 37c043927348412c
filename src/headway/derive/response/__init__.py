"""Responses by RECIST 1.1 and iRECIST: from lesions to time points to the best response."""

from headway.derive.response.baseline import baselines
from headway.derive.response.best import best_responses
from headway.derive.response.best_change import best_changes, best_changes_of
from headway.derive.response.best_immune import best_immune_responses, treatment_beyond_progression
from headway.derive.response.irecist import immune_responses
from headway.derive.response.outcomes import response_outcomes
from headway.derive.response.readers import (
    agreement,
    derived_beside_reported,
    discordances,
    reader_pairs,
    reported_responses,
)
from headway.derive.response.reasons import with_reasons
from headway.derive.response.settings import ADMIRALONCO, RECIST_1_1, ResponseRules
from headway.derive.response.subsets import (
    off_target_responses,
    subset_best_responses,
    subset_responses,
    with_prior_role,
)
from headway.derive.response.timepoints import timepoint_responses

__all__ = [
    "ADMIRALONCO",
    "RECIST_1_1",
    "ResponseRules",
    "agreement",
    "baselines",
    "best_changes",
    "best_changes_of",
    "best_immune_responses",
    "best_responses",
    "derived_beside_reported",
    "discordances",
    "immune_responses",
    "off_target_responses",
    "reader_pairs",
    "reported_responses",
    "response_outcomes",
    "subset_best_responses",
    "subset_responses",
    "timepoint_responses",
    "treatment_beyond_progression",
    "with_prior_role",
    "with_reasons",
]
