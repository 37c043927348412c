"""Days on groups of drugs over the whole R/M setting, and two groups compared within patients (R4.17)."""

import difflib

import polars as pl

from headway.analyse import describe
from headway.derive.exposure import GROUPS, cumulative_exposure
from headway.errors import StudyError
from headway.knowledge.drugs import drugs as drug_table
from headway.record.results import Results
from headway.record.words import sentence
from headway.report.document import Section
from headway.report.sections.exposure import exposure
from headway.run.cohort import Cohort, members, named, population_title
from headway.run.topics.topic import Made, Topic, contributions
from headway.study.parts import DrugExposure


def analysis_name(made: Cohort, asked: DrugExposure) -> str:
    """The name of the analysis in the results."""
    return f"drug exposure{named(made, asked.population)}"


def _make(made: Cohort, asked: DrugExposure) -> Made:
    name, population = analysis_name(made, asked), population_title(made, asked.population)
    groups = {group: _classes(group) for group in asked.groups}
    people = members(made, asked.population).lazy()
    days = cumulative_exposure(made.lines, people, groups).collect()
    parts = [
        describe.quantity(
            days.filter(drugs=group).filter("exposed"), "span_days", name, population, "days", group
        )
        for group in groups
    ]
    parts += [_paired(days, *asked.groups, name, population)] if len(asked.groups) == 2 else []
    wide = days.with_columns(said=sentence("{} {} days", "drugs", "span_days")).group_by(
        "patient_id", maintain_order=True
    ).agg(pl.col("said").str.join("; "))  # fmt: skip
    return Made(pl.concat(parts), contributions=contributions(wide, name, pl.col("said")))


def _classes(group: str) -> list[str]:
    """The classes of a group: a name of ours, a class, or a drug that stands for its class."""
    table = drug_table()
    if group in GROUPS:
        return list(GROUPS[group])
    found = table.filter((pl.col("drug") == group) | (pl.col("drug_class") == group))["drug_class"]
    if found.is_empty():
        known = sorted({*GROUPS, *table["drug_class"].drop_nulls(), *table["drug"]})
        near = difflib.get_close_matches(group, known, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else " docs/reference/study.md says which there are."
        raise StudyError(f"report.exposure.groups: '{group}' is no drug or class of the drug table.{hint}")
    return found.unique().to_list()


def _paired(days: pl.DataFrame, first: str, later: str, name: str, population: str) -> pl.DataFrame:
    """The second group against the first, in patients who had both."""
    from headway.analyse.paired import paired_days  # compiles: only a study that asks for it waits

    exposed = days.filter("exposed")
    pairs = (
        exposed.filter(drugs=first)
        .select("patient_id", first="span_days")
        .join(exposed.filter(drugs=later).select("patient_id", later="span_days"), on="patient_id")
    )
    if pairs.is_empty():
        return Results.create_empty()
    return paired_days(pairs.sort("patient_id"), name, population=population).with_columns(
        group=pl.lit(f"{later} - {first}")
    )


def _show(made: Cohort, asked: DrugExposure, all_made: Made) -> Section:
    title = asked.title or f"Drug exposure{named(made, asked.population)}"
    return exposure(all_made.results, analysis_name(made, asked), title)


def _asked(made: Cohort) -> list[DrugExposure]:
    asked = made.study.report.exposure
    return [] if asked is None or not made.record.has("drugs") else [asked]


TOPIC = Topic(_asked, _make, _show)
