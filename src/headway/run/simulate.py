"""Simulate a cohort from a scenario, as a folder that reads as a record."""

from pathlib import Path
from typing import cast, get_args

from headway.errors import HeadwayError, StudyError
from headway.report.write import all_or_nothing
from headway.simulate.block import CHUNK
from headway.simulate.folder import NOTICE, Format, write_cohort
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
    from headway.simulate.cohort import blocks  # compiles with numba: only who simulates waits

    made = blocks(scenario, chunk)
    written: list[int] = []
    all_or_nothing(
        out, lambda folder: written.append(write_cohort(scenario, made, folder, cast("Format", format)))
    )
    return written[0]


def simulated_anew(scenario_file: Path, record: Path) -> None:
    """Write the record of a study that names its scenario; the same scenario gives the same bytes.

    Raises StudyError if something stands there that was not simulated.
    """
    if record.exists() and not (record / NOTICE).is_file():
        raise StudyError(
            f"record: {record} was not simulated, and with `simulate` every run writes the record anew. "
            "Name another folder, or leave `simulate` out."
        )
    simulate(scenario_file, record)
