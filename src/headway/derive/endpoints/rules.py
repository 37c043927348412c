"""Rule sets: what ends the time to a tumour endpoint and what censors it, as values with a name.

Source: domain.md 5.2 (P1 to P11). FDA, Clinical Trial Endpoints for the Approval of Cancer Drugs and
Biologics, 2018, table A; EMA/CHMP/27994/2008 Rev 1, appendix 1, 2012.
"""

from dataclasses import dataclass
from typing import Literal

When = Literal["event", "censor", "ignore"]


@dataclass(frozen=True)
class RuleSet:
    """What a study may decide about PFS and its kin; copy one with `dataclasses.replace` and change it.

    followed_to           where a patient without event is censored: last adequate assessment or last contact
    new_therapy           new anticancer therapy before the event (P6)
    local_therapy         radiotherapy or surgery before the event (R5.4)
    clinical_progression  progression that no scan shows (P4)
    censor_at_tox_stop    whether a stop for toxicity or another reason censors (P5)
    no_baseline           no tumour assessment at or before time zero (P1); "early death counts": censored
                          unless the patient dies before two visits could be missed
    missed_visits         an event after this many missed visits is censored before them (P9); None: it counts
    visit_interval_days   planned interval of the scans
    visit_window_days     how far a scan may be off its plan
    not_evaluable_counts  whether a scan that could not be evaluated is an assessment (5.2: it is not)
    progression_on_day_0  whether a progression on time zero itself is an event; if not, it belongs to what
                          came before (R4.12)
    tau_days              follow-up ends so long after time zero; the data are not cut (5.1)
    """

    name: str
    source: str
    followed_to: Literal["last assessment", "last contact"] = "last assessment"
    new_therapy: When = "ignore"
    local_therapy: When = "ignore"
    clinical_progression: When = "ignore"
    censor_at_tox_stop: bool = False
    no_baseline: Literal["censor", "early death counts", "follow"] = "follow"
    missed_visits: int | None = None
    visit_interval_days: int = 56
    visit_window_days: int = 7
    not_evaluable_counts: bool = False
    progression_on_day_0: bool = False
    tau_days: int | None = None

    @property
    def longest_gap_days(self) -> int | None:
        """An event later than this after the last assessment came after the missed visits.

        >>> FDA_2018.longest_gap_days
        126
        """
        return None if self.missed_visits is None else self.missed_visits * self._visit_days

    @property
    def early_days(self) -> int:
        """A death up to this day came before two visits could be missed (P1)."""
        return (self.missed_visits or 2) * self._visit_days

    @property
    def _visit_days(self) -> int:
        return self.visit_interval_days + self.visit_window_days


FDA_2018 = RuleSet(
    "FDA-2018",
    "FDA 2018, table A (domain.md 5.2)",
    new_therapy="censor",
    clinical_progression="censor",
    censor_at_tox_stop=True,
    no_baseline="censor",
    missed_visits=2,
)
EMA_2012 = RuleSet("EMA-2012", "EMA/CHMP/27994/2008 Rev 1, appendix 1 (domain.md 5.2)")
CLINICAL = RuleSet(
    "clinical", "domain.md 5.2, scheme C", followed_to="last contact", clinical_progression="event"
)
ADMIRALONCO = RuleSet(
    "admiralonco", "admiralonco ad_adtte.R", not_evaluable_counts=True, progression_on_day_0=True
)
RULE_SETS = {rules.name: rules for rules in [FDA_2018, EMA_2012, CLINICAL, ADMIRALONCO]}
