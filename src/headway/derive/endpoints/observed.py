"""From facts to one row per patient: what ended or limits the time, and the assessments around it."""

from dataclasses import dataclass

import polars as pl

from headway.derive.endpoints.definitions import Endpoint
from headway.derive.endpoints.rules import RuleSet
from headway.record.derived.endpoints import DOCUMENTED, FACTS
from headway.record.findings import ROW

SOURCE = ["source_table", *ROW]
FACT = ["day", "fact", "what", *SOURCE]
CLINICAL = "clinical progression"
_FACT = pl.Enum(sorted(FACTS))  # in the order of the alphabet, as the words themselves
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
    told = Told(facts.collect().rechunk())  # rows are picked from it at random: in one piece, that is faster
    patients = clocks.collect().with_row_index("patient")
    rows = _undocumented(told.rows_of(patients), rules)
    for part in (
        told.first(_ends(rows, endpoint, rules), "end"),
        told.first(_limits(rows, endpoint, rules), "limit"),
        told.last(rows.filter(pl.col("fact") == _censors(endpoint)), "followed"),
        told.first(rows.filter(pl.col("fact") == "no baseline"), "baseline"),
    ):
        patients = patients.join(part, on="patient", how="left")
    return _with_assessments(patients, rows, told, rules).lazy()


@dataclass(frozen=True)
class Told:
    """The facts as they were told. What searches them works on numbers, and comes back for the words."""

    facts: pl.DataFrame

    def rows_of(self, patients: pl.DataFrame) -> pl.DataFrame:
        """patient, fact, day, row (number in `facts`), zero_day, start_day; of patients with a start."""
        known = patients.drop_nulls("start_day").select("patient_id", "patient", "zero_day", "start_day")
        numbered = self.facts.select(
            "patient_id", pl.col("fact").cast(_FACT), "day", row=pl.int_range(pl.len(), dtype=pl.UInt32)
        )
        return numbered.join(known, on="patient_id").drop("patient_id")

    def first(self, rows: pl.DataFrame, name: str) -> pl.DataFrame:
        """The first of these rows of each patient as a struct: patient, `name`."""
        return self._one(rows.filter(pl.col("day") == pl.col("day").min().over("patient")), name)

    def last(self, rows: pl.DataFrame, name: str) -> pl.DataFrame:
        """The last of these rows of each patient as a struct: patient, `name`."""
        return self._one(rows.filter(pl.col("day") == pl.col("day").max().over("patient")), name)

    def _one(self, rows: pl.DataFrame, name: str) -> pl.DataFrame:
        """Of several facts on one day the one that wins, then the first in the source."""
        several = pl.col("patient").is_duplicated()
        words = self._with_words(rows.filter(several))
        order = [column for column in ("order", *SOURCE, "fact", "what") if column in words.columns]
        winners = words.sort(order, nulls_last=True).unique("patient", keep="first", maintain_order=True)
        first = pl.concat([self._with_words(rows.filter(~several)), winners])
        told = first.with_columns(pl.col("fact").cast(pl.String))
        return told.select("patient", pl.struct(FACT).alias(name))

    def _with_words(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.hstack(self.facts.select("what", *SOURCE)[rows["row"]])


def _censors(endpoint: Endpoint) -> str:
    return "treated" if endpoint.censored_at == "treated" else "alive"


def _with_assessments(patients: pl.DataFrame, rows: pl.DataFrame, told: Told, rules: RuleSet) -> pl.DataFrame:
    """Add before, until and missed, which depend on the end and the limit."""
    days = patients.select(
        "patient",
        end_day=pl.col("end").struct.field("day"),
        limit_day=pl.col("limit").struct.field("day"),
        documented=pl.col("end").struct.field("fact").is_in(DOCUMENTED),
    )
    assessed = _assessed(rows, rules).join(days, on="patient")
    within = pl.col("limit_day").is_null() | (pl.col("day") <= pl.col("limit_day"))
    before = told.last(assessed.filter(_before_end()), "before")
    for part in (before, told.last(assessed.filter(within), "until"), _missed(rows, days, before)):
        patients = patients.join(part, on="patient", how="left")
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


def _undocumented(rows: pl.DataFrame, rules: RuleSet) -> pl.DataFrame:
    """A stop for progression that no scan shows, up to the next visit, is a clinical progression (P4)."""
    shown = rows.filter(pl.col("fact") == "progression", pl.col("day") > pl.col("zero_day"))
    first = shown.group_by("patient").agg(shown_day=pl.col("day").min())
    next_visit = pl.col("day") + rules.visit_interval_days + rules.visit_window_days
    undocumented = pl.col("shown_day").is_null() | (pl.col("shown_day") > next_visit)
    stopped = pl.col("fact") == "stopped for progression"
    named = pl.when(undocumented).then(pl.lit(CLINICAL, _FACT)).otherwise("fact")
    stops = rows.filter(stopped).join(first, on="patient", how="left").with_columns(fact=named)
    return pl.concat([rows.filter(~stopped), stops.select(rows.columns)])


def _assessed(rows: pl.DataFrame, rules: RuleSet) -> pl.DataFrame:
    """Adequate assessments after time zero; one on the day of the clock's start is of the time."""
    adequate = ["assessed", "not evaluable"] if rules.not_evaluable_counts else ["assessed"]
    after = (pl.col("day") > pl.col("zero_day")) & (pl.col("day") >= pl.col("start_day"))
    return rows.filter(pl.col("fact").is_in(adequate), after)


def _ends(rows: pl.DataFrame, endpoint: Endpoint, rules: RuleSet) -> pl.DataFrame:
    facts = ending(endpoint, rules)
    order = pl.col("fact").replace_strict(
        {fact: place for place, fact in enumerate(facts)}, default=None, return_dtype=pl.Int32
    )
    ours = pl.col("day") >= pl.col("start_day")
    if endpoint.by_rules and not rules.progression_on_day_0:
        progression = pl.col("fact").is_in([*DOCUMENTED, CLINICAL])
        ours &= ~progression | (pl.col("day") > pl.col("zero_day"))
    return rows.filter(pl.col("fact").is_in(facts), ours).with_columns(order=order)


def _limits(rows: pl.DataFrame, endpoint: Endpoint, rules: RuleSet) -> pl.DataFrame:
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


def _missed(rows: pl.DataFrame, days: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    last = before.select("patient", before_day=pl.col("before").struct.field("day"))
    missed = rows.filter(pl.col("fact") == "missed").join(days, on="patient")
    missed = missed.join(last, on="patient", how="left")
    since = pl.coalesce("before_day", "start_day")
    between = missed.filter(pl.col("day") > since, pl.col("day") < pl.col("end_day"))
    return between.group_by("patient").agg(missed=pl.col("day").n_unique())
