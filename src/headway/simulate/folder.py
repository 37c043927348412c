"""A cohort as files: a folder that reads as a record, with its truth beside it."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
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

    The blocks wait as files until they are joined; one is written while the next is made.
    """
    (folder / TRUTH).mkdir()
    parts = folder / _PARTS
    count, coming = 0, None
    with ThreadPoolExecutor(1) as beside:
        for number, block in enumerate(made):
            count += block.patients
            if coming:
                coming.result()
            coming = beside.submit(_write_parts, block, parts, number)
        if coming:
            coming.result()
    for place in sorted(path for path in parts.rglob("*") if any(path.glob("*.arrow"))):
        _join(place, folder / place.relative_to(parts), format)
    _remove(parts)
    (folder / NOTICE).write_text(_notice(scenario), encoding="utf-8")
    return count


def _write_parts(block: Block, parts: Path, number: int) -> None:
    for name, table in {**block.tables, **{f"{TRUTH}/{n}": t for n, t in block.truth.items()}}.items():
        place = parts / name
        place.mkdir(parents=True, exist_ok=True)
        table.write_ipc(place / f"{number:06}.arrow", compression="lz4")


def _join(parts: Path, target: Path, format: Format) -> None:
    rows = pl.scan_ipc(sorted(parts.glob("*.arrow")))
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
