"""The reference page of the study file and its JSON Schema, from the declarations."""

import json
import types
from importlib.resources import files
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from headway.study import parts
from headway.study.parts import Study

# What each derived fact says; `derive` makes them under these names.
FACTS = {
    "lines": "lines of systemic therapy",
    "curative_lines": "of these with curative intent",
    "palliative_lines": "of these palliative",
    "drugs": "every drug ever given, joined by ' + '",
    "drug_classes": "their classes, joined by ' + '",
    "radiotherapy_courses": "courses of radiotherapy",
    "metastases_at_baseline": "metastatic lesions at the first imaging",
    "best_response": "best overall response of the first analysis of response",
    "confirmed_best_response": "the same, confirmed",
    "evaluable": "whether response can be judged (R1.41)",
    "measurable": "whether there is a target lesion at baseline",
    "pd1_resistance": "resistance to the last line with a PD-1 or PD-L1 inhibitor, by SITC and reported "
    "responses: primary, secondary, unconfirmed primary, insufficient exposure, … (R4.18)",
}


def json_schema() -> str:
    """The JSON Schema of the study file, for editors."""
    return json.dumps(Study.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def reference_page() -> str:
    """The page in Markdown: the prose of reference.md, filled with the keys and the facts."""
    prose = files("headway.study").joinpath("reference.md").read_text(encoding="utf-8")
    sections = [_section("", Study)]
    sections += [_section(f"[{name}]", model) for name, model in tables(Study, "").items()]
    facts = "".join(f"- `{name}`: {said}\n" for name, said in FACTS.items())
    return prose.replace("KEYS", "\n".join(sections)).replace("FACTS", facts)


def tables(model: type[BaseModel], under: str) -> dict[str, type[BaseModel]]:
    """The tables below a table, by the name that they have in the file."""
    found: dict[str, type[BaseModel]] = {}
    for key, field in model.model_fields.items():
        inside = _model_in(field.annotation)
        if inside is not None:
            name = f"{under}{key}{'.NAME' if get_origin(field.annotation) is dict else ''}"
            found[name] = inside
            found |= tables(inside, f"{name}.")
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _section(name: str, model: type[BaseModel]) -> str:
    said = " ".join((model.__doc__ or "").split())
    title = f"## `{name}`\n\n{said}\n\n" if name else "## Keys of the study\n\n"
    head = "| key | what it says | values | default |\n|---|---|---|---|\n"
    rows = (
        _row(key, field) for key, field in model.model_fields.items() if _model_in(field.annotation) is None
    )
    return title + head + "".join(rows)


def _row(key: str, field: FieldInfo) -> str:
    said = " ".join((field.description or "").split())
    return f"| `{key}` | {said} | {_values(field.annotation)} | {_default(field)} |\n"


def _values(annotation: Any) -> str:
    """What may be written, in words.

    >>> _values(bool), _values(tuple[str, ...]), _values(Literal["a", "b"] | None)
    ('true or false', 'list of text', '`a`, `b`')
    """
    if annotation in _KINDS:
        return _KINDS[annotation]
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in inside)
    if origin is tuple:
        return f"list of {_values(inside[0])}"
    if origin is dict:
        return "table of text"
    if origin in (Union, types.UnionType):
        return " or ".join(_values(part) for part in inside if part is not type(None))
    return _values(inside[0]) if inside else getattr(annotation, "__name__", str(annotation))


_KINDS = {str: "text", bool: "true or false", int: "whole number", float: "number", parts.date: "date"}


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.default
    if default is None or default == () or default is ...:
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return ", ".join(f"`{part}`" for part in (default if isinstance(default, tuple) else (default,)))
