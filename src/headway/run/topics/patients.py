"""Patient characteristics as results."""

import polars as pl

from headway.analyse import describe
from headway.record.results import ALL_PATIENTS
from headway.report.document import Section
from headway.report.sections.patients import patients
from headway.run.cohort import Cohort
from headway.run.topics.topic import Made, Topic, contributions


def _make(made: Cohort, names: tuple[str, ...]) -> Made:
    people = made.record.tables["patients"]
    results, given = [], []
    for name in names:
        analysis = f"characteristic: {name}"
        if people[name].dtype.is_numeric() and name != "ecog":
            results.append(describe.quantity(people, name, analysis, ALL_PATIENTS, None))
        else:
            results.append(describe.categories(people, name, analysis, ALL_PATIENTS, people.height))
        given.append(contributions(people, analysis, pl.col(name)))
    return Made(pl.concat(results), contributions=pl.concat(given))


def _show(_: Cohort, names: tuple[str, ...], all_made: Made) -> Section:
    return patients(all_made.results, list(names))


def _asked(made: Cohort) -> list[tuple[str, ...]]:
    names = made.study.report.characteristics
    return [names] if names else []


TOPIC = Topic(_asked, _make, _show)
