"""Two treatments one after the other in the same patients (domain.md 9.7)."""

from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import bdtr, chdtrc, ndtr
from scipy.stats import rankdata

from headway.analyse.proportions.two_groups import Test
from headway.analyse.rows import result
from headway.analyse.survival.cox.design import Category
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.groups import curve_of, results, set_aside
from headway.analyse.survival.kaplan_meier import quantile, survival_at
from headway.analyse.survival.sample import DAYS, AnalysisError, Outcome, numbers, sample

McNemarMethod = Literal["exact", "mid-p", "chi-square"]
SUCCESS = 1.33  # growth modulation index of a success (Von Hoff, Clin Cancer Res 1998)
JUST_UNDER = 1e-9  # an index of exactly 1.33 is a success
MOST_EXACT = 50  # pairs up to which the exact law of the signed ranks is computed, as R


def mcnemar(first_only: int, later_only: int, method: McNemarMethod = "exact") -> Test:
    """Did as many turn from yes to no as from no to yes? Discordant pairs in, two-sided p out.

    >>> [round(mcnemar(4, 7, m).p, 3) for m in ("exact", "mid-p")], mcnemar(4, 7, "chi-square").statistic
    ([0.549, 0.388], 0.36363636363636365)
    """
    if first_only < 0 or later_only < 0:
        raise AnalysisError(f"Discordant pairs are counts; found {first_only} and {later_only}.")
    n, fewer = first_only + later_only, min(first_only, later_only)
    if n == 0:
        return Test(1.0, "McNemar: no discordant pair")
    if method == "chi-square":
        statistic = max(abs(first_only - later_only) - 1, 0) ** 2 / n
        return Test(float(chdtrc(1, statistic)), "McNemar, chi-square, continuity correction", statistic, 1)
    at_most, below = bdtr(fewer, n, 0.5), bdtr(fewer - 1, n, 0.5) if fewer else 0.0
    if method == "mid-p":
        return Test(min(1.0, float(at_most + below)), "McNemar, exact, mid-p")
    return Test(min(1.0, float(2 * at_most)), "McNemar, exact")


def paired_response(
    pairs: pl.DataFrame, analysis: str, *, method: McNemarMethod = "exact", population: str = "all patients"
) -> pl.DataFrame:
    """Response to the first and to the later treatment of the same patients (R9.20).

    Takes:  patient_id, first, later (Boolean; a patient not evaluable for both is left out).
    Gives:  results: the four kinds of pairs, and McNemar's p-value.

    >>> pairs = pl.DataFrame({"patient_id": ["a", "b"], "first": [True, False], "later": [False, False]})
    >>> paired_response(pairs, "ORR").filter(pl.col("statistic") == "first only")["value"].to_list()
    [1.0]
    """
    both = pairs.drop_nulls(["first", "later"])
    first, later = pl.col("first"), pl.col("later")
    kinds = {"both": first & later, "first only": first & ~later, "later only": ~first & later,
             "neither": ~first & ~later}  # fmt: skip
    say = partial(result, {"analysis": analysis, "population": population, "group": "all"}, n=both.height)
    ids = {kind: both.filter(chosen)["patient_id"].sort().to_list() for kind, chosen in kinds.items()}
    say_pairs = partial(say, unit="patients", method="count")
    made = [say_pairs(kind, float(len(who)), patients=who) for kind, who in ids.items()]
    test = mcnemar(len(ids["first only"]), len(ids["later only"]), method)
    discordant = sorted(ids["first only"] + ids["later only"])
    made.append(say("p-value", test.p, unit="probability", method=test.method, patients=discordant))
    return results(made)


def growth_modulation_index(
    pairs: pl.DataFrame, analysis: str, *, threshold: float = SUCCESS, population: str = "all patients"
) -> pl.DataFrame:
    """Progression-free time on the later treatment over that on the one before, per patient (R9.21, R9.22).

    Takes:  patient_id, previous_days (above 0, ended by progression), days, event (False: the later time is
            censored, and with it the index).
    Gives:  results: median index and the share at or above the threshold, by Kaplan-Meier of the index.
            The ratio of the two medians is another number.

    >>> pairs = pl.DataFrame({"previous_days": [100, 100], "days": [50, 133], "event": [True, True]})
    >>> growth_modulation_index(pairs, "GMI")["value"].to_list()
    [0.915, 0.5]
    """
    wrong = pairs.filter(pl.col("previous_days") <= 0).height
    if wrong:
        raise AnalysisError(f"previous_days: above 0 is expected; {wrong} are not.")
    outcome = Outcome(time="index", analysis=analysis, population=population)
    rows = sample(pairs.with_columns(index=pl.col("days") / pl.col("previous_days")), outcome)
    curve = curve_of(rows)
    median, share = quantile(curve, 0.5), survival_at(curve, threshold - JUST_UNDER)
    say = partial(result, outcome.where(), n=rows.n, patients=rows.patients,
                  method="Kaplan-Meier of the growth modulation index, 95% limits log-log")  # fmt: skip
    missing = "not reached" if median.value is None else None
    ended = f"no index is followed to {threshold:g}" if share.value is None else None
    return results([
        *set_aside(outcome, rows),
        say("median index", median.value, lower=median.lower, upper=median.upper, unit="ratio", note=missing),
        say("share at or above", share.value, lower=share.lower, upper=share.upper, at=threshold,
            unit="probability", note=ended),
    ])  # fmt: skip


def signed_rank(differences: NDArray[np.float64]) -> Test:
    """Wilcoxon's signed-rank test of paired differences, none of them censored.

    Differences of 0 are left out (Wilcoxon 1945) and equal ones share their rank. Up to 50 pairs the law is
    exact, ties included; beyond, normal with continuity correction as R. The method names what was done.

    >>> signed_rank(np.array([3.0, -1.0, 2.0, 4.0])).p
    0.25
    """
    if not np.isfinite(differences).all():
        raise AnalysisError("differences: finite numbers are expected.")
    # Differences that floating point alone tells apart (0.3 - 0.2 and 0.1) are ties, or zeros.
    size = np.abs(differences).max(initial=0.0) or 1.0
    rounded = np.round(differences / size, 12)
    kept = rounded[rounded != 0]
    ranks = rankdata(np.abs(kept))
    ties, zeros = len(np.unique(ranks)) < len(ranks), len(differences) - len(kept)
    named = (f", {zeros} zeros left out" if zeros else "") + (", ties by mean ranks" if ties else "")
    if len(kept) == 0:
        return Test(1.0, f"Wilcoxon signed-rank: no difference{named}")
    statistic = float(ranks[kept > 0].sum())
    exact = len(kept) <= MOST_EXACT
    p = _exact_p(ranks, statistic) if exact else _normal_p(ranks, statistic)
    law = "exact" if exact else "normal, continuity correction"
    return Test(p, f"Wilcoxon signed-rank, {law}{named}", statistic)


def _exact_p(ranks: NDArray[np.float64], statistic: float) -> float:
    """Each sign is a fair coin; ranks are doubled, so that mean ranks are whole numbers."""
    doubled = np.rint(2 * ranks).astype(int)
    chances = np.zeros(doubled.sum() + 1)
    chances[0] = 1.0
    for rank in doubled:
        moved = np.concatenate([np.zeros(rank), chances[: len(chances) - rank]])
        chances = (chances + moved) / 2
    seen = round(2 * statistic)
    return float(min(1.0, 2 * min(chances[: seen + 1].sum(), chances[seen:].sum())))


def _normal_p(ranks: NDArray[np.float64], statistic: float) -> float:
    gap = statistic - ranks.sum() / 2
    z = (gap - np.sign(gap) / 2) / np.sqrt((ranks**2).sum() / 4)
    return float(2 * ndtr(-abs(z)))


def paired_hazard_ratio(
    rows: pl.DataFrame, treatment: str, *, reference: str | None = None, outcome: Outcome = DAYS
) -> pl.DataFrame:
    """Hazard ratio of one treatment against the other within patients: Cox stratified by patient (R9.22).

    Takes:  one row per patient and treatment, with the outcome's columns and patient_id; the reference.
    Gives:  results; the test of no effect is the paired (stratified) log-rank test. A patient tells something
            only where one time ends in an event while the other still runs.

    >>> rows = pl.DataFrame({"patient_id": list("aabbcc"), "drug": ["A", "B"] * 3,
    ...                      "days": [5, 9, 8, 4, 3, 7], "event": [True] * 6})
    >>> paired_hazard_ratio(rows, "drug").filter(pl.col("statistic") == "hazard ratio")["value"].round(6)[0]
    0.5
    """
    within = replace(outcome, strata=(*outcome.strata, outcome.patient))
    return cox(rows, [Category(treatment, reference)], outcome=within).to_frame()


def paired_days(pairs: pl.DataFrame, analysis: str, *, population: str = "all patients") -> pl.DataFrame:
    """Do patients stay longer, or shorter, on the later treatment? For days that are all complete.

    Takes:  patient_id, first, later: days. Gives: results: median difference and the signed-rank p-value.
    """
    both = pairs.drop_nulls(["first", "later"])
    gaps = numbers(both, "later") - numbers(both, "first")
    if len(gaps) == 0:
        raise AnalysisError("No patient has both first and later.")
    test = signed_rank(gaps)
    say = partial(result, {"analysis": analysis, "population": population, "group": "later - first"},
                  n=both.height, patients=both["patient_id"].sort().to_list())  # fmt: skip
    return results([
        say("median difference", float(np.median(gaps)), unit="days", method="median of the differences"),
        say("p-value", test.p, unit="probability", method=test.method),
    ])  # fmt: skip
