"""Lines of systemic therapy: from administrations to lines, with the reason for each (domain.md 4)."""

from headway.derive.lines.belonging import with_line
from headway.derive.lines.compare import agreement, differences
from headway.derive.lines.counts import line_counts
from headway.derive.lines.investigator import investigator_lines
from headway.derive.lines.lines import LinesOfTherapy, lines_of_therapy
from headway.derive.lines.local_events import local_events
from headway.derive.lines.settings import CYTOTOXIC, HNSCC, MENG_2021, RULES, LineRules

__all__ = [
    "CYTOTOXIC",
    "HNSCC",
    "MENG_2021",
    "RULES",
    "LineRules",
    "LinesOfTherapy",
    "agreement",
    "differences",
    "investigator_lines",
    "line_counts",
    "lines_of_therapy",
    "local_events",
    "with_line",
]
