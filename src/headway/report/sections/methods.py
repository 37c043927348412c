"""How the numbers were made."""

from headway.report.document import Section


def methods(paragraphs: list[str]) -> Section:
    """How the numbers were made, from the options that were used."""
    return Section("Methods", paragraphs=tuple(paragraphs))
