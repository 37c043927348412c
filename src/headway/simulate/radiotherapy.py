"""Radiotherapy: when it is decided, which lesions it hits, and what it does to them."""

import numpy as np

from headway.simulate.draws import Draws
from headway.simulate.judge import NEW, RISE
from headway.simulate.patients import MONTH, NEVER, ORGANS
from headway.simulate.scenario import RadiotherapyPolicy, Scenario
from headway.simulate.state import State, shown

_STEPS = 4096
_MOST_LINES = 12  # of a scenario


def occasions(s: State, which: np.ndarray, scenario: Scenario, draws: Draws, when: str) -> np.ndarray:
    """Decide courses of one kind of occasion; gives whether some course was decided, for each of `which`."""
    decided = np.zeros(len(which), bool)
    for place, policy in enumerate(scenario.radiotherapy):
        if policy.when == when:
            decided |= _decide(s, which, place, policy, scenario, draws)
    return decided


def _decide(
    s: State, which: np.ndarray, place: int, policy: RadiotherapyPolicy, scenario: Scenario, draws: Draws
) -> np.ndarray:
    may = np.zeros(len(which), bool)
    asked = _eligible(s, which, place, policy, draws).nonzero()[0]
    own = which[asked]
    if len(own):
        seen = shown(s, own, scenario)
        wanted = _lesions(s, own, policy, seen)
        reached = wanted.any(axis=1) & _few(s, own, policy, seen)
        s.course_day[own[reached], place] = s.day[own[reached]] + policy.delay_days
        s.course_lesions[own[reached], place] = wanted[reached]
        may[asked] = reached
    return may


def _eligible(
    s: State, which: np.ndarray, place: int, policy: RadiotherapyPolicy, draws: Draws
) -> np.ndarray:
    """Who may get a course, whatever the lesions."""
    may = s.candidate[which, place] & (s.courses[which, place] < policy.most_courses)
    may &= (s.course_day[which, place] == NEVER) & _in_lines(s.line[which], policy)
    if policy.when == "consolidation":
        may &= s.visit[which] >= policy.from_scan
    u = draws.uniform("radiotherapy", s.number[which], 1, step=place * _STEPS + s.visits[which])[:, 0]
    return may & (u < policy.probability)


def _in_lines(line: np.ndarray, policy: RadiotherapyPolicy) -> np.ndarray:
    may = np.full(_MOST_LINES + 1, not policy.lines)
    may[list(policy.lines)] = True
    return may[line]


def _few(s: State, which: np.ndarray, policy: RadiotherapyPolicy, seen: np.ndarray) -> np.ndarray:
    """Whether no more lesions are progressing, or there, than the policy treats."""
    if policy.when not in ("oligoprogression", "consolidation"):
        return np.ones(len(which), bool)
    reach = _progressing(s, which, seen) if policy.when == "oligoprogression" else (seen > 0)
    return reach.sum(axis=1) <= policy.most_lesions


def _progressing(s: State, which: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Lesions that have grown by 20 % and 5 mm over their smallest size, or are new."""
    lowest = s.clinic.lowest[which]
    grown = (5 * (seen - lowest) >= lowest) & (seen - lowest >= RISE)
    return (seen > 0) & (grown | (s.clinic_role[which] == NEW))


def _lesions(s: State, which: np.ndarray, policy: RadiotherapyPolicy, seen: np.ndarray) -> np.ndarray:
    """The lesions that a course would hit, the largest first."""
    pick = seen > 0
    if policy.organs:
        pick &= np.isin(s.organ[which], [ORGANS.index(organ) for organ in policy.organs])
    if policy.lesions == "progressing":
        pick &= _progressing(s, which, seen)
    if policy.lesions == "rest":
        pick &= ~s.irradiated[which] & ~s.course_lesions[which].any(axis=1)
    size = np.where(pick, seen, -1)
    rank = np.argsort(np.argsort(-size, axis=1, kind="stable"), axis=1, kind="stable")
    return pick & (rank < policy.most_lesions)


def course_rates(s: State, scenario: Scenario, on: np.ndarray) -> np.ndarray:
    """Hazard per day of courses at random, by policy."""
    rates = np.zeros((len(s.day), len(scenario.radiotherapy)))
    for place, policy in enumerate(scenario.radiotherapy):
        if policy.when == "while on line" and policy.hazard_per_month:
            may = on & s.candidate[:, place] & (s.courses[:, place] < policy.most_courses)
            may &= s.course_day[:, place] == NEVER
            may &= _in_lines(s.line, policy)
            rates[may, place] = policy.hazard_per_month / MONTH
    return rates


def irradiate(s: State, which: np.ndarray, place: int, scenario: Scenario, draws: Draws) -> np.ndarray:
    """Give the course; says which lesions were hit."""
    policy = scenario.radiotherapy[place]
    size = s.sensitive_mm[which] + s.resistant_mm[which]
    now = shown(s, which, scenario)
    hit = s.course_lesions[which, place] & (now > 0)
    u = draws.uniform("irradiated lesion", s.number[which], s.places, step=place * _STEPS + s.visits[which])
    cured = hit & (s.cured[which] | (u < policy.cure_probability))
    # What drugs shrink already goes on shrinking: radiotherapy adds to it a part of what resists them.
    killed = np.where(cured, 1.0, hit * policy.kill_fraction)
    s.resistant_mm[which] *= 1 - killed
    s.sensitive_mm[which] = size - s.resistant_mm[which]
    rate = -policy.shrinkage_per_month / MONTH
    s.sensitive_rate[which] = np.where(killed > 0, rate, s.sensitive_rate[which])
    s.killed[which] |= killed > 0
    s.cured[which] |= cured
    s.irradiated_lowest[which] = np.where(hit, now, s.irradiated_lowest[which])
    s.irradiated[which] |= hit
    s.course_day[which, place], s.course_lesions[which, place] = NEVER, False
    some = which[hit.any(axis=1)]
    s.courses[some, place] += 1
    s.growth_ratio[some] *= policy.growth_ratio
    s.resistant_rate[some] *= policy.growth_ratio
    s.death_ratio[some] *= policy.death_ratio
    return hit
