"""What the report answers of the guideline for the study's design."""

from headway.knowledge.checklists import Item, checklist_of
from headway.report.checklist import Answer, checklist
from headway.report.document import Section
from headway.run.cohort import Cohort
from headway.run.methods.used import used
from headway.run.topics import (
    Topic,
    comparison,
    disease_state,
    failure,
    flow,
    local_control,
    paired,
    patients,
    published,
    quality_of_life,
    response,
    survival,
    timing,
    toxicity,
    treatment,
)

# Which topics of the report answer what a guideline asks for.
_TOPICS: dict[str, tuple[Topic, ...]] = {
    "flow": (flow.TOPIC,),
    "patients": (patients.TOPIC,),
    "treatment": (treatment.TOPIC,),
    "follow_up": (survival.TOPIC,),
    "outcomes": (
        response.TOPIC, survival.TOPIC, failure.TOPIC, local_control.TOPIC, disease_state.TOPIC,
        quality_of_life.TOPIC,
    ),
    "comparisons": (comparison.TOPIC, timing.TOPIC, paired.TOPIC),
    "exposures": (timing.TOPIC,),
    "harms": (toxicity.TOPIC,),
    "literature": (published.TOPIC,),
}  # fmt: skip
MOST_NAMED = 3


def checklist_section(cohort: Cohort, shown: list[tuple[Topic, Section]]) -> Section:
    """The guideline for the study's design, answered by the sections that the report has."""
    found = checklist_of(cohort.study.design)
    parts = _parts(cohort, shown)
    return checklist(found.name, found.source, [_answer(item, parts) for item in found.items])


def _parts(cohort: Cohort, shown: list[tuple[Topic, Section]]) -> dict[str, list[str]]:
    """The sections that answer each part, by the part; a part without any is not there."""
    study = cohort.study
    compared = [section.title for topic, section in shown if topic is comparison.TOPIC]
    asked = study.report.comparison
    parts = {
        "headline": ["the numbers under the title"],
        "methods": ["Methods"],
        "data": ["Data"],
        "code": ["Methods (software), study file"],
        "adjusted": compared if any(part.adjust or part.weights for part in asked) else [],
        "subgroups": compared if any(part.subgroups for part in asked) else [],
        "own_groups": ["Methods"] if set(used(cohort).groups) & set(study.group) else [],
        "randomised": ["Methods"] if study.design == "randomised trial" else [],
        **{
            name: [section.title for topic, section in shown if topic in topics]
            for name, topics in _TOPICS.items()
        },
    }
    return {name: titles for name, titles in parts.items() if titles}


def _answer(item: Item, parts: dict[str, list[str]]) -> Answer:
    if item.only_if and not any(name in parts for name in item.only_if):
        return Answer(item.number, item.part, item.topic, f"not applicable: {item.otherwise}", "")
    titles = list(dict.fromkeys(title for name in item.by for title in parts.get(name, [])))
    return Answer(item.number, item.part, item.topic, _named(titles), item.write)


def _named(titles: list[str]) -> str:
    """
    >>> _named(["Methods", "Data"]), _named(["A", "B", "C", "D", "E"]), _named([])
    ('Methods; Data', 'A; B; C; 2 more sections', 'no')
    """
    more = len(titles) - MOST_NAMED
    counted = [f"{more} more section{'' if more == 1 else 's'}"] if more > 0 else []
    return "; ".join([*titles[:MOST_NAMED], *counted]) or "no"
