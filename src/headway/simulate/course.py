"""The course of the disease: from event to event, until death or the end of the model.

Between two events all rates are constant, so the days of death and of new lesions are exact, and nothing
depends on a step of time.
"""

from collections.abc import Callable
from copy import copy

import numpy as np

from headway.simulate.draws import Draws
from headway.simulate.judge import NEW, PD, RISE, TARGET, judged
from headway.simulate.log import Log
from headway.simulate.metastases import ablate, look, open_watch, watch
from headway.simulate.patients import MONTH, NEVER, Disease, People
from headway.simulate.radiotherapy import course_rates, irradiate, occasions
from headway.simulate.scans import first_baseline, log_nothing, schedule, see
from headway.simulate.scenario import KINDS, Scenario
from headway.simulate.state import (
    CARE,
    ON,
    OVER,
    State,
    advance,
    at_baseline,
    burden_mm,
    shown,
    sizes_after,
)  # fmt: skip
from headway.simulate.treatment import begin, stop

_FEW_DEAD = 0.85
_CARE_DAYS = 30  # without scans, the hazard of death is brought up to date so often


def lived(scenario: Scenario, draws: Draws, them: People, disease: Disease) -> Log:
    """Live through everybody's disease; the log says what happened on which day since the first baseline."""
    log, s = Log(), at_baseline(scenario, them, disease)
    _open(s, log)
    _first_draws(s, scenario, draws)
    first_baseline(s, scenario, draws, log)
    s = s.take(np.flatnonzero(_may_still_enter(s, scenario)))
    look(s, np.arange(len(s.day)), scenario, log)
    while len(s.day):
        s = _to_next_event(s, scenario, draws, them, disease, log)
    return log


def _open(s: State, log: Log) -> None:
    """Every table without a row, so that each is there whatever happens."""
    nobody = np.arange(0)
    none_hit = s.irradiated[nobody]
    _log_start(s, nobody, log)
    _log_line(s, nobody, nobody, log)
    _log_end(s, nobody, np.zeros(len(s.day), bool), log)
    _log_course(s, nobody, 0, none_hit, log)
    _log_failure(s, nobody, nobody, log)
    log_nothing(s, log)
    open_watch(log)


def _first_draws(s: State, scenario: Scenario, draws: Draws) -> None:
    policies = len(scenario.radiotherapy)
    s.death_left[:] = draws.exponential("death", s.number, 1)[:, 0]
    s.new_left[:] = draws.exponential("new lesion", s.number, 1)[:, 0]
    if policies:
        shares = np.array([policy.candidate_share for policy in scenario.radiotherapy])
        s.candidate[:] = draws.uniform("radiotherapy", s.number, policies, step=1 << 30) < shares
        s.course_left[:] = draws.exponential("radiotherapy", s.number, policies, step=(1 << 30) + 1)


def _to_next_event(
    s: State, scenario: Scenario, draws: Draws, them: People, disease: Disease, log: Log
) -> State:
    death, new, courses = (
        _death_rate(s, scenario),
        _new_rate(s, scenario),
        course_rates(s, scenario, s.phase == ON),
    )
    death_day = np.minimum(_reached(s.day, s.death_left, death), s.toxic_death_day)
    new_day = _reached(s.day, s.new_left, new)
    chance_day = _reached(s.day[:, None], s.course_left, courses)
    limit = np.int32(scenario.calendar.horizon_months * MONTH)
    care_day = np.where(s.phase == CARE, s.day + _CARE_DAYS, NEVER)
    planned = [s.scan_day, s.start_day, s.stop_day, *s.course_day.T, *chance_day.T, care_day]
    to = np.minimum.reduce([death_day, new_day, np.full_like(s.day, limit), *planned])
    to = np.where(s.phase == OVER, s.day, to)
    before = _before(s)
    days = to - s.day
    s.death_left -= death * days
    s.new_left -= new * days
    s.course_left -= courses * days[:, None]
    advance(s, to)
    _note_progression(s, before, scenario)
    watch(s, before, scenario, log)
    over = ((to == death_day) | (to >= limit)) & (s.phase != OVER)
    _finish(s, over, to == death_day, log)
    _events(s, new_day, chance_day, scenario, draws, them, disease, log)
    still = ((s.phase != OVER) & _may_still_enter(s, scenario)).nonzero()[0]
    # To leave the dead out costs a copy of everything: not for a few.
    return s.take(still) if len(still) < _FEW_DEAD * len(s.day) else s


def _may_still_enter(s: State, scenario: Scenario) -> np.ndarray:
    """Who is in the cohort or may still come to the index line; nobody asks how it went on for the others."""
    may = s.recorded | ((s.line > 0) & (s.line < scenario.index_line))
    if scenario.index_measurable:
        may &= ~s.recorded | (s.record_role == TARGET).any(axis=1)
    return may


def _events(
    s: State, new_day: np.ndarray, chance_day: np.ndarray, scenario: Scenario, draws: Draws, them: People,
    disease: Disease, log: Log,
) -> None:  # fmt: skip
    """All that happens on this day, in a fixed order: disease, drugs, radiotherapy, next line, scan."""
    _on((s.day == new_day) & (s.phase != OVER), lambda who: _new_lesion(s, who, scenario, draws, disease))
    _on(s.day == s.stop_day, lambda who: stop(s, who, scenario))
    for place in range(len(scenario.radiotherapy)):
        by_chance = (s.day == chance_day[:, place]) & (s.phase == ON)
        _on(by_chance, lambda who, at=place: _by_chance(s, who, at, scenario, draws))
        _on(s.day == s.course_day[:, place], lambda who, at=place: _course(s, who, at, scenario, draws, log))
    _on(s.day == s.start_day, lambda who: _begin(s, who, scenario, draws, them, log))
    _on(s.day == s.scan_day, lambda who: _scan(s, who, scenario, draws, log))


def _on(mask: np.ndarray, act: Callable[[np.ndarray], None]) -> None:
    who = mask.nonzero()[0]
    if len(who):
        act(who)


def _begin(s: State, who: np.ndarray, scenario: Scenario, draws: Draws, them: People, log: Log) -> None:
    begin(s, who, scenario, draws, them)
    _log_start(s, who, log)
    occasions(s, who, scenario, draws, "planned")
    schedule(s, who, scenario, draws)


def _log_start(s: State, who: np.ndarray, log: Log) -> None:
    log.add(
        "starts", row=s.row[who], day=s.day[who], line=s.line[who], visit=s.visit[who],
        burden=burden_mm(s, who), regimen=s.regimen[who], on=np.zeros(len(who), bool),
    )  # fmt: skip


def _scan(s: State, who: np.ndarray, scenario: Scenario, draws: Draws, log: Log) -> None:
    _local_failures(s, who, scenario, log)
    look(s, who, scenario, log)
    begun = who[s.in_line[who]]
    see(s, begun, scenario, draws, log)
    ended = begun[~s.in_line[begun]]
    _log_line(s, ended, s.previous_line[ended], log)


def _log_line(s: State, who: np.ndarray, line: np.ndarray, log: Log) -> None:
    log.add(
        "lines", row=s.row[who], line=line, order=s.lines_begun[who], regimen=s.regimen[who],
        kind=s.kind[who], start=s.line_start[who], treated_until=s.treated_until[who],
        reason=s.stop_reason[who], progression=s.progression_day[who], end=s.day[who],
    )  # fmt: skip


def _finish(s: State, over: np.ndarray, dead: np.ndarray, log: Log) -> None:
    """Write down who died, or lives at the end of the model, and the line that was in progress."""
    who = np.flatnonzero(over)
    if not len(who):
        return
    in_line = who[s.in_line[who]]
    lasting = in_line[s.phase[in_line] == ON]
    s.stop_reason[lasting] = 0
    # A progression that no scan showed any more is true all the same.
    s.progression_day[in_line] = np.minimum(s.progression_day[in_line], s.candidate_day[in_line])
    _log_line(s, in_line, s.line[in_line], log)
    _log_end(s, who, dead, log)
    s.phase[who] = OVER
    for planned in (s.scan_day, s.start_day, s.stop_day, s.toxic_death_day, s.course_day):
        planned[who] = NEVER


def _log_end(s: State, who: np.ndarray, dead: np.ndarray, log: Log) -> None:
    log.add(
        "ends", row=s.row[who], day=s.day[who], dead=dead[who], toxic=s.toxic_death_day[who] == s.day[who],
        lines=s.lines_begun[who], irradiated=s.courses[who].sum(axis=1),
        growth_ratio=s.growth_ratio[who], death_ratio=s.death_ratio[who],
    )  # fmt: skip
    log.add(
        "lesions", row=s.row[who], organ=s.organ[who], role=s.record_role[who], cured=s.cured[who],
        irradiated=s.irradiated[who], failed=s.failed[who],
    )  # fmt: skip


def _death_rate(s: State, scenario: Scenario) -> np.ndarray:
    plan = scenario.survival
    burden = np.maximum(burden_mm(s), plan.least_burden_mm) / 50
    later = plan.line_ratio ** np.maximum(s.lines_begun - 1, 0).astype(float)
    alive = s.phase != OVER
    off = np.where(s.phase == CARE, plan.off_treatment_ratio, 1.0)
    ratio = s.frailty * later * off * s.death_ratio * alive
    return plan.death_per_month / MONTH * burden**plan.burden_power * ratio


def _new_rate(s: State, scenario: Scenario) -> np.ndarray:
    plan = scenario.growth
    kinds = np.array(
        [[getattr(regimen, kind).new_lesions_ratio for kind in KINDS] for regimen in scenario.regimen]
    )
    followed = s.in_line & (s.new_lesions < plan.most_new_lesions)
    burden = np.maximum(burden_mm(s), 1) / 50
    rate = plan.new_lesions_per_month / MONTH * burden**plan.new_lesions_burden_power * s.growth_ratio
    return np.where(followed, rate * kinds[s.regimen, s.kind], 0.0)


def _reached(day: np.ndarray, left: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """The day on which a hazard at this rate uses up what is left of it; at the earliest tomorrow."""
    wait = np.divide(left, rate, out=np.full(left.shape, float(NEVER // 2)), where=rate > 0)
    return day + np.clip(np.ceil(wait), 1, NEVER // 2).astype(np.int32)


def _new_lesion(s: State, who: np.ndarray, scenario: Scenario, draws: Draws, disease: Disease) -> None:
    """A new lesion takes the next place; its organ and growth were drawn with the patient."""
    place = len(scenario.lesions.number_shares) + s.new_lesions[who]
    s.resistant_mm[who, place], s.sensitive_mm[who, place] = disease.new_size_mm, 0.0
    untreated = s.growth_per_day[who, place] * scenario.growth.untreated_ratio * s.growth_ratio[who]
    s.resistant_rate[who, place], s.sensitive_rate[who, place] = untreated, 0.0
    s.new_lesions[who] += 1
    s.new_left[who] = draws.exponential("new lesion", s.number[who], 1, step=s.new_lesions[who])[:, 0]
    s.role[who, place] = s.clinic_role[who, place] = NEW
    s.record_role[who, place] = np.where(s.recorded[who], NEW, 0)
    s.candidate_day[who] = np.minimum(s.candidate_day[who], s.day[who])


def _by_chance(s: State, who: np.ndarray, place: int, scenario: Scenario, draws: Draws) -> None:
    occasions(s, who, scenario, draws, "while on line")
    s.course_left[who, place] = draws.exponential(
        "radiotherapy", s.number[who], 1, step=(1 << 20) + 64 * s.courses[who, place] + place
    )[:, 0]


def _course(s: State, who: np.ndarray, place: int, scenario: Scenario, draws: Draws, log: Log) -> None:
    hit = irradiate(s, who, place, scenario, draws)
    ablate(s, who, hit, scenario.radiotherapy[place])
    given = hit.any(axis=1)
    _log_course(s, who[given], place, hit[given], log)


def _log_course(s: State, who: np.ndarray, place: int, hit: np.ndarray, log: Log) -> None:
    log.add(
        "courses", row=s.row[who], day=s.day[who], policy=np.full(len(who), place), lesions=hit,
        cured=s.cured[who] & hit, line=s.line[who],
    )  # fmt: skip


def _before(s: State) -> State:
    """The same patients at the start of the piece: what `advance` does not touch is shared."""
    return copy(s)


def _note_progression(s: State, before: State, scenario: Scenario) -> None:
    """Since when the disease has been progressive, if it is now (R1.8 to R1.20, without reader or scan)."""
    who = (s.in_line & (s.progression_day == NEVER)).nonzero()[0]
    now = _progressive(s, who, shown(s, who, scenario), scenario)
    s.candidate_day[who[~now]] = NEVER
    fresh = who[now & (s.candidate_day[who] == NEVER)]
    if len(fresh):
        s.candidate_day[fresh] = _first_day(before.take(fresh), s.day[fresh], scenario)


def _progressive(s: State, who: np.ndarray, sizes: np.ndarray, scenario: Scenario) -> np.ndarray:
    response = judged(sizes, who, s.role, s.organ, s.truth, scenario.imaging.unequivocal_ratio)
    return response == PD


def _first_day(before: State, last: np.ndarray, scenario: Scenario) -> np.ndarray:
    """The first day of the piece on which the disease is progressive, by halving."""
    everyone, low, high = np.arange(len(last)), before.day.copy(), last.copy()
    while (high - low > 1).any():
        middle = (low + high) // 2
        there = _progressive(before, everyone, sizes_after(before, middle - before.day, scenario), scenario)
        high, low = np.where(there, middle, high), np.where(there, low, middle)
    return high


def _local_failures(s: State, who: np.ndarray, scenario: Scenario, log: Log) -> None:
    """Irradiated lesions that have grown by 20 % and 5 mm over their smallest size since (R3.11)."""
    own = who[(s.irradiated[who] & ~s.failed[who]).any(axis=1)]
    if not len(own):
        return
    now = shown(s, own, scenario)
    lowest = s.irradiated_lowest[own]
    fails = s.irradiated[own] & ~s.failed[own] & (5 * (now - lowest) >= lowest) & (now - lowest >= RISE)
    s.failed[own] |= fails
    s.irradiated_lowest[own] = np.minimum(lowest, now)
    row, place = np.nonzero(fails)
    _log_failure(s, own[row], place, log)


def _log_failure(s: State, who: np.ndarray, place: np.ndarray, log: Log) -> None:
    log.add("failures", row=s.row[who], place=place, day=s.day[who])
