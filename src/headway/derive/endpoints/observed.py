"""From facts to one row per patient: what ended or limits the time, and the assessments around it."""

import polars as pl

from headway.derive.endpoints.definitions import Endpoint
from headway.derive.endpoints.rules import RuleSet
from headway.record.derived.endpoints import DOCUMENTED
from headway.record.findings import ROW

SOURCE = ["source_table", *ROW]
FACT = ["day", "fact", "what", *SOURCE]
CLINICAL = "clinical progression"
# The fact that each choice of a rule set is about.
ABOUT = {"new_therapy": "new therapy", "local_therapy": "local therapy", "clinical_progression": CLINICAL}


def observed(endpoint: Endpoint, rules: RuleSet, clocks: pl.LazyFrame, facts: pl.LazyFrame) -> pl.LazyFrame:
    """What decides about each patient, each thing as a struct of its day, words and source row.

    Takes:  clocks (patient_id, zero_day, start_day, lacking); `Facts` up to the data cut-off.
    Gives:  clocks with
            end        the first event or competing event
            limit      the first thing after which nothing counts (P4, P5, P6, R5.4)
            before     the last adequate assessment before the end
            until      the last adequate assessment up to the limit, or of all
            followed   the last fact at which the endpoint censors: alive, treated
            baseline   that there was none
            missed     visits recorded as missed between `before` and the end
    """
    rows = _undocumented(facts.join(clocks.drop_nulls("start_day"), on="patient_id"), rules)
    assessed = _assessed(rows, rules)
    patients = clocks.join(_first(_ends(rows, endpoint, rules), "end"), on="patient_id", how="left")
    patients = patients.join(_first(_limits(rows, endpoint, rules), "limit"), on="patient_id", how="left")
    days = patients.select(
        "patient_id",
        end_day=pl.col("end").struct.field("day"),
        limit_day=pl.col("limit").struct.field("day"),
        documented=pl.col("end").struct.field("fact").is_in(DOCUMENTED),
    )
    assessed = assessed.join(days, on="patient_id")
    before = _last(assessed.filter(_before_end()), "before")
    censors = [endpoint.censored_at] if endpoint.censored_at == "treated" else ["alive"]
    parts = [
        before,
        _last(
            assessed.filter(pl.col("limit_day").is_null() | (pl.col("day") <= pl.col("limit_day"))), "until"
        ),
        _last(rows.filter(pl.col("fact").is_in(censors)), "followed"),
        _first(rows.filter(pl.col("fact") == "no baseline"), "baseline"),
        _missed(rows, days, before),
    ]
    for part in parts:
        patients = patients.join(part, on="patient_id", how="left")
    return patients


def ending(endpoint: Endpoint, rules: RuleSet) -> list[str]:
    """The facts that end the time, in the order in which they win on one day."""
    return [*events(endpoint, rules), *_with_clinical(endpoint.competing, endpoint, rules)]


def events(endpoint: Endpoint, rules: RuleSet) -> list[str]:
    """The facts that are events of this endpoint by this rule set."""
    own = _with_clinical(endpoint.events, endpoint, rules)
    therapies = [ABOUT[name] for name in ("new_therapy", "local_therapy") if getattr(rules, name) == "event"]
    return [*own, *therapies] if endpoint.by_rules else own


def _with_clinical(facts: tuple[str, ...], endpoint: Endpoint, rules: RuleSet) -> list[str]:
    """A clinical progression that counts, counts where progression does, and right after it."""
    counts = endpoint.by_rules and rules.clinical_progression == "event"
    named = [[fact, CLINICAL] if counts and fact == "progression" else [fact] for fact in facts]
    return [name for names in named for name in names]


def _undocumented(rows: pl.LazyFrame, rules: RuleSet) -> pl.LazyFrame:
    """A stop for progression that no scan shows, up to the next visit, is a clinical progression (P4)."""
    shown = rows.filter(pl.col("fact") == "progression", pl.col("day") > pl.col("zero_day"))
    first = shown.group_by("patient_id").agg(shown_day=pl.col("day").min())
    next_visit = pl.col("day") + rules.visit_interval_days + rules.visit_window_days
    undocumented = pl.col("shown_day").is_null() | (pl.col("shown_day") > next_visit)
    stopped = pl.col("fact") == "stopped for progression"
    named = pl.when(stopped & undocumented).then(pl.lit(CLINICAL)).otherwise("fact")
    return rows.join(first, on="patient_id", how="left").with_columns(fact=named)


def _assessed(rows: pl.LazyFrame, rules: RuleSet) -> pl.LazyFrame:
    """Adequate assessments after time zero; one on the day of the clock's start is of the time."""
    adequate = ["assessed", "not evaluable"] if rules.not_evaluable_counts else ["assessed"]
    after = (pl.col("day") > pl.col("zero_day")) & (pl.col("day") >= pl.col("start_day"))
    return rows.filter(pl.col("fact").is_in(adequate), after)


def _ends(rows: pl.LazyFrame, endpoint: Endpoint, rules: RuleSet) -> pl.LazyFrame:
    facts = ending(endpoint, rules)
    order = pl.col("fact").replace_strict(
        {fact: place for place, fact in enumerate(facts)}, default=None, return_dtype=pl.Int32
    )
    ours = pl.col("day") >= pl.col("start_day")
    if endpoint.by_rules and not rules.progression_on_day_0:
        progression = pl.col("fact").is_in([*DOCUMENTED, CLINICAL])
        ours &= ~progression | (pl.col("day") > pl.col("zero_day"))
    return rows.filter(pl.col("fact").is_in(facts), ours).with_columns(order=order)


def _limits(rows: pl.LazyFrame, endpoint: Endpoint, rules: RuleSet) -> pl.LazyFrame:
    """What censors by this rule set. A stop may be on day 0; the others belong to what came before then."""
    facts = [fact for name, fact in ABOUT.items() if getattr(rules, name) == "censor"]
    later = pl.col("fact").is_in(facts) & (pl.col("day") > pl.col("zero_day"))
    if rules.censor_at_tox_stop:
        later |= (pl.col("fact") == "stopped early") & (pl.col("day") >= pl.col("zero_day"))
    return rows.filter(later if endpoint.by_rules else pl.lit(False))


def _before_end() -> pl.Expr:
    """Before the end, or on its day unless it is itself what the scan of that day shows."""
    day, end = pl.col("day"), pl.col("end_day")
    return (day < end) | ((day == end) & ~pl.col("documented"))


def _missed(rows: pl.LazyFrame, days: pl.LazyFrame, before: pl.LazyFrame) -> pl.LazyFrame:
    last = before.select("patient_id", before_day=pl.col("before").struct.field("day"))
    missed = rows.filter(pl.col("fact") == "missed").join(days, on="patient_id")
    missed = missed.join(last, on="patient_id", how="left")
    since = pl.coalesce("before_day", "start_day")
    between = missed.filter(pl.col("day") > since, pl.col("day") < pl.col("end_day"))
    return between.group_by("patient_id").agg(missed=pl.col("day").n_unique())


def _first(rows: pl.LazyFrame, name: str) -> pl.LazyFrame:
    return _one(rows, pl.col("day").min(), name)


def _last(rows: pl.LazyFrame, name: str) -> pl.LazyFrame:
    return _one(rows, pl.col("day").max(), name)


def _one(rows: pl.LazyFrame, day: pl.Expr, name: str) -> pl.LazyFrame:
    """The fact of this day of each patient; of several the one that wins, then the first in the source."""
    there = rows.filter(pl.col("day") == day.over("patient_id"))
    order = ["order"] if "order" in rows.collect_schema() else []
    sorted_ = there.sort(*order, *SOURCE, "fact", "what", nulls_last=True)
    return sorted_.group_by("patient_id", maintain_order=True).agg(pl.struct(FACT).first().alias(name))
