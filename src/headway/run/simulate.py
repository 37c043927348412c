"""Simulate a cohort from a scenario, as a folder that reads as a record."""

from pathlib import Path
from typing import cast, get_args

from headway.errors import HeadwayError
from headway.report.write import all_or_nothing
from headway.simulate.cohort import CHUNK, blocks
from headway.simulate.folder import Format, write_cohort
from headway.simulate.load import load


def simulate(
    scenario_file: Path,
    out: Path,
    *,
    patients: int | None = None,
    seed: int | None = None,
    format: str = "parquet",
    chunk: int = CHUNK,
) -> int:
    """Write the cohort of a scenario to `out`, as a whole or not at all; gives the number of patients.

    patients, seed  in place of those of the scenario
    chunk           patients in memory at a time; it changes nothing in the files
    """
    if format not in get_args(Format):
        raise HeadwayError(
            f"'{format}' is not a format to write; it is one of {', '.join(get_args(Format))}."
        )
    scenario = load(scenario_file, patients=patients, seed=seed)
    made = blocks(scenario, chunk)
    written: list[int] = []
    all_or_nothing(
        out, lambda folder: written.append(write_cohort(scenario, made, folder, cast("Format", format)))
    )
    return written[0]
