"""examples/sabr-oligometastases: local control, survival, and the state of disease."""

import polars as pl

from headway.run.cohort import groups_of, times_of
from headway.run.topics.local_control import lesions_of
from headway.study.parts import LocalControl
from judged import states
from judged.cohorts import SINCE, Derived, Size, derived, example, study_of, true
from judged.lesions import YEARS, control_estimands, controls, measured_controls, measured_estimands
from judged.replicates import Estimand, asked, judged, parts
from judged.truths import median_of, times_asked

NAME = "sabr-oligometastases"
OVERALL = {"positive": "median OS, HPV-positive", "negative": "median OS, HPV-negative"}


def judge(size: Size) -> tuple[pl.DataFrame, list[str]]:
    """Bias and coverage, and how often the derived state is the true one."""
    of = example(NAME)
    everyone = derived(of, size.replicates, study_of(NAME))
    seen = states.compared(everyone)
    lesions = lesions_of(everyone.made, LocalControl(years=YEARS)).drop_nulls(["days", "state"])
    of_lesions = [asked(parts(lesions, of.patients), ask) for ask in (controls, measured_controls)]
    said = [*of_lesions, *_survival(everyone, of.patients)]
    said += [
        asked(parts(rows, of.patients), ask)
        for months in states.MONTHS
        for rows, ask in states.asked_at(months, seen)
    ]
    each = parts(seen, of.patients)
    alike = pl.concat([asked(each, states.agreement(months)) for months in states.MONTHS])
    return judged(pl.concat(said), _estimands(size.truth)), [states.agreement_table(alike)]


def _survival(of: Derived, patients: int) -> list[pl.DataFrame]:
    rows = times_of(of.made, "OS", SINCE).join(groups_of(of.made, "hpv"), on="patient_id")
    return [
        asked(parts(rows.filter(group=group), patients), times_asked(name)) for group, name in OVERALL.items()
    ]


def _estimands(patients: int) -> list[Estimand]:
    of = example(NAME)
    truth, perfect = true(of, patients), true(of, patients, perfect=True)
    death = truth["truth"]
    medians = [
        Estimand(name, "true death", median_of(death.filter(hpv_positive=positive)["death_day"]), "days")
        for positive, name in ((True, OVERALL["positive"]), (False, OVERALL["negative"]))
    ]
    return [*control_estimands(perfect), *measured_estimands(perfect), *medians, *states.estimands(truth)]
