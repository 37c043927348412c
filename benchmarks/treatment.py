"""How long lines of therapy and progression-free survival take, from Parquet files to the last row.

    python benchmarks/treatment.py [--large] [patients ...]        1000 10000 100000 unless told

--large adds 1,000,000 patients. Each measurement runs in a process of its own, so that its peak memory is
its own; the cohort is made in another one, since Linux passes a parent's peak on to its children. Importing
is not timed. Beside them stands the floor: polars reading the same files, and the first and last day of
each patient.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from headway.derive.anchors import ANCHORS, lines_of, starts
from headway.derive.endpoints import ENDPOINTS, FDA_2018, gathered, time_to_event
from headway.derive.judgements import reported_judgements
from headway.record.columns import empty
from headway.record.record import Record
from headway.record.tables import TABLES

SIZES, LARGE = [1_000, 10_000, 100_000], 1_000_000
ADMINISTRATIONS = (3, 7)  # fewest and most of a patient: five on average
SCANS = 8
NEVER = 1_000_000  # a day after all others
NAMES = ["patients", "drugs", "assessments"]
FIRST_LINE = ["pembrolizumab", "cetuximab", "cisplatin", "nivolumab"]
NEXT_LINE = ["paclitaxel", "methotrexate", "docetaxel", "afatinib"]
RESPONSES, SHARES = ["CR", "PR", "SD", "PD", "NE"], [0.03, 0.2, 0.62, 0.12, 0.03]


def write_cohort(folder: Path, patients: int) -> int:
    """Patients, eight scans each, and their doses: every three weeks, of another drug after progression."""
    random = np.random.default_rng(2018)
    enrolled = random.integers(17_000, 19_000, patients)
    scans = _assessments(random, enrolled)
    _write(folder, "patients", _patients(random, enrolled))
    _write(folder, "assessments", scans)
    _write(folder, "drugs", _drugs(random, enrolled, _first_progression(scans, patients)))
    return patients


def _patients(random: np.random.Generator, enrolled: np.ndarray) -> dict[str, np.ndarray | pl.Series]:
    last = enrolled + random.integers(60, 900, len(enrolled))
    dead = pl.Series(random.random(len(enrolled)) < 0.6)
    day = pl.Series(last)
    return {
        "patient": np.arange(len(enrolled)),
        "recurrent_metastatic_day": enrolled - 20,
        "enrolment_day": enrolled,
        "last_alive_day": day,
        "death_day": day.set(~dead, None),
    }


def _assessments(random: np.random.Generator, enrolled: np.ndarray) -> dict[str, np.ndarray | pl.Series]:
    patient = np.repeat(np.arange(len(enrolled)), SCANS)
    scan = np.tile(np.arange(SCANS) + 1, len(enrolled))
    return {
        "patient": patient,
        "day": enrolled[patient] + 56 * scan + random.integers(-5, 6, len(patient)),
        "done": random.random(len(patient)) < 0.95,
        "reported_response": random.choice(RESPONSES, len(patient), p=SHARES),
    }


def _first_progression(scans: dict[str, np.ndarray | pl.Series], patients: int) -> np.ndarray:
    """The day of each patient's first progression; none is a day that never comes."""
    days = np.where(np.asarray(scans["reported_response"]) == "PD", scans["day"], NEVER)
    return days.reshape(patients, SCANS).min(axis=1)


def _drugs(
    random: np.random.Generator, enrolled: np.ndarray, progression: np.ndarray
) -> dict[str, np.ndarray | pl.Series]:
    doses = random.integers(ADMINISTRATIONS[0], ADMINISTRATIONS[1] + 1, len(enrolled))
    patient = np.repeat(np.arange(len(enrolled)), doses)
    dose = np.arange(len(patient)) - np.repeat(doses.cumsum() - doses, doses)
    since_change = dose - (doses // 2)[patient]
    later = (since_change >= 0) & (progression < NEVER)[patient]
    first, following = (random.choice(names, len(enrolled))[patient] for names in (FIRST_LINE, NEXT_LINE))
    day = np.where(later, progression[patient] + 14 + 21 * since_change, enrolled[patient] + 21 * dose)
    return {
        "patient": patient,
        "drug": np.where(later, following, first),
        "start_day": day + random.integers(0, 4, len(patient)),
    }


def _write(folder: Path, name: str, columns: dict[str, np.ndarray | pl.Series]) -> None:
    """The table with all columns of the record, each row with the file and line it would have come from."""
    blank = empty(TABLES[name].schema)
    written = pl.DataFrame(columns).with_columns(
        patient_id=pl.format("P{}", pl.col("patient").cast(pl.String).str.zfill(7)),
        source_file=pl.lit(f"{name}.csv"),
        source_line=pl.int_range(2, 2 + pl.len(), dtype=pl.Int64),
    )
    typed = written.drop("patient").cast({c: blank.schema[c] for c in written.columns if c in blank.schema})
    pl.concat([blank, typed], how="diagonal").write_parquet(folder / f"{name}.parquet")


def _record(folder: Path) -> Record:
    return Record("dates", {name: pl.read_parquet(folder / f"{name}.parquet") for name in NAMES})


def floor(folder: Path) -> int:
    """Only the files, and the first and last day of each patient."""
    drugs, scans = (pl.read_parquet(folder / f"{name}.parquet") for name in ("drugs", "assessments"))
    patients = pl.read_parquet(folder / "patients.parquet")
    for frame, day in ((drugs, "start_day"), (scans, "day")):
        frame.group_by("patient_id").agg(first=pl.col(day).min(), last=pl.col(day).max())
    return patients.height


def lines(folder: Path) -> int:
    """Lines of therapy by the HNSCC rules, where reported progressions count."""
    return lines_of(_record(folder)).lines.collect().height


def pfs(folder: Path) -> int:
    """Progression-free survival since enrolment by FDA-2018, the facts gathered (lines of therapy too)."""
    record, endpoint = _record(folder), ENDPOINTS["PFS"]
    zero = starts(record, ANCHORS["enrolment"])
    happened = gathered(endpoint, record, reported_judgements(record.table("assessments")), zero)
    people = record.table("patients")
    times = time_to_event(endpoint, "enrolment", zero, happened, people, rules=FDA_2018, time=record.time)
    return times.collect().height


TASKS = {task.__name__: task for task in (floor, lines, pfs)}


def in_own_process(*task: str) -> dict[str, float]:
    """What a task printed of itself."""
    command = [sys.executable, __file__, "--task", *task]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def run_task(task: str, folder: Path, patients: int) -> None:
    begin, begin_cpu = time.perf_counter(), time.process_time()
    rows = write_cohort(folder, patients) if task == "write" else TASKS[task](folder)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - begin_cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "mb": peak, "rows": rows}))


def measured(patients: int) -> dict[str, dict[str, float]]:
    """Each task on a cohort of this size."""
    with tempfile.TemporaryDirectory() as folder:
        in_own_process("write", folder, str(patients))
        return {task: in_own_process(task, folder, str(patients)) for task in TASKS}


def main(sizes: list[int]) -> None:
    print(f"{os.cpu_count()} cores; load at the start {os.getloadavg()[0]:.1f}: above the cores, trust CPU s")
    heads = ["patients", "task", "rows", "seconds", "CPU s", "MB", "s/1,000", "x floor", "x CPU"]
    print("{:>9} {:<6} {:>9} {:>8} {:>7} {:>7} {:>8} {:>8} {:>7}".format(*heads))
    for patients in sizes:
        results = measured(patients)
        for task, found in results.items():
            seconds, cpu = found["seconds"], found["cpu"]
            ratio, cpu_ratio = seconds / results["floor"]["seconds"], cpu / results["floor"]["cpu"]
            print(
                f"{patients:>9} {task:<6} {found['rows']:>9} {seconds:>8.3f} {cpu:>7.2f}"
                f" {found['mb']:>7.0f} {1000 * seconds / patients:>8.4f} {ratio:>8.1f} {cpu_ratio:>7.1f}",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--task"]:
        run_task(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        told = [int(size) for size in sys.argv[1:] if size != "--large"]
        main((told or SIZES) + ([LARGE] if "--large" in sys.argv else []))
