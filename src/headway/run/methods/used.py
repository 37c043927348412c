"""What the report of a study uses, in the order in which it does."""

from dataclasses import dataclass

from headway.derive.anchors import ANCHORS
from headway.run.cohort import Cohort


@dataclass(frozen=True)
class Used:
    """Names of anchors, populations, groups (exposures among them) and endpoints."""

    anchors: list[str]
    populations: list[str]
    groups: list[str]
    endpoints: list[str]


def used(cohort: Cohort) -> Used:
    """Everything that some part of the report asks for."""
    study = cohort.study
    parts = [part for asked in _asked(cohort) for part in asked]
    groups = _said(parts, "by")
    windows = [study.exposure[name].since for name in groups if name in study.exposure]
    return Used(
        anchors=_once([*_said(parts, "since"), *_said(parts, "paired"), *windows]),
        populations=_said(parts, "population"),
        groups=_once([*groups, *filter(None, [study.report.characteristics_by])]),
        endpoints=_said(parts, "endpoint"),
    )


def _asked(cohort: Cohort) -> list[list]:
    """The parts of the report, each a list: one table of the study file is a list of one."""
    values = [value for _, value in cohort.study.report]
    return [list(value) if isinstance(value, tuple) else [value] for value in values]


def _said(parts: list, key: str) -> list[str]:
    found = []
    for part in parts:
        value = getattr(part, key, None)
        found += list(value) if isinstance(value, tuple) else [value]
    return _once(name for name in found if isinstance(name, str))


def _once(names) -> list[str]:
    return list(dict.fromkeys(names))


def needs_lines(cohort: Cohort) -> bool:
    """Whether anything in the report depends on lines of therapy."""
    study, report = cohort.study, cohort.study.report
    if not cohort.record.has("drugs"):
        return False
    found = used(cohort)
    roles = any(name in ANCHORS and ANCHORS[name].table == "roles" for name in found.anchors)
    own = any(name in study.anchor and study.anchor[name].of == "lines" for name in found.anchors)
    shown = report.treatment or report.sequences or report.swimmer or report.exposure
    next_line = {"TTNT", "PFS2", "ToT", "TTF"} & set(found.endpoints)
    return bool(shown or roles or own or next_line)
