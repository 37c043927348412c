"""Endpoints as values: what happens, what competes, what censors, by which source (domain.md 5.1)."""

from dataclasses import dataclass
from typing import Literal

from headway.record.derived.endpoints import DOCUMENTED

BY_RULES = "rules"


@dataclass(frozen=True)
class Endpoint:
    """A time to event, in facts (`FACTS` of the record). One function reads them all.

    events       what counts, in the order in which they win on the same day
    censored_at  the last of this fact, for who has no event: "alive", "assessed", "treated"; "rules": as the
                 rule set says
    competing    what ends the time without being the event; the row names it as `cause`
    starts_at    the clock starts at this fact instead of time zero; who lacks it has no time
    among        who lacks this fact has no time
    by_rules     whether the rule set decides on baseline, gaps, new therapy and the like (5.2)
    """

    name: str
    title: str
    events: tuple[str, ...]
    censored_at: Literal["alive", "assessed", "treated", "rules"]
    source: str
    competing: tuple[str, ...] = ()
    starts_at: str | None = None
    among: str | None = None
    by_rules: bool = False


def _tumour(name: str, title: str, *events: str, competing: tuple[str, ...] = ()) -> Endpoint:
    return Endpoint(name, title, events, BY_RULES, "domain.md 5.1, 5.2", competing, by_rules=True)


def _failure(site: str) -> Endpoint:
    """The first failure is at this site; at another or an unknown one, and death, compete.

    Who wants this failure even after another one replaces `competing` by ("death",).
    """
    own = f"{site} progression"
    others = [fact for fact in DOCUMENTED if fact not in (own, "progression")]
    competing = (*others, "progression", "death")
    return _tumour(f"{site} failure", f"Time to {site} failure", own, competing=competing)


_ALL = [
    Endpoint("OS", "Overall survival", ("death",), "alive", "domain.md 5.1"),
    _tumour("PFS", "Progression-free survival", "progression", "death"),
    _tumour("TTP", "Time to progression", "progression", competing=("death",)),
    # Planned completion is no failure, and ends the time. Progression is one only if treatment stops for it.
    Endpoint(
        "TTF",
        "Time to treatment failure",
        ("stopped", "new therapy", "death"),
        "alive",
        "domain.md 5.1",
        competing=("completed",),
        among="treated",
    ),
    Endpoint(
        "ToT", "Time on treatment", ("off treatment",), "treated", "domain.md 5.1, R4.10", among="treated"
    ),
    Endpoint(
        "TTNT",
        "Time to next treatment or death",
        ("new therapy", "death"),
        "alive",
        "domain.md 4",
        among="treated",
    ),
    Endpoint("TTR", "Time to response", ("response",), "assessed", "R1.44", among="response"),
    Endpoint(
        "DoR",
        "Duration of response",
        ("progression", "death"),
        "assessed",
        "R1.43",
        starts_at="response",
        by_rules=True,
    ),
    Endpoint(
        "PFS2",
        "Progression-free survival on the next line",
        ("second progression", "later therapy", "death"),
        "alive",
        "domain.md 5.1: where the second progression is not known, the start of the third line",
    ),
    _failure("local"),
    _failure("regional"),
    _failure("distant"),
]
ENDPOINTS = {endpoint.name: endpoint for endpoint in _ALL}
