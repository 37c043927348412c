"""A cohort: the record of a study with what every analysis starts from, and the study's own words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from headway.derive.anchors import ANCHORS, lines_of, roles_of, starts
from headway.derive.endpoints import ENDPOINTS, gathered, reported_times, time_to_event
from headway.derive.lines import LinesOfTherapy
from headway.derive.lines.settings import RULES
from headway.derive.patient_facts import KNOWN_LATER, patient_facts
from headway.derive.response import baselines
from headway.errors import StudyError
from headway.record.record import Record
from headway.record.results import ALL_PATIENTS
from headway.run.conditions import meeting
from headway.run.judged import best_of, judgements, progressions_by_line, uses_responses
from headway.run.resistance import last_pd1_resistance
from headway.run.rules import rule_set
from headway.study import Study
from headway.study.parts import AS_REPORTED


@dataclass(frozen=True, eq=False)
class Cohort:
    """The record, one reader's responses, lines of therapy, their roles, and facts of each patient.

    lines   each judged against its own baseline
    roles   `Roles`
    facts   one row per patient: `patient_facts`
    """

    study: Study
    record: Record
    lines: LinesOfTherapy
    roles: pl.LazyFrame
    facts: pl.DataFrame
    folder: Path = Path()  # of the study file
    # What was asked for before: an analysis by group and one of all share times and responses.
    _times: dict[tuple[str, str], pl.DataFrame] = field(default_factory=dict)
    _judged: dict[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def cutoff_day(self) -> int | None:
        return cutoff_day(self.study)

    def judged(self) -> list[tuple[str, pl.DataFrame]]:
        """The responses of each time zero that were asked for."""
        return list(self._judged.items())


def cutoff_day(study: Study) -> int | None:
    """The data cut-off as a day of the record."""
    if isinstance(study.cutoff, date):
        return (study.cutoff - date(1970, 1, 1)).days
    return study.cutoff


def cohort(study: Study, record: Record, folder: Path = Path()) -> Cohort:
    """Derive what every analysis starts from."""
    lines = _lines(study, record)
    bare = Cohort(study, record, lines, roles_of(lines, record).collect().lazy(), pl.DataFrame())
    anchors = {name: start_of(bare, name) for name in [*ANCHORS, *study.anchor]}
    resistance = last_pd1_resistance(study, record, cutoff_day(study))
    facts = patient_facts(record, lines, anchors, _responses(bare), resistance).collect()
    return Cohort(study, record, lines, bare.roles, facts, folder)


def _lines(study: Study, record: Record) -> LinesOfTherapy:
    """Lines, divided by the progressions of the study's reader; else by those that the record reports."""
    rules, cutoff = RULES[study.criteria.lines], cutoff_day(study)
    first = lines_of(record, None, rules, cutoff_day=cutoff)
    if not (uses_responses(study) and record.has("drugs")):
        return first
    seen = progressions_by_line(study, record, first)
    return lines_of(record, seen.lazy(), rules, cutoff_day=cutoff)


def judged_since(made: Cohort, since: str) -> pl.LazyFrame:
    """The responses of the study's reader, against the baseline of this time zero."""
    if since not in made._judged:
        made._judged[since] = judgements(made.study, made.record, start_of(made, since)).collect()
    return made._judged[since].lazy()


def best_since(made: Cohort, since: str, window_days: int | None = None) -> pl.DataFrame:
    """Best response up to the next systemic therapy, and outcomes, of each patient: `best_of` (R1.30)."""
    judged, zero = judged_since(made, since), start_of(made, since)
    return best_of(made.record, judged, zero, next_therapy(made, since).lazy(), window_days)


def next_therapy(made: Cohort, since: str) -> pl.DataFrame:
    """The line after the treatment that a time zero belongs to (patient_id, new_therapy_day)."""
    found = gathered(
        ENDPOINTS["TTNT"], made.record, judged_since(made, since), start_of(made, since), made.lines.rules,
        cutoff_day=made.cutoff_day,
    )  # fmt: skip
    began = found.filter(pl.col("fact") == "new therapy").select("patient_id", new_therapy_day="day")
    return began.group_by("patient_id").agg(pl.col("new_therapy_day").min()).sort("patient_id").collect()


def _responses(made: Cohort) -> pl.LazyFrame:
    """What a condition may ask about response: by the first analysis of response in the report."""
    asked = made.study.report.response
    if not asked:
        nothing = {"best_response": pl.String, "confirmed_best_response": pl.String, "evaluable": pl.Boolean}
        zero = start_of(made, "first_drug")
        measured = baselines(made.record.table("lesions"), made.record.table("measurements"), zero)
        able = measured.group_by("patient_id").agg(measurable=(pl.col("targets") > 0).any())
        return able.with_columns(pl.lit(None, kind).alias(name) for name, kind in nothing.items())
    return best_since(made, asked[0].since, asked[0].window_days).lazy()


def start_of(made: Cohort, since: str) -> pl.LazyFrame:
    """Time zero of every patient (patient_id, start_day): an anchor of ours or of the study's own."""
    if since in ANCHORS:
        return starts(made.record, ANCHORS[since], made.roles)
    own = made.study.anchor[since]
    rows = rows_meeting(made, own.of, own.where, f"anchor.{since}.where")
    day = pl.col("start_day").min() if own.which == "first" else pl.col("start_day").max()
    found = rows.group_by("patient_id").agg(start_day=day).lazy()
    return made.record.table("patients").select("patient_id").join(found, on="patient_id", how="left")


def rows_meeting(made: Cohort, of: str, where: str | None, key: str) -> pl.DataFrame:
    """The dated rows of a table (or of the lines) that meet a condition; their day is start_day."""
    rows = lines_with_roles(made) if of == "lines" else made.record.table(of).collect()
    if "day" in rows.columns:
        rows = rows.rename({"day": "start_day"})
    met = rows if where is None else meeting(rows, where, key)
    return met.filter(pl.col("start_day").is_not_null())


def lines_with_roles(made: Cohort) -> pl.DataFrame:
    """The lines as a condition sees them: drugs and classes as text."""
    joined = [pl.col(name).list.join(" + ") for name in ("drugs", "classes")]
    return made.lines.lines.with_columns(joined).collect()


def title_of(made: Cohort, since: str) -> str:
    """A time zero in words: "since first diagnosis"."""
    if since == AS_REPORTED:
        return AS_REPORTED
    title = ANCHORS[since].title if since in ANCHORS else made.study.anchor[since].title
    return f"since {title}"


def members(made: Cohort, population: str | None) -> pl.DataFrame:
    """The patients of a population, by their facts; None: everybody."""
    if population is None:
        return made.facts
    where = made.study.population[population].where
    return meeting(made.facts, where, f"population.{population}.where")


def population_title(made: Cohort, population: str | None) -> str:
    """A population as the results name it."""
    if population is None:
        return ALL_PATIENTS
    return made.study.population[population].title or population.replace("_", " ")


def named(made: Cohort, population: str | None) -> str:
    """What a population adds to the name of an analysis: "" or " in evaluable patients"."""
    return "" if population is None else f" in {population_title(made, population)}"


def groups_of(made: Cohort, by: str) -> pl.DataFrame:
    """The group of each patient (patient_id, group): a column of patients, or levels of the study's own.

    Raises StudyError if a level asks for what is known only after time zero.
    """
    if by not in made.study.group:
        return made.facts.select("patient_id", group=pl.col(by).cast(pl.String))
    found = made.facts.select("patient_id", group=pl.lit(None, pl.String))
    for level, condition in made.study.group[by].levels.items():
        key = f'group.{by}.levels."{level}"'
        _known_at_start(made, condition, key)
        met = meeting(made.facts, condition, key)["patient_id"].to_list()
        mine = pl.col("patient_id").is_in(met) & pl.col("group").is_null()
        found = found.with_columns(group=pl.when(mine).then(pl.lit(level)).otherwise("group"))
    return found


def _known_at_start(made: Cohort, condition: str, key: str) -> None:
    later = [name for name in KNOWN_LATER if name in pl.sql_expr(condition).meta.root_names()]
    if later and not made.facts.is_empty():
        raise StudyError(
            f"{key}: '{later[0]}' is known only after time zero, and a group by it would have to live until "
            "then (9.6). Declare an [exposure], which is analysed as time-dependent and by landmark."
        )


def times_of(made: Cohort, endpoint: str, since: str, population: str | None = None) -> pl.DataFrame:
    """`EndpointTimes` of one endpoint, of the members of a population."""
    if (endpoint, since) not in made._times:
        made._times[endpoint, since] = _times(made, endpoint, since)
    known = made._times[endpoint, since]
    if population is None:
        return known
    return known.join(members(made, population), on="patient_id", how="semi", maintain_order="left")


def _times(made: Cohort, name: str, since: str) -> pl.DataFrame:
    record = made.record
    if since == AS_REPORTED:
        return reported_times(record.table("reported_endpoints"), name).collect()
    endpoint, zero, rules = ENDPOINTS[name], start_of(made, since), rule_set(made.study)
    found = gathered(
        endpoint, record, judged_since(made, since), zero, made.lines.rules,
        rules=rules, cutoff_day=made.cutoff_day,
    )  # fmt: skip
    return time_to_event(
        endpoint, since, zero, found, record.table("patients"),
        rules=rules, time=record.time, cutoff_day=made.cutoff_day,
    ).collect()  # fmt: skip


def exposures_of(made: Cohort, name: str, since: str) -> pl.DataFrame:
    """The first day of an exposure, in days from a time zero (patient_id, exposure_days), of who has one.

    Only rows within the exposure's window count; one that began before time zero counts from there.
    """
    asked = made.study.exposure[name]
    rows = rows_meeting(made, asked.of, asked.where, f"exposure.{name}.where").lazy()
    window = _window(made, asked.since, asked.until)
    zero = start_of(made, since).rename({"start_day": "zero_day"})
    within = (pl.col("start_day") >= pl.col("opens_day")) & (
        pl.col("closes_day").is_null() | (pl.col("start_day") <= pl.col("closes_day"))
    )
    found = rows.join(window, on="patient_id").join(zero, on="patient_id").filter(within)
    days = (pl.col("start_day") - pl.col("zero_day")).clip(lower_bound=0)
    return found.group_by("patient_id").agg(exposure_days=days.min()).sort("patient_id").collect()


def open_days_of(made: Cohort, name: str, since: str) -> pl.DataFrame:
    """How long each patient could have come to an exposure (patient_id, open_days), from a time zero.

    Until the window closes, and at most as long as the patient is known to be alive. Null: no time zero.
    """
    asked = made.study.exposure[name]
    window = _window(made, asked.since, asked.until)
    zero = start_of(made, since).rename({"start_day": "zero_day"})
    alive = times_of(made, "OS", since).lazy().select("patient_id", alive_days="days")
    joined = zero.join(window, on="patient_id", how="left").join(alive, on="patient_id", how="left")
    open_days = (pl.col("closes_day") - pl.col("zero_day")).cast(pl.Float64)
    capped = pl.min_horizontal(open_days, "alive_days").clip(lower_bound=0)
    known = pl.col("opens_day").is_not_null()
    return joined.select("patient_id", open_days=pl.when(known).then(capped)).sort("patient_id").collect()


def _window(made: Cohort, since: str, until: str | int | None) -> pl.LazyFrame:
    """When the window of an exposure opens and closes, of each patient with the anchor."""
    opens = start_of(made, since).filter(pl.col("start_day").is_not_null()).rename({"start_day": "opens_day"})
    if until is None:
        return opens.with_columns(closes_day=pl.lit(None, pl.Int32))
    if isinstance(until, int):
        return opens.with_columns(closes_day=pl.col("opens_day") + until)
    return opens.join(_CLOSES[until](made, opens), on="patient_id", how="left")


def _line_end(made: Cohort, opens: pl.LazyFrame) -> pl.LazyFrame:
    return _line_of(made, opens).select("patient_id", closes_day="end_day")


def _next_line(made: Cohort, opens: pl.LazyFrame) -> pl.LazyFrame:
    return _line_of(made, opens).select("patient_id", closes_day=pl.col("next_line_day") - 1)


def _line_of(made: Cohort, opens: pl.LazyFrame) -> pl.LazyFrame:
    return made.lines.lines.join(
        opens, left_on=["patient_id", "start_day"], right_on=["patient_id", "opens_day"]
    )


def _progression(made: Cohort, opens: pl.LazyFrame) -> pl.LazyFrame:
    days = opens.rename({"opens_day": "start_day"})
    later = (
        judgements(made.study, made.record, days)
        .filter(pl.col("response") == "PD")
        .join(opens, on="patient_id")
    )
    after = later.filter(pl.col("day") > pl.col("opens_day"))
    return after.group_by("patient_id").agg(closes_day=pl.col("day").min())


_CLOSES: dict[str, Callable[[Cohort, pl.LazyFrame], pl.LazyFrame]] = {
    "end of line": _line_end,
    "next line": _next_line,
    "progression": _progression,
}
