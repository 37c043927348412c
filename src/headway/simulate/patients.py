"""The patients and their lesions, before anything is done."""

from dataclasses import dataclass
from typing import get_args

import numpy as np
from scipy.special import ndtri

from headway.simulate.draws import Draws, chosen
from headway.simulate.scenario import Organ, Scenario, Site

SITES = get_args(Site)
ORGANS = get_args(Organ)
HEAD_AND_NECK, NODE, BONE = (ORGANS.index(name) for name in ("head and neck", "lymph node", "bone"))
SMOKING = ("never", "former", "current")
LEAST_TARGET_MM, LEAST_TARGET_NODE_MM = 10.0, 15.0  # R1.1, R1.2


@dataclass(frozen=True)
class People:
    """One entry per patient: what is known of them at the start."""

    number: np.ndarray  # of the candidate, counted from 0
    age_years: np.ndarray
    female: np.ndarray
    site: np.ndarray
    hpv: np.ndarray
    hpv_tested: np.ndarray
    p16: np.ndarray
    cps: np.ndarray
    smoking: np.ndarray
    pack_years: np.ndarray
    ecog: np.ndarray
    centre: np.ndarray
    diagnosis_days_before: np.ndarray
    enrolment_fraction: np.ndarray  # of the accrual period
    curative: np.ndarray  # chemoradiotherapy after the diagnosis
    dropout_days: np.ndarray  # since the index line


def people(scenario: Scenario, draws: Draws, number: np.ndarray) -> People:
    """Draw the patients."""
    cohort, u = scenario.cohort, draws.uniform("patient", number, 16)
    site = chosen(u[:, 0], [cohort.site_shares.get(name, 0.0) for name in SITES])
    positive = np.array([cohort.hpv_positive_shares.get(name, 0.0) for name in SITES])
    hpv = u[:, 1] < positive[site]
    smoking = chosen(u[:, 2], [cohort.smoking_shares.get(name, 0.0) for name in SMOKING])
    time = draws.exponential("calendar", number, 2)
    hazard = scenario.calendar.dropout_per_month / MONTH
    diagnosed = _days(cohort.diagnosis_to_recurrence_months * MONTH * np.exp(ndtri(u[:, 12])))
    return People(
        number=number,
        age_years=np.clip(np.round(cohort.age_median_years + cohort.age_sd_years * ndtri(u[:, 3])), 18, 100),
        female=u[:, 4] < cohort.female_share,
        site=site,
        hpv=hpv,
        hpv_tested=u[:, 5] < cohort.hpv_tested_share,
        p16=hpv == (u[:, 6] < cohort.p16_agreement),
        cps=_cps(scenario, u[:, 7], u[:, 8]),
        smoking=smoking,
        pack_years=np.clip(np.round(cohort.pack_years_median * np.exp(0.5 * ndtri(u[:, 9]))), 1, 200),
        ecog=chosen(u[:, 10], cohort.ecog_shares),
        centre=1 + np.floor(u[:, 11] * cohort.centres).astype(np.int32),
        diagnosis_days_before=diagnosed,
        enrolment_fraction=u[:, 13],
        curative=(u[:, 14] < cohort.chemoradiotherapy_share) & (diagnosed > LEAST_DAYS_TO_RECURRENCE),
        dropout_days=_days(time[:, 0] / hazard) if hazard else np.full(len(number), NEVER),
    )


MONTH = 365.25 / 12
LEAST_DAYS_TO_RECURRENCE = 200  # after curative treatment
NEVER = 2**30


def _days(days: np.ndarray) -> np.ndarray:
    """Whole days, at least one."""
    return np.clip(np.ceil(days), 1, NEVER).astype(np.int32)


def _cps(scenario: Scenario, which: np.ndarray, where: np.ndarray) -> np.ndarray:
    """0; 1 to 19; 20 to 100."""
    low, high = scenario.cohort.cps_below_1_share, scenario.cohort.cps_20_or_more_share
    kind = chosen(which, [low, max(0.0, 1 - low - high), high])
    return np.select([kind == 0, kind == 1], [0 * where, 1 + np.floor(19 * where)], 20 + np.floor(81 * where))


@dataclass(frozen=True)
class Disease:
    """One row per patient, one column per place for a lesion; new lesions take the places that are free."""

    size_mm: np.ndarray  # 0: no lesion
    organ: np.ndarray
    growth_per_day: np.ndarray  # of resistant disease, without any effect
    new_size_mm: float


def disease(scenario: Scenario, draws: Draws, them: People) -> Disease:
    """Draw the lesions and how fast they grow."""
    plan, growth = scenario.lesions, scenario.growth
    places = len(plan.number_shares) + growth.most_new_lesions
    u = draws.uniform("lesions", them.number, 1 + 2 * places)
    organ = chosen(u[:, 1 : 1 + places], [plan.organ_shares.get(name, 0.0) for name in ORGANS])
    number = 1 + chosen(u[:, 0], plan.number_shares)
    if plan.measurable:
        # Bone cannot be measured: the first lesion of such a patient lies where soft tissue does.
        organ[:, 0] = np.where(organ[:, 0] == BONE, _soft(plan.organ_shares), organ[:, 0])
    median = np.where(organ == NODE, plan.node_size_median_mm, plan.size_median_mm)
    size = np.clip(median * np.exp(plan.size_log_sd * ndtri(u[:, 1 + places :])), 5, 250)
    if plan.measurable:
        least = np.where(organ[:, 0] == NODE, LEAST_TARGET_NODE_MM, LEAST_TARGET_MM)
        size[:, 0] = np.maximum(size[:, 0], least + 1)
    # A node under 10 mm is normal, and so is no lesion (R1.2).
    size = np.where((organ == NODE) & (size < 10), 10, size)
    there = np.arange(places) < number[:, None]
    return Disease(
        np.where(there, size, 0.0), organ, _growth(scenario, draws, them, places), growth.new_lesion_mm
    )


def _soft(shares: dict) -> int:
    soft = {name: share for name, share in shares.items() if name != "bone"} or {"head and neck": 1.0}
    return ORGANS.index(max(soft, key=lambda name: soft[name]))


def _growth(scenario: Scenario, draws: Draws, them: People, places: int) -> np.ndarray:
    growth, z = scenario.growth, draws.normal("growth", them.number, 1 + places)
    spread = growth.patient_log_sd * z[:, :1] + growth.lesion_log_sd * z[:, 1:]
    of_hpv = np.where(them.hpv, growth.hpv_positive_ratio, 1.0)[:, None]
    return growth.growth_per_month / MONTH * of_hpv * np.exp(spread)
