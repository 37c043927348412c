"""Time-to-event analyses, whole or by group, as results and curves."""

import polars as pl

from headway.analyse.survival.outcomes import survival
from headway.derive.endpoints import ENDPOINTS
from headway.record.words import sentence
from headway.report.document import Section
from headway.report.sections import survival as sections
from headway.report.words import within
from headway.run.cohort import Cohort, groups_of, named, population_title, times_of, title_of
from headway.run.rules import censoring
from headway.run.selection import selection_note
from headway.run.topics.topic import Made, Topic, contributions
from headway.study.parts import AS_REPORTED, Survival


def analysis_name(made: Cohort, asked: Survival) -> str:
    """The name of an analysis in the results: "OS since diagnosis by hpv in evaluable patients"."""
    window = f" within {asked.window_days} days" if asked.window_days else ""
    since = AS_REPORTED if asked.since == AS_REPORTED else f"since {asked.since}"
    by = f" by {asked.by}" if asked.by else ""
    return f"{asked.endpoint} {since}{by}{named(made, asked.population)}{window}"


def analysis_title(made: Cohort, asked: Survival) -> str:
    """The same as a heading: "Overall survival since first diagnosis, by HPV status"."""
    by = f", by {_group_title(made, asked.by)}" if asked.by else ""
    among = f" in {population_title(made, asked.population)}" if asked.population else ""
    window = f", within {asked.window_days} days" if asked.window_days else ""
    return (
        asked.title or f"{ENDPOINTS[asked.endpoint].title} {title_of(made, asked.since)}{by}{among}{window}"
    )


def _group_title(made: Cohort, by: str) -> str:
    own = made.study.group.get(by)
    return within(by) if own is None else own.title or by.replace("_", " ")


def _make(made: Cohort, asked: Survival) -> Made:
    name = analysis_name(made, asked)
    whole = times_of(made, asked.endpoint, asked.since, asked.population)
    times = whole if asked.window_days is None else cut_at(whole, asked.window_days)
    groups = groups_of(made, asked.by) if asked.by else None
    population = population_title(made, asked.population)
    results, curves = survival(times, name, groups=groups, limits=asked.limits, population=population)
    return Made(results, curves, whole, contributions(times, name, time_in_words()))


def cut_at(times: pl.DataFrame, window_days: int) -> pl.DataFrame:
    """Times as a protocol with a window sees them: what comes after it is not known; its last day counts.

    >>> times = pl.DataFrame({"days": [700.0, 730.0, 731.0], "event": [False, True, True]})
    >>> cut_at(times, 730).rows()
    [(700.0, False), (730.0, True), (730.0, False)]
    """
    later = pl.col("days") > window_days
    return times.with_columns(
        days=pl.col("days").clip(upper_bound=window_days), event=pl.col("event") & ~later
    )


def time_in_words() -> pl.Expr:
    """What a patient gives to an analysis: "1,718 days, event"."""
    status = pl.when(pl.col("event")).then(pl.lit("event")).otherwise(pl.lit("censored"))
    told = sentence("{} days, {}", pl.col("days").round(1).cast(pl.String).str.replace(r"\.0$", ""), status)
    return pl.when(pl.col("days").is_null()).then(pl.lit("no time")).otherwise(told)


def _show(made: Cohort, asked: Survival, all_made: Made) -> Section:
    chosen = selection_note(made, asked.since, asked.population)
    analysis = sections.Analysis(
        analysis_name(made, asked),
        analysis_title(made, asked),
        ENDPOINTS[asked.endpoint].title,
        " ".join(filter(None, [censoring(made.study, made.record, asked), _window(asked), chosen])),
    )
    return sections.survival(all_made.results, all_made.curves, analysis)


def _window(asked: Survival) -> str:
    days = asked.window_days
    return (
        "" if days is None else f"Times are cut at {days} days: who had no event by then is censored there."
    )


TOPIC = Topic(lambda made: made.study.report.survival, _make, _show)
