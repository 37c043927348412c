"""A patient's timeline: every dated row of the record in words, with the source row it stands in."""

import polars as pl

from headway.record.columns import Description, imputed_name
from headway.record.findings import ROW
from headway.record.record import Record
from headway.record.tables import TABLES, Table
from headway.record.words import sentence

_START = ("day", "start_day")


def timeline(record: Record) -> pl.LazyFrame:
    """All facts of the record in the order of time.

    Gives: patient_id, day, imputed, end_day, end_imputed, table,
    what, source_file, source_sheet, source_line. Facts without a
    day have day null and come first.
    """
    told = [
        _patient_days(record),
        *(_rows(record, table) for table in TABLES.values() if table.name != "patients"),
    ]
    return pl.concat(told).sort("patient_id", "day", "table", *ROW, nulls_last=False, maintain_order=True)


def _patient_days(record: Record) -> pl.LazyFrame:
    """Each day in patients is a fact of its own; what is not a day is told once, without a day."""
    patients = TABLES["patients"]
    days = [column for column in patients.columns if column.kind == "day"]
    facts = [
        _told(
            record.table("patients").filter(pl.col(c.inside).is_not_null()),
            patients,
            c.inside,
            None,
            pl.lit(_plain(c)),
        )
        for c in days
    ]
    traits = _told(record.table("patients"), patients, None, None, _words(patients, {"patient_id"}))
    return pl.concat([traits, *facts])


def _plain(column: Description) -> str:
    return column.name.removesuffix("_date").replace("_", " ")


def _rows(record: Record, table: Table) -> pl.LazyFrame:
    start = next((day for day in table.days if day in _START), None)
    end = "end_day" if "end_day" in table.days else None
    return _told(record.table(table.name), table, start, end, _words(table, {"patient_id"}))


def _words(table: Table, without: set[str]) -> pl.Expr:
    """The row in words: `cetuximab, intent palliative, dose 400 mg/m2`; empty cells are left out."""
    said = [_word(c) for c in table.columns if c.kind != "day" and c.inside not in without]
    return pl.concat_str(said, separator=", ", ignore_nulls=True)


def _word(column: Description) -> pl.Expr:
    value = pl.col(column.inside)
    if column.kind == "yes_no":
        value = pl.when(value).then(pl.lit("yes")).when(~value).then(pl.lit("no"))
    unit = f" {column.unit}" if column.unit and not column.unit.endswith("unit") else ""
    if column.kind == "number":
        value = value.round_sig_figs(8)  # a converted unit must not show 0.9199999999999999
    shown = value.cast(pl.String).str.replace(r"\.0$", "")
    return sentence(f"{_label(column)} {{}}{unit}", shown)


def _label(column: Description) -> str:
    """The column's name as words, the unit left to stand behind the number: `dose_gy` is "dose"."""
    unit = f"_{(column.unit or '').lower().replace('%', 'percent')}"
    return column.name.removesuffix(unit).replace("_", " ")


def _told(
    rows: pl.LazyFrame, table: Table, start: str | None, end: str | None, what: pl.Expr
) -> pl.LazyFrame:
    null, unflagged = pl.lit(None, pl.Int32), pl.lit(None, pl.String)
    return rows.select(
        "patient_id",
        (pl.col(start) if start else null).alias("day"),
        (pl.col(imputed_name(start)) if start else unflagged).alias("imputed"),
        (pl.col(end) if end else null).alias("end_day"),
        (pl.col(imputed_name(end)) if end else unflagged).alias("end_imputed"),
        pl.lit(table.name).alias("table"),
        what.alias("what"),
        *ROW,
    )
