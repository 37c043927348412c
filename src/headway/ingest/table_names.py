"""Which file or sheet is which table of the record: leniently, and never by guessing."""

import difflib

import polars as pl

from headway.ingest.extract import Source
from headway.ingest.headers import plain
from headway.record.findings import file_problem
from headway.record.tables import TABLES


def table_named(name: str) -> str | None:
    """The table that a file or sheet of this name holds; case, spaces, hyphens and number do not matter.

    >>> [table_named(name) for name in ("Adverse Events", "patient", "QualityOfLife", "notes")]
    ['adverse_events', 'patients', 'quality_of_life', None]
    """
    return _KNOWN.get(_bare(name))


def nearest_table(name: str) -> str | None:
    """The table whose name is most like this one, if any is."""
    near = difflib.get_close_matches(_bare(name[:80]), list(_KNOWN), n=1, cutoff=0.6)
    return _KNOWN[near[0]] if near else None


def unknown_table(source: Source, name: str) -> pl.DataFrame:
    """The finding that a file or sheet is no table of the record, with the nearest name."""
    kind = "file" if source.sheet is None else "sheet"
    near = nearest_table(name)
    hint = f" Did you mean `{near}`?" if near else ""
    message = f"the {kind} '{name[:80]}' is not a table of the record and is not read.{hint}"
    return file_problem("unknown-table", name[:80], message, file=source.file, sheet=source.sheet)


def _bare(name: str) -> str:
    return plain(name).replace("_", "").removesuffix("s")


_KNOWN = {_bare(name): name for name in TABLES}
