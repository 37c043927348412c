"""First failure by site, with death as a competing event, as results."""

import polars as pl

from headway.analyse import describe
from headway.analyse.competing.outcomes import incidence
from headway.analyse.survival.outcomes import MILESTONES_YEARS, survival
from headway.record.results import ALL_PATIENTS, Results
from headway.record.words import sentence
from headway.report.document import Section
from headway.report.sections import failure as sections
from headway.run.cohort import Cohort, named, population_title, times_of, title_of
from headway.run.incidence import incidence_steps
from headway.run.topics.captions import data_cutoff, days_in_words
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
CODES = {name: i for i, name in enumerate(STATES.values(), 1)}
# As the figure names them, which knows "death" as the competing event.
DRAWN = {"death without progression": "death"}
WITHOUT = "neither, so far"
NO_TIME = "no time"


def failure_results(times: pl.DataFrame, analysis: str, population: str = ALL_PATIENTS) -> pl.DataFrame:
    """How many patients failed first where, and the cumulative incidence of each.

    Takes:  the times of one failure endpoint, where every other end is a competing cause.
    Gives:  results: patients and share of all (they add up to everybody), incidence at 1, 2, 3, 5 years, and
            those at risk.
    """
    first = pl.col("cause").replace_strict(STATES, default=None, return_dtype=pl.String)
    known = pl.when(pl.col("days").is_null()).then(pl.lit(NO_TIME)).otherwise(first.fill_null(WITHOUT))
    rows = times.with_columns(first=known)
    counted = describe.categories(rows, "first", analysis, population, times.height)
    parts = [_incidence(rows, analysis, state, population) for state in STATES.values()]
    still = survival(times, analysis, population=population)[0].filter(pl.col("statistic") == "at risk")
    return pl.concat([counted, *parts, still])


def _incidence(rows: pl.DataFrame, analysis: str, state: str, population: str) -> pl.DataFrame:
    """Aalen-Johansen at the milestones that somebody was watched to."""
    watched = _watched(rows)
    if watched.filter(pl.col("state") == CODES[state]).is_empty():
        return Results.create_empty()
    at = [
        years * DAYS_PER["years"]
        for years in MILESTONES_YEARS
        if years * DAYS_PER["years"] <= max(watched["days"])
    ]
    made = incidence(watched, at, cause=CODES[state]).filter(pl.col("statistic") == "cumulative incidence")
    named = made.with_columns(analysis=pl.lit(analysis), population=pl.lit(population), group=pl.lit(state))
    return named.select(Results.column_names())


def _watched(rows: pl.DataFrame) -> pl.DataFrame:
    """Days and the code of what came first, of those with a time."""
    ended = pl.col("first").replace_strict(CODES, default=0, return_dtype=pl.Int32)
    return rows.filter(pl.col("days").is_not_null()).select("patient_id", "days", state=ended)


def _steps(times: pl.DataFrame) -> pl.DataFrame:
    first = pl.col("cause").replace_strict(STATES, default=None, return_dtype=pl.String)
    watched = _watched(times.with_columns(first=first)).sort("patient_id")
    return incidence_steps(watched, {code: DRAWN.get(state, state) for state, code in CODES.items()})


# Any failure endpoint names what came first, its own site or another: one of them tells all.
FIRST_FAILURE = "distant failure"


def _name(made: Cohort, asked: Failure) -> str:
    return f"first failure since {asked.since}{named(made, asked.population)}"


def _make(made: Cohort, asked: Failure) -> Made:
    name = _name(made, asked)
    times = times_of(made, FIRST_FAILURE, asked.since, asked.population)
    ended = pl.col("cause").replace_strict(STATES, default=WITHOUT, return_dtype=pl.String)
    told = pl.when(pl.col("days").is_null()).then(pl.lit(NO_TIME)).otherwise(
        sentence("{} days, {}", days_in_words(), ended)
    )  # fmt: skip
    return Made(
        failure_results(times, name, population_title(made, asked.population)),
        times=times,
        contributions=contributions(times, name, told),
        frames={name: _steps(times)},
    )


def _show(made: Cohort, asked: Failure, all_made: Made) -> Section:
    name = _name(made, asked)
    analysis = sections.Analysis(
        name=name,
        title=asked.title or f"First failure {title_of(made, asked.since)}{named(made, asked.population)}",
        population=population_title(made, asked.population),
        cutoff=data_cutoff(made),
    )
    return sections.failure(all_made.results, all_made.frames[name], analysis)


def _asked(made: Cohort) -> list[Failure]:
    asked = made.study.report.failure
    return [] if asked is None else [asked]


TOPIC = Topic(_asked, _make, _show)
