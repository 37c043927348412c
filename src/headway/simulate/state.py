"""Where each patient stands on a day: disease, treatment, and what is planned."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from headway.simulate.judge import Reference
from headway.simulate.patients import NEVER, Disease, People
from headway.simulate.scenario import Scenario
from headway.simulate.sizes import HUNDREDTHS, grown, seen, seen_after

# For the next line; on drugs; off drugs and scanned; no treatment any more; dead or at the end of the model.
WAITING, ON, OFF, CARE, OVER = range(5)
NO_SCAN = 10**8  # larger than any size, and five times it is still a number of 32 bits


@dataclass
class Watched:
    """What the truth about the state of disease needs to know of each lesion (`metastases`)."""

    status: np.ndarray
    lowest: np.ndarray  # hundredths of a millimetre, on planned scans of this stretch of the lesion's life
    ablated: np.ndarray


@dataclass
class State:
    """One row per patient who is alive; the last axis of lesions is the place.

    A lesion is a sensitive and a resistant part, each growing or shrinking at its own rate: the model of
    Stein (Oncologist 2008;13:1046) in the form with a fraction that responds (Wilkerson, Lancet Oncol
    2017;18:143): size(t) = size(0) * (f exp(-d t) + (1 - f) exp(g t)).
    """

    row: np.ndarray  # in the tables of people and disease
    number: np.ndarray
    day: np.ndarray  # since the baseline scan of the first line
    sensitive_mm: np.ndarray
    resistant_mm: np.ndarray
    sensitive_rate: np.ndarray
    resistant_rate: np.ndarray
    growth_per_day: np.ndarray
    organ: np.ndarray
    cured: np.ndarray
    irradiated: np.ndarray
    killed: np.ndarray  # in part at least, by radiotherapy
    failed: np.ndarray  # local failure after radiotherapy
    irradiated_lowest: np.ndarray  # smallest size since radiotherapy, hundredths
    role: np.ndarray  # as of the baseline of the line
    clinic_role: np.ndarray  # as of the clinic's own last baseline
    record_role: np.ndarray  # as recorded
    phase: np.ndarray
    line: np.ndarray  # by place, from 1; the one that is awaited while waiting; 0: none is left
    previous_line: np.ndarray
    lines_begun: np.ndarray
    regimen: np.ndarray
    kind: np.ndarray
    line_start: np.ndarray
    visit: np.ndarray  # of the line
    visits: np.ndarray  # in all
    progression_day: np.ndarray  # true, of the line; NEVER: not yet
    candidate_day: np.ndarray  # since when the disease has been progressive without a scan
    scan_day: np.ndarray
    scan_planned: np.ndarray
    start_day: np.ndarray
    stop_day: np.ndarray  # planned end of the drugs for another reason than progression
    stop_reason: np.ndarray
    treated_until: np.ndarray  # NEVER: still on the drugs
    toxic_death_day: np.ndarray
    course_day: np.ndarray  # by policy
    course_lesions: np.ndarray  # by policy and place
    courses: np.ndarray  # by policy
    candidate: np.ndarray  # by policy
    growth_ratio: np.ndarray  # systemic effect of radiotherapy
    death_ratio: np.ndarray
    death_left: np.ndarray  # cumulative hazard that is left
    new_left: np.ndarray
    course_left: np.ndarray  # by policy
    new_lesions: np.ndarray
    frailty: np.ndarray  # of death, by covariates
    recorded: np.ndarray  # the index line has been awaited
    truth: Reference
    clinic: Reference
    watched: Watched

    def take(self, which: np.ndarray) -> "State":
        """The state of some of the patients, by their rows."""
        return State(**{f.name: _taken(getattr(self, f.name), which) for f in fields(self)})

    @property
    def in_line(self) -> np.ndarray:
        """On a line of therapy, with or without its drugs."""
        return (self.phase == ON) | (self.phase == OFF)

    @property
    def places(self) -> int:
        return self.organ.shape[1]


def _taken(value: Any, which: np.ndarray) -> Any:
    if isinstance(value, Reference | Watched):
        return type(value)(**{f.name: getattr(value, f.name).take(which, axis=0) for f in fields(value)})
    return value.take(which, axis=0)


def put(whole: Reference, which: np.ndarray, part: Reference) -> None:
    """Write the references of some patients in their place."""
    for f in fields(whole):
        getattr(whole, f.name)[which] = getattr(part, f.name)


def shown(s: State, who: np.ndarray, scenario: Scenario) -> np.ndarray:
    """What a perfect scan would show today, in hundredths of a millimetre."""
    return seen(s.sensitive_mm, s.resistant_mm, s.organ, who, *limits(scenario))


def sizes_after(s: State, days: np.ndarray, scenario: Scenario) -> np.ndarray:
    """The same for everyone, after so many days without an event."""
    return seen_after(parts(s), days, limits(scenario))


def parts(s: State) -> tuple[np.ndarray, ...]:
    """What a lesion is made of: two parts, each with its rate per day, and its organ."""
    return s.sensitive_mm, s.sensitive_rate, s.resistant_mm, s.resistant_rate, s.organ


def limits(scenario: Scenario) -> tuple[float, int]:
    """Below the first, in hundredths, nothing is seen; no lymph node is smaller than the second."""
    plan = scenario.lesions
    return float(plan.visible_mm * HUNDREDTHS), int(plan.normal_node_mm * HUNDREDTHS)


def advance(s: State, to: np.ndarray) -> None:
    """Let the disease grow and shrink up to a day."""
    days = to - s.day
    s.sensitive_mm = grown(s.sensitive_mm, s.sensitive_rate, days)
    s.resistant_mm = grown(s.resistant_mm, s.resistant_rate, days)
    s.day = to


def burden_mm(s: State, who: np.ndarray | None = None) -> np.ndarray:
    """The sum of all diameters, of everyone or of some."""
    if who is None:
        return (s.sensitive_mm + s.resistant_mm).sum(axis=1)
    return (s.sensitive_mm[who] + s.resistant_mm[who]).sum(axis=1)


def at_baseline(scenario: Scenario, them: People, disease: Disease) -> State:
    """Everybody on the day of the baseline scan of the first line, before roles and lines are decided."""
    n, places = disease.organ.shape
    policies = len(scenario.radiotherapy)

    def whole(value: int = 0, *shape: int) -> np.ndarray:
        return np.full((n, *shape), value, np.int32)

    def real(value: float, *shape: int) -> np.ndarray:
        # Of a whole number numpy would make whole numbers, in which a rate per day is 0.
        return np.full((n, *shape), value, np.float64)

    def small(*shape: int) -> np.ndarray:
        return np.zeros((n, *shape), np.int8)

    def yes_no(*shape: int) -> np.ndarray:
        return np.zeros((n, *shape), bool)

    def reference() -> Reference:
        return Reference(whole(), whole(), whole(0, places), yes_no())

    survival = scenario.survival
    frailty = np.where(them.hpv, survival.hpv_positive_ratio, 1.0) * survival.ecog_ratio ** them.ecog.astype(
        float
    )
    return State(
        row=np.arange(n), number=them.number, day=whole(),
        sensitive_mm=real(0.0, places), resistant_mm=disease.size_mm.copy(), sensitive_rate=real(0.0, places),
        resistant_rate=disease.growth_per_day * scenario.growth.untreated_ratio,
        growth_per_day=disease.growth_per_day, organ=disease.organ.copy(),
        cured=yes_no(places), irradiated=yes_no(places), killed=yes_no(places), failed=yes_no(places),
        irradiated_lowest=whole(0, places), role=small(places), clinic_role=small(places),
        record_role=small(places), phase=whole(WAITING), line=whole(), previous_line=whole(),
        lines_begun=whole(), regimen=whole(-1),
        kind=whole(-1), line_start=whole(NEVER), visit=whole(), visits=whole(), progression_day=whole(NEVER),
        candidate_day=whole(NEVER), scan_day=whole(NEVER), scan_planned=whole(NEVER), start_day=whole(NEVER),
        stop_day=whole(NEVER), stop_reason=whole(), treated_until=whole(NEVER), toxic_death_day=whole(NEVER),
        course_day=whole(NEVER, policies), course_lesions=yes_no(policies, places),
        courses=whole(0, policies), candidate=yes_no(policies), growth_ratio=real(1.0),
        death_ratio=real(1.0), death_left=real(1.0),
        new_left=real(1.0), course_left=real(1.0, policies), new_lesions=whole(), frailty=frailty,
        recorded=yes_no(), truth=reference(), clinic=reference(),
        watched=Watched(np.zeros((n, places), np.int8), whole(NO_SCAN, places), yes_no(places)),
    )  # fmt: skip
