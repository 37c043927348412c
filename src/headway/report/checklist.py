"""The reporting checklist: what this report answers of a guideline, and what is left to the investigators."""

from collections.abc import Sequence
from dataclasses import dataclass

from headway.report.document import Section, Table


@dataclass(frozen=True)
class Answer:
    """One item of a guideline with its answer; `here` names the sections of this report."""

    number: str
    part: str
    topic: str
    here: str
    to_write: str


def checklist(name: str, source: str, answers: Sequence[Answer]) -> Section:
    """The guideline as a table, its parts as blocks."""
    rows, headings = [], []
    for i, answer in enumerate(answers):
        if i == 0 or answer.part != answers[i - 1].part:
            headings.append(len(rows))
            rows.append((answer.part,))
        rows.append((answer.number, answer.topic, answer.here, answer.to_write))
    said = (
        f"What this report answers of {name}, and what is left to the investigators. Items are named in our "
        f"own words; the guideline itself counts. Source: {source}.",
    )
    header = ("Item", "Topic", "In this report", "For the investigators to write")
    table = Table(name, header, tuple(rows), heading_rows=frozenset(headings))
    return Section("Reporting checklist", said, tables=(table,))
