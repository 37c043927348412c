"""First failure by site, with death as a competing event, as results."""

import polars as pl

from headway.analyse import describe
from headway.analyse.competing.outcomes import incidence
from headway.analyse.survival.outcomes import MILESTONES_YEARS
from headway.record.results import ALL_PATIENTS, Results
from headway.report.document import Section
from headway.report.sections.failure import failure
from headway.run.cohort import Cohort, named, times_of, title_of
from headway.run.topics.topic import Made, Topic, contributions
from headway.study.parts import Failure
from headway.units import DAYS_PER

# What ends the time first, in the order of the table; the competing states of one Aalen-Johansen estimate.
STATES = {
    "local progression": "local",
    "regional progression": "regional",
    "distant progression": "distant",
    "progression": "site not known",
    "death": "death without progression",
}
WITHOUT = "neither, so far"
NO_TIME = "no time"


def failure_results(times: pl.DataFrame, analysis: str) -> pl.DataFrame:
    """How many patients failed first where, and the cumulative incidence of each.

    Takes:  the times of one failure endpoint, where every other end is a competing cause.
    Gives:  results: patients and share of all (they add up to everybody), incidence at 1, 2, 3, 5 years.
    """
    first = pl.col("cause").replace_strict(STATES, default=None, return_dtype=pl.String)
    known = pl.when(pl.col("days").is_null()).then(pl.lit(NO_TIME)).otherwise(first.fill_null(WITHOUT))
    rows = times.with_columns(first=known)
    counted = describe.categories(rows, "first", analysis, ALL_PATIENTS, times.height)
    return pl.concat([counted, *(_incidence(rows, analysis, state) for state in STATES.values())])


def _incidence(rows: pl.DataFrame, analysis: str, state: str) -> pl.DataFrame:
    """Aalen-Johansen at the milestones that somebody was watched to."""
    codes = {name: i for i, name in enumerate(STATES.values(), 1)}
    ended = pl.col("first").replace_strict(codes, default=0, return_dtype=pl.Int32)
    watched = rows.filter(pl.col("days").is_not_null()).select("patient_id", "days", state=ended)
    if watched.filter(pl.col("state") == codes[state]).is_empty():
        return Results.create_empty()
    at = [
        years * DAYS_PER["years"]
        for years in MILESTONES_YEARS
        if years * DAYS_PER["years"] <= max(watched["days"])
    ]
    made = incidence(watched, at, cause=codes[state]).filter(pl.col("statistic") == "cumulative incidence")
    named = made.with_columns(analysis=pl.lit(analysis), population=pl.lit(ALL_PATIENTS), group=pl.lit(state))
    return named.select(Results.column_names())


# Any failure endpoint names what came first, its own site or another: one of them tells all.
FIRST_FAILURE = "distant failure"


def _name(made: Cohort, asked: Failure) -> str:
    return f"first failure since {asked.since}{named(made, asked.population)}"


def _make(made: Cohort, asked: Failure) -> Made:
    name = _name(made, asked)
    times = times_of(made, FIRST_FAILURE, asked.since, asked.population)
    first = pl.col("cause").replace_strict(STATES, default=WITHOUT, return_dtype=pl.String)
    return Made(failure_results(times, name), times=times, contributions=contributions(times, name, first))


def _show(made: Cohort, asked: Failure, all_made: Made) -> Section:
    title = asked.title or f"First failure {title_of(made, asked.since)}"
    return failure(all_made.results, _name(made, asked), title)


def _asked(made: Cohort) -> list[Failure]:
    asked = made.study.report.failure
    return [] if asked is None else [asked]


TOPIC = Topic(_asked, _make, _show)
