"""The scenario: every parameter of the disease model, in TOML. A time is in the unit that its name ends with.

Shares and probabilities lie between 0 and 1; a ratio multiplies (1: no effect). docs/reference/scenario.md is
printed from these classes.
"""

from headway.simulate.scenario.cohort import Calendar
from headway.simulate.scenario.safety import Lab, Toxicity
from headway.simulate.scenario.treatment import KINDS, Drug, RadiotherapyPolicy, Regimen
from headway.simulate.scenario.values import Organ, Site
from headway.simulate.scenario.whole import Scenario, Stretch

__all__ = [
    "KINDS",
    "Calendar",
    "Drug",
    "Lab",
    "Organ",
    "RadiotherapyPolicy",
    "Regimen",
    "Scenario",
    "Site",
    "Stretch",
    "Toxicity",
]
