"""Reading a TOML file that people write: every mistake with file, line, key, and what would be right."""

import difflib
import re
import tomllib
import types
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from headway.errors import HeadwayError

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[str | int, ...]


def read(path: Path, model: type[Model], error: type[HeadwayError], what: str, **instead: Any) -> Model:
    """Read and validate; `what` names the kind of file; what of `instead` is not None replaces top keys.

    Raises `error`, one line per mistake, with file and line.
    """
    if not path.is_file():
        raise error(f"There is no {what} {path}.")
    text = path.read_text(encoding="utf-8-sig")
    try:
        written = tomllib.loads(text) | {key: value for key, value in instead.items() if value is not None}
        return model.model_validate(written)
    except tomllib.TOMLDecodeError as mistake:
        raise error(f"{path} is not TOML: {mistake}.") from None
    except ValidationError as mistakes:
        raise error("\n".join(_told(path, text, model, mistakes))) from None


def _told(path: Path, text: str, model: type[BaseModel], mistakes: ValidationError) -> list[str]:
    lines = line_numbers(text)
    # A key that may be of two kinds gives two mistakes; one answer is enough.
    said: dict[Location, str] = {}
    for mistake in mistakes.errors():
        location = _written(mistake["loc"], model, mistake["type"])
        said.setdefault(location, at(path, lines, location, _wrong(mistake, location, model)))
    return list(said.values())


def at(path: Path, lines: dict[Location, int], location: Location, message: str) -> str:
    """One mistake as its line of the message: "study.toml, line 4: report.survival.2.by: …"."""
    number = line_of(lines, location)
    where = f"{path}, line {number}" if number else str(path)
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
    return f"{where}: {key}: {message}" if key else f"{where}: {message}"


def _written(location: Location, model: type[BaseModel], kind: str) -> Location:
    """The keys down to the mistake as the file has them, without the kinds that pydantic tried."""
    kept: Location = ()
    for i, part in enumerate(location):
        inside = _declared(kept, model)
        unknown = kind == "extra_forbidden" and i == len(location) - 1
        if isinstance(part, int) or unknown or _is_mapping(inside) or part in _fields(inside):
            kept = (*kept, part)
    return kept


def _declared(location: Location, model: type[BaseModel]) -> Any:
    """What is declared at a place: the field, or the kind of an entry of a list or table."""
    of: Any = model
    for part in location:
        if isinstance(part, int) or _is_mapping(of):
            inside = [one for one in get_args(_bare(of)) if one is not Ellipsis]
            of = inside[-1] if inside else of
        else:
            of = _fields(of).get(part)
    return of


def _bare(of: Any) -> Any:
    """The type itself, without the marks of a field and without None."""
    kind = getattr(of, "annotation", of)
    if get_origin(kind) in (Union, types.UnionType):
        kinds = [one for one in get_args(kind) if one is not type(None)]
        return kinds[0] if len(kinds) == 1 else kind
    return kind


def _fields(of: Any) -> dict[str, Any]:
    """The fields of all models that may stand here."""
    kind = _bare(of)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return dict(kind.model_fields)
    if get_origin(kind) in (tuple, list, Union, types.UnionType):
        return {name: field for part in get_args(kind) for name, field in _fields(part).items()}
    return {}


def _is_mapping(of: Any) -> bool:
    return get_origin(_bare(of)) is dict


def _wrong(mistake: Any, location: Location, model: type[BaseModel]) -> str:
    kind, written = mistake["type"], mistake["input"]
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", mistake["ctx"]["expected"])
        return f"'{written}' is not one of {', '.join(allowed)}.{nearest(str(written), allowed)}"
    if kind == "extra_forbidden":
        known = list(_fields(_declared(location[:-1], model)))
        return f"this key is not known.{nearest(str(location[-1]), known)}"
    if kind == "missing":
        return "this key is required."
    if kind == "value_error":
        return f"{mistake['ctx']['error']}."
    if set(mistake.get("ctx", {})) & set(_LIMITS):
        return f"{written!r} is out of range: {limits_in_words(_declared(location, model))}."
    return f"{mistake['msg']} (it is {written!r})."


_LIMITS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


def limits_in_words(declared: Any) -> str:
    """The range of a field, or of a kind that is annotated; empty where there is none.

    >>> from pydantic import Field
    >>> limits_in_words(Field(ge=1, le=2))
    'at least 1 and at most 2'
    """
    limits = dict(_limits(declared))
    return " and ".join(f"{word} {limits[name]:g}" for name, word in _LIMITS.items() if name in limits)


def _limits(declared: Any) -> list[tuple[str, float]]:
    """Limits stand at the field or at its kind, where pydantic keeps them inside one more mark."""
    marks = [*getattr(declared, "metadata", ()), *getattr(declared, "__metadata__", ())]
    marks += [inner for mark in marks for inner in getattr(mark, "metadata", ())]
    return [(name, getattr(mark, name)) for mark in marks for name in _LIMITS if hasattr(mark, name)]


def nearest(written: str, allowed: list[str]) -> str:
    """
    >>> nearest("scai", ["scai1", "ici"]), nearest("xyz", ["scai1", "ici"])
    (" Did you mean 'scai1'?", ' Known: scai1, ici.')
    """
    folded = {word.lower(): word for word in allowed}
    near = difflib.get_close_matches(written.lower(), list(folded), n=1, cutoff=0.6)
    return f" Did you mean '{folded[near[0]]}'?" if near else f" Known: {', '.join(allowed)}."


_HEADER = re.compile(r"^\s*(\[\[?)([^\]]+)\]")
_KEY = re.compile(r"""^\s*([A-Za-z0-9_\-."' ]+?)\s*=""")


def line_numbers(text: str) -> dict[Location, int]:
    """The line of each key and table header.

    >>> line_numbers('a = 1\\n[[b.c]]\\nd = 2')
    {('a',): 1, ('b', 'c', 0): 2, ('b', 'c', 0, 'd'): 3}
    """
    found: dict[Location, int] = {}
    table: Location = ()
    counts: dict[Location, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _split(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_split(key[1])), number)
    return found


def _split(dotted: str) -> Location:
    return tuple(part.strip(" \"'") for part in dotted.split("."))


def line_of(lines: dict[Location, int], location: Location) -> int | None:
    """The line of a key, or of the nearest table around it that is written down."""
    for end in range(len(location), 0, -1):
        for known in (location[:end], tuple(part for part in location[:end] if part != 0)):
            if known in lines:
                return lines[known]
    return None
