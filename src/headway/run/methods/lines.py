"""Lines of therapy, by the rule set that was used."""

from headway.derive.lines import LineRules
from headway.run.cohort import Cohort
from headway.run.methods.used import needs_lines
from headway.run.methods.words import cited, several


def lines(cohort: Cohort) -> str:
    """How drugs became lines; nothing if no number depends on them."""
    return _said(cohort.lines.rules) if needs_lines(cohort) else ""


def _said(rules: LineRules) -> str:
    swaps = "; ".join(several(drugs) for drugs in rules.swaps)
    divides = (
        "A drug added after this window, and any new drug, swap or resumption after a progression, "
        "begins a new line."
        if rules.progression_divides
        else "A drug added after this window begins a new line; progressions do not."
    )
    pause = {"drug": "before the same drug is given again", "line": "of the whole line"}[rules.gap_of]
    classes = f" ({', '.join(rules.gap_divides)})" if rules.gap_divides else ""
    return (
        f"Lines of systemic therapy were derived from the drugs by the rule set '{rules.name}' "
        f"({cited(rules.source)}). Drugs first given within {rules.window_days} days of the start of a line "
        f"form its regimen. {divides} Within a line these replace each other: {swaps}. Stopping a drug of "
        "the regimen and planned maintenance do not begin a line. A pause of more than "
        f"{rules.gap_days} days {pause} divides lines{classes}."
    )
