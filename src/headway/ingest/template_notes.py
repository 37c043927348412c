"""What the template tells the people who fill it in, in words."""

from headway.record.columns import Description
from headway.record.record import Time
from headway.record.tables import Table

_DAYS: dict[Time, tuple[str, str]] = {
    "dates": (
        "Dates",
        "Write 2021-03-15. If only the month or the year is known, write '2021-03 or '2021 with the "
        "apostrophe: without it, a spreadsheet makes a full date of it and nobody can tell any more.",
    ),
    "days": ("Days", "Write whole days from the patient's own day 0, such as 56 or -30; never a date."),
}


def _explanation(time: Time) -> list[tuple[str, str]]:
    return [
        ("Sheets", "One sheet per table. Only patients is needed; leave empty what you do not have."),
        ("Columns", "A dark red header is required. Each header has a note: rest the pointer on it."),
        ("Empty cells", "Empty means not recorded; it never means no."),
        _DAYS[time],
        ("Lists", "Cells with a list offer the words to use; yes and no likewise."),
        ("Units", "The unit stands in the column's name: diameter_mm is in mm, dose_gy in Gy."),
        (
            "Rows",
            "Do not merge cells, and keep the header in place. Further sheets of your own are not read.",
        ),
        ("Check", "headway check FILE.xlsx says what is wrong: sheet, line, patient, value, and what to do."),
    ]


EXPLANATION: dict[Time, list[tuple[str, str]]] = {
    "dates": _explanation("dates"),
    "days": _explanation("days"),
}


def about(table: Table) -> str:
    """A table in one line: what it holds, what a row is, what is required."""
    required = ", ".join(column.name for column in table.columns if column.required)
    return f"{_sentence(table)} One row per {table.one_row_per}. Required: {required}."


def _sentence(table: Table) -> str:
    return " ".join((table.schema.__doc__ or "").split())


def column_note(column: Description, time: Time) -> str:
    """Everything that is declared of a column, for the note on its header."""
    if column.kind == "day":
        form = "A date." if time == "dates" else "Whole days from the patient's own day 0."
    else:
        form = limits(column)
    required = "Required." if column.required else ""
    example = f"Example: {column.example}" if column.kind not in ("day", "choice", "yes_no") else ""
    return " ".join(part for part in (column.sentence, required, form, example) if part)


def limits(column: Description) -> str:
    """The values that a column may take, in words; empty if any may stand there."""
    if column.choices:
        return f"One of: {', '.join(column.choices)}."
    if column.kind == "yes_no":
        return "yes or no."
    unit = f" {column.unit}" if column.unit and column.unit != column.name else ""
    if column.low is None or column.high is None:
        return ""
    number = "Whole number" if column.kind == "whole" else "Number"
    return f"{number} from {column.low:g} to {column.high:g}{unit}."
