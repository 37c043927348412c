"""Any path -> a checked record: the format is recognised, or said."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import cast, get_args

from headway.errors import RecordError
from headway.ingest.assemble import assemble
from headway.ingest.extract import Extract
from headway.ingest.folder import CSV, PARQUET, read_folder
from headway.ingest.sdtm import looks_like_sdtm, read_sdtm
from headway.ingest.tcga import looks_like_tcga, read_tcga
from headway.ingest.workbook import read_workbook
from headway.record.record import Record, Time

FORMATS: dict[str, Callable[[Path], Extract]] = {
    "folder": read_folder,
    "workbook": read_workbook,
    "sdtm": read_sdtm,
    "tcga": read_tcga,
}
WORKBOOKS = {".xlsx", ".xlsm", ".xls"}


def read_record(
    path: Path | str, format: str | None = None, time: str | None = None, cutoff: str | int | None = None
) -> Record:
    """Read and check the record at `path`.

    format  folder, workbook, sdtm or tcga; else it is recognised.
    time    how days are written, "dates" or "days", where the record cannot tell.
    cutoff  data cut-off: an ISO date, or in a record of relative days a whole number.
    """
    file = Path(path)
    read = _reader(format or recognised(file))
    cutoff_day, cutoff_time = _cutoff(cutoff)
    try:
        record = assemble(read(file), time=_time(time), cutoff_day=cutoff_day)
    except OSError as reason:
        raise RecordError(f"{file} cannot be read: {reason.strerror or reason}.") from reason
    if cutoff_time not in (None, record.time):
        raise RecordError(f"The cut-off {cutoff} does not fit the record, which is told in {record.time}.")
    return record


def recognised(path: Path) -> str:
    """The format of a record, by what lies at its path."""
    if path.is_dir():
        return "sdtm" if looks_like_sdtm(path) else "tcga" if looks_like_tcga(path) else "folder"
    if not path.exists():
        raise RecordError(f"There is no file or folder {path}.")
    if path.suffix.lower() in WORKBOOKS:
        return "workbook"
    if path.suffix.lower() in CSV | PARQUET:
        raise RecordError(
            f"{path} is one table. Give the folder that holds patients.csv and the other tables."
        )
    raise RecordError(f"{path} is no record. A record is an .xlsx workbook, or a folder of tables.")


def _reader(format: str) -> Callable[[Path], Extract]:
    if format not in FORMATS:
        raise RecordError(f"'{format}' is not a format of a record; it is one of {', '.join(FORMATS)}.")
    return FORMATS[format]


def _time(time: str | None) -> Time | None:
    if time is not None and time not in get_args(Time):
        raise RecordError(f"'{time}' is not a way to tell time; it is one of {', '.join(get_args(Time))}.")
    return cast("Time | None", time)


def _cutoff(cutoff: str | int | None) -> tuple[int | None, Time | None]:
    """The cut-off as a day of the record, and the way of telling time that it belongs to."""
    if cutoff is None:
        return None, None
    try:
        return int(cutoff), "days"
    except ValueError:
        return _cutoff_date(str(cutoff)), "dates"


def _cutoff_date(cutoff: str) -> int:
    try:
        return (date.fromisoformat(cutoff) - date(1970, 1, 1)).days
    except ValueError:
        raise RecordError(
            f"The cut-off '{cutoff}' is neither a date such as 2025-03-31 nor a whole day."
        ) from None
