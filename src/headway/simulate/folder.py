"""A cohort as files: a folder that reads as a record, with its truth beside it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import polars as pl

from headway.simulate.block import Block
from headway.simulate.scenario import Scenario

Format = Literal["parquet", "csv"]
TRUTH = "truth"  # the folder of the truth; a record is read without its folders
NOTICE = "SYNTHETIC.txt"
_ROWS = 250_000  # of a row group: the same whatever the blocks, so that the file is too
_PARTS = ".parts"


def write_cohort(scenario: Scenario, made: Iterable[Block], folder: Path, format: Format = "parquet") -> int:
    """Write a folder with a file for each table, truth/ and a notice; gives the patients.

    One block is in memory at a time: the blocks wait as files until they are joined.
    """
    (folder / TRUTH).mkdir()
    parts = folder / _PARTS
    count = 0
    for number, block in enumerate(made):
        count += block.patients
        for name, table in {**block.tables, **{f"{TRUTH}/{n}": t for n, t in block.truth.items()}}.items():
            place = parts / name
            place.mkdir(parents=True, exist_ok=True)
            table.write_parquet(place / f"{number:06}.parquet", compression="lz4")
    for place in sorted(path for path in parts.rglob("*") if any(path.glob("*.parquet"))):
        _join(place, folder / place.relative_to(parts), format)
    _remove(parts)
    (folder / NOTICE).write_text(_notice(scenario), encoding="utf-8")
    return count


def _join(parts: Path, target: Path, format: Format) -> None:
    rows = pl.scan_parquet(sorted(parts.glob("*.parquet")))
    if format == "csv":
        rows.sink_csv(target.with_suffix(".csv"), maintain_order=True)
    else:
        rows.sink_parquet(target.with_suffix(".parquet"), row_group_size=_ROWS, maintain_order=True)


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def _notice(scenario: Scenario) -> str:
    return (
        f"SYNTHETIC. No patient here has ever lived.\n\nScenario: {scenario.title}\n"
        f"Patients: {scenario.patients}\nSeed: {scenario.seed}\nWritten by `headway simulate`. "
        f"What really happened to each patient stands in {TRUTH}/; days "
        "there are since the first dose of the index line.\n"
    )
