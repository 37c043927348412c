"""An extract -> a checked Record: the one way in, whatever the format.

Names, values, units, drugs, then the checks of `record.checks` stage by stage. Every row that was
read is used or set aside with a finding.
"""

import polars as pl

from headway.errors import RecordError
from headway.ingest.dates import tells_time
from headway.ingest.doses import checked_doses
from headway.ingest.drug_names import recognised_drugs
from headway.ingest.extract import NO_ROWS, Extract
from headway.ingest.headers import Matched, matched
from headway.ingest.partial_dates import completed, imputed
from headway.ingest.sizes import sizes_in_words
from headway.ingest.values import typed
from headway.record.checks import validated
from headway.record.checks.relations import relations
from headway.record.columns import PROVENANCE
from headway.record.findings import ROW, collapse
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
    used = pl.concat([NO_ROWS, extract.merged, *(table.select(ROW) for table in tables.values())]).unique()
    aside = everything.filter(pl.col("rows") > 0).select(ROW).unique()
    lost = aside.join(used, on=ROW, how="anti", nulls_equal=True)
    read = pl.DataFrame(
        [(source.file, source.sheet, count) for source, count in extract.rows_read.items()],
        schema={ROW[0]: pl.String, ROW[1]: pl.String, "rows_read": pl.Int64},
        orient="row",
    )
    return _counted(_counted(read, used, "rows_used"), lost, "rows_set_aside").select(ROWS.columns)


def _counted(read: pl.DataFrame, rows: pl.DataFrame, name: str) -> pl.DataFrame:
    counts = rows.group_by(ROW[:2]).agg(pl.len().cast(pl.Int64).alias(name))
    joined = read.join(counts, on=ROW[:2], how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(pl.col(name).fill_null(0))
