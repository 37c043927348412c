"""How long responses take, from measurements in a Parquet file to every time point.

    python benchmarks/response.py [patients ...]        1000 10000 100000 unless told

Each measurement runs in a process of its own, so that its peak memory is its own. Beside it stands
the floor: polars reading the same file and summing the diameters of each patient and day. A second
table compares with plain Python that walks patient by patient, as a script would do it.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import polars as pl

from headway.derive.response import best_responses, timepoint_responses
from headway.record.columns import empty
from headway.record.tables.disease import Assessments

SCANS, TARGETS = 8, 3


def write_cohort(folder: Path, patients: int) -> None:
    """Lesions, measurements and start days: three targets, baseline and eight scans, a random walk each."""
    random = np.random.default_rng(2009)
    scans, each = SCANS + 1, TARGETS * (SCANS + 1)
    steps = random.normal(-0.03, 0.15, (patients, scans, TARGETS))
    steps[:, 0, :] = np.log(random.uniform(12, 60, (patients, TARGETS)))
    sizes = np.exp(steps.cumsum(axis=1)).round(1)
    names = pl.select(patient_id=pl.format("P{}", pl.int_range(patients).cast(pl.String).str.zfill(7)))
    lesion = pl.select(lesion_id=pl.format("T{}", pl.int_range(TARGETS) + 1))
    pl.DataFrame({"row": np.arange(patients * each)}).select(
        names["patient_id"].gather(pl.Series(np.repeat(np.arange(patients), each))),
        lesion["lesion_id"].gather(pl.Series(np.tile(np.arange(TARGETS), patients * scans))),
        day=pl.Series(np.tile(np.repeat(np.arange(scans) * 56, TARGETS), patients), dtype=pl.Int32),
        evaluator=pl.lit("investigator"),
        diameter_mm=pl.Series(sizes.ravel()),
        status=pl.lit(None, pl.String),
    ).write_parquet(folder / "measurements.parquet")
    names.join(lesion, how="cross").with_columns(
        role=pl.lit("target"), lymph_node=pl.lit(False), evaluator=pl.lit(None, pl.String)
    ).write_parquet(folder / "lesions.parquet")
    names.with_columns(start_day=pl.lit(0, pl.Int32)).write_parquet(folder / "start.parquet")


def _tables(folder: Path) -> list[pl.LazyFrame]:
    lesions, measurements, start = (
        pl.scan_parquet(folder / f"{name}.parquet") for name in ("lesions", "measurements", "start")
    )
    return [lesions, measurements, empty(Assessments).lazy(), start]


def floor(folder: Path) -> int:
    """Only the sums, without any rule."""
    scan = pl.scan_parquet(folder / "measurements.parquet")
    return scan.group_by("patient_id", "day").agg(pl.col("diameter_mm").sum()).collect().height


def responses(folder: Path) -> int:
    return timepoint_responses(*_tables(folder), reasons=False).collect().height


def with_reasons(folder: Path) -> int:
    return timepoint_responses(*_tables(folder)).collect().height


def best(folder: Path) -> int:
    """Time points and best responses together."""
    points = timepoint_responses(*_tables(folder), reasons=False)
    return best_responses(points, _tables(folder)[3]).collect().height


def patient_by_patient(folder: Path) -> int:
    """Plain Python: sums, nadir and target response of one patient after the other."""
    rows = pl.read_parquet(folder / "measurements.parquet").iter_rows()
    sizes: dict[str, dict[int, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for patient, lesion, day, _, diameter, _ in rows:
        sizes[patient][day][lesion] = diameter
    return sum(len(_walk(scans)) for scans in sizes.values())


def _walk(scans: dict[int, dict[str, float]]) -> list[str]:
    days = sorted(scans)
    baseline = nadir = sum(scans[days[0]].values())
    found = []
    for day in days[1:]:
        total = sum(scans[day].values())
        if total == 0:
            found.append("CR")
        elif total - nadir >= 5 and total >= 1.2 * nadir:
            found.append("PD")
        else:
            found.append("PR" if total <= 0.7 * baseline else "SD")
        nadir = min(nadir, total)
    return found


TASKS = {task.__name__: task for task in (floor, responses, with_reasons, best, patient_by_patient)}


def measured(task: str, folder: Path) -> dict[str, float]:
    """Seconds and peak memory of one task in a process of its own; compiled and cached code is warm."""
    command = [sys.executable, __file__, "--task", task, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def run_task(task: str, folder: Path) -> None:
    begin, begin_cpu = time.perf_counter(), time.process_time()
    rows = TASKS[task](folder)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - begin_cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "mb": peak, "rows": rows}))


def main(sizes: list[int]) -> None:
    print(f"{'patients':>9} {'task':<20} {'seconds':>8} {'x floor':>8} {'CPU s':>7} {'MB':>7}")
    for patients in sizes:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            write_cohort(folder, patients)
            tasks = [*TASKS][:-1] if patients > 1_000 else [*TASKS]
            results = {task: measured(task, folder) for task in tasks}
        for task, result in results.items():
            seconds, cpu, peak = result["seconds"], result["cpu"], result["mb"]
            ratio = seconds / results["floor"]["seconds"]
            print(f"{patients:>9} {task:<20} {seconds:>8.3f} {ratio:>8.1f} {cpu:>7.2f} {peak:>7.0f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--task"]:
        run_task(sys.argv[2], Path(sys.argv[3]))
    else:
        main([int(size) for size in sys.argv[1:]] or [1_000, 10_000, 100_000])
