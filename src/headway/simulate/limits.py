"""The limits that a field declares, in words."""

from typing import Any

_LIMITS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


def limits_in_words(declared: Any) -> str:
    """The range of a field, or of a kind that is annotated; empty where there is none.

    >>> from headway.simulate.scenario import Imaging
    >>> limits_in_words(Imaging.model_fields["readers"])
    'at least 1 and at most 2'
    """
    limits = dict(_limits(declared))
    return " and ".join(f"{word} {limits[name]:g}" for name, word in _LIMITS.items() if name in limits)


def is_of_limits(context: dict[str, Any]) -> bool:
    """Whether a mistake is about such a limit."""
    return bool(set(context) & set(_LIMITS))


def _limits(declared: Any) -> list[tuple[str, float]]:
    """Limits stand at the field or at its kind, where pydantic keeps them inside one more mark."""
    marks = [*getattr(declared, "metadata", ()), *getattr(declared, "__metadata__", ())]
    marks += [inner for mark in marks for inner in getattr(mark, "metadata", ())]
    return [(name, getattr(mark, name)) for mark in marks for name in _LIMITS if hasattr(mark, name)]
