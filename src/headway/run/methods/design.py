"""Design, time zero, populations, groups and exposures, as far as the study uses them."""

from headway.derive.anchors import ANCHORS
from headway.report.words import within
from headway.run.cohort import Cohort, population_title
from headway.run.methods.conditions import condition
from headway.run.methods.used import used
from headway.run.methods.words import several, upper
from headway.study.parts import AS_REPORTED, Exposure, Study

_DESIGNS = {
    "cohort": "This is a cohort study.",
    "single-arm trial": "This is a single-arm trial.",
    "randomised trial": "This is a randomised trial.",
}


_ORDINALS = ("first", "second", "last")


def design(cohort: Cohort) -> str:
    """What kind of study this is, from which data, until when."""
    study = cohort.study
    said = [
        _DESIGNS[study.design],
        f"The data come from: {study.source.rstrip('.')}." if study.source else "",
        "The data are synthetic: there is no patient behind them." if study.synthetic else "",
        _cutoff(study),
        _time(cohort.record.time),
        "A row that could not be used was set aside with a finding; a value that is missing stayed missing.",
    ]
    return " ".join(filter(None, said))


def _cutoff(study: Study) -> str:
    if study.cutoff is None:
        return "No data cut-off was set: each patient was followed as long as the record tells."
    day = f"day {study.cutoff}" if isinstance(study.cutoff, int) else str(study.cutoff)
    return f"The data cut-off was {day}."


def _time(time: str) -> str:
    told = {"dates": "whole days between calendar dates", "days": "whole days from each patient's own day 0"}
    return f"Times are {told[time]}; a month is 30.4375 days and a year 365.25 days."


def time_zero(cohort: Cohort) -> str:
    """The anchors that analyses start from."""
    names = [name for name in used(cohort).anchors if name != AS_REPORTED]
    said = (
        [f"Time zero was the day of {several([_anchor(cohort, name) for name in names])}."] if names else []
    )
    if AS_REPORTED in used(cohort).anchors:
        said.append("Times that the source gives ready-made run from the time zero of the source.")
    return " ".join(said)


def _anchor(cohort: Cohort, name: str) -> str:
    if name in ANCHORS:
        title = ANCHORS[name].title
        return f"the {title}" if title.startswith(_ORDINALS) else title
    own = cohort.study.anchor[name]
    where = f" with {condition(own.where)}" if own.where else ""
    return f"{own.title}, which is the {own.which} row of {own.of}{where}"


def populations(cohort: Cohort) -> str:
    """Who was analysed, by which condition."""
    names = used(cohort).populations
    if not names:
        return "All patients of the record were analysed."
    said = [
        f"{upper(population_title(cohort, name))}: patients for whom "
        f"{condition(cohort.study.population[name].where)}."
        for name in names
    ]
    return " ".join(["All patients of the record were analysed unless a population is named.", *said])


def groups(cohort: Cohort) -> str:
    """The columns and the study's own groups by which patients were compared."""
    names = [name for name in used(cohort).groups if name not in cohort.study.exposure]
    if not names:
        return ""
    columns = [within(name) for name in names if name not in cohort.study.group]
    said = [f"Patients were grouped by {several(columns)} as recorded."] if columns else []
    said += [_own_group(cohort, name) for name in names if name in cohort.study.group]
    return " ".join([*said, "Groups are known at time zero."])


def _own_group(cohort: Cohort, name: str) -> str:
    group = cohort.study.group[name]
    levels = [f"{level}, if {condition(where)}" for level, where in group.levels.items()]
    title = upper(group.title or name.replace("_", " "))
    return f"{title} has these levels, of which the first that holds counts: {'; '.join(levels)}."


def exposures(cohort: Cohort) -> str:
    """Exposures that come after time zero, with their windows."""
    names = [name for name in used(cohort).groups if name in cohort.study.exposure]
    return " ".join(_exposure(cohort, cohort.study.exposure[name]) for name in names)


def _exposure(cohort: Cohort, asked: Exposure) -> str:
    where = f" with {condition(asked.where)}" if asked.where else ""
    until = f"{asked.until} days later" if isinstance(asked.until, int) else f"the {asked.until}"
    closes = "without an end" if asked.until is None else f"until {until}"
    return (
        f"Exposed to {asked.title} were patients from their first row of {asked.of}{where}, "
        f"counted from the day of {_anchor(cohort, asked.since)} {closes}; "
        "until then they were not exposed."
    )
