"""Domain files of a folder, in the formats in which submissions come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import polars as pl
import pyreadstat

from headway.errors import RecordError
from headway.ingest.extract import Source, with_source
from headway.ingest.sdtm.dataset_json import read_dataset_json, read_dataset_ndjson
from headway.record.findings import file_problem

# What a record has a place for; SUPP-- files go with their parent.
DOMAINS = ["DM", "DS", "SS", "EX", "EC", "CM", "PR", "TU", "TR", "RS", "AE", "LB"]
KNOWN = [*DOMAINS, *(f"SUPP{code}" for code in DOMAINS)]


@dataclass
class DomainFiles:
    """Frames by domain code (SUPPTR for the supplement of TR), rows per file, and what went wrong."""

    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    rows_read: dict[Source, int] = field(default_factory=dict)
    problems: list[pl.DataFrame] = field(default_factory=list)


def read_files(path: Path, domains: Mapping[str, str]) -> DomainFiles:
    """Every file of the folder that holds a known domain; what is not read is a finding."""
    if not path.is_dir():
        raise RecordError(f"{path} is not a folder. SDTM is read from a folder of domain files.")
    said = {stem.lower(): code.upper() for stem, code in domains.items()}
    found = DomainFiles()
    read: dict[str, list[tuple[Path, pl.DataFrame]]] = {}
    for file in sorted(file for file in path.iterdir() if file.suffix.lower() in FORMATS):
        code = said.get(file.stem.lower(), _code(file.stem))
        if code is None:
            found.problems.append(_elsewhere(file))
        elif (frame := _read(file, code, found)) is not None:
            read.setdefault(code, []).append((file, frame))
    found.frames = {code: _one(code, parts) for code, parts in read.items()}
    return found


def _code(stem: str) -> str | None:
    """The domain that a file's name says: dm, a split part (lbch, qsco), suppae, supplbch.

    >>> _code("dm"), _code("LBCH"), _code("supptr"), _code("vs"), _code("tr_onco")
    ('DM', 'LB', 'SUPPTR', None, None)
    """
    name = stem.upper()
    supplement, name = ("SUPP", name[4:]) if name.startswith("SUPP") else ("", name)
    is_domain = name.isalnum() and len(name) <= 4 and name[:2] in DOMAINS
    return supplement + name[:2] if is_domain else None


def _read(file: Path, code: str, found: DomainFiles) -> pl.DataFrame | None:
    """The file's frame with provenance; None, and a finding, if it cannot be read."""
    try:
        frame = _clean(FORMATS[file.suffix.lower()](file))
    except (ValueError, OSError, pl.exceptions.PolarsError, pyreadstat.ReadstatError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        found.problems.append(file_problem("unreadable-file", code, f"{file.name}: {said}", file=file.name))
        return None
    source = Source(file.name)
    found.rows_read[source] = frame.height
    return with_source(frame, source)


def _clean(frame: pl.DataFrame) -> pl.DataFrame:
    """Variables in capitals, text without spaces around it, and empty text as missing."""
    frame = frame.rename({name: name.strip().upper() for name in frame.columns})
    if "USUBJID" not in frame.columns:
        raise ValueError("the variable USUBJID is missing, so its rows belong to nobody")
    text = pl.col(pl.String).str.strip_chars()
    return frame.with_columns(pl.when(text != "").then(text).name.keep())


def _one(code: str, parts: list[tuple[Path, pl.DataFrame]]) -> pl.DataFrame:
    """A domain that is split over files as one; the same file in two formats would count twice."""
    stems = [file.stem.lower() for file, _ in parts]
    twice = next((stem for stem in stems if stems.count(stem) > 1), None)
    if twice is not None:
        names = ", ".join(file.name for file, _ in parts if file.stem.lower() == twice)
        raise RecordError(f"The domain {code} is there more than once: {names}. Keep one of them.")
    return pl.concat([frame for _, frame in parts], how="diagonal_relaxed")


def _elsewhere(file: Path) -> pl.DataFrame:
    message = f"{file.name}: it holds no domain that a record has a place for, and was not read"
    return file_problem("unknown-table", file.stem.upper(), message, file=file.name)


def _csv(path: Path) -> pl.DataFrame:
    """Every column as text: SDTM's numbers and dates are read by meaning, later."""
    try:
        return pl.read_csv(path, infer_schema=False)
    except pl.exceptions.ComputeError as error:
        if "utf-8" not in str(error).lower():
            raise
        return pl.read_csv(path, infer_schema=False, encoding="windows-1252")


def _transport(path: Path) -> pl.DataFrame:
    return cast(pl.DataFrame, pyreadstat.read_xport(path, output_format="polars")[0])


def _sas(path: Path) -> pl.DataFrame:
    return cast(pl.DataFrame, pyreadstat.read_sas7bdat(path, output_format="polars")[0])


FORMATS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".xpt": _transport,
    ".csv": _csv,
    ".parquet": pl.read_parquet,
    ".sas7bdat": _sas,
    ".json": read_dataset_json,
    ".ndjson": read_dataset_ndjson,
}
