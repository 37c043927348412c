"""Responses by RECIST 1.1 and iRECIST: from lesions to time points to the best response."""

from headway.derive.response.best import best_responses
from headway.derive.response.settings import ADMIRALONCO, RECIST_1_1, ResponseRules
from headway.derive.response.timepoints import timepoint_responses

__all__ = ["ADMIRALONCO", "RECIST_1_1", "ResponseRules", "best_responses", "timepoint_responses"]
