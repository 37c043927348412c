"""The reference page of the record: its tables and the rules that it is checked by, as declared."""

from headway.record.columns import Description, Partial
from headway.record.rules import RULES, Rule
from headway.record.tables import TABLES, Table

_INTRODUCTION = """# The record

<!-- Written by docs/make_reference.py from the declarations in src/headway/record; change those. -->

A record is a folder with one CSV, TSV or Parquet file per table, a workbook with one sheet per table
(`headway template` writes an empty one), or a source that Headway turns into these tables (SDTM, TCGA). Only
`patients` is needed. Names of tables and columns are read without regard to case, spaces and hyphens.

Days are calendar dates (`2021-03-15`; `2021-03` and `2021` where no more is known) or whole days from the
patient's own day 0, the same throughout the record. An empty cell means not recorded, never no.

Every row that is read is used or set aside, and each one set aside has a finding. A row without any value is
neither read nor used.
"""

_RULES = """## Rules

An **error** sets the row aside; a **warning** keeps the row, and leaves out a value that cannot be used.

| rule | severity | what is wrong | what to do | source |
|---|---|---|---|---|
"""

# What a partial date becomes (domain.md 5.4): month known, only the year known.
_COMPLETED: dict[Partial, str] = {
    "start": "the first day",
    "end": "the last day",
    "middle": "the 15th, or 1 July",
    "scan": "the 15th; never from the year alone",
    "last_contact": "the first day",
    "death": "the 15th, or 1 July; after the last contact",
    "adverse_event_start": "the first day, or the first dose if in the same month or year",
    "after_dose": "the first day",
}


def reference_page() -> str:
    """The page in Markdown."""
    contents = "\n".join(
        f"- [`{table.name}`](#{table.name}): one row per {table.one_row_per}" for table in TABLES.values()
    )
    tables = "\n".join(_table(table) for table in TABLES.values())
    rules = "".join(_rule(rule) for rule in RULES.values())
    return f"{_INTRODUCTION}\n## Tables\n\n{contents}\n\n{tables}\n{_RULES}{rules}"


def _table(table: Table) -> str:
    """One table: what it holds, what makes a row unique, and its columns."""
    sentence = " ".join((table.schema.__doc__ or "").split())
    key = " and ".join(f"`{_spreadsheet_key(table, inside)}`" for inside in table.key)
    unique = f" Rows are told apart by {key}." if key else " Rows may be alike, but for exact copies."
    head = "| column | what it holds | kind | values |\n|---|---|---|---|\n"
    columns = "".join(_column(column) for column in table.columns)
    return f"### {table.name}\n\n{sentence} One row per {table.one_row_per}.{unique}\n\n{head}{columns}"


def _spreadsheet_key(table: Table, inside: str) -> str:
    return next(column.name for column in table.columns if column.inside == inside)


def _column(column: Description) -> str:
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    return _row(name, column.sentence, _KINDS[column.kind], _values(column))


_KINDS = {
    "identifier": "identifier", "text": "text", "choice": "one of a list", "number": "number",
    "whole": "whole number", "yes_no": "yes or no", "day": "day",
}  # fmt: skip


def _values(column: Description) -> str:
    """What may stand in the column."""
    if column.choices:
        also = ", ".join(f"{word} = {meant}" for word, meant in column.synonyms.items())
        return ", ".join(column.choices) + (f"; also read: {also}" if also else "")
    if column.partial:
        return f"if partly known: {_COMPLETED[column.partial]}"
    return " ".join(part for part in (_limits(column), column.unit) if part)


def _limits(column: Description) -> str:
    return "" if column.low is None or column.high is None else f"{column.low:g} to {column.high:g}"


def _rule(rule: Rule) -> str:
    return _row(f"`{rule.name}`", rule.severity, rule.says, rule.fix, rule.source)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
