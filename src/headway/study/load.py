"""Reading a study file: what is written must be known, and what it names must exist."""

from collections.abc import Iterator
from pathlib import Path

from headway import toml_file
from headway.errors import StudyError
from headway.study.parts import AS_REPORTED, AnchorName, Comparison, GroupName, Part, Study, words
from headway.toml_file import Location, nearest


def load(path: Path) -> Study:
    """Read and validate a study file.

    Raises StudyError, one line per mistake, with file and line.
    """
    study = toml_file.read(path, Study, StudyError, "study file")
    lines = toml_file.line_numbers(path.read_text(encoding="utf-8-sig"))
    wrong = [toml_file.at(path, lines, where, message) for where, message in _unknown_names(study)]
    if wrong:
        raise StudyError("\n".join(wrong))
    return study


def _unknown_names(study: Study) -> Iterator[tuple[Location, str]]:
    """Anchors, populations, groups and exposures that are named and not there."""
    for where, part in _asked(study):
        known = {
            "since": _anchors(study, reported=hasattr(part, "endpoint")),
            "paired": _anchors(study, reported=False),
            "population": list(study.population),
            "by": _groupings(study, part),
            "characteristics_by": _groupings(study, part),
            "strata": [*words(GroupName), *study.group],
            "subgroups": [*words(GroupName), *study.group],
        }
        for key, allowed in known.items():
            for name in _names(getattr(part, key, None)):
                if name not in allowed:
                    yield (*where, key), f"'{name}' is not known here.{nearest(name, allowed)}"


def _asked(study: Study) -> Iterator[tuple[Location, Part]]:
    """Every part of the report and every exposure, with its place in the file."""
    yield ("report",), study.report
    for name, exposure in study.exposure.items():
        yield ("exposure", name), exposure
    for key in type(study.report).model_fields:
        asked = getattr(study.report, key)
        if isinstance(asked, Part):
            yield ("report", key), asked
        elif isinstance(asked, tuple):
            yield from ((("report", key, i), part) for i, part in enumerate(asked) if isinstance(part, Part))


def _anchors(study: Study, *, reported: bool) -> list[str]:
    built_in = [name for name in words(AnchorName) if reported or name != AS_REPORTED]
    return [*built_in, *study.anchor]


def _groupings(study: Study, part: Part) -> list[str]:
    exposures = list(study.exposure) if isinstance(part, Comparison) else []
    return [*words(GroupName), *study.group, *exposures]


def _names(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else value
