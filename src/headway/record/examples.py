"""Examples of every source table: the declared example of each column, and a small clean cohort."""

from importlib.resources import as_file, files

import polars as pl

from headway.record.tables import TABLES, Table

_COHORT = files("headway.record") / "example"


def example_rows(table: Table) -> pl.DataFrame:
    """One row of the examples that the columns declare, under their spreadsheet names.

    >>> example_rows(TABLES["irradiated_lesions"]).row(0)
    ('P001', 'RT1', 'T1', 'SBRT')
    """
    return pl.DataFrame({column.name: [column.example] for column in table.columns})


def example_record() -> dict[str, pl.DataFrame]:
    """Six invented patients with every table and column filled, as text with ISO dates.

    The facts agree with each other: read as a record, it has no finding.

    >>> record = example_record()
    >>> list(record) == list(TABLES), record["patients"]["patient_id"].to_list()
    (True, ['P001', 'P002', 'P003', 'P004', 'P005', 'P006'])
    """
    return {name: _read(name) for name in TABLES}


def _read(name: str) -> pl.DataFrame:
    with as_file(_COHORT / f"{name}.csv") as path:
        return pl.read_csv(path, infer_schema=False)
