"""A single-arm trial: response, progression, survival, lines; readers err, visits are missed."""

from dataclasses import replace

import polars as pl
from scipy.stats import binom

from headway.analyse.proportions import proportion
from headway.run.cohort import Cohort, best_since, times_of
from judged.cohorts import SINCE, Derived, Size, derived, scenario, true
from judged.replicates import Estimand, Estimate, asked, judged, parts
from judged.truths import PLANNED, THESE, begun, responded, seen_pfs, times_asked, times_true, true_pfs

RULE_SETS = ("clinical", "EMA-2012", "FDA-2018")
RESPONSE, SECOND = "objective response rate", "two lines or more by the end of follow-up"
OVERALL, OVERALL_AT_ONE = "median OS", "OS at 1 year"
STUDY = {
    "criteria": {"visit_interval_days": 56, "visit_window_days": 14},
    "report": {
        "response": [{"since": SINCE}],
        "survival": [{"endpoint": "PFS", "since": SINCE}],
    },
}


def judge(size: Size) -> tuple[pl.DataFrame, list[str]]:
    """Bias and coverage, and what else is to be said."""
    of = scenario("single-arm")
    everyone = derived(of, size.replicates, STUDY)
    estimates = [asked(parts(rows, of.patients), ask) for rows, ask in _questions(everyone)]
    estimands = _estimands(size.truth)
    table = judged(pl.concat(estimates), estimands)
    return table, [_exact(of.patients, estimands[0].true), lines_alike(everyone)]


def pfs_by(made: Cohort, rules: str) -> pl.DataFrame:
    """Progression-free survival of the same cohort by another rule set."""
    criteria = made.study.criteria.model_copy(update={"pfs": rules})
    study = made.study.model_copy(update={"criteria": criteria})
    return times_of(replace(made, study=study, _times={}), "PFS", SINCE)


def _questions(of: Derived) -> list:
    pfs = [(pfs_by(of.made, rules), times_asked(*_pfs(rules))) for rules in RULE_SETS]
    return [
        (best_since(of.made, SINCE), _response),
        *pfs,
        (times_of(of.made, "OS", SINCE), times_asked(OVERALL, OVERALL_AT_ONE)),
        (line_counts(of), _second_line),
    ]


def _response(part: pl.DataFrame) -> dict[str, Estimate]:
    return {RESPONSE: proportion(int(part["objective_response"].sum()), part.height)}


def _pfs(rules: str) -> tuple[str, str]:
    return f"median PFS, {rules}", f"PFS at 1 year, {rules}"


def _second_line(part: pl.DataFrame) -> dict[str, Estimate]:
    return {SECOND: proportion(int((part["lines"] >= 2).sum()), part.height)}


def line_counts(of: Derived) -> pl.DataFrame:
    """Lines of each patient, as derived and as begun in truth while followed: patient_id, lines, true."""
    known = of.made.lines.lines.group_by("patient_id").agg(lines=pl.len()).collect()
    return (
        begun(of.truth)
        .join(known, on="patient_id", how="left")
        .with_columns(pl.col("lines").fill_null(0))
        .sort("patient_id")
    )


def lines_alike(of: Derived) -> str:
    counts = line_counts(of)
    same = (counts["lines"] == counts["true"]).to_numpy().mean()
    apart = (counts["lines"].cast(pl.Int64) - counts["true"].cast(pl.Int64)).to_numpy().mean()
    return (
        f"Lines of therapy: in {100 * same:.2f} % of {counts.height:,} patients as many were derived as were "
        f"begun while followed; mean difference {apart:+.4f}."
    )


def _exact(patients: int, true_share: float) -> str:
    """What exact limits promise at this size: at least 95 %, and how much more."""
    limits = [proportion(events, patients)[1:] for events in range(patients + 1)]
    chance = sum(
        float(binom.pmf(events, patients, true_share))
        for events, (low, high) in enumerate(limits)
        if low <= true_share <= high
    )
    return (
        f"Clopper-Pearson limits hold a true share of {100 * true_share:.1f} % in {100 * chance:.1f} % of "
        f"samples of {patients} by calculation: they are exact, not 95 %."
    )


def _estimands(patients: int) -> list[Estimand]:
    of = scenario("single-arm")
    seen, perfect, cut = (
        true(of, patients),
        true(of, patients, perfect=True),
        true(of, patients, cut=True),
    )
    pfs = {
        THESE: seen_pfs(seen),
        PLANNED: seen_pfs(perfect),
        "true progression, by the day": true_pfs(perfect),
    }
    death = {"true death": seen["truth"]["death_day"]}
    return [
        Estimand(RESPONSE, THESE, responded(seen), "probability"),
        Estimand(RESPONSE, PLANNED, responded(perfect), "probability"),
        *[one for rules in RULE_SETS for one in times_true(*_pfs(rules), pfs)],
        *times_true(OVERALL, OVERALL_AT_ONE, death),
        Estimand(
            SECOND, "begun while followed", float((begun(cut)["true"] >= 2).to_numpy().mean()), "probability"
        ),
    ]
