"""Reading a scenario file; a mistake is told with file, line, key, what is written and what is allowed."""

import difflib
import tomllib
import types
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from headway.errors import HeadwayError
from headway.simulate.limits import is_of_limits, limits_in_words
from headway.simulate.scenario import Scenario


class ScenarioError(HeadwayError):
    """The scenario says something that cannot be simulated."""


def load(path: Path, **instead: Any) -> Scenario:
    """Read a scenario; `instead` replaces top keys that are not None (patients, seed).

    Raises ScenarioError, one line per mistake.
    """
    if not path.is_file():
        raise ScenarioError(f"There is no scenario file {path}.")
    text = path.read_text(encoding="utf-8-sig")
    try:
        written = tomllib.loads(text) | {key: value for key, value in instead.items() if value is not None}
        return Scenario.model_validate(written)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{path} is not TOML: {error}.") from None
    except ValidationError as error:
        raise ScenarioError("\n".join(_told(path, text, mistake) for mistake in error.errors())) from None


def _told(path: Path, text: str, mistake: Any) -> str:
    place = mistake["loc"]
    line = _line(text, place)
    where = f"{path}, line {line}" if line else str(path)
    key = ".".join(f"{part + 1}" if isinstance(part, int) else part for part in place)
    return f"{where}: {key}: {_wrong(mistake)}" if key else f"{where}: {_wrong(mistake)}"


def _wrong(mistake: Any) -> str:
    kind, written = mistake["type"], mistake["input"]
    if kind == "extra_forbidden":
        return f"this key is not known.{_nearest(str(mistake['loc'][-1]), _keys(mistake['loc'][:-1]))}"
    if kind == "missing":
        return "this key is required."
    if kind == "literal_error":
        allowed = [word.strip("' ") for word in mistake["ctx"]["expected"].replace(" or ", ", ").split(", ")]
        return f"'{written}' is not one of {', '.join(allowed)}.{_nearest(str(written), allowed)}"
    if kind == "value_error":
        return f"{mistake['ctx']['error']}."
    if is_of_limits(mistake.get("ctx", {})):
        return f"{written!r} is out of range: {limits_in_words(_annotation(mistake['loc']))}."
    return f"{mistake['msg']} (it is {written!r})."


def _annotation(place: tuple[str | int, ...]) -> Any:
    """What is declared at a place of the scenario: the field, or the kind of an entry of a list or table."""
    of: Any = Scenario
    for part in place:
        model = _model(of)
        if model is not None and isinstance(part, str) and part in model.model_fields:
            of = model.model_fields[part]
        elif not isinstance(part, str) or model is None:
            inside = get_args(_bare(of))
            of = next((one for one in reversed(inside) if one is not Ellipsis), of)
    return of


def _bare(of: Any) -> Any:
    """The type itself, without limits and without None."""
    kind = getattr(of, "annotation", of)
    if get_origin(kind) in (Union, types.UnionType):
        return next(one for one in get_args(kind) if one is not type(None))
    return kind


def _model(of: Any) -> type[BaseModel] | None:
    kind = _bare(of)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _keys(place: tuple[str | int, ...]) -> list[str]:
    model = _model(_annotation(place))
    return list((model or Scenario).model_fields)


def _nearest(written: str, allowed: list[str]) -> str:
    near = difflib.get_close_matches(written.lower(), allowed, n=1, cutoff=0.6)
    return f" Did you mean '{near[0]}'?" if near else f" Known: {', '.join(allowed)}."


def _line(text: str, place: tuple[str | int, ...]) -> int | None:
    """The line in which the key stands: below the header of its table, in the n-th block of a list."""
    names = [part for part in place if isinstance(part, str)]
    if not names:
        return None
    lines = list(enumerate(text.splitlines(), 1))
    nth = next((part for part in place if isinstance(part, int)), 0)
    heads = [number for number, line in lines if _heads(line, names[0])]
    start = heads[nth] if nth < len(heads) else 0
    own = [(number, line) for number, line in lines if number >= start]
    for name in reversed(names):
        found = next((number for number, line in own if _assigns(line, name)), None)
        if found:
            return found
    return start or None


def _heads(line: str, name: str) -> bool:
    return line.strip().startswith("[") and line.strip().strip("[] ").split(".")[0] == name


def _assigns(line: str, key: str) -> bool:
    return (
        key in [part.strip(" []{\"'").split(".")[-1] for part in line.split("=")[:-1]]
        or line.strip().strip("[]") == key
    )
