"""The reference page of the scenario file, printed from the declaration."""

import types
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from headway.simulate.scenario import Scenario
from headway.toml_file import limits_in_words

_INTRODUCTION = """# The scenario of a synthetic cohort

<!-- Written by docs/make_reference.py from src/headway/simulate/scenario/; change that. -->

`headway simulate SCENARIO.toml --out FOLDER` writes a folder that reads as a [record](record.md),
with the truth behind it in `truth/`: `truth` (one row per patient), `line_truth`, `lesion_truth`,
`state_truth`. A parameter that is not written has its default. A list of tables is written
`[[regimen]]`, `[[line]]`, `[[radiotherapy]]`, `[[toxicity]]`, `[[lab]]`.

## The model

A lesion is a sensitive part that shrinks and a resistant part that grows, each at its own rate
(Stein, Oncologist 2008;13:1046; in the form with a fraction that responds, Wilkerson, Lancet Oncol
2017;18:143). A line of therapy draws how the disease answers (complete, partial, stable,
progressing), divides every lesion into the two parts, and ends when the investigator reads a
progression, or for toxicity, planned completion or death. New lesions come at a hazard that grows
with the burden, and so does death. Radiotherapy cures a lesion or kills part of it; what it does to
the rest of the body is a ratio of the scenario, and 1 means nothing. All rates are constant between
two events.

Every random number belongs to a seed, a patient, a topic and a step, so a patient is the same in a
cohort of ten and of a million, whatever the order of the work.

A progression is true from the first day on which a perfect scan would have shown it, judged against
the scans before, if it lasts until the next scan or death. Days in `truth/` are since the first
dose of the index line.

`state_truth` has the true state of metastatic disease (R7.1 to R7.4) from each day on which it
changes: `day`, `state`, and of the metastases how many there are, how many of them are `new` and how
many `growing`; `controlled` are those that an ablative course holds, which do not count. It is what a
perfect scan of that day would show, judged against perfect scans on all planned days before, done or
missed, and it stands until the metastases change or the next planned scan. A lesion is new until the
scan after the one that could first show it. Lymph nodes and lesions of head and neck are no
metastases here.
"""


def reference_page() -> str:
    """The page in Markdown."""
    return _INTRODUCTION + "".join(_table(name, model) for name, model in _models(Scenario, "").items())


def _models(model: type[BaseModel], name: str) -> dict[str, type[BaseModel]]:
    """Every table of the scenario with its name, each kind of table once."""
    found = {name: model}
    for key, field in model.model_fields.items():
        for inside in _inside(field.annotation):
            if isinstance(inside, type) and issubclass(inside, BaseModel) and inside not in found.values():
                found |= _models(inside, f"{name}.{key}".strip("."))
    return found


def _inside(annotation: Any) -> list[Any]:
    if get_origin(annotation) in (tuple, Union, types.UnionType):
        return [one for part in get_args(annotation) for one in _inside(part)]
    return [annotation]


def _table(name: str, model: type[BaseModel]) -> str:
    sentence = " ".join((model.__doc__ or "").split())
    head = "| key | meaning | values | default |\n|---|---|---|---|\n"
    return f"\n## {name or 'Top of the file'}\n\n{sentence}\n\n{head}" + "".join(
        _row(key, field) for key, field in model.model_fields.items()
    )


def _row(key: str, field: FieldInfo) -> str:
    name = f"**`{key}`**" if field.is_required() else f"`{key}`"
    cells = (name, field.description or "", _values(field), _default(field))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _values(field: FieldInfo) -> str:
    words = [one for part in _inside(field.annotation) for one in _words(part)]
    return ", ".join(words) or limits_in_words(field)


def _words(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(word) for word in get_args(annotation)]
    return []


def _default(field: FieldInfo) -> str:
    default = field.default
    if default is PydanticUndefined or isinstance(default, BaseModel):
        return ""
    if default in (None, (), {}):
        return "none"
    if isinstance(default, dict):
        return ", ".join(f"{key} = {value}" for key, value in default.items())
    return ", ".join(str(part) for part in default) if isinstance(default, tuple) else str(default)
