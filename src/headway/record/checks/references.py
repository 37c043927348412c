"""Rows that name a patient, lesion or course: is it there, and what if it was set aside."""

from collections.abc import Callable, Iterator

import polars as pl

from headway.record.findings import ROW, problems, sets_aside
from headway.record.record import Time
from headway.record.tables import TABLES
from headway.record.words import sentence

# parent table, key, rule, tables whose rows belong to a row of the parent
LINKS = [
    ("patients", ["patient_id"], "unknown-patient", [name for name in TABLES if name != "patients"]),
    ("lesions", ["patient_id", "lesion_id"], "unknown-lesion", ["measurements", "irradiated_lesions"]),
    ("radiotherapy", ["patient_id", "course_id"], "unknown-course", ["irradiated_lesions"]),
]

Check = Callable[[dict[str, pl.DataFrame], Time], Iterator[pl.DataFrame]]


def unknown_parents(as_read: dict[str, pl.DataFrame]) -> Check:
    """The check that every row's patient, lesion and course exist among the rows as they were read."""

    def check(tables: dict[str, pl.DataFrame], _time: Time) -> Iterator[pl.DataFrame]:
        orphaned: dict[str, pl.DataFrame] = {}
        for parent, key, rule, children in LINKS:
            known = as_read[parent].select(key).unique() if parent in as_read else None
            for child in children:
                if child in tables and not tables[child].is_empty():
                    left = orphaned.get(child, tables[child])
                    missing, orphaned[child] = _split(left, known, key)
                    yield _unknown(rule, parent, child, key, missing, known is None)

    return check


def _split(
    rows: pl.DataFrame, known: pl.DataFrame | None, key: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows whose parent is unknown, and the others: an unknown patient is not also an unknown lesion."""
    if known is None:
        return rows, rows.clear()
    missing = rows.join(known, on=key, how="anti")
    if missing.is_empty():
        return missing, rows
    return missing, rows.join(known, on=key, how="semi", maintain_order="left")


def _unknown(
    rule: str, parent: str, child: str, key: list[str], missing: pl.DataFrame, no_table: bool
) -> pl.DataFrame:
    if no_table:
        message = pl.lit(f"{child} names rows of {parent}, but the record has no table {parent}")
        return problems(rule, child, missing, message=message, column=key[-1], cause=pl.lit("no table"))
    of = sentence(" of patient {}", "patient_id") if len(key) > 1 else pl.lit("")
    message = sentence(f"{child}.{key[-1]} '{{}}'{{}} is not in {parent}", key[-1], of)
    cause = pl.concat_str(key, separator="|")
    # One finding per missing parent, whichever tables name it: the cause leaves the child out.
    made = problems(rule, child, missing, message=message, column=key[-1], value=pl.col(key[-1]))
    position = list(TABLES).index(child)
    return made.with_columns(
        cause=pl.lit(f"{rule}|") + missing.select(c=cause)["c"], part=pl.lit(position, pl.Int64)
    )


def set_aside_with_parent(tables: dict[str, pl.DataFrame], found: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows of a patient, lesion or course whose own row was set aside: part of the same finding."""
    errors = found.filter(sets_aside())
    for parent, key, _, children in LINKS:
        gone = _gone(tables, errors, parent, key)
        for child in children if not gone.is_empty() else []:
            if child in tables:
                yield from _with_parent(child, _rows_of(tables[child], gone, key))


def _gone(tables: dict[str, pl.DataFrame], errors: pl.DataFrame, parent: str, key: list[str]) -> pl.DataFrame:
    """Keys whose every row in the parent table is set aside, with the finding to blame."""
    aside = errors.filter(pl.col("table") == parent)
    if parent not in tables or aside.is_empty():
        return pl.DataFrame()
    blame = aside.unique(ROW, keep="first", maintain_order=True).select(*ROW, "rule", "cause", "message")
    hit = tables[parent].join(blame, on=ROW, how="left", nulls_equal=True)
    standing = hit.filter(pl.col("rule").is_null()).select(key)
    gone = hit.filter(pl.col("rule").is_not_null()).join(standing, on=key, how="anti")
    return gone.unique(key, keep="first", maintain_order=True).select(*key, "rule", "cause", "message")


def _rows_of(child: pl.DataFrame, gone: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    if gone.select(pl.any_horizontal(pl.col(key).is_null()).all()).item():
        # The parent table lacks a column of its key: no row of it can be found, so every child goes with it.
        return child.join(gone.drop(key).head(1), how="cross")
    return child.join(gone, on=key)


def _with_parent(child: str, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    part = pl.lit(1 + list(TABLES).index(child), pl.Int64)
    for (rule,), of_rule in rows.group_by("rule", maintain_order=True):
        made = problems(str(rule), child, of_rule, message=pl.col("message"), severity="error")
        yield made.with_columns(of_rule["cause"], part=part)
