"""All facts that an endpoint needs, from the record: its own, and those that depend on time zero."""

import polars as pl

from headway.derive.endpoints.definitions import Endpoint
from headway.derive.endpoints.needed import OF_TREATMENT, needed
from headway.derive.endpoints.observed import CLINICAL
from headway.derive.endpoints.rules import RuleSet
from headway.derive.endpoints.treatment import Treatments, treatment_facts
from headway.derive.facts import baseline_facts, facts, response_facts
from headway.derive.judgements import as_recist
from headway.derive.lines import HNSCC, LineRules, lines_of_therapy
from headway.derive.response import baselines, best_responses
from headway.record.record import Record

_PROGRESSION = ["progression", CLINICAL]


def gathered(
    endpoint: Endpoint,
    record: Record,
    judgements: pl.LazyFrame,
    starts: pl.LazyFrame,
    line_rules: LineRules = HNSCC,
    *,
    rules: RuleSet | None = None,
    cutoff_day: int | None = None,
    confirmed: bool = False,
) -> pl.LazyFrame:
    """The facts of this endpoint for these starts.

    Takes:  the record, the responses of one reader (see judgements.py), starts (patient_id, start_day), the
            rule set that will read them (None: any), the data cut-off; `confirmed`: only a confirmed CR or
            PR is a response.
    Gives:  `Facts` for `time_to_event`.
    """
    # Collected: every part below asks for the same rows again, and a plan of plans grows without bound.
    judgements = judgements.collect().lazy()
    wanted = needed(endpoint, rules)
    told = facts(record, judgements, wanted, cutoff_day=cutoff_day).collect().lazy()
    parts = [told]
    if wanted & OF_TREATMENT:
        treatment = _treatment(record, told, starts, line_rules, cutoff_day).collect().lazy()
        parts.append(treatment)
        if "response" in wanted:
            parts.append(_responses(record, judgements, starts, treatment, confirmed))
    if "no baseline" in wanted:
        parts.append(_baseline(record, judgements, starts))
    return pl.concat(parts).collect().lazy()


def _treatment(
    record: Record, told: pl.LazyFrame, starts: pl.LazyFrame, rules: LineRules, cutoff_day: int | None
) -> pl.LazyFrame:
    progressions = told.filter(pl.col("fact").is_in(_PROGRESSION)).select("patient_id", "day")
    drugs, patients = record.table("drugs"), record.table("patients")
    found = lines_of_therapy(drugs, patients, progressions, rules, time=record.time, cutoff_day=cutoff_day)
    return treatment_facts(Treatments(found.lines, found.doses, drugs), starts, told)


def _baseline(record: Record, judgements: pl.LazyFrame, starts: pl.LazyFrame) -> pl.LazyFrame:
    """Who has no baseline. A reader who never judged a patient may still have read the baseline scan."""
    base = baselines(record.table("lesions"), record.table("measurements"), starts)
    other = judgements.select("patient_id").unique()
    own = base.join(judgements, on=["patient_id", "evaluator"], how="semi")
    return baseline_facts(record, pl.concat([own, base.join(other, on="patient_id", how="anti")]), starts)


def _responses(
    record: Record, judgements: pl.LazyFrame, starts: pl.LazyFrame, treatment: pl.LazyFrame, confirmed: bool
) -> pl.LazyFrame:
    """Responses up to progression and before new therapy (R1.30)."""
    therapy = treatment.filter(pl.col("fact") == "new therapy").select("patient_id", new_therapy_day="day")
    scans = as_recist(judgements.filter(~pl.col("clinical")))
    best = best_responses(scans, starts, therapy, time=record.time)
    return response_facts(best, judgements, confirmed=confirmed)
