"""What became of the rows of the record, and what was wrong with them."""

import polars as pl

from headway.report.document import Table
from headway.report.numbers import count


def row_account(rows: pl.DataFrame) -> Table:
    """Rows read, used and set aside, per source file."""
    body = [
        (
            " / ".join(filter(None, [r["source_file"], r["source_sheet"]])),
            *(count(r[c]) for c in rows.columns[2:]),
        )
        for r in rows.iter_rows(named=True)
    ]
    total = ("All", *(count(float(rows[c].sum())) for c in rows.columns[2:]))
    return Table("Rows of the record", ("Source", "Read", "Used", "Set aside"), (*body, total))


def finding_summary(summary: pl.DataFrame) -> Table:
    """Findings counted by severity, table and rule."""
    rows = tuple(
        (
            r["severity"],
            r["table"],
            r["rule"].replace("-", " "),
            count(r["findings"]),
            count(r["rows_set_aside"]),
        )
        for r in summary.iter_rows(named=True)
    )
    return Table("Findings", ("Severity", "Table", "Rule", "Findings", "Rows set aside"), rows)
