"""Small words of the methods section."""

from collections.abc import Sequence


def several(names: Sequence[str]) -> str:
    """
    >>> several(["a", "b", "c"])
    'a, b and c'
    """
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def upper(said: str) -> str:
    """
    >>> upper("hpv status")
    'Hpv status'
    """
    return said[:1].upper() + said[1:]


def cited(source: str) -> str:
    """The source of a rule set, as it stands within brackets.

    >>> cited("domain.md 4 (R4.1 to R4.13)")
    "Headway's rules, section 4, R4.1 to R4.13"
    """
    flat = source.replace(" (", ", ").replace(")", "")
    return flat.replace("domain.md", "Headway's rules, section")
