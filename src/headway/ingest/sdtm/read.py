"""A folder of SDTM domain files, read."""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from headway.ingest.extract import Extract
from headway.ingest.sdtm.days import in_relative_days, tells_days_only
from headway.ingest.sdtm.domains import Domains, Part
from headway.ingest.sdtm.exposure import exposure
from headway.ingest.sdtm.files import FORMATS, read_files
from headway.ingest.sdtm.responses import responses
from headway.ingest.sdtm.safety import safety
from headway.ingest.sdtm.subjects import subjects
from headway.ingest.sdtm.supplements import supplemented
from headway.ingest.sdtm.tumours import tumours

Topic = Callable[[Domains], Part]
TOPICS: list[Topic] = [subjects, exposure, tumours, responses, safety]


def looks_like_sdtm(path: Path) -> bool:
    """Whether a folder holds the one domain that every submission has: DM."""
    return path.is_dir() and any(
        file.stem.lower() == "dm" and file.suffix.lower() in FORMATS for file in path.iterdir()
    )


def read_sdtm(path: Path, domains: Mapping[str, str] | None = None) -> Extract:
    """The domains of a folder as tables of the record, with the account of every row.

    path     a folder of dm.xpt, ae.csv, tr.parquet, lb.json, …; case does not matter.
    domains  which domain a file holds where its name does not say: {"tu_onco_recist": "TU"}.

    Dates pass through as text, partial ones too. A submission without any date tells time by the
    study days (--DY), with the day of RFSTDTC as day 0.
    """
    read = read_files(path, domains or {})
    frames, supplements = supplemented(read.frames)
    dated = not tells_days_only(frames)
    subject_data = Domains(frames, "dates") if dated else Domains(in_relative_days(frames), "days")
    parts = [supplements, *(topic(subject_data) for topic in TOPICS)]
    return Extract(
        tables=_together([part.tables for part in parts]),
        rows_read=read.rows_read,
        problems=[*read.problems, *(problem for part in parts for problem in part.problems)],
        merged=pl.concat([Part().merged_rows, *(part.merged_rows for part in parts)]),
        time=subject_data.time,
    )


def _together(tables: list[dict[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """The tables by name; a table that several topics fill is one, and an empty one is none."""
    filled = [(name, frame) for part in tables for name, frame in part.items() if not frame.is_empty()]
    names = dict.fromkeys(name for name, _ in filled)
    return {
        name: pl.concat([frame for other, frame in filled if other == name], how="diagonal_relaxed")
        for name in names
    }
