"""Two treatments of the same patients: since the time zero asked for, and since an earlier one (9.7)."""

from collections.abc import Callable

import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.outcomes import survival
from headway.analyse.survival.sample import AnalysisError, Outcome
from headway.derive.endpoints import ENDPOINTS
from headway.record.results import Results
from headway.record.words import sentence
from headway.report.document import Section
from headway.report.sections import paired as sections
from headway.run.cohort import Cohort, best_since, members, named, population_title, times_of, title_of
from headway.run.topics.timing import RATES
from headway.run.topics.topic import Made, Topic, contributions
from headway.study.parts import Comparison


def analysis_name(made: Cohort, asked: Comparison) -> str:
    """The name of an analysis in the results: "PFS since scai1 against lcbi, paired"."""
    return (
        f"{asked.endpoint} since {asked.since} against {asked.paired}, paired{named(made, asked.population)}"
    )


def _asked(made: Cohort) -> list[Comparison]:
    return [asked for asked in made.study.report.comparison if asked.paired is not None]


def _make(made: Cohort, asked: Comparison) -> Made:
    return (_of_responses if asked.endpoint in RATES else _of_times)(made, asked)


def _of_responses(made: Cohort, asked: Comparison) -> Made:
    """McNemar's test of those evaluable for both (R9.20)."""
    from headway.analyse.paired import paired_response  # compiles: only a study that asks for it waits

    name, population = analysis_name(made, asked), population_title(made, asked.population)
    column = RATES[asked.endpoint]
    earlier, later = (_evaluable(made, since, column) for since in (str(asked.paired), asked.since))
    both = earlier.rename({"event": "first"}).join(
        later.rename({"event": "later"}), on="patient_id", maintain_order="left"
    )
    pairs = both.join(members(made, asked.population), on="patient_id", how="semi", maintain_order="left")
    said = sentence("first {}, later {}", pl.col("first").cast(pl.String), pl.col("later").cast(pl.String))
    given = contributions(pairs, name, said)
    return Made(paired_response(pairs, name, population=population), contributions=given)


def _evaluable(made: Cohort, since: str, column: str) -> pl.DataFrame:
    best = best_since(made, since)
    event = pl.when(pl.col("evaluable")).then(pl.col(column))
    return best.select("patient_id", event=event).sort("patient_id")


def _of_times(made: Cohort, asked: Comparison) -> Made:
    """The growth modulation index, both curves, and the hazard ratio within patients (R9.21, R9.22)."""
    name, population = analysis_name(made, asked), population_title(made, asked.population)
    known = [
        times_of(made, asked.endpoint, since, asked.population) for since in (str(asked.paired), asked.since)
    ]
    earlier, later = (times.filter(pl.col("days").is_not_null()).sort("patient_id") for times in known)
    pairs = later.join(earlier, on="patient_id", suffix="_earlier", maintain_order="left")
    both = pl.concat([_treatment(pairs, earlier, str(asked.paired)), _treatment(pairs, later, asked.since)])
    if both.is_empty():
        return Made(times=pl.concat(known))
    drawn, curves = _curves(both, name, population)
    outcome = Outcome(analysis=name, population=population)
    parts = [drawn, _index(pairs, name, population), _ratio(both, asked, outcome)]
    said = sentence("{} days, before {} days", "days", "days_earlier")
    given = contributions(pairs, name, said)
    return Made(pl.concat(parts), curves, pl.concat(known), given)


def _treatment(pairs: pl.DataFrame, times: pl.DataFrame, since: str) -> pl.DataFrame:
    own = times.join(pairs, on="patient_id", how="semi", maintain_order="left")
    return own.with_columns(treatment=pl.lit(since))


def _curves(both: pl.DataFrame, name: str, population: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Kaplan-Meier of each treatment, in the patients who had both."""
    made = [
        survival(both.filter(treatment=since), name, population=population, groups=_one_group(both, since))
        for since in both["treatment"].unique(maintain_order=True)
    ]
    return pl.concat([Results.create_empty(), *(results for results, _ in made)]), pl.concat(
        [curves for _, curves in made]
    )


def _one_group(both: pl.DataFrame, since: str) -> pl.DataFrame:
    return both.filter(treatment=since).select("patient_id", group=pl.lit(f"since {since}"))


def _index(pairs: pl.DataFrame, name: str, population: str) -> pl.DataFrame:
    """Of patients whose earlier time ended in its event and took at least a day."""
    from headway.analyse.paired import growth_modulation_index  # compiles, as above

    ended = pairs.filter(pl.col("event_earlier"), pl.col("days_earlier") > 0)
    rows = ended.select("patient_id", "days", "event", previous_days="days_earlier")
    return _answered(lambda: growth_modulation_index(rows, name, population=population), name, population)


def _ratio(both: pl.DataFrame, asked: Comparison, outcome: Outcome) -> pl.DataFrame:
    from headway.analyse.paired import paired_hazard_ratio  # compiles, as above

    made = _answered(
        lambda: paired_hazard_ratio(both, "treatment", reference=str(asked.paired), outcome=outcome),
        outcome.analysis, outcome.population,
    )  # fmt: skip
    return made.filter(pl.col("statistic").is_in(["hazard ratio", "p-value"]) & (pl.col("group") != "all"))


def _answered(ask: Callable[[], pl.DataFrame], name: str, population: str) -> pl.DataFrame:
    try:
        return ask()
    except AnalysisError as error:
        where = {"analysis": name, "population": population, "group": "within patients"}
        row = result(where, "hazard ratio", None, n=0, method="paired", note=str(error), patients=[])
        return pl.DataFrame([row], schema=Results.create_empty().schema)


def _show(made: Cohort, asked: Comparison, all_made: Made) -> Section:
    endpoint = asked.endpoint.capitalize() if asked.endpoint in RATES else ENDPOINTS[asked.endpoint].title
    against = f"{title_of(made, asked.since)}, against the same {title_of(made, str(asked.paired))}"
    title = asked.title or f"{endpoint} {against}"
    return sections.paired(all_made.results, all_made.curves, analysis_name(made, asked), title, endpoint)


TOPIC = Topic(_asked, _make, _show)
