"""A patient's timeline: every dated row of the record in words, with the source row it stands in."""

import polars as pl

from headway.record.columns import Description, imputed_name
from headway.record.findings import ROW
from headway.record.record import Record
from headway.record.tables import TABLES, Table
from headway.record.words import sentence

_START = ("day", "start_day")
# Columns whose values say what they are, and names that a clinician writes otherwise.
_ALONE = {"drug", "procedure", "test", "marker", "term", "visit", "value", "endpoint", "time"}
_WRITTEN = {"hpv": "HPV", "pd l1 cps": "PD-L1 CPS", "ecog": "ECOG", "soc": "organ class"}


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
    """What happened on a day: `death_date` is "death"."""
    said = column.name.removesuffix("_date").replace("_", " ")
    return {"last alive": "last known alive", "recurrent metastatic": "recurrent or metastatic"}.get(
        said, said
    )


def _rows(record: Record, table: Table) -> pl.LazyFrame:
    start = next((day for day in table.days if day in _START), None)
    end = "end_day" if "end_day" in table.days else None
    return _told(record.table(table.name), table, start, end, _words(table, {"patient_id"}))


def _words(table: Table, without: set[str]) -> pl.Expr:
    """The row in words: `cetuximab, intent palliative, dose 400 mg/m2`; empty cells are left out."""
    told = [c for c in table.columns if c.kind != "day" and c.inside not in without]
    units = {c.name: unit for c in told if (unit := _unit_column(c, told))}
    said = [_word(c, units.get(c.name)) for c in told if c.name not in units.values()]
    return pl.concat_str(said, separator=", ", ignore_nulls=True)


def _unit_column(column: Description, told: list[Description]) -> str | None:
    """The column beside it that holds its unit, if there is one."""
    wanted = "unit" if column.name == "value" else column.unit
    return wanted if wanted in {other.name for other in told} else None


def _word(column: Description, unit_column: str | None) -> pl.Expr:
    value = pl.col(column.inside)
    if column.kind == "yes_no":
        value = pl.when(value).then(pl.lit("yes")).when(~value).then(pl.lit("no"))
    if column.kind == "number":
        value = value.round_sig_figs(8)  # a converted unit must not show 0.9199999999999999
    if column.unit == "years":
        value = value.round(1)
    shown = value.cast(pl.String).str.replace(r"\.0$", "")
    return _labelled(column, pl.concat_str(shown, _unit(column, unit_column)))


def _unit(column: Description, unit_column: str | None) -> pl.Expr:
    if unit_column is None:
        return pl.lit(f" {column.unit}" if column.unit else "")
    # 1 is the unit of what has none.
    none = pl.col(unit_column).is_null() | (pl.col(unit_column).cast(pl.String) == "1")
    return pl.when(none).then(pl.lit("")).otherwise(pl.lit(" ") + pl.col(unit_column).cast(pl.String))


def _labelled(column: Description, said: pl.Expr) -> pl.Expr:
    """ "dose 400 mg/m2"; what speaks for itself stands alone, and no word stands twice."""
    label = _label(column)
    if column.name in _ALONE or label == (column.unit or "").replace("-", " "):
        return said
    repeats = said.str.to_lowercase().str.starts_with(f"{label.lower()} ")
    return pl.when(repeats).then(said).otherwise(sentence(f"{label} {{}}", said))


def _label(column: Description) -> str:
    """The column's name as words, the unit left to stand behind the number: `dose_gy` is "dose"."""
    unit = f"_{(column.unit or '').lower().replace('%', 'percent')}"
    said = column.name.removesuffix(unit).removesuffix("_id").replace("_", " ")
    return _WRITTEN.get(said, said)


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
