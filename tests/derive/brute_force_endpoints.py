"""PFS, TTP, OS and DoR once more, slowly: one patient at a time, in plain Python, from domain.md 5.1 and 5.2.

It exists to disagree with headway.derive.endpoints, so it shares nothing with it but the names of facts and
of the settings of a rule set. A patient is a list of (fact, day); the answer is (days, event, rule).
"""

from dataclasses import dataclass, field
from typing import NamedTuple

SCANS_OF_PROGRESSION = ("progression", "local progression", "regional progression", "distant progression")


class Answer(NamedTuple):
    days: float | None
    event: bool | None
    rule: str


NO_TIME = Answer(None, None, "no time")


@dataclass
class Life:
    """One patient's facts up to the cut-off, by kind, in the order of time."""

    start: int | None
    told: list[tuple[str, int]]
    cutoff: int | None = None
    days: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self):
        for fact, day in sorted(self.told, key=lambda one: one[1]):
            if fact == "alive" and self.cutoff is not None:
                day = min(day, self.cutoff)  # R5.2
            if self.cutoff is None or day <= self.cutoff:
                self.days.setdefault(fact, []).append(day)

    def of(self, *facts: str) -> list[int]:
        return sorted(day for fact in facts for day in self.days.get(fact, []))

    def first(self, fact: str, earliest: int) -> int | None:
        return next((day for day in self.days.get(fact, []) if day >= earliest), None)


def overall_survival(life: Life, rules) -> Answer:
    """Death, or last known alive (R5.2)."""
    return _windowed(_survival(life), rules)


def _survival(life: Life) -> Answer:
    if life.start is None or (life.cutoff is not None and life.start > life.cutoff):
        return NO_TIME
    death = life.first("death", life.start)
    if death is not None:
        return Answer(death - life.start, True, "5.1")
    return _last_contact(life, life.start)


def _last_contact(life: Life, since: int) -> Answer:
    alive = life.of("alive")
    if not alive or alive[-1] < since:
        return NO_TIME
    return Answer(alive[-1] - since, False, "R5.2")


def progression_free_survival(life: Life, rules) -> Answer:
    return _windowed(_tumour(life, rules, life.start, rules.followed_to), rules)


def time_to_progression(life: Life, rules) -> Answer:
    """PFS in which a death is no event, but ends the time (5.1); on one day an event comes before it."""
    answer = _tumour(life, rules, life.start, rules.followed_to, death_place=4)
    dead = answer.event and answer.rule in ("P7", "P8")
    return _windowed(Answer(answer.days, False, answer.rule) if dead else answer, rules)


def duration_of_response(life: Life, rules) -> Answer:
    """From the first response; censored at the last adequate assessment (R1.43)."""
    if life.start is None:
        return NO_TIME
    response = life.first("response", life.start)
    if response is None:
        return NO_TIME
    return _windowed(_tumour(life, rules, response, "last assessment"), rules)


def _windowed(answer: Answer, rules) -> Answer:
    if answer.days is not None and rules.tau_days is not None and answer.days > rules.tau_days:
        return Answer(rules.tau_days, False, "5.1")
    return answer


def _tumour(life: Life, rules, since: int | None, followed_to: str, death_place: int = 2) -> Answer:
    """Go through P1 to P11 as the table of 5.2 has them."""
    if since is None or life.start is None or (life.cutoff is not None and since > life.cutoff):
        return NO_TIME
    adequate = _adequate(life, rules, since)
    event = _event(life, rules, since, death_place)
    stop = _stop(life, rules)
    if event is not None and stop is not None and stop[0] < event[0]:
        event = None
    if _unknown_baseline(life, rules, event):
        return Answer(0, False, "P1")
    if event is not None:
        return _counted(life, rules, since, adequate, event)
    if stop is not None:
        return _stopped(since, adequate, stop, followed_to)
    if followed_to == "last contact":
        return _last_contact(life, since)
    return Answer(adequate[-1] - since, False, "P3") if adequate else Answer(0, False, "P11")


def _adequate(life: Life, rules, since: int) -> list[int]:
    kinds = ["assessed"] + ["not evaluable"] * rules.not_evaluable_counts
    return [day for day in life.of(*kinds) if day > life.start and day >= since]


def _event(life: Life, rules, since: int, death_place: int) -> tuple[int, str] | None:
    """The day and kind of what happened first; on one day progression comes before death."""
    earliest = since if rules.progression_on_day_0 else max(since, life.start + 1)
    happened = [
        (life.first("progression", earliest), 0, "scan"),
        (life.first("death", since), death_place, "death"),
    ]
    if rules.clinical_progression == "event":
        happened.append((_clinical(life, rules, earliest), 1, "clinical"))
    if rules.new_therapy == "event":
        happened.append((life.first("new therapy", since), 3, "new therapy"))
    known = sorted(one for one in happened if one[0] is not None)
    return (known[0][0], known[0][2]) if known else None


def _clinical(life: Life, rules, earliest: int) -> int | None:
    """Progression without a scan: said to be clinical, or a stop for progression that no scan up to the next
    visit shows (P4)."""
    scan = life.first("progression", life.start + 1)
    reach = rules.visit_interval_days + rules.visit_window_days
    stops = [day for day in life.of("stopped for progression") if scan is None or scan > day + reach]
    return min((day for day in [*life.of("clinical progression"), *stops] if day >= earliest), default=None)


def _stop(life: Life, rules) -> tuple[int, str] | None:
    """The first day after which nothing counts, and the rule (P4, P5, P6, R5.4)."""
    later = life.start + 1
    found = []
    if rules.new_therapy == "censor":
        found.append((life.first("new therapy", later), "P6"))
    if rules.local_therapy == "censor":
        found.append((life.first("local therapy", later), "R5.4"))
    if rules.clinical_progression == "censor":
        found.append((_clinical(life, rules, later), "P4"))
    if rules.censor_at_tox_stop:
        found.append((life.first("stopped early", life.start), "P5"))
    known = [(day, rule) for day, rule in found if day is not None]
    if not known:
        return None
    day = min(known)[0]
    return day, "/".join(sorted(rule for at, rule in known if at == day))


def _unknown_baseline(life: Life, rules, event: tuple[int, str] | None) -> bool:
    if not life.of("no baseline") or rules.no_baseline == "follow":
        return False
    if rules.no_baseline == "censor" or event is None:
        return True
    two_visits = (rules.missed_visits or 2) * (rules.visit_interval_days + rules.visit_window_days)
    return event[1] != "death" or event[0] - life.start > two_visits


def _counted(life: Life, rules, since: int, adequate: list[int], event: tuple[int, str]) -> Answer:
    """P2, P4, P7, P8, unless two visits or more were missed before it (P9)."""
    day, kind = event
    scans = [scan for scan in adequate if scan < day or (scan == day and kind != "scan")]
    previous = scans[-1] if scans else since
    if rules.missed_visits is not None:
        missed = {visit for visit in life.of("missed") if previous < visit < day}
        longest = 2 * rules.visit_interval_days + 2 * rules.visit_window_days
        if day - previous > longest or len(missed) >= 2:
            return Answer(previous - since, False, "P9")
    death = "P8" if scans else "P7"
    rule = {"scan": "P2", "death": death, "clinical": "P4", "new therapy": "P6"}[kind]
    return Answer(day - since, True, rule)


def _stopped(since: int, adequate: list[int], stop: tuple[int, str], followed_to: str) -> Answer:
    """Censored at the last adequate assessment up to the stop, or at the stop where contact counts."""
    day, rule = stop
    if followed_to == "last contact":
        return Answer(day - since, False, rule) if day >= since else NO_TIME
    scans = [scan for scan in adequate if scan <= day]
    return Answer(scans[-1] - since if scans else 0, False, rule)
