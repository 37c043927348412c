"""Rule sets: what makes a new line of therapy, as values with a name."""

from dataclasses import dataclass
from typing import Literal

CYTOTOXIC = ("platinum", "taxane", "antimetabolite", "cytotoxic other")
HORMONES = (
    "GnRH agonist",
    "GnRH antagonist",
    "androgen receptor inhibitor",
    "CYP17 inhibitor",
    "aromatase inhibitor",
    "oestrogen receptor modulator",
)


@dataclass(frozen=True)
class LineRules:
    """What the rules of lines leave open, decided once per study. Days are inclusive bounds.

    window_days             drugs first given up to this day after line start form the regimen (R4.3)
    swaps                   drugs that may replace each other within a line (R4.5)
    progression_divides     whether PD makes a new drug, a swap or a resumption a new line
    gap_days                a longer pause may end the line (R4.9) ...
    gap_of                  ... of the "drug" that is resumed (with its swaps), or of the whole "line"
    gap_divides             classes that start a new line after such a pause; None: all
    gap_exempt              drugs that never do
    holiday_days            a longer pause of the whole line is a holiday (R4.9)
    switch_by_intent        intent "maintenance" marks a planned switch that stays in line (R4.8) ...
    switch_drugs            ... and so does one of these drugs after the first palliative line
    switch_gap_days         a planned switch comes sooner than this after the last dose
    additive_ok             classes that never count (R4.7)
    maintenance_days        the rest of a regimen goes on for at least so long without what was dropped (R4.6)
    overlap_days            an interval belongs to the next line too if it runs on for so long there
    curative_gap_days       a longer pause divides treatment with curative intent
    cycle_days              length of a cycle after the last dose (R4.10); None: each drug's own
    curative_dose_gy        a line during radiotherapy of this dose, before any recurrence, is curative
    setting_if_not_known    for other drugs without intent in patients without a day of R/M disease
    """

    name: str
    source: str
    window_days: int = 28
    swaps: tuple[tuple[str, ...], ...] = (
        ("cisplatin", "carboplatin"),
        ("paclitaxel", "docetaxel", "nab-paclitaxel"),
        ("fluorouracil", "capecitabine"),
    )
    progression_divides: bool = True
    gap_days: int = 120
    gap_of: Literal["drug", "line"] = "drug"
    gap_divides: tuple[str, ...] | None = CYTOTOXIC
    gap_exempt: tuple[str, ...] = ()
    holiday_days: int = 56
    switch_by_intent: bool = True
    switch_drugs: tuple[str, ...] = ()
    switch_gap_days: int = 28
    additive_ok: tuple[str, ...] = HORMONES
    maintenance_days: int = 28
    overlap_days: int = 21
    curative_gap_days: int = 183
    cycle_days: int | None = None
    curative_dose_gy: float = 50.0
    setting_if_not_known: Literal["not known", "curative", "palliative"] = "not known"


HNSCC = LineRules("HNSCC", "domain.md 4 (R4.1 to R4.13)")

# Table 5, "postrefinement": doi:10.2196/29017. It was made for lung cancer, and knows no progression.
MENG_2021 = LineRules(
    "Meng 2021",
    "Meng, JMIR Med Inform 2021;9:e29017, table 5",
    swaps=(("cisplatin", "carboplatin"), ("paclitaxel", "nab-paclitaxel")),
    progression_divides=False,
    gap_days=180,
    gap_of="line",
    gap_divides=None,
    gap_exempt=(
        "erlotinib", "afatinib", "brigatinib", "crizotinib", "ceritinib", "alectinib", "gefitinib",
        "osimertinib",
    ),
    switch_by_intent=False,
    switch_drugs=("pemetrexed", "docetaxel"),
    switch_gap_days=180,
    additive_ok=(),
    cycle_days=1,
)  # fmt: skip

RULES = {rules.name: rules for rules in [HNSCC, MENG_2021]}
