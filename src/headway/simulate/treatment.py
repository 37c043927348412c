"""Lines of therapy: which comes next, how disease answers to it, and what ends it."""

import numpy as np

from headway.simulate.draws import Draws, chosen
from headway.simulate.patients import MONTH, NEVER, People
from headway.simulate.scenario import KINDS, Regimen, Scenario
from headway.simulate.state import OFF, ON, State
from headway.simulate.toxicity import toxic_days

NONE, PROGRESSION, TOXICITY, COMPLETED, OTHER = range(5)
REASONS = ("", "progression", "toxicity", "completed", "other")


def next_line(scenario: Scenario, draws: Draws, number: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The place of the line that comes after this one (0: the first is sought); 0: no further line."""
    lines = scenario.line
    u = draws.uniform("line", number, 2 * len(lines))
    found, open_still = np.zeros(len(number), np.int32), np.ones(len(number), bool)
    for place, line in enumerate(lines, 1):
        turn = open_still & (place > after) & (u[:, place - 1] < line.share)
        fit = (after == 0) | (u[:, len(lines) + place - 1] < line.fit_share)
        found[turn & fit] = place
        open_still &= ~turn
    return found


def gap_days(scenario: Scenario, draws: Draws, number: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Days from the last scan to the start of the line."""
    u = draws.uniform("line", number, 1, step=1 + place)[:, 0]
    least, most = (np.array([0, *(getattr(line, name) for line in scenario.line)])[place] for name in _GAPS)
    return (least + np.floor(u * (most - least + 1))).astype(np.int32)


_GAPS = ("least_gap_days", "most_gap_days")


def begin(s: State, which: np.ndarray, scenario: Scenario, draws: Draws, them: People) -> None:
    """Give some patients the line that they wait for."""
    number, place = s.number[which], s.line[which]
    u = draws.uniform("response", number, 3, step=place)
    s.phase[which], s.line_start[which], s.start_day[which] = ON, s.day[which], NEVER
    s.lines_begun[which] += 1
    s.visit[which], s.treated_until[which], s.candidate_day[which] = 0, NEVER, NEVER
    s.progression_day[which] = NEVER
    s.regimen[which] = _regimens(scenario, place, u[:, 0])
    for index, regimen in enumerate(scenario.regimen):
        own = which[s.regimen[which] == index]
        if len(own):
            of_kind = _kind_shares(regimen, them.hpv[s.row[own]], them.cps[s.row[own]] >= 20)
            s.kind[own] = chosen(draws.uniform("response", s.number[own], 3, step=s.line[own])[:, 1], of_kind)
            _answer(s, own, regimen, draws)
            _plan_stop(s, own, regimen, scenario, draws)


def _regimens(scenario: Scenario, place: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    shares = [
        [line.regimens.get(regimen.name, 0.0) for regimen in scenario.regimen] for line in scenario.line
    ]
    return chosen(uniform, np.array([shares[0], *shares])[place])


def _kind_shares(regimen: Regimen, hpv: np.ndarray, cps_20: np.ndarray) -> np.ndarray:
    """Shares of the four kinds of answer, after HPV and CPS."""
    shares = np.array([getattr(regimen, name).share for name in KINDS])
    odds_ratio = np.where(hpv, regimen.hpv_positive_odds_ratio, 1.0) * np.where(
        cps_20, regimen.cps_20_odds_ratio, 1.0
    )
    responding = shares[:2].sum()
    if responding in (0.0, 1.0):
        return np.tile(shares, (len(hpv), 1))
    odds = odds_ratio * responding / (1 - responding)
    probability = (odds / (1 + odds))[:, None]
    return np.concatenate(
        [shares[:2] / responding * probability, shares[2:] / (1 - responding) * (1 - probability)], axis=1
    )


def _answer(s: State, own: np.ndarray, regimen: Regimen, draws: Draws) -> None:
    """Divide each lesion into what the regimen shrinks and what grows on."""
    kinds = [getattr(regimen, name) for name in KINDS]
    median, shrinkage, growth = (
        np.array([getattr(kind, name) for kind in kinds])[s.kind[own]][:, None]
        for name in ("sensitive_fraction", "shrinkage_per_month", "growth_ratio")
    )
    z = draws.normal("response", s.number[own], s.places, step=100 + s.line[own])
    fraction = _with_spread(median, regimen.sensitive_logit_sd * z)
    size = s.sensitive_mm[own] + s.resistant_mm[own]
    fraction = np.where(s.cured[own], 1.0, fraction)
    s.sensitive_mm[own], s.resistant_mm[own] = size * fraction, size * (1 - fraction)
    s.sensitive_rate[own] = np.where(s.cured[own], s.sensitive_rate[own], -shrinkage / MONTH)
    s.resistant_rate[own] = s.growth_per_day[own] * growth * s.growth_ratio[own][:, None]


def _with_spread(median: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """A fraction moved on the logit scale; 0 and 1 stay what they are."""
    odds = median / np.maximum(1 - median, 1e-12) * np.exp(shift)
    return np.where((median <= 0) | (median >= 1), median, odds / (1 + odds))


def _plan_stop(s: State, own: np.ndarray, regimen: Regimen, scenario: Scenario, draws: Draws) -> None:
    """The first of planned completion, toxicity and whatever else ends treatment without progression."""
    start = s.line_start[own]
    stop = start + treatment_days(regimen)
    reason = np.full(len(own), COMPLETED)
    toxic_stop, toxic_death = toxic_days(scenario, draws, regimen, s.number[own], s.line[own], start)
    other = np.full(len(own), NEVER)
    if regimen.stops_per_month:
        wait = draws.exponential("response", s.number[own], 3, step=s.line[own])[:, 2]
        other = start + np.minimum(np.ceil(wait / regimen.stops_per_month * MONTH), NEVER // 2).astype(
            np.int32
        )
    for day, why in ((toxic_stop, TOXICITY), (other, OTHER)):
        reason, stop = np.where(day < stop, why, reason), np.minimum(stop, day)
    s.stop_day[own], s.stop_reason[own], s.toxic_death_day[own] = stop, reason, toxic_death


def treatment_days(regimen: Regimen) -> int:
    """How long the regimen is given as planned: up to a cycle after the last dose of the longest drug."""
    if not regimen.drugs or any(drug.cycles is None for drug in regimen.drugs):
        return int(NEVER) // 2
    return max(drug.every_days * (drug.cycles or 0) for drug in regimen.drugs)


def stop(s: State, which: np.ndarray, scenario: Scenario) -> None:
    """End the drugs for another reason than progression; the scans go on."""
    s.phase[which], s.treated_until[which], s.stop_day[which] = OFF, s.day[which], NEVER
    lasting = np.array([regimen.lasting for regimen in scenario.regimen])[s.regimen[which]]
    untreated(s, which[~lasting], scenario)
    _forget_fatal(s, which)


def end_for_progression(s: State, which: np.ndarray, scenario: Scenario) -> None:
    """End the line, and its drugs if they are still given."""
    on = which[s.phase[which] == ON]
    s.treated_until[on], s.stop_reason[on] = s.day[on], PROGRESSION
    s.stop_day[which], s.scan_day[which], s.candidate_day[which] = NEVER, NEVER, NEVER
    untreated(s, which, scenario)
    _forget_fatal(s, which)


def _forget_fatal(s: State, which: np.ndarray) -> None:
    # A toxicity that would have come later does not come any more.
    s.toxic_death_day[which] = np.where(
        s.toxic_death_day[which] > s.day[which], NEVER, s.toxic_death_day[which]
    )


def untreated(s: State, which: np.ndarray, scenario: Scenario) -> None:
    """All that is not cured or killed grows."""
    rate = s.growth_per_day[which] * scenario.growth.untreated_ratio * s.growth_ratio[which][:, None]
    dying = s.killed[which]  # what radiotherapy killed does not come back
    s.sensitive_rate[which] = np.where(dying, s.sensitive_rate[which], rate)
    s.resistant_rate[which] = rate
