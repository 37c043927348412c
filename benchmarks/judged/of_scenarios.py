"""The chapters of the model's own scenarios: one question each, and what must be known to read the answer."""

from judged import exposure, lesions, single_arm
from judged.cohorts import Size, scenario
from judged.page import Chapter

DEATH_RATIO = 0.7
AT_RANDOM, BY_INDICATION = "radiotherapy-at-random", "radiotherapy-by-indication"


def trial(size: Size) -> Chapter:
    table, notes = single_arm.judge(size)
    before = (
        "Readers err, visits are early, late or missed, patients are lost, and the cut-off comes before all"
        " have progressed. Nobody sees a progression on the day on which it comes, so the median of a study"
        " is later than the true one by a part of the interval between scans: that is the schedule, not the"
        " pipeline, and the first true value of each quantity is what the schedule and the readers allow. "
        "The true median lies where next to nothing is seen, between two scans: the median of a study then "
        "falls on either of them, and their mean is no measure of bias. PFS at one year is one.\n\n"
        "Patients who leave before they could respond count as without response, which costs the response "
        "rate a little. Rule sets EMA-2012 and FDA-2018 censor at the last assessment. Scans of one visit "
        "are spread over its window, so who is censored right after a scan without progression leaves those"
        " at risk before the others of that visit are seen: PFS comes out a little too short, the more "
        "patients are lost, cut off, or (FDA-2018) stop their drugs; with visits on their day most of that "
        "is gone. Rule set clinical censors at last contact and is spared that."
    )
    return Chapter("A single-arm trial", scenario("single-arm"), table, before, tuple(notes))


def no_effect(size: Size) -> Chapter:
    before = (
        "Radiotherapy changes nothing, and comes at the same hazard to everybody who lives. Every true "
        "hazard ratio is 1. The naive split of ever against never irradiated is shown for what it is: "
        "immortal time alone (domain.md 9.6). Limits of clone-censor-weight leave out each patient in turn "
        "and estimate the weights anew (docs/decisions/0007): errors that take the weights for known are too "
        "small where few are exposed within the grace period and then stand for many."
    )
    table = exposure.judge(AT_RANDOM, size)
    return Chapter("Radiotherapy that does nothing, at random", scenario(AT_RANDOM), table, before)


def effect(size: Size) -> Chapter:
    of = exposure.with_effect(scenario(AT_RANDOM), DEATH_RATIO)
    before = (
        "The same scenario, but radiotherapy multiplies every patient's own hazard of death by a constant "
        "ratio from then on. No model here knows burden, ECOG or HPV; a hazard ratio among unlike patients "
        "lies nearer to 1 than their own, even in a trial that irradiates the same patients all or none on "
        "day 0 (second true value, by counterfactual simulation). Landmark and clone-censor-weight compare "
        "who was irradiated early with the others, of whom many are irradiated later: a smaller contrast. "
        "Their true value is their own limit, in very many patients whose days are known."
    )
    table = exposure.judge_effect(AT_RANDOM, size, DEATH_RATIO)
    return Chapter("Radiotherapy that prolongs life, at random", of, table, before)


def by_indication(size: Size) -> Chapter:
    before = (
        "Radiotherapy changes nothing, but is given where the drugs hold and few lesions are left, and to "
        "few lesions that grow. The true hazard ratio is 1. None of these methods is told why somebody was "
        "irradiated: they take immortal time away, and confounding by indication remains. A study as small "
        "as these may not tell such a bias from chance, so its limits hold the truth more often than it "
        "deserves: read the bias."
    )
    table = exposure.judge(BY_INDICATION, size)
    return Chapter("Radiotherapy that does nothing, by indication", scenario(BY_INDICATION), table, before)


def local_control(size: Size) -> Chapter:
    before = (
        "All metastases are irradiated; half of them will never grow again. Local failure needs the next "
        "scan to show it too (R3.11), so a failure shortly before death is none: the first true value "
        "counts as the rule does, the second counts every failure that a scan could show. Death competes "
        "(R3.13): Kaplan-Meier with death censored is shown for what it is, and so are limits that take the"
        " lesions of a patient for independent (R3.14)."
    )
    return Chapter("Local control after SABR", scenario("sabr"), lesions.judge(size), before)


SCENARIOS = (trial, no_effect, effect, by_indication, local_control)
