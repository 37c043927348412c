"""Every kind of fault, planted into a clean record, is found where it is, and nothing else is found."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.ingest.assemble import assemble
from headway.ingest.folder import read_folder
from headway.record.examples import example_record
from headway.record.record import Record
from tests.record.kinds_of_fault import KINDS, Kind, Tables

CUTOFF = (date(2024, 1, 1) - date(1970, 1, 1)).days  # the example cohort ends in June 2023

Finding = tuple[str, str, int, str | None, str | None]  # rule, table, line, patient, column


def planted(kinds: Iterable[Kind], seed: int | None = None) -> Tables:
    """The example cohort, and for each fault a copy of its patient with the fault in it."""
    copies = [_marked(example_record(), kind=None)]
    for kind in kinds:
        copies.append(_copy_with(kind))
    together = {name: pl.concat(copy[name] for copy in copies) for name in copies[0]}
    for kind in kinds:
        together = kind.whole(together) if kind.whole else together
    if seed is None:
        return together
    return {name: frame.sample(fraction=1, shuffle=True, seed=seed) for name, frame in together.items()}


def _marked(tables: Tables, kind: str | None) -> Tables:
    marks = {"cited": pl.lit(False), "kind": pl.lit(kind, pl.String)}
    return {name: frame.with_columns(**marks) for name, frame in tables.items()}


def _copy_with(kind: Kind) -> Tables:
    own = {name: frame.filter(patient_id=kind.patient) for name, frame in example_record().items()}
    copy = {name: frame.with_columns(patient_id=pl.lit(_name(kind))) for name, frame in own.items()}
    copy = _marked(copy, kind.name)
    for step in kind.steps:
        copy = step(copy)
    return copy


def _name(kind: Kind) -> str:
    return "copy with " + kind.name


def expected(kinds: Iterable[Kind], tables: Tables) -> list[Finding]:
    """One finding per fault: at the first row that it cites."""
    return sorted((_expected(kind, tables[kind.table]) for kind in kinds), key=str)


def _expected(kind: Kind, table: pl.DataFrame) -> Finding:
    rows = table.with_row_index("stands_on", 2).filter(pl.col("cited") & (pl.col("kind") == kind.name))
    line = kind.line or rows["stands_on"].min()
    assert isinstance(line, int), f"no row of {kind.table} is cited by '{kind.name}'"
    patient = {"the copy": _name(kind), "nobody": None}.get(kind.names, kind.names)
    return kind.rule, kind.table, line, patient, kind.column


def read(tables: Tables, folder: Path) -> Record:
    """The tables, written as CSV files and read again."""
    for name, frame in tables.items():
        frame.drop("cited", "kind").write_csv(folder / f"{name}.csv")
    return assemble(read_folder(folder), cutoff_day=CUTOFF)


def found(record: Record) -> list[Finding]:
    named = record.findings.select("rule", "table", "source_line", "patient_id", "column")
    return sorted(named.rows(), key=str)


def assert_accounted(record: Record) -> None:
    """Every row that was read is used or set aside, and each one set aside is counted by one finding."""
    rows = record.rows
    assert (rows["rows_read"] == rows["rows_used"] + rows["rows_set_aside"]).all()
    assert rows["rows_set_aside"].sum() == record.findings["rows"].sum()


def test_there_are_at_least_forty_kinds():
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 40


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_each_fault_is_found_and_nothing_else(kind, tmp_path):
    tables = planted([kind])
    record = read(tables, tmp_path)
    assert found(record) == expected([kind], tables)
    assert_accounted(record)


def test_all_faults_together_are_found_and_nothing_else(tmp_path):
    tables = planted(KINDS)
    record = read(tables, tmp_path)
    assert found(record) == expected(KINDS, tables)
    assert_accounted(record)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_decides_nothing(seed, tmp_path):
    record = read(planted(KINDS, seed), tmp_path)
    assert _without_lines(found(record)) == _without_lines(expected(KINDS, planted(KINDS)))
    assert_accounted(record)


def _without_lines(findings: list[Finding]) -> list[tuple]:
    return sorted(((rule, table, patient, column) for rule, table, _, patient, column in findings), key=str)


@settings(max_examples=8)
@given(names=st.sets(st.sampled_from([kind.name for kind in KINDS]), max_size=25))
def test_any_mixture_of_faults_gives_exactly_their_findings(names, tmp_path_factory):
    kinds = [kind for kind in KINDS if kind.name in names]
    tables = planted(kinds)
    record = read(tables, tmp_path_factory.mktemp("mixture"))
    assert found(record) == expected(kinds, tables)
    assert_accounted(record)


def test_empty_tables_are_fine(tmp_path):
    tables = {name: frame.clear() for name, frame in planted([]).items()}
    record = read(tables, tmp_path)
    assert found(record) == []
    assert (record.rows["rows_read"] == 0).all()


@pytest.mark.parametrize(
    "empty", [name for name in example_record() if name not in ("patients", "lesions", "radiotherapy")]
)
def test_an_empty_table_beside_full_ones_is_fine(empty, tmp_path):
    tables = planted([])
    record = read({**tables, empty: tables[empty].clear()}, tmp_path)
    assert found(record) == []
