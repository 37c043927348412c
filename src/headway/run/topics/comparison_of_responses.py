"""Response or disease control between groups: rates, differences and ratios, pooled over strata if asked."""

import numpy as np
import polars as pl

from headway.analyse.multiplicity import P_VALUE
from headway.analyse.proportions.compare import contrasts, rates, stratified_contrasts
from headway.analyse.proportions.two_groups import chi_square
from headway.analyse.rows import result
from headway.analyse.survival.groups import results
from headway.errors import StudyError
from headway.record.words import sentence
from headway.run.cohort import Cohort, best_since, members
from headway.run.topics.compared import (
    RATES,
    Compared,
    analysis_name,
    compared,
    contributed,
    levels_in,
    reason_not_compared,
)
from headway.run.topics.comparison_of_times import left_out, not_analysed, without_small
from headway.run.topics.topic import Made
from headway.study.parts import AS_REPORTED, Comparison

KINDS = {"": "best response", "confirmed_": "confirmed best response"}


def made_of(made: Cohort, asked: Comparison) -> Made:
    _demand_what_rates_take(asked)
    best = best_since(made, asked.since)
    rows = best.join(members(made, asked.population), on="patient_id", how="semi", maintain_order="left")
    found = {prefix: compared(made, asked, _outcomes(asked, rows, prefix)) for prefix in KINDS}
    parts = {prefix: _of_kind(own, KINDS[prefix]) for prefix, own in found.items()}
    given = [contributed(part, _in_words(rows, prefix)) for prefix, part in parts.items()]
    return Made(pl.concat([left_out(found[""]), *parts.values()]), contributions=pl.concat(given))


def _outcomes(asked: Comparison, rows: pl.DataFrame, prefix: str) -> pl.DataFrame:
    return rows.select("patient_id", event=f"{prefix}{RATES[asked.endpoint]}")


def _in_words(rows: pl.DataFrame, prefix: str) -> pl.DataFrame:
    said = sentence("{}; {}", f"{prefix}best_response", "reason")
    return rows.select("patient_id", value=said.fill_null("not recorded"))


def _demand_what_rates_take(asked: Comparison) -> None:
    """Raise StudyError for what only a time to an event can be asked."""
    if asked.since == AS_REPORTED:
        raise StudyError(
            f"report.comparison.since: {asked.endpoint} cannot be 'as reported'; name an anchor."
        )
    extra = {
        "adjust": asked.adjust,
        "weights": asked.weights,
        "subgroups": asked.subgroups,
        "trend": asked.trend,
    }
    for key, value in extra.items():
        if value:
            raise StudyError(
                f"report.comparison.{key}: is for times to an event; a comparison of {asked.endpoint} takes "
                "`strata` (Mantel-Haenszel)."
            )


def main_test(made: Cohort, asked: Comparison) -> pl.DataFrame:
    """The rows of the p-value that counts when comparisons are counted: of unconfirmed responses."""
    rows = made_of(made, asked).results
    name = f"{analysis_name(made, asked)}, {KINDS['']}"
    tests = rows.filter(pl.col("statistic") == P_VALUE, pl.col("analysis") == name)
    return tests.tail(1)  # of several groups the test of all stands last


def _of_kind(found: Compared, kind: str) -> pl.DataFrame:
    reason = reason_not_compared(found)
    name = f"{found.name}, {kind}"
    rows = found.frame.drop_nulls(found.by).with_columns(group=pl.col(found.by).cast(pl.String))
    if rows.is_empty() or reason:
        why = not_analysed(found, kind, reason or "No patient has a group: nothing is compared.")
        return why if rows.is_empty() else pl.concat([_rates(found, rows, name), why])
    made = [_rates(found, rows, name), contrasts(rows, name, found.reference, population=found.population)]
    made += [_whole(found, rows, name)] if len(found.levels) > 2 else []
    made += [_pooled(found, rows, name)] if found.asked.strata else []
    return pl.concat([without_small(found, part) for part in made])


def _rates(found: Compared, rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """In the order of the groups."""
    made = rates(rows, name, population=found.population)
    return made.sort(pl.col("group").cast(pl.Enum(levels_in(found.frame[found.by]))), maintain_order=True)


def _whole(found: Compared, rows: pl.DataFrame, name: str) -> pl.DataFrame:
    known = rows.drop_nulls("event")
    counts = [[(own["event"]).sum(), (~own["event"]).sum()]
              for own in (known.filter(group=level) for level in found.levels)]  # fmt: skip
    test = chi_square(np.array(counts, dtype=np.float64))
    where = {"analysis": name, "population": found.population, "group": " vs ".join(found.levels)}
    ids = known["patient_id"].sort().to_list()
    return results([result(where, "p-value", test.p, n=known.height, method=test.method, unit="probability",
                           patients=ids)])  # fmt: skip


def _pooled(found: Compared, rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Within strata, which are the combinations of their columns."""
    one = pl.concat_str([pl.col(column).cast(pl.String) for column in found.asked.strata], separator=" and ")
    told = rows.with_columns(stratum=one).drop_nulls(["stratum", "event"])
    return pl.concat([_pooled_pair(found, told, other, name) for other in found.others])


def _pooled_pair(found: Compared, told: pl.DataFrame, other: str, name: str) -> pl.DataFrame:
    pair = told.filter(pl.col("group").is_in([other, found.reference]))
    usable = pair.filter(pl.col("group").n_unique().over("stratum") == 2)
    if usable.is_empty():
        reason = f"No stratum has patients of both {other} and {found.reference}."
        return not_analysed(found, "within strata", reason)
    return stratified_contrasts(
        usable, f"{name}, within strata", found.reference, population=found.population
    )
