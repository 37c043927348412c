"""Treatment sequences."""

from dataclasses import dataclass

import polars as pl

from headway.report.document import Figure, Section
from headway.report.figures import alluvial
from headway.report.numbers import count, patients
from headway.report.tables import sequences as tables


@dataclass(frozen=True)
class Analysis:
    """Treatment sequences as the report names them."""

    name: str  # as in the results
    title: str
    lines: int
    setting: str  # "of the palliative setting"
    population: str
    patients: int
    cutoff: str


CLASSES = (
    "ICI: an immune checkpoint inhibitor; platinum: with or without other cytotoxic drugs; chemotherapy: "
    "cytotoxic drugs without platinum; anti-EGFR: an antibody; ADC: "
    "antibody-drug conjugate; TKI: tyrosine kinase inhibitor. No further line: none so far."
)


def sequences(results: pl.DataFrame, steps: pl.DataFrame, analysis: Analysis) -> Section:
    """The flow from line to line, and the commonest sequences."""
    rows = results.filter(pl.col("analysis") == analysis.name)
    if rows.is_empty():
        said = f"No patient ({analysis.population}) has a line of systemic therapy {analysis.setting}."
        return Section(analysis.title, (said,))
    by_line = results.filter(pl.col("analysis") == f"{analysis.name}, by line")
    shown = (tables.by_line(by_line, analysis.lines), tables.commonest(rows))
    return Section(analysis.title, figures=(_figure(steps, analysis),), tables=shown)


def _figure(steps: pl.DataFrame, analysis: Analysis) -> Figure:
    treated = steps["patient_id"].n_unique()
    caption = (
        f"{analysis.title}: the first {analysis.lines} lines {analysis.setting} of {count(treated)} of "
        f"{patients(analysis.patients)} ({analysis.population}); the others have none. The height of a box "
        f"is its patients. {CLASSES} {analysis.cutoff}"
    )
    spec = alluvial.alluvial(steps, most_lines=analysis.lines)
    words = alluvial.in_words(steps, most_lines=analysis.lines)
    return Figure(analysis.name.replace(" ", "_"), spec, caption, words)
