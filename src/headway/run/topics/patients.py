"""Patient characteristics as results, of all patients and by group."""

import polars as pl

from headway.analyse import describe
from headway.record.results import ALL_PATIENTS
from headway.report.document import Section
from headway.report.sections.patients import Grouped, patients
from headway.run.cohort import Cohort
from headway.run.topics.compared import levels_in, ordered_groups, title_of_group
from headway.run.topics.topic import Made, Topic, contributions

COUNTED = ("ecog",)  # numbers that are grades: counted, without a median


def _make(made: Cohort, names: tuple[str, ...]) -> Made:
    people = made.record.tables["patients"]
    results, given = [], []
    for name in names:
        analysis = f"characteristic: {name}"
        if people[name].dtype.is_numeric() and name not in COUNTED:
            results.append(describe.quantity(people, name, analysis, ALL_PATIENTS, None))
        else:
            results.append(describe.categories(people, name, analysis, ALL_PATIENTS, people.height))
        given.append(contributions(people, analysis, pl.col(name)))
    by = made.study.report.characteristics_by
    if by is not None:
        results.append(_by_group(made, by, names))
        given += [
            contributions(people, f"characteristic: {name} by {by}", pl.col(name))
            for name in names
            if name != by
        ]
    return Made(pl.concat(results), contributions=pl.concat(given))


def _by_group(made: Cohort, by: str, names: tuple[str, ...]) -> pl.DataFrame:
    """The same in each group, with standardised differences; who has no group is left out."""
    own = [name for name in names if name != by]
    people = made.record.tables["patients"].select("patient_id", *own)
    counted = [pl.col(name).cast(pl.String) for name in COUNTED if name in own]
    groups = ordered_groups(made, by).rename({"group": by})
    rows = people.with_columns(counted).join(groups, on="patient_id", how="left", maintain_order="left")
    found = describe.table_one(rows, own, by=by, population=ALL_PATIENTS)
    named = pl.concat_str(pl.lit("characteristic: "), "analysis", pl.lit(f" by {by}"))
    return found.filter(pl.col("population") != ALL_PATIENTS).with_columns(analysis=named)


def _show(made: Cohort, names: tuple[str, ...], all_made: Made) -> Section:
    by = made.study.report.characteristics_by
    if by is None:
        return patients(all_made.results, list(names))
    groups = ordered_groups(made, by)["group"]
    present = set(groups.drop_nulls().cast(pl.String))
    levels = tuple(level for level in levels_in(groups) if level in present)
    grouped = Grouped(by, title_of_group(made, by), levels, groups.null_count())
    return patients(all_made.results, list(names), grouped)


def _asked(made: Cohort) -> list[tuple[str, ...]]:
    names = made.study.report.characteristics
    return [names] if names else []


TOPIC = Topic(_asked, _make, _show)
