"""Time-to-event endpoints and rule sets are values, and one function reads them (domain.md 5)."""

from headway.derive.endpoints.definitions import ENDPOINTS, Endpoint
from headway.derive.endpoints.gathered import gathered
from headway.derive.endpoints.reported import reported_times
from headway.derive.endpoints.rules import ADMIRALONCO, CLINICAL, EMA_2012, FDA_2018, RULE_SETS, RuleSet
from headway.derive.endpoints.sensitivity import side_by_side
from headway.derive.endpoints.times import time_to_event

__all__ = [
    "ADMIRALONCO",
    "CLINICAL",
    "EMA_2012",
    "ENDPOINTS",
    "FDA_2018",
    "RULE_SETS",
    "Endpoint",
    "RuleSet",
    "gathered",
    "reported_times",
    "side_by_side",
    "time_to_event",
]
