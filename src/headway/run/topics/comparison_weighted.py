"""Two groups made alike by weights: balance, survival, hazard ratio, and how sure of it to be (9.4)."""

import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.groups import results
from headway.analyse.survival.outcomes import MILESTONES_YEARS, survival
from headway.analyse.survival.sample import AnalysisError, Outcome
from headway.analyse.weighting.balance import balance
from headway.analyse.weighting.comparison import weighted_comparison
from headway.analyse.weighting.e_value import e_value
from headway.analyse.weighting.weights import propensity, with_weights
from headway.record.results import Curves
from headway.run.topics.compared import Compared
from headway.units import DAYS_PER

TREATED = "in the group"
COMMON = 0.15  # share with the event above which a hazard ratio is no risk ratio (VanderWeele and Ding 2017)


def weighted(found: Compared, other: str) -> pl.DataFrame:
    """One group against the reference, weighted by the propensity of being in it.

    Gives:  results of three parts: "weighted, LEVEL" (survival, hazard ratio, log-rank, E-value) and
            "balance, LEVEL".
    """
    frame = _with_weights(found, other)
    # Weights are of patients with an outcome: the balance is of those who are compared.
    alike = balance(frame, TREATED, list(found.asked.adjust), analysis=f"{found.name}, balance, {other}",
                    population=found.population)  # fmt: skip
    outcome = Outcome(analysis=f"{found.name}, weighted, {other}", population=found.population,
                      strata=found.asked.strata)  # fmt: skip
    compared = weighted_comparison(frame, TREATED, _milestones(frame), outcome=outcome)
    rows = pl.concat([alike, compared, _e_values(compared, frame, outcome)])
    return rows.with_columns(group=pl.col("group").replace(_labels(found, other)))


def weighted_curves(found: Compared, other: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Results and curves of both groups, weighted; nothing where there are no weights."""
    try:
        frame = _with_weights(found, other).drop_nulls("weight")
    except AnalysisError:
        return results([]), Curves.create_empty()
    order = pl.Enum([level for level in found.levels if level in (other, found.reference)])
    groups = frame.select("patient_id", group=pl.col(found.by).cast(pl.String).cast(order))
    name = f"{found.name}, weighted curves, {other}"
    return survival(frame, name, groups=groups, weight="weight", population=found.population)


def _with_weights(found: Compared, other: str) -> pl.DataFrame:
    asked = found.asked
    if asked.weights is None or not asked.adjust:
        raise AnalysisError("the covariates of the propensity model are expected under `adjust`.")
    scored = propensity(_pair(found, other), TREATED, list(asked.adjust))
    return with_weights(scored, TREATED, estimand=asked.weights)


def _pair(found: Compared, other: str) -> pl.DataFrame:
    frame = found.against_reference().drop_nulls(["days", "event", *found.asked.strata])
    pair = frame.filter(pl.col(found.by).is_in([found.reference, other]))
    return pair.with_columns((pl.col(found.by) == other).alias(TREATED))


def _milestones(frame: pl.DataFrame) -> list[float]:
    """1, 2, 3, 5 years, as far as both groups are followed."""
    last = float(min(frame.group_by(TREATED).agg(pl.col("days").max())["days"]))
    return [years * DAYS_PER["years"] for years in MILESTONES_YEARS if years * DAYS_PER["years"] <= last]


def _labels(found: Compared, other: str) -> dict[str, str]:
    reference = found.reference
    return {
        TREATED: other, f"not {TREATED}": reference, "true": other, "false": reference,
        "true vs false": f"{other} vs {reference}",
        f"{TREATED} true vs false": f"{found.by} {other} vs {reference}",
    }  # fmt: skip


def _e_values(compared: pl.DataFrame, frame: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
    ratio = compared.filter(statistic="hazard ratio").row(0, named=True)
    if ratio["value"] is None or ratio["lower"] is None:
        return results([])
    nearer = ratio["lower"] if ratio["value"] > 1 else ratio["upper"]
    common = bool((frame["event"].mean() or 0) > COMMON)  # type: ignore[operator]
    of_ratio, of_limit = e_value(ratio["value"], nearer, common_outcome=common)
    method = f"VanderWeele and Ding 2017, event {'common' if common else 'rare'}"
    say = {"n": ratio["n"], "patients": ratio["patients"], "method": method}
    where = outcome.where(ratio["group"])
    return results(
        [result(where, "E-value", of_ratio, **say), result(where, "E-value of the limit", of_limit, **say)]
    )
