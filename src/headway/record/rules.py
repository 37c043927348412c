"""The rules that a record is checked by: name, severity, what it says, what to do, source.

`error`: the row is set aside. `warning`: the row is kept. The reference page is printed from this
table, and a finding may only cite a rule that stands here.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Rule:
    """One check: its name, how serious it is, what it says and how to mend what it finds."""

    name: str
    severity: Literal["error", "warning"]
    says: str
    fix: str
    source: str = "Headway"
    # Tables that it is judged by: not raised of a patient who lost a row or value there to another finding.
    judged_by: tuple[str, ...] = ()


_AT_BASELINE = ("drugs", "lesions", "measurements")

_DECLARED = [
    # Files and columns
    Rule(
        "unreadable-file",
        "error",
        "A file of the record cannot be read.",
        "Save it again as CSV (UTF-8) or xlsx.",
    ),
    Rule("unknown-table", "warning", "A file or sheet is not a table of the record.", "Rename or remove it."),
    Rule(
        "unknown-column",
        "warning",
        "A column is not part of the table and is not used.",
        "Rename or remove it.",
    ),
    Rule(
        "missing-column",
        "error",
        "A required column is not there; the table cannot be used.",
        "Add the column.",
    ),
    Rule("duplicate-column", "error", "Two columns carry the same name.", "Rename or remove one of them."),
    Rule("hidden-sheet", "warning", "A hidden sheet was read like any other.", "Unhide it, or remove it."),
    Rule(
        "merged-cells",
        "warning",
        "Merged cells hold a value only in their first cell.",
        "Unmerge and fill them.",
    ),
    Rule("empty-row", "warning", "A row has no value in any column.", "Remove the empty row."),
    Rule(
        "ragged-row",
        "error",
        "A row has more or fewer cells than the header.",
        "Quote text that holds separators.",
    ),
    # One value
    Rule("missing-required", "error", "A required value is empty.", "Fill it in."),
    Rule("not-a-number", "warning", "A number cannot be read.", "Write digits with a decimal point."),
    Rule("not-a-day", "error", "A day cannot be read.", "Write 2021-03-15, 2021-03 or 2021, or whole days."),
    Rule(
        "not-in-list",
        "warning",
        "A value is not in the column's closed list.",
        "Use one of the listed values.",
    ),
    Rule("not-yes-no", "warning", "A yes/no value cannot be read.", "Write yes or no."),
    Rule("out-of-range", "warning", "A number lies outside the column's limits.", "Check value and unit."),
    Rule(
        "grade-out-of-range",
        "error",
        "A CTCAE grade is not 1 to 5.",
        "Write a whole grade from 1 to 5.",
        "CTCAE v5.0",
    ),
    Rule(
        "mixed-time",
        "error",
        "A record uses calendar dates or relative days, not both.",
        "Use one of the two.",
    ),
    Rule(
        "imputed-date",
        "warning",
        "A partial date was completed.",
        "Give the full date if it is known.",
        "domain.md 5.4",
    ),
    Rule(
        "ambiguous-size",
        "warning",
        "A size in words was read as what the field means by it.",
        "Use the status column.",
        "R1.10",
    ),
    # Units and names
    Rule(
        "dose-unit-converted",
        "warning",
        "A dose fits only the other unit and was converted.",
        "Give the dose in Gy.",
        "domain.md 8",
    ),
    Rule(
        "dose-unit-inferred",
        "warning",
        "A dose without unit was read in the only plausible one.",
        "Give the unit.",
    ),
    Rule(
        "dose-unit-unclear", "warning", "A dose fits no unit; it is left out.", "Check the dose and its unit."
    ),
    Rule(
        "dose-against-fractions",
        "warning",
        "Dose and fractions give an impossible dose per fraction.",
        "Check both.",
        "R8.11",
    ),
    Rule(
        "unrecognised-drug",
        "warning",
        "A drug name is not in the drug table.",
        "Use the generic name.",
        "domain.md 4.2",
    ),
    Rule(
        "drug-name-corrected",
        "warning",
        "A misspelt drug name was recognised.",
        "Use the generic name.",
        "domain.md 4.2",
    ),
    # Keys and references
    Rule("duplicate-row", "error", "A row repeats another one exactly.", "Remove the copy."),
    Rule(
        "conflicting-rows", "error", "Rows that should be one contradict each other.", "Keep the right one."
    ),
    Rule("two-deaths", "error", "A patient has two days of death.", "Keep the right one."),
    Rule(
        "unknown-patient",
        "error",
        "A row names a patient who is not in patients.",
        "Add the patient or mend the id.",
    ),
    Rule(
        "unknown-lesion",
        "error",
        "A row names a lesion that is not in lesions.",
        "Add the lesion or mend the id.",
    ),
    Rule(
        "unknown-course",
        "error",
        "A row names a course that is not in radiotherapy.",
        "Add the course or mend the id.",
    ),
    # Time
    Rule("end-before-start", "error", "An interval ends before it starts.", "Check both days."),
    Rule(
        "death-before-diagnosis",
        "error",
        "Death lies before diagnosis, recurrence or enrolment.",
        "Check both days.",
    ),
    Rule("birth-after-diagnosis", "error", "Birth lies after the diagnosis.", "Check both days."),
    Rule(
        "alive-after-death",
        "warning",
        "Known alive after the day of death; the day of death is used.",
        "Check both days.",
    ),
    Rule(
        "dead-without-day",
        "warning",
        "Dead, but on an unknown day; only known alive until last contact.",
        "Find the day of death.",
    ),
    Rule("alive-with-death-day", "error", "Recorded as alive, with a day of death.", "Check both columns."),
    Rule(
        "no-time",
        "warning",
        "Neither death nor last contact is known, and no time is reported.",
        "Give last_alive_date.",
    ),
    Rule("treatment-after-death", "error", "A treatment starts after death.", "Check both days."),
    Rule("scan-after-death", "error", "A scan lies after death.", "Check both days."),
    Rule("event-after-death", "error", "An event or sample lies after death.", "Check both days."),
    Rule(
        "after-cutoff",
        "warning",
        "A fact lies after the data cut-off and is not used.",
        "Check the day or the cut-off.",
        "R5.2",
    ),
    Rule(
        "start-not-known",
        "warning",
        "A treatment has no first day; it is counted, but used for nothing that needs a day.",
        "Find the day.",
        "decision 0001",
    ),
    Rule(
        "treatment-before-diagnosis",
        "warning",
        "A treatment of this cancer starts before its diagnosis.",
        "Check both days.",
    ),
    Rule(
        "contact-after-last-alive",
        "warning",
        "A patient was treated or seen after the day on which he was last known alive.",
        "Bring last_alive_date up to date, or mend the other day.",
        "R5.2",
    ),
    Rule(
        "treatment-past-death", "warning", "A treatment goes on after death.", "Check the last day and death."
    ),
    Rule(
        "overlapping-administration",
        "warning",
        "Two intervals of the same drug overlap.",
        "Merge or correct them.",
    ),
    Rule(
        "event-without-day", "warning", "An event is known to have happened, but not when.", "Find the day."
    ),
    # Lesions
    Rule("too-many-targets", "warning", "More than 5 target lesions.", "Make the others non-target.", "R1.5"),
    Rule(
        "too-many-targets-in-organ",
        "warning",
        "More than 2 target lesions in one organ.",
        "Make the others non-target.",
        "R1.5",
    ),
    Rule(
        "target-too-small",
        "warning",
        "A target lesion under 10 mm at baseline.",
        "Make it non-target.",
        "R1.1",
        _AT_BASELINE,
    ),
    Rule(
        "target-node-too-small",
        "warning",
        "A target lymph node under 15 mm short axis at baseline.",
        "Make it non-target.",
        "R1.2",
        _AT_BASELINE,
    ),
    Rule(
        "target-irradiated",
        "warning",
        "A target lesion was irradiated before and has not progressed since.",
        "Make it non-target.",
        "R1.4",
    ),
    Rule(
        "target-without-baseline",
        "warning",
        "A target lesion has no size at baseline.",
        "Measure it, or make it non-target.",
        "R1.8",
        _AT_BASELINE,
    ),
    Rule(
        "baseline-too-early",
        "warning",
        "Baseline lies more than 28 days before the first dose.",
        "Check both days.",
        "R1.7",
        _AT_BASELINE,
    ),
    Rule(
        "baseline-after-first-dose",
        "warning",
        "Baseline lies after the first dose, and before no other new drug.",
        "Check both days.",
        "R1.7",
        _AT_BASELINE,
    ),
    Rule(
        "new-lesion-at-baseline",
        "warning",
        "A new lesion is seen at or before baseline.",
        "Check its role or day.",
        "R1.20",
        _AT_BASELINE,
    ),
    # Safety
    Rule(
        "no-grade",
        "error",
        "An adverse event has neither a CTCAE grade nor a severity.",
        "Give the grade.",
        "CTCAE v5.0",
    ),
    Rule(
        "fatal-without-grade-5",
        "warning",
        "A fatal event is not grade 5.",
        "Make it grade 5, or not fatal.",
        "CTCAE v5.0",
    ),
    Rule(
        "grade-5-without-death",
        "warning",
        "A grade 5 event of a patient with no death recorded.",
        "Record the death.",
        "CTCAE v5.0",
    ),
    # Reading other formats
    Rule(
        "not-mapped",
        "warning",
        "Something in the source has no place in the record.",
        "Nothing, if it is not needed.",
    ),
    Rule("no-fact", "error", "A row of the source carries no usable fact.", "Complete it at the source."),
]

RULES: dict[str, Rule] = {rule.name: rule for rule in _DECLARED}
