"""Scans: what is seen, what the clinic makes of it, and when the next one is."""

import numpy as np

from headway.simulate.draws import Draws
from headway.simulate.judge import (
    MISSING,
    NEW,
    NON_TARGET,
    PD,
    TARGET,
    judged,
    remember,
    started,
    unequivocal,
)
from headway.simulate.log import Log
from headway.simulate.patients import NEVER, NODE
from headway.simulate.radiotherapy import occasions
from headway.simulate.scenario import Scenario
from headway.simulate.sizes import HUNDREDTHS, seen
from headway.simulate.state import CARE, ON, WAITING, State, burden_mm, limits, put, shown
from headway.simulate.targets import roles
from headway.simulate.treatment import end_for_progression, gap_days, next_line, untreated

_ERROR_TOPICS = ("reading", "second reading")


def schedule(s: State, which: np.ndarray, scenario: Scenario, draws: Draws) -> None:
    """Plan the next scan of the line, with its jitter."""
    imaging = scenario.imaging
    visit = s.visit[which] + 1
    early = np.minimum(visit, imaging.first_scans)
    planned = (
        s.line_start[which] + early * imaging.interval_days + (visit - early) * imaging.later_interval_days
    )
    u = draws.uniform("visit", s.number[which], 2, step=s.visits[which])[:, 1]
    jitter = np.floor(u * (2 * imaging.jitter_days + 1)) - imaging.jitter_days
    s.scan_planned[which] = planned
    s.scan_day[which] = np.maximum(planned + jitter.astype(np.int32), s.day[which] + 1)


def see(s: State, which: np.ndarray, scenario: Scenario, draws: Draws, log: Log) -> None:
    """Do the scans of today, and decide what follows."""
    s.visit[which] += 1
    s.visits[which] += 1
    truth = shown(s, which, scenario)
    _true_progression(s, which, truth, scenario)
    missed = draws.uniform("visit", s.number[which], 1, step=s.visits[which])[:, 0]
    done = missed >= scenario.imaging.missed_probability
    s.scan_day[which] = NEVER
    _log_missed(s, which[~done], log)
    _read(s, which[done], truth[done], scenario, draws, log)
    still = which[s.in_line[which]]
    schedule(s, still, scenario, draws)


def _true_progression(s: State, which: np.ndarray, truth: np.ndarray, scenario: Scenario) -> None:
    """A progression that lasts until the scan is one since the day on which it began."""
    response = judged(truth, which, s.role, s.organ, s.truth, scenario.imaging.unequivocal_ratio)
    first = (response == PD) & (s.progression_day[which] == NEVER)
    since = np.minimum(s.candidate_day[which], s.day[which])
    s.progression_day[which] = np.where(first, since, s.progression_day[which])
    remember(s.truth, which, truth, s.role, response)


def readings(
    s: State, which: np.ndarray, truth: np.ndarray, scenario: Scenario, draws: Draws, reader: int
) -> np.ndarray:
    """What a reader writes down: sizes with an error, and lesions that cannot be judged."""
    imaging, topic = scenario.imaging, _ERROR_TOPICS[reader]
    sizes = truth
    if imaging.error_log_sd:
        z = draws.normal(topic, s.number[which], s.places, step=2 * s.visits[which])
        sizes = truth * np.exp(imaging.error_log_sd * z)
    step = round(imaging.rounding_mm * HUNDREDTHS)
    rounded = (np.rint(sizes / step) * step).astype(np.int32)
    # What can be seen at all is never written down as nothing.
    written = np.where(truth > 0, np.maximum(rounded, step), 0)
    if imaging.unreadable_probability:
        u = draws.uniform(topic, s.number[which], s.places, step=2 * s.visits[which] + 1)
        written = np.where((u < imaging.unreadable_probability) & (truth > 0), MISSING, written)
    return written


def _read(s: State, which: np.ndarray, truth: np.ndarray, scenario: Scenario, draws: Draws, log: Log) -> None:
    ratio = scenario.imaging.unequivocal_ratio
    sizes = readings(s, which, truth, scenario, draws, 0)
    second = readings(s, which, truth, scenario, draws, 1) if scenario.imaging.readers == 2 else None
    response = judged(sizes, which, s.clinic_role, s.organ, s.clinic, ratio)
    worse = unequivocal(sizes, which, s.clinic.lowest, ratio)
    line = s.line[which]
    remember(s.clinic, which, sizes, s.clinic_role, response)
    _log_done(s, which, line, response, log)
    quiet = which[response != PD]
    occasions(s, quiet, scenario, draws, "consolidation")
    _progressed(s, response == PD, which, truth, (sizes, second), scenario, draws)
    _log_sizes(s, which, sizes, second, worse, log)


def _progressed(
    s: State, is_pd: np.ndarray, which: np.ndarray, truth: np.ndarray,
    read: tuple[np.ndarray, np.ndarray | None], scenario: Scenario, draws: Draws,
) -> None:  # fmt: skip
    """Go on with the same drugs, or end the line; sizes that become a baseline are complete."""
    progressing = which[is_pd]
    irradiated = occasions(s, progressing, scenario, draws, "oligoprogression")
    beyond = np.array([regimen.beyond_progression_share for regimen in scenario.regimen])[
        s.regimen[progressing]
    ]
    u = draws.uniform("response", s.number[progressing], 1, step=1000 + s.visits[progressing])[:, 0]
    goes_on = (irradiated | (u < beyond)) & (s.phase[progressing] == ON)
    rows = np.flatnonzero(is_pd)
    _same_drugs(s, progressing[goes_on], read[0][rows[goes_on]], truth[rows[goes_on]])
    ends = rows[~goes_on]
    end_line(s, which[ends], scenario, draws)
    baseline(s, which, ends, truth, read, scenario)


def _same_drugs(s: State, which: np.ndarray, sizes: np.ndarray, truth: np.ndarray) -> None:
    """The clinic takes the lesions as they are now for its next decision."""
    role = np.where(s.clinic_role[which] == NEW, NON_TARGET, s.clinic_role[which])
    s.clinic_role[which] = role
    put(s.clinic, which, started(np.where(sizes == MISSING, truth, sizes), role))


def end_line(s: State, which: np.ndarray, scenario: Scenario, draws: Draws) -> None:
    """End the line for progression, and wait for the next one, if there is any."""
    end_for_progression(s, which, scenario)
    occasions(s, which, scenario, draws, "palliation")
    await_line(s, which, scenario, draws)


def await_line(s: State, which: np.ndarray, scenario: Scenario, draws: Draws) -> None:
    """Find the next line and the day of its start."""
    place = next_line(scenario, draws, s.number[which], s.line[which])
    s.previous_line[which], s.line[which] = s.line[which], place
    s.phase[which] = np.where(place > 0, WAITING, CARE)
    gap = gap_days(scenario, draws, s.number[which], place)
    s.start_day[which] = np.where(place > 0, s.day[which] + gap, NEVER)


def baseline(
    s: State, which: np.ndarray, rows: np.ndarray, truth: np.ndarray,
    read: tuple[np.ndarray, np.ndarray | None], scenario: Scenario,
) -> None:  # fmt: skip
    """Choose the lesions of the line that is awaited (R1.1 to R1.6), on the scan of today."""
    rows = rows[s.phase[which[rows]] == WAITING]
    own, sizes = which[rows], truth[rows]
    role = roles(sizes, own, s.organ, s.irradiated, s.failed)
    least = np.where(role == TARGET, np.where(s.organ[own] == NODE, 1500, 1000), 0)
    for reading in read:
        if reading is not None:
            known = np.where(reading[rows] == MISSING, sizes, reading[rows])
            reading[rows] = np.maximum(known, least)
    s.role[own] = s.clinic_role[own] = role
    put(s.truth, own, started(sizes, role))
    put(s.clinic, own, started(read[0][rows], role))
    index = own[s.line[own] == scenario.index_line]
    s.record_role[index] = s.role[index]
    s.recorded[index] = True


def first_baseline(s: State, scenario: Scenario, draws: Draws, log: Log) -> None:
    """The baseline scan of the first line, and the scan before it where there is one."""
    imaging, everyone = scenario.imaging, np.arange(len(s.day))
    untreated(s, everyone, scenario)
    truth = shown(s, everyone, scenario)
    s.line[:] = next_line(scenario, draws, s.number, s.line)
    s.phase[:] = np.where(s.line > 0, WAITING, CARE)
    u = draws.uniform("visit", s.number, 3)[:, 2]
    s.start_day[:] = np.where(s.line > 0, 1 + np.floor(u * imaging.baseline_days_before), NEVER)
    second = readings(s, everyone, truth, scenario, draws, 1) if imaging.readers == 2 else None
    read = (readings(s, everyone, truth, scenario, draws, 0), second)
    baseline(s, everyone, everyone, truth, read, scenario)
    nothing = np.zeros(truth.shape, bool)
    if imaging.prebaseline_days_before:
        _prebaseline(s, everyone, scenario, log, nothing)
    _log_sizes(s, everyone, *read, nothing, log)
    s.visits += 1


def _prebaseline(s: State, which: np.ndarray, scenario: Scenario, log: Log, nothing: np.ndarray) -> None:
    days = scenario.imaging.prebaseline_days_before
    before = s.resistant_mm * np.exp(-s.resistant_rate * days)
    sizes = seen(np.zeros_like(before), before, s.organ, which, *limits(scenario))
    sizes = np.where(s.record_role > 0, sizes, 0)
    now, s.day = s.day, s.day - days
    _log_sizes(s, which, sizes, sizes if scenario.imaging.readers == 2 else None, nothing, log)
    s.day = now


def log_nothing(s: State, log: Log) -> None:
    """The tables of the scans, without a row."""
    nobody = np.arange(0)
    _log_missed(s, nobody, log)
    _log_done(s, nobody, nobody, nobody, log)


def _log_missed(s: State, which: np.ndarray, log: Log) -> None:
    log.add("missed", row=s.row[which], day=s.scan_planned[which], line=s.line[which], visit=s.visit[which])


def _log_done(s: State, which: np.ndarray, line: np.ndarray, response: np.ndarray, log: Log) -> None:
    log.add(
        "scans", row=s.row[which], day=s.day[which], line=line, visit=s.visit[which],
        response=response, burden=burden_mm(s, which), on=s.phase[which] == ON,
        regimen=s.regimen[which],
    )  # fmt: skip


def _log_sizes(
    s: State, which: np.ndarray, sizes: np.ndarray, second: np.ndarray | None, worse: np.ndarray, log: Log
) -> None:
    kept = s.recorded[which]
    own = which[kept]
    more = {} if second is None else {"second": second[kept]}
    log.add(
        "sizes", row=s.row[own], day=s.day[own], sizes=sizes[kept], worse=worse[kept],
        role=s.record_role[own], **more
    )  # fmt: skip
