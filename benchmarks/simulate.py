"""How long a synthetic cohort takes, and how much memory, from a scenario to a folder of Parquet.

    python benchmarks/simulate.py [patients ...]        1000 10000 100000 unless told

The scenario is that of the tests: four lines of therapy, two readers, radiotherapy, toxicity, laboratory
tests and questionnaires. Each size runs in a process of its own, so that its peak memory is its own.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from headway.run.simulate import simulate

SCENARIO = Path(__file__).parents[1] / "tests" / "simulate" / "scenario.toml"
SIZES = [1_000, 10_000, 100_000]


def measured(patients: int) -> dict[str, float]:
    """Seconds, peak memory and size of the files of one cohort."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        simulate(SCENARIO, Path(folder) / "record", patients=patients)
        seconds = time.perf_counter() - start
        size = sum(file.stat().st_size for file in Path(folder).rglob("*.parquet"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return {"patients": patients, "seconds": seconds, "gigabytes": peak, "files": size / 1024**3}


def in_own_process(patients: int) -> dict[str, float]:
    """The same in a fresh process."""
    said = subprocess.run([sys.executable, __file__, "--one", str(patients)], check=True, capture_output=True)
    return json.loads(said.stdout)


def main(sizes: list[int]) -> None:
    print("| patients | seconds | patients per second | peak memory, GB | files, GB |\n|---|---|---|---|---|")
    for patients in sizes:
        got = in_own_process(patients)
        speed = f"{got['seconds']:.1f} | {got['patients'] / got['seconds']:,.0f}"
        print(f"| {patients:,} | {speed} | {got['gigabytes']:.2f} | {got['files']:.2f} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measured(int(sys.argv[2]))))
    else:
        main([int(size) for size in sys.argv[1:]] or SIZES)
