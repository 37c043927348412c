"""What paper needs beyond the screen: tables that fit a page, and only characters that print."""

import math
import re
import unicodedata
from dataclasses import dataclass, replace

from headway.report.document import Section, Sentence, Table, Text, plain

NOTICE = "Research software. Not medical advice, not a medical device."
SYNTHETIC = "SYNTHETIC DATA: no real patient is shown"

# How many characters of a table's type (8 pt) a line holds: upright, upright in smaller type, on its side.
UPRIGHT, SMALLER, SIDEWAYS = 115, 135, 175
# What a column takes at most before its text goes over several lines, and what its borders take.
WIDEST, GAP = 34, 2

# A table of so many rows goes to the next page as a whole.
SHORT = 20

_ONE = r"[–−<>=-]? ?\d[\d,.]* ?%?"
_NUMBER = re.compile(rf"{_ONE}( (of|to) {_ONE})?( [(;].*)?|–|not (reached|estimable|known).*")


@dataclass(frozen=True)
class Sheet:
    """A table, or a part of its columns, as one piece of paper shows it, every text printable.

    widths   characters that each column wants
    numbers  the columns whose cells are numbers, which stand to the right
    parted   whether the table goes over several sheets, which then all look alike
    """

    table: Table
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    numbers: frozenset[int]
    parted: bool = False

    @property
    def sideways(self) -> bool:
        """Whether the page has to be turned."""
        return self.parted or sum(self.widths) > SMALLER

    @property
    def short(self) -> bool:
        """Whether it had better not be broken over two pages."""
        return len(self.rows) <= SHORT

    @property
    def smaller(self) -> bool:
        """Whether an upright page holds it in smaller type."""
        return not self.sideways and sum(self.widths) > UPRIGHT


def sheets(table: Table) -> list[Sheet]:
    """The table whole if it fits a page on its side, else in parts of its columns, the first one repeated.

    >>> wide = Table("T", tuple("abc"), (("x" * 50, "y" * 50, "z" * 50),))
    >>> [sheet.table.title for sheet in sheets(wide)]
    ['T']
    >>> many = Table("T", tuple(f"column {n}" for n in range(30)), (("1",) * 30,))
    >>> [sheet.table.title for sheet in sheets(many)]
    ['T (part 1 of 2)', 'T (part 2 of 2)']
    """
    widths = _widths(table)
    parts = _parts(widths)
    return [_sheet(table, widths, columns, _part_title(i, len(parts))) for i, columns in enumerate(parts, 1)]


def _part_title(number: int, parts: int) -> str:
    return "" if parts == 1 else f" (part {number} of {parts})"


def _widths(table: Table) -> list[int]:
    body = [row for i, row in enumerate(table.rows) if i not in table.heading_rows]
    columns = [[table.header[i], *(row[i] for row in body if i < len(row))] for i in range(len(table.header))]
    wanted = [max(_header_width(column[0]), *map(_width, column)) for column in columns]
    return [min(width, WIDEST) + GAP for width in wanted]


def _header_width(name: str) -> int:
    """A header may go over two lines; it is bold, and so a little wider.

    >>> _header_width("Patients"), _header_width("Unconfirmed, all patients")
    (10, 14)
    """
    longest = max((_width(word) for word in name.split()), default=0)
    return max(longest, math.ceil(_width(name) / 2)) + 1


def _width(text: Text) -> int:
    """Characters side by side; those of East Asia take two places, capitals a little more than one."""
    return math.ceil(sum(_places(sign) for sign in plain(text)))


def _places(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return 2
    return 1.3 if sign.isupper() else 1


def _parts(widths: list[int]) -> list[list[int]]:
    """The columns of each part: as few parts as pages on their side hold, and these alike in width."""
    fewest = len(_filled(widths, SIDEWAYS))
    rooms = range(sum(widths) // fewest, SIDEWAYS + 1)
    return next(parts for room in rooms if len(parts := _filled(widths, room)) == fewest)


def _filled(widths: list[int], room: int) -> list[list[int]]:
    """Columns one after the other into parts of this width, the first column in each."""
    parts, used = [[0]], widths[0]
    for column, width in enumerate(widths[1:], 1):
        if used + width > room and len(parts[-1]) > 1:
            parts.append([0])
            used = widths[0]
        parts[-1].append(column)
        used += width
    return parts


def _sheet(table: Table, widths: list[int], columns: list[int], part: str) -> Sheet:
    rows = tuple(tuple(_at(row, i) for i in columns) for row in table.rows)
    shown = replace(
        table,
        title=printable(table.title) + part,
        header=tuple(printable(table.header[i]) for i in columns),
        rows=rows,
        note=printable(table.note),
    )
    numbers = frozenset(i for i in range(1, len(columns)) if _numeric(table, rows, i))
    return Sheet(shown, rows, tuple(widths[i] for i in columns), numbers, parted=bool(part))


def _at(row: tuple[Text, ...], column: int) -> str:
    """A cell that prints; the row that opens a block has one alone."""
    return printable(plain(row[column])) if column < len(row) else ""


def _numeric(table: Table, rows: tuple[tuple[str, ...], ...], column: int) -> bool:
    cells = [row[column] for i, row in enumerate(rows) if i not in table.heading_rows]
    said = [cell for cell in cells if cell]
    return bool(said) and all(_NUMBER.fullmatch(cell) for cell in said)


def printable(text: str) -> str:
    """The text without control characters, which no page can show and no Word file may hold.

    >>> printable("one\\x00two\\nthree")
    'one two three'
    """
    return "".join(" " if _cannot_print(sign) else sign for sign in text)


def _cannot_print(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs", "Cn") or sign in "\ufffe\uffff"


def words(sentence: Text | Sentence) -> str:
    """A sentence as text that prints."""
    return printable(plain(sentence))


def tables_of(section: Section) -> list[Table]:
    """The tables of a section that have rows."""
    return [table for table in section.tables if table.rows]


def notes_of(section: Section) -> list[str]:
    """What a section says in words, and where its findings stand, which are too many for paper."""
    said = [words(paragraph) for paragraph in section.paragraphs]
    if section.findings is not None and section.findings.height:
        number = f"{section.findings.height:,} in all"
        said.append(f"The findings ({number}), each with file, line and patient, stand in findings.csv.")
    return said


def right_to_left(text: str) -> bool:
    """Whether a text begins in a script that runs from right to left.

    >>> right_to_left("غير مسجل"), right_to_left("12 غير"), right_to_left("HPV")
    (True, True, False)
    """
    strong = [unicodedata.bidirectional(sign) for sign in text]
    first = next((kind for kind in strong if kind in ("L", "R", "AL")), "L")
    return first != "L"
