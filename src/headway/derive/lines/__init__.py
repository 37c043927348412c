"""Lines of systemic therapy: from administrations to lines, with the reason for each (domain.md 4)."""

from headway.derive.lines.lines import LinesOfTherapy, lines_of_therapy
from headway.derive.lines.settings import HNSCC, MENG_2021, RULES, LineRules

__all__ = ["HNSCC", "MENG_2021", "RULES", "LineRules", "LinesOfTherapy", "lines_of_therapy"]
