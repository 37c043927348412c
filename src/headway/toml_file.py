"""Reading a TOML file that people write: every mistake with file, line, key, and what would be right."""

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from headway.errors import HeadwayError

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[str | int, ...]


def read(path: Path, model: type[Model], error: type[HeadwayError], what: str) -> Model:
    """Read and validate; `what` names the kind of file ("study file").

    Raises `error`, one line per mistake, with file and line.
    """
    if not path.is_file():
        raise error(f"There is no {what} {path}.")
    text = path.read_text(encoding="utf-8-sig")
    try:
        return model.model_validate(tomllib.loads(text))
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
        said.setdefault(location, at(path, lines, location, _wrong(mistake, _keys(location[:-1], model))))
    return list(said.values())


def at(path: Path, lines: dict[Location, int], location: Location, message: str) -> str:
    """One mistake as its line of the message: "study.toml, line 4: cutoff: …"."""
    number = line_of(lines, location)
    where = f"{path}, line {number}" if number else str(path)
    return f"{where}: {'.'.join(part for part in location if isinstance(part, str))}: {message}"


def _written(location: Location, model: type[BaseModel], kind: str) -> Location:
    """The keys down to the mistake as the file has them, without the kinds that pydantic tried."""
    kept: list[str | int] = []
    inside: Any = model
    for i, part in enumerate(location):
        last_unknown = kind == "extra_forbidden" and i == len(location) - 1
        if isinstance(part, int) or last_unknown or _is_mapping(inside) or part in _fields(inside):
            kept.append(part)
            inside = _below(inside, part)
    return tuple(kept)


def _fields(annotation: Any) -> dict[str, Any]:
    """The keys of all models within an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {name: field.annotation for name, field in annotation.model_fields.items()}
    return {name: kind for part in get_args(annotation) for name, kind in _fields(part).items()}


def _is_mapping(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) is dict


def _below(annotation: Any, part: str | int) -> Any:
    if isinstance(part, int):
        return annotation
    return get_args(annotation)[1] if _is_mapping(annotation) else _fields(annotation).get(part)


def _keys(location: Location, model: type[BaseModel]) -> list[str]:
    inside: Any = model
    for part in location:
        inside = _below(inside, part)
    return list(_fields(inside))


def _wrong(mistake: Any, known: list[str]) -> str:
    written = mistake["input"]
    if mistake["type"] == "literal_error":
        allowed = re.findall(r"'([^']*)'", mistake["ctx"]["expected"])
        return f"'{written}' is not one of {', '.join(allowed)}.{nearest(str(written), allowed)}"
    if mistake["type"] == "extra_forbidden":
        return f"this key is not known.{nearest(str(mistake['loc'][-1]), known)}"
    if mistake["type"] == "missing":
        return "this key is required."
    if mistake["type"] == "value_error":
        return f"{mistake['ctx']['error']}."
    return f"{mistake['msg']} (it is {written!r})."


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
