"""A time-to-event endpoint between groups: curves, log-rank tests, Cox models and what qualifies them."""

from collections.abc import Callable, Sequence
from functools import partial

import polars as pl

from headway.analyse.multiplicity import P_VALUE
from headway.analyse.rows import result
from headway.analyse.survival.concordance import model_concordance
from headway.analyse.survival.cox.model import CoxModel, cox
from headway.analyse.survival.cox.piecewise import piecewise_hazard_ratios
from headway.analyse.survival.cox.proportional_hazards import proportional_hazards
from headway.analyse.survival.groups import results
from headway.analyse.survival.log_rank import log_rank, pairwise_log_rank
from headway.analyse.survival.outcomes import survival
from headway.analyse.survival.restricted_mean import restricted_mean
from headway.analyse.survival.sample import AnalysisError, Outcome
from headway.record.results import Curves, Results
from headway.run.cohort import Cohort, times_of
from headway.run.topics.compared import (
    FEWEST,
    Compared,
    compared,
    contributed,
    levels_in,
    reason_not_compared,
)
from headway.run.topics.comparison_in_subgroups import forest_frames, in_subgroups
from headway.run.topics.comparison_weighted import weighted, weighted_curves
from headway.run.topics.survival import time_in_words
from headway.run.topics.topic import Made
from headway.study.parts import Comparison

DOUBTFUL = 0.05  # p of the proportional-hazards test below which other summaries stand beside the ratio
FEW_EVENTS = 10  # events per coefficient below which a model is called unstable
TOO_SMALL = f"not given: a group has fewer than {FEWEST} patients"


def made_of(made: Cohort, asked: Comparison) -> Made:
    times = times_of(made, asked.endpoint, asked.since, asked.population)
    found = compared(made, asked, times)
    reason = reason_not_compared(found)
    drawn = [_curves(found, times)]
    if asked.weights and not reason:
        drawn += [weighted_curves(found, other) for other in found.others]
    tests = [not_analysed(found, "", reason)] if reason else _tests(found)
    rows = pl.concat([*(results for results, _ in drawn), left_out(found), *tests])
    curves = pl.concat([curves for _, curves in drawn])
    given = contributed(rows, times.select("patient_id", value=time_in_words()))
    return Made(rows, curves, times, given, forest_frames(made, found, rows))


def main_test(made: Cohort, asked: Comparison) -> pl.DataFrame:
    """The rows of the p-value that counts when comparisons are counted: the log-rank test."""
    found = compared(made, asked, times_of(made, asked.endpoint, asked.since, asked.population))
    if reason_not_compared(found):
        return Results.create_empty()
    test = attempted(found, "log-rank", partial(_log_rank, found))
    return without_small(found, test).filter(statistic=P_VALUE)


def outcome_of(found: Compared, part: str = "") -> Outcome:
    """How the results of a part of the comparison are labelled."""
    name = f"{found.name}, {part}" if part else found.name
    return Outcome(analysis=name, population=found.population, strata=found.asked.strata)


def not_analysed(found: Compared, part: str, reason: str) -> pl.DataFrame:
    """A row that says why there is no number."""
    where = outcome_of(found, part).where()
    return results([result(where, "not analysed", None, n=0, method="none", note=reason, patients=[])])


def attempted(found: Compared, part: str, ask: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """The results, or the reason why the data do not allow them."""
    try:
        return ask()
    except AnalysisError as error:
        return not_analysed(found, part, str(error))


def _curves(found: Compared, times: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Kaplan-Meier of each group; who has none is counted, not drawn."""
    groups = found.frame.select("patient_id", group=found.by).drop_nulls()
    known = times.join(groups, on="patient_id", how="semi", maintain_order="left")
    if known.is_empty():
        return Results.create_empty(), Curves.create_empty()
    return survival(known, found.name, groups=groups, population=found.population)


def left_out(found: Compared) -> pl.DataFrame:
    """How many patients have no group, or lack a covariate; and levels that nobody is in."""
    made = []
    for name in dict.fromkeys([found.by, *found.asked.adjust, *found.asked.strata]):
        ids = found.frame.filter(pl.col(name).is_null())["patient_id"].to_list()
        where = outcome_of(found).where(name)
        made.append(result(where, "not recorded", float(len(ids)), n=found.frame.height, method="count",
                           unit="patients", patients=ids))  # fmt: skip
    for level in levels_in(found.frame[found.by]):
        if found.levels and level not in found.levels:
            made.append(result(outcome_of(found).where(level), "empty group", None, n=0, method="count",
                               note="nobody in this group has a time", patients=[]))  # fmt: skip
    return results(made)


def _tests(found: Compared) -> list[pl.DataFrame]:
    models = _models(found)
    parts = [*_log_ranks(found), *models.values()]
    if any(map(_changes, models.values())):
        parts.append(attempted(found, "restricted mean", partial(_restricted_means, found)))
    for asked, part, ask in (
        (found.asked.weights, "weighted", weighted),
        (found.asked.subgroups, "subgroups", in_subgroups),
    ):
        others = found.others if asked else []
        parts += [attempted(found, f"{part}, {other}", partial(ask, found, other)) for other in others]
    return [without_small(found, part) for part in parts]


def _log_ranks(found: Compared) -> list[pl.DataFrame]:
    asks = {"log-rank": partial(_log_rank, found)}
    if len(found.levels) > 2:
        asks["pairs"] = partial(pairwise_log_rank, found.frame, found.by, outcome=outcome_of(found, "pairs"))
    if found.asked.trend:
        asks["trend"] = partial(_trend, found)
    return [attempted(found, part, ask) for part, ask in asks.items()]


def _log_rank(found: Compared) -> pl.DataFrame:
    return log_rank(found.frame, found.by, outcome=outcome_of(found, "log-rank"))


def _trend(found: Compared) -> pl.DataFrame:
    """The score of a level is its place, also where a level before it is empty."""
    places = [1.0 + levels_in(found.frame[found.by]).index(level) for level in found.levels]
    kept = found.frame.filter(pl.col(found.by).cast(pl.String).is_in(found.levels))
    test = log_rank(kept, found.by, outcome=outcome_of(found, "trend"), trend=places)
    return test.filter(pl.col("statistic").is_in([P_VALUE, "chi-square"]))


def _models(found: Compared) -> dict[str, pl.DataFrame]:
    parts: dict[str, Sequence[str]] = {"unadjusted": ()}
    if found.asked.adjust:
        parts["adjusted"] = found.asked.adjust
    return {
        part: attempted(found, part, partial(_model, found, part, adjust)) for part, adjust in parts.items()
    }


def _model(found: Compared, part: str, adjust: Sequence[str]) -> pl.DataFrame:
    frame = for_model(found, adjust)
    model = cox(frame, [found.by, *adjust], outcome=outcome_of(found, part))
    finite = _finite(found, model, frame, adjust)
    tested = _proportional(finite, part, found)
    rows = [model.to_frame(), _per_coefficient(model), _concordance(finite), tested]
    if _changes(tested):
        rows.append(_by_period(found, part, frame, adjust))
    return pl.concat(rows)


def _finite(found: Compared, model: CoxModel, frame: pl.DataFrame, adjust: Sequence[str]) -> CoxModel:
    """The model without levels that have no event: what it tends to as their hazard ratios go to 0."""
    if not any("goes to 0" in reason for reason in model.reasons.values()):
        return model
    kept = frame.drop_nulls([*model.outcome.columns(), *adjust])
    for name in [found.by, *adjust]:
        if isinstance(kept[name].dtype, pl.Enum):
            kept = kept.filter(pl.col("event").any().over(name))
    if kept[found.by].n_unique() < 2:
        return model
    return cox(kept, [found.by, *adjust], outcome=model.outcome)


def for_model(found: Compared, adjust: Sequence[str]) -> pl.DataFrame:
    """Groups and text covariates in the order in which a model compares them, the commonest level first."""
    frame = found.against_reference()
    complete = frame.drop_nulls([*adjust])
    for name in adjust:
        if isinstance(frame[name].dtype, pl.Enum):
            counted = (
                complete[name].cast(pl.String).value_counts().sort(pl.col("count").cast(pl.Int64).neg(), name)
            )
            known = counted[name].to_list()
            unseen = [level for level in levels_in(frame[name]) if level not in known]
            frame = frame.with_columns(pl.col(name).cast(pl.String).cast(pl.Enum([*known, *unseen])))
    return frame


def _per_coefficient(model: CoxModel) -> pl.DataFrame:
    events, size = int(model.sample.event.sum()), len(model.names)
    few = f"{events} events for coefficients: {size}, fewer than {FEW_EVENTS} each; the model may be unstable"
    note = few if events < FEW_EVENTS * size else None
    row = result(model.outcome.where(), "events per coefficient", events / max(size, 1), n=model.sample.n,
                 method="events / coefficients", note=note, patients=model.sample.patients)  # fmt: skip
    return results([row])


def _concordance(model: CoxModel) -> pl.DataFrame:
    try:
        # The rows that were set aside are counted with the model already.
        return model_concordance(model).filter(statistic="concordance")
    except AnalysisError:
        where = model.outcome.where()
        return results([result(where, "concordance", None, n=model.sample.n, method="Harrell",
                               note="not estimable: the model has no finite estimate",
                               patients=model.sample.patients)])  # fmt: skip


def _proportional(model: CoxModel, part: str, found: Compared) -> pl.DataFrame:
    name = f"{outcome_of(found, part).analysis}, proportional hazards"
    return proportional_hazards(model).with_columns(
        analysis=pl.lit(name), group=pl.col("group").replace({found.by: "groups", "GLOBAL": "model"})
    )


def _changes(rows: pl.DataFrame) -> bool:
    """Whether the hazard ratio between the groups is not the same all the time."""
    test = rows.filter(pl.col("analysis").str.ends_with(", proportional hazards"), group="groups")
    p = test.filter(statistic=P_VALUE)["value"].drop_nulls()
    return bool((p < DOUBTFUL).any())


def _by_period(found: Compared, part: str, frame: pl.DataFrame, adjust: Sequence[str]) -> pl.DataFrame:
    """Hazard ratios before and after the day by which half of the events have come."""
    used = frame.drop_nulls(["days", "event", *adjust, *found.asked.strata])
    middle = float(pl.Series(used.filter("event")["days"]).quantile(0.5, "lower") or 0)
    outcome = outcome_of(found, f"{part}, by period")
    made = piecewise_hazard_ratios(frame, found.by, [middle], outcome=outcome, adjust=adjust)
    return made.filter(pl.col("group").str.starts_with(found.by)).with_columns(at=pl.lit(middle))


def _restricted_means(found: Compared) -> pl.DataFrame:
    """Up to the day that every group is followed to."""
    frame = found.against_reference().drop_nulls(["days", "event"])
    until = float(min(frame.group_by(found.by).agg(pl.col("days").max())["days"]))
    made = restricted_mean(frame, until, by=found.by, outcome=outcome_of(found, "restricted mean"))
    return made.filter(~pl.col("group").str.contains(" vs ") | _against(found, pl.col("group")))


def _against(found: Compared, group: pl.Expr) -> pl.Expr:
    return group.is_in([f"{other} vs {found.reference}" for other in found.others])


def without_small(found: Compared, rows: pl.DataFrame) -> pl.DataFrame:
    """The same without p-values of groups too small for one (domain.md 9.8)."""
    sizes = found.sizes()
    small = [level for level in found.levels if sizes[level] < FEWEST]
    if len(small) > len(found.levels) - 2:
        unfit = pl.lit(True)
    else:
        pairs = [f"{a} vs {b}" for a in found.levels for b in found.levels if a != b and {a, b} & {*small}]
        unfit = pl.col("group").is_in([*pairs, *(f"{found.by} {pair}" for pair in pairs)])
    drop = unfit & (pl.col("statistic") == P_VALUE)
    return rows.with_columns(
        value=pl.when(~drop).then("value"), note=pl.when(drop).then(pl.lit(TOO_SMALL)).otherwise("note")
    )
