"""What a comparison of groups starts from: one row per patient, checked words, levels in order."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from headway.derive.endpoints import ENDPOINTS
from headway.derive.patient_facts import KNOWN_LATER
from headway.errors import StudyError
from headway.record.results import Contributions
from headway.report.words import named as heading
from headway.report.words import within
from headway.run.cohort import Cohort, groups_of, named, population_title, title_of
from headway.run.topics.topic import contributions
from headway.study.parts import AS_REPORTED, Comparison, GroupName, words
from headway.toml_file import nearest

RATES = {"response": "objective_response", "disease control": "disease_control"}
OUTCOME = ["patient_id", "days", "event"]
FEWEST = 10  # patients of a group below whom no p-value is given (domain.md 9.8)


@dataclass(frozen=True)
class Compared:
    """One comparison and its patients.

    frame   one row per patient: patient_id, outcome, `by` and the columns asked for; text in the order of
            its levels, null where it is not recorded
    levels  the groups that have a patient with an outcome, in their order
    """

    asked: Comparison
    name: str
    population: str
    frame: pl.DataFrame
    levels: list[str]
    reference: str

    @property
    def by(self) -> str:
        return str(self.asked.by)

    @property
    def others(self) -> list[str]:
        return [level for level in self.levels if level != self.reference]

    def against_reference(self) -> pl.DataFrame:
        """Those with a group, which stands in the order of the reference and then the others."""
        ordered = pl.col(self.by).cast(pl.String).cast(pl.Enum([self.reference, *self.others]))
        return self.frame.drop_nulls(self.by).with_columns(ordered.alias(self.by))

    def with_outcome(self) -> pl.DataFrame:
        return self.frame.drop_nulls([name for name in ("days", "event") if name in self.frame.columns])

    def sizes(self) -> dict[str, int]:
        """Patients with an outcome in each group."""
        return dict(self.with_outcome().group_by(pl.col(self.by).cast(pl.String)).len().iter_rows())


def analysis_name(made: Cohort, asked: Comparison) -> str:
    """The name of an analysis: "OS since diagnosis compared by hpv, adjusted for age_years and stage"."""
    since = asked.since if asked.since == AS_REPORTED else f"since {asked.since}"
    parts = [f"{asked.endpoint} {since} compared by {asked.by}"]
    parts += [f"reference {asked.reference}"] if asked.reference else []
    parts += [f"adjusted for {listed(asked.adjust)}"] if asked.adjust else []
    parts += [f"stratified by {listed(asked.strata)}"] if asked.strata else []
    parts += [f"weighted ({asked.weights})"] if asked.weights else []
    return ", ".join(parts) + named(made, asked.population)


def listed(names: Sequence[str]) -> str:
    """
    >>> listed(["sex"]), listed(["sex", "stage", "smoking"])
    ('sex', 'sex, stage and smoking')
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def title_of_group(made: Cohort, by: str) -> str:
    """A grouping or covariate inside a sentence: "HPV status", "age"."""
    own = made.study.group.get(by)
    title = within(by) if own is None else own.title or by.replace("_", " ")
    # "Age, years" is a heading: within a sentence the unit goes, and capitals stay for abbreviations alone.
    plain = title.split(", ")[0]
    return plain[0].lower() + plain[1:] if plain[1:2].islower() else plain


def heading_of(made: Cohort, by: str) -> str:
    """The same as the name of a row: "HPV status", "Age, years"."""
    own = made.study.group.get(by)
    return heading(by) if own is None else own.title or heading(by)


def compared_title(made: Cohort, asked: Comparison) -> str:
    """As a heading: "Overall survival since first diagnosis, compared by HPV status"."""
    endpoint = asked.endpoint.capitalize() if asked.endpoint in RATES else ENDPOINTS[asked.endpoint].title
    among = f" in {population_title(made, asked.population)}" if asked.population else ""
    by = title_of_group(made, str(asked.by))
    return asked.title or f"{endpoint} {title_of(made, asked.since)}, compared by {by}{among}"


def by_groups(made: Cohort) -> list[Comparison]:
    """The comparisons by a column of patients or by a group of the study's own.

    Raises StudyError if two of them are the same: their results could not be told apart.
    """
    exposures = made.study.exposure
    found = [asked for asked in made.study.report.comparison if asked.by and asked.by not in exposures]
    names = [analysis_name(made, asked) for asked in found]
    again = [name for name in names if names.count(name) > 1]
    if again:
        raise StudyError(f"report.comparison: '{again[0]}' is asked for twice. Put both into one.")
    return found


def compared(made: Cohort, asked: Comparison, outcomes: pl.DataFrame) -> Compared:
    """The patients of a comparison.

    Takes:  outcomes of the members of its population: patient_id, event (null: none), and days of a time.
    Raises: StudyError for a covariate that is not there or known only later, or an unknown reference.
    """
    by, wanted = str(asked.by), dict.fromkeys([*asked.adjust, *asked.strata, *asked.subgroups])
    _demand_words(made, asked)
    frame = outcomes.select(name for name in OUTCOME if name in outcomes.columns)
    for name in [by, *wanted]:
        values = column_of(made, name)
        frame = frame.join(values, on="patient_id", how="left", maintain_order="left")
    counting = frame.drop_nulls([name for name in ("days", "event", by) if name in frame.columns])
    present = counting[by].cast(pl.String).to_list()
    levels = [level for level in levels_in(frame[by]) if level in present]
    reference = asked.reference or max(levels, key=present.count, default="")
    return Compared(asked, analysis_name(made, asked), population_title(made, asked.population),
                    frame.sort("patient_id"), levels, reference)  # fmt: skip


def column_of(made: Cohort, name: str) -> pl.DataFrame:
    """A grouping or a fact of each patient (patient_id, name); text in the order of its levels."""
    if name in made.study.group or name in words(GroupName):
        return ordered_groups(made, name).rename({"group": name})
    values = made.facts.select("patient_id", name)
    if values[name].dtype.is_numeric() or values[name].dtype == pl.Boolean:
        return values
    return values.with_columns(pl.col(name).cast(pl.Enum(values[name].drop_nulls().unique().sort())))


def ordered_groups(made: Cohort, by: str) -> pl.DataFrame:
    """`groups_of`, whose groups stand in the order of the study's levels, else of their values."""
    groups = groups_of(made, by)
    own = made.study.group.get(by)
    order = list(own.levels) if own else groups["group"].drop_nulls().unique().sort().to_list()
    return groups.with_columns(pl.col("group").cast(pl.Enum(order)))


def levels_in(values: pl.Series) -> list[str]:
    """Every level that a column can have, whether a patient has it or not."""
    kind = values.dtype
    return kind.categories.to_list() if isinstance(kind, pl.Enum) else []


def _demand_words(made: Cohort, asked: Comparison) -> None:
    """Raise StudyError unless covariates, groups and the reference are what they should be."""
    known = [name for name in made.facts.columns if not name.startswith("source_") and name != "patient_id"]
    for name in asked.adjust:
        if name not in known and name not in made.study.group:
            raise StudyError(
                f"report.comparison.adjust: there is no column '{name}' of patients.{nearest(name, known)}"
            )
        if name in KNOWN_LATER or name.endswith("_day"):
            raise StudyError(
                f"report.comparison.adjust: '{name}' is known only after time zero, or is a day; adjust for "
                "what was known at the start (9.6)."
            )
        if name == asked.by:
            raise StudyError(f"report.comparison.adjust: '{name}' is what the groups are made of already.")
    for name in (asked.by, *asked.strata, *asked.subgroups):
        if name in OUTCOME:
            raise StudyError(
                f"group.{name}: a group cannot be called '{name}', which is part of the outcome."
            )
    _demand_reference(made, asked)


def _demand_reference(made: Cohort, asked: Comparison) -> None:
    levels = levels_in(ordered_groups(made, str(asked.by))["group"])
    if asked.reference and levels and asked.reference not in levels:
        raise StudyError(
            f"report.comparison.reference: '{asked.reference}' is no level of {asked.by}."
            f"{nearest(asked.reference, levels)}"
        )


def reason_not_compared(found: Compared) -> str | None:
    """Why these groups cannot be compared; None: they can."""
    if found.frame.is_empty():
        return "No patient is in this population: nothing is compared."
    counting = found.with_outcome()
    if counting.is_empty():
        return "No patient has an outcome since this time zero: nothing is compared."
    if not found.levels:
        return "No patient with an outcome has a group: nothing is compared."
    if len(found.levels) < 2:
        return (
            f"All patients with an outcome are in one group, {found.levels[0]}: there is nothing to compare."
        )
    if found.reference not in found.levels:
        return f"The reference group, {found.reference}, has no patient with an outcome: nothing is compared."
    if "days" in counting.columns and not counting.drop_nulls(found.by)["event"].any():
        return "No patient has the event yet: nothing can be tested."
    return None


def contributed(rows: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """What each patient gives (`said`: patient_id, value) to every analysis among the rows."""
    names = rows["analysis"].unique(maintain_order=True)
    given = [contributions(said, name, pl.col("value")) for name in names]
    return pl.concat([Contributions.create_empty(), *given])
