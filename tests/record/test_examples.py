"""The example cohort is complete, bounded and without a finding; so are the declared examples."""

import polars as pl
import pytest

from headway.ingest.assemble import assemble
from headway.ingest.extract import Extract, Source, with_source
from headway.record.examples import example_record, example_rows
from headway.record.tables import TABLES


def _assembled(tables: dict[str, pl.DataFrame]):
    sources = {name: Source(f"{name}.csv") for name in tables}
    return assemble(
        Extract(
            tables={name: with_source(frame, sources[name]) for name, frame in tables.items()},
            rows_read={sources[name]: frame.height for name, frame in tables.items()},
        )
    )


def test_the_example_cohort_has_no_finding():
    record = _assembled(example_record())
    assert record.findings.to_dicts() == []
    assert record.time == "dates"
    assert (record.rows["rows_read"] == record.rows["rows_used"]).all()


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_filled_and_stands_in_the_declared_order(name):
    frame = example_record()[name]
    assert frame.columns == [column.name for column in TABLES[name].columns]
    assert [c for c in frame.columns if frame[c].null_count() == frame.height] == []


@pytest.mark.parametrize("name", TABLES)
def test_the_declared_examples_lie_inside_the_declared_limits(name):
    row = example_rows(TABLES[name]).row(0, named=True)
    for column in TABLES[name].columns:
        value = row[column.name]
        assert value is not None
        assert not column.choices or value in column.choices
        if column.kind in ("number", "whole"):
            assert column.low is None or column.low <= value
            assert column.high is None or value <= column.high
