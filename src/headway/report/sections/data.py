"""What became of every row of the record."""

from headway.record.findings import summary
from headway.record.record import Record
from headway.report.document import Section
from headway.report.tables import data as tables


def data(record: Record) -> Section:
    """What became of every row, and what was wrong."""
    said = (
        "Every row that was read is either used or set aside with a finding. "
        "A warning keeps its row; an error sets it aside.",
    )
    account, found = tables.row_account(record.rows), tables.finding_summary(summary(record.findings))
    return Section("Data", paragraphs=said, tables=(account, found), findings=record.findings)
