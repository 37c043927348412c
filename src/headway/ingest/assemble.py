"""An extract -> a checked Record: the one way in, whatever the format.

Names, values, units, drugs, then the checks of `record.checks` stage by stage. Every row that was
read is used or set aside with a finding.
"""

from collections import defaultdict
from collections.abc import Iterator

import polars as pl

from headway.errors import RecordError
from headway.ingest.dates import tells_time
from headway.ingest.doses import checked_doses
from headway.ingest.drug_names import recognised_drugs
from headway.ingest.extract import Extract, Source
from headway.ingest.headers import Matched, matched
from headway.ingest.partial_dates import completed, imputed
from headway.ingest.sizes import sizes_in_words
from headway.ingest.values import typed
from headway.record.checks import validated
from headway.record.checks.relations import relations
from headway.record.columns import PROVENANCE
from headway.record.findings import ROW, collapse, sets_aside
from headway.record.record import ROWS, Record, Time
from headway.record.tables import TABLES

Tables = dict[str, pl.DataFrame]


def assemble(extract: Extract, *, time: Time | None = None, cutoff_day: int | None = None) -> Record:
    """Interpret and check what a reader of some format handed over.

    time        how days are written, where the record cannot tell ("2021" alone: year or day?).
    cutoff_day  data cut-off as a day of the record; what lies after it is a finding.
    """
    if not extract.tables and not extract.rows_read:
        raise RecordError("The record holds no table. A record needs at least a table `patients`.")
    columns = {name: matched(TABLES[name], frame) for name, frame in extract.tables.items()}
    time = time or extract.time or _time(extract.tables, columns)
    tables, found = _interpreted(extract, columns, time)
    tables, everything = validated(tables, [*extract.problems, *found], time, relations(cutoff_day))
    return Record(
        time=time,
        tables={name: tables[name] for name in TABLES if name in tables},
        findings=collapse(everything),
        rows=_accounted(extract, tables, everything),
    )


def _time(tables: Tables, columns: dict[str, Matched]) -> Time:
    """Dates if most day columns hold dates; a record of bare years is one of dates."""
    votes = [
        tells_time(tables[name][columns[name].written[column.name]])
        for name in tables
        for column in TABLES[name].columns
        if column.kind == "day" and column.name in columns[name].written
    ]
    return "days" if votes.count("days") > votes.count("dates") else "dates"


def _interpreted(
    extract: Extract, columns: dict[str, Matched], time: Time
) -> tuple[Tables, list[pl.DataFrame]]:
    tables: Tables = {}
    found: list[pl.DataFrame] = []
    for name, frame in extract.tables.items():
        found += columns[name].problems
        frame, in_words = sizes_in_words(name, _renamed(frame, columns[name]))
        tables[name], unread = typed(TABLES[name], frame, time, name in extract.decimal_comma)
        found += [*in_words, *unread]
    for step in (checked_doses, recognised_drugs, completed):
        tables, more = step(tables)
        found += more
    return tables, [*found, *imputed(tables, time)]


def _renamed(frame: pl.DataFrame, columns: Matched) -> pl.DataFrame:
    """The matched columns under the record's names; what matched nothing is left behind."""
    matched_columns = [pl.col(written).alias(name) for name, written in columns.written.items()]
    return frame.select(*matched_columns, *PROVENANCE)


def _accounted(extract: Extract, tables: Tables, everything: pl.DataFrame) -> pl.DataFrame:
    """Rows of each source, read, used and set aside, each counted on its own so that they must add up.

    A source row that some table row still cites, or that was merged into one, is used.
    """
    used = _lines([extract.merged, *tables.values()])
    aside = _lines([everything.filter(sets_aside())])
    counts = [
        (*source, read, used[source].len(), (~aside[source].is_in(used[source].implode())).sum())
        for source, read in extract.rows_read.items()
    ]
    return pl.DataFrame(counts, schema=ROWS.schema, orient="row")


def _lines(frames: list[pl.DataFrame]) -> defaultdict[Source, pl.Series]:
    """The lines of each source that some row cites, each once."""
    cited: dict[Source, list[pl.Series]] = {}
    for frame in frames:
        for source, lines in _by_source(frame.select(ROW)):
            cited.setdefault(source, []).append(lines)
    none = pl.Series(dtype=pl.Int64)
    return defaultdict(lambda: none, {source: pl.concat(parts).unique() for source, parts in cited.items()})


def _by_source(rows: pl.DataFrame) -> Iterator[tuple[Source, pl.Series]]:
    file, sheet, line = ROW
    if rows.height and rows[file].n_unique() == rows[sheet].n_unique() == 1:
        yield Source(rows[file][0], rows[sheet][0]), rows[line]
        return
    for (its_file, its_sheet), part in rows.partition_by(file, sheet, as_dict=True).items():
        yield Source(its_file, its_sheet), part[line]
