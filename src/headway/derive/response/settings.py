"""Rule sets: which reading of RECIST 1.1 decides, as values with a name."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ResponseRules:
    """What the criteria leave open, decided once per study.

    too_small_mm       size of a lesion that is visible but too small to measure (R1.10)
    pr_persistence     "literal": SD after PR is SD; "eortc": it stays PR until PD or CR (R1.15)
    reappearance       after a CR, a lesion that is back is "progression" (R1.16), or judged "by size" as ever
    confirm_days       least days from a response to the scan that confirms it (R1.33)
    stable_days        least days from start for stable disease (R1.31)
    from_start_day     whether a response on the start day itself counts
    max_not_evaluable  NE allowed between a response and its confirmation (R1.34)
    accept_stable      whether one SD may lie between a PR and its confirmation (R1.34)
    after_cr           "progression": PR, SD or NN after a CR is read as PD (note to the pair table of
                       domain.md 1.7); "as reported": it stands
    """

    name: str
    too_small_mm: float = 5.0
    pr_persistence: Literal["literal", "eortc"] = "literal"
    reappearance: Literal["progression", "by size"] = "progression"
    confirm_days: int = 28
    stable_days: int = 42
    from_start_day: bool = False
    max_not_evaluable: int = 1
    accept_stable: bool = False
    after_cr: Literal["progression", "as reported"] = "progression"


RECIST_1_1 = ResponseRules("RECIST 1.1")
ADMIRALONCO = ResponseRules(
    "admiralonco", reappearance="by size", from_start_day=True, after_cr="as reported"
)
