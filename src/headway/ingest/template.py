"""The workbook that a cohort is collected in, made from the declarations of the tables.

One sheet per table; the header says of each column what it means; closed lists are drop-downs, numbers
are held to their limits, and what is required is marked. Nothing is ever written as a formula.
"""

import math
from datetime import date, datetime
from datetime import time as clock
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from headway.errors import RecordError
from headway.ingest.template_notes import EXPLANATION, about, column_note, limits
from headway.ingest.whole_files import written_whole
from headway.record.columns import Description
from headway.record.record import Time
from headway.record.tables import TABLES, Table

LAST_ROW = 1_048_575  # of a sheet, from 0
LONGEST_TEXT = 32_767  # characters of a cell
_UNNOTICED = datetime(2000, 1, 1)  # the time of writing would make each template another file
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_template(
    path: Path | str, rows: dict[str, pl.DataFrame] | None = None, time: Time = "dates"
) -> None:
    """Write an empty workbook to collect a cohort in, or one filled with `rows`.

    rows  by table, under the names of the record's columns, as text or typed.
    time  whether days are to be calendar dates or whole days from the patient's own day 0.
    """
    rows = rows or {}
    _refuse_unknown(rows)
    with written_whole(path) as file, Workbook(str(file), _OPTIONS) as workbook:
        workbook.set_properties({"title": "Headway record", "created": _UNNOTICED})
        formats = _formats(workbook, time)
        _explain(workbook.add_worksheet("read me"), formats, time)
        for name, table in TABLES.items():
            sheet = workbook.add_worksheet(name)
            _head(sheet, table, formats, time)
            _fill(sheet, table, rows.get(name, pl.DataFrame()), formats)


def _refuse_unknown(rows: dict[str, pl.DataFrame]) -> None:
    for name, frame in rows.items():
        known = [column.name for column in TABLES[name].columns] if name in TABLES else []
        unknown = [column for column in frame.columns if column not in known]
        if unknown or not known:
            raise RecordError(f"The template has no {name} {', '.join(unknown)}".rstrip() + ".")
        if frame.height > LAST_ROW:
            raise RecordError(f"{name} has {frame.height} rows; a sheet holds {LAST_ROW}. Use CSV files.")


def _formats(workbook: Workbook, time: Time) -> dict[str, Format]:
    head = {"bold": True, "font_color": "white", "valign": "top", "border": 1, "border_color": "#FFFFFF"}
    return {
        "title": workbook.add_format({"bold": True, "font_size": 16}),
        "bold": workbook.add_format({"bold": True}),
        "wrap": workbook.add_format({"text_wrap": True, "valign": "top"}),
        "required": workbook.add_format(head | {"bg_color": "#9C2F2F"}),
        "optional": workbook.add_format(head | {"bg_color": "#3B5B7A"}),
        "text": workbook.add_format({"num_format": "@"}),
        "number": workbook.add_format({"num_format": "General"}),
        "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        "day": workbook.add_format({"num_format": "yyyy-mm-dd" if time == "dates" else "0"}),
    }


def _explain(sheet: Worksheet, formats: dict[str, Format], time: Time) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, "Headway: the record of a cohort", formats["title"])
    line = count(2)
    for heading, text in EXPLANATION[time]:
        at = next(line)
        sheet.write_string(at, 0, heading, formats["bold"])
        sheet.write_string(at, 1, text, formats["wrap"])
    next(line)
    for table in TABLES.values():
        at = next(line)
        sheet.write_url(at, 0, f"internal:'{table.name}'!A1", string=table.name)
        sheet.write_string(at, 1, about(table), formats["wrap"])


def _head(sheet: Worksheet, table: Table, formats: dict[str, Format], time: Time) -> None:
    sheet.freeze_panes(1, 1)
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, max(len(column.name) + 2, 11), _cell_format(column, formats))
        sheet.write_string(0, at, column.name, formats["required" if column.required else "optional"])
        note = column_note(column, time)
        sheet.write_comment(0, at, note, {"x_scale": 2, "y_scale": 1 + len(note) / 160, "author": "Headway"})
        rule = _validation(column, time)
        if rule:
            sheet.data_validation(1, at, LAST_ROW, at, rule | _warning(column))


def _cell_format(column: Description, formats: dict[str, Format]) -> Format:
    kind = {"number": "number", "whole": "number", "day": "day"}.get(column.kind, "text")
    return formats[kind]


def _validation(column: Description, time: Time) -> dict[str, Any] | None:
    """What a spreadsheet program checks while people type; it warns, since synonyms are read as well."""
    if column.kind == "choice":
        return {"validate": "list", "source": list(column.choices)}
    if column.kind == "yes_no":
        return {"validate": "list", "source": ["yes", "no"]}
    if column.kind == "day" and time == "dates":
        return _between("date", date(1900, 1, 1), date(2100, 1, 1))
    if column.kind == "day":
        return _between("integer", -40_000, 40_000)
    if column.kind in ("number", "whole") and column.low is not None and column.high is not None:
        return _between("integer" if column.kind == "whole" else "decimal", column.low, column.high)
    return {"validate": "decimal", "criteria": ">", "value": -1e300} if column.kind == "number" else None


def _between(validate: str, low: Any, high: Any) -> dict[str, Any]:
    return {"validate": validate, "criteria": "between", "minimum": low, "maximum": high}


def _warning(column: Description) -> dict[str, Any]:
    said = limits(column) or "See the note of the column."
    return {"error_type": "warning", "error_title": column.name[:32], "error_message": said[:255]}


def _fill(sheet: Worksheet, table: Table, frame: pl.DataFrame, formats: dict[str, Format]) -> None:
    for at, column in enumerate(table.columns):
        for row, value in enumerate(frame[column.name] if column.name in frame.columns else [], start=1):
            if value is not None and value != "":
                _write(sheet, row, at, _as_cell(column, value), formats)


def _as_cell(column: Description, value: Any) -> Any:
    """The value as a spreadsheet would hold it: numbers as numbers, full dates as dates, all else as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column.kind == "day":
        return _as_day(value)
    if column.kind in ("number", "whole"):
        return _as_number(value)
    return str(value)


def _as_day(value: Any) -> Any:
    if isinstance(value, (int, date)):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return _as_number(value)


def _as_number(value: Any) -> Any:
    try:
        number = float(value)
    except ValueError:
        return str(value)
    return number if math.isfinite(number) else str(value)


def _write(sheet: Worksheet, row: int, at: int, value: Any, formats: dict[str, Format]) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, at, datetime.combine(value, clock.min), formats["date"])
    elif isinstance(value, (int, float)):
        sheet.write_number(row, at, value)
    elif len(value) > LONGEST_TEXT:
        raise RecordError(
            f"{sheet.name}, row {row + 1}: a cell of a workbook holds {LONGEST_TEXT} characters."
        )
    else:
        sheet.write_string(row, at, value, formats["text"])
