"""The whole chain on a synthetic record: check, lines, responses, endpoints, Kaplan-Meier, Cox.

    python benchmarks/chain.py [patients ...]       1,000 to 1,000,000 unless told
    python benchmarks/chain.py --docs               writes docs/speed.md and docs/images/chain.svg as well

Each size runs in a process of its own, so that its peak memory is its own, over buckets of whole patients.
Aims at 1,000,000 patients: under 10 minutes and 12 GB on two cores.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import altair as alt
import polars as pl

from headway.analyse.survival.cox.design import Category
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.outcomes import survival
from headway.derive.anchors import ANCHORS, lines_of, roles_of, starts
from headway.derive.endpoints import CLINICAL, ENDPOINTS, gathered, time_to_event
from headway.derive.judgements import derived_judgements
from headway.derive.response import best_responses, timepoint_responses
from headway.ingest.recognise import read_record
from headway.record.record import Record
from headway.report.figures.theme import COLOURS, svg, themed
from headway.run.simulate import simulate

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "tests" / "simulate" / "scenario.toml"
PAGE, PICTURE = ROOT / "docs" / "speed.md", ROOT / "docs" / "images" / "chain.svg"
SIZES = [1_000, 10_000, 100_000, 1_000_000]
BUCKET = 50_000  # patients that are derived at a time: every derivation is of whole patients
TOTAL = "total"
GIGABYTE = 2**20  # in the kilobytes of getrusage


@dataclass
class Stages:
    """Seconds of each stage so far, over all buckets."""

    seconds: dict[str, float] = field(default_factory=dict)
    begun: float = field(default_factory=time.perf_counter)

    def done(self, name: str) -> None:
        """A stage ends here, and the next begins."""
        now = time.perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self.begun
        self.begun = now


def chained(record: Path) -> dict:
    """Everything from the files of a record to its results: seconds of each stage, peak memory, medians."""
    stages = Stages()
    with tempfile.TemporaryDirectory() as temporary:
        buckets = divided(record, Path(temporary))
        stages.done("divide into buckets")
        parts = [derived(bucket, stages) for bucket in buckets]
    times = {name: pl.concat([made[name] for _, made in parts]) for name in ("OS", "PFS")}
    medians = {
        name: survival(own, name)[0].filter(statistic="median")["value"][0] for name, own in times.items()
    }
    stages.done("Kaplan-Meier")
    cox(times["OS"].drop_nulls(["days", "age_years", "hpv"]), ["age_years", Category("hpv")])
    stages.done("Cox")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIGABYTE
    rows = sum(rows for rows, _ in parts)
    used = time.process_time()
    return {"rows": rows, "stages": stages.seconds, "processor": used, "peak": peak, "medians": medians}


def divided(record: Path, folder: Path) -> list[Path]:
    """The same record in several folders, whole patients in each; slices, for the simulator sorts them."""
    first = pl.read_parquet(record / "patients.parquet", columns=["patient_id"])["patient_id"][::BUCKET]
    buckets = [folder / f"{i:03d}" for i in range(len(first))]
    for bucket in buckets:
        bucket.mkdir()
    for table in sorted(record.glob("*.parquet")):
        rows = pl.read_parquet(table)
        begins = [*rows["patient_id"].search_sorted(first), rows.height]
        for bucket, (begin, end) in zip(buckets, pairwise(begins), strict=True):
            rows.slice(begin, end - begin).write_parquet(bucket / table.name)
    return buckets


def derived(folder: Path, stages: Stages) -> tuple[int, dict[str, pl.DataFrame]]:
    """The rows of one bucket, and the times to its endpoints."""
    record = read_record(folder)
    stages.done("read and check")
    roles_of(lines_of(record), record).collect()
    stages.done("lines of therapy")
    zero = starts(record, ANCHORS["enrolment"])
    judged = judgements(record, zero)
    stages.done("responses")
    scans = judged.select("patient_id", "evaluator", "day", "response")
    best_responses(scans, zero, time=record.time).collect()
    stages.done("best responses")
    made = {}
    for name in ("OS", "PFS"):
        made[name] = times(record, name, judged, zero)
        stages.done(name)
    return sum(table.height for table in record.tables.values()), made


def judgements(record: Record, zero: pl.LazyFrame) -> pl.LazyFrame:
    """The responses of the first reader, derived from the lesions."""
    lesions, measurements = record.table("lesions"), record.table("measurements")
    points = timepoint_responses(
        lesions, measurements, record.table("assessments"), zero, reasons=False, time=record.time
    )
    judged = derived_judgements(points, measurements, lesions).collect()
    return judged.filter(pl.col("evaluator") == judged["evaluator"].min()).lazy()


def times(record: Record, name: str, judged: pl.LazyFrame, zero: pl.LazyFrame) -> pl.DataFrame:
    """The times to an endpoint with their reasons, and what Cox asks about the patients."""
    patients = record.table("patients")
    found = gathered(ENDPOINTS[name], record, judged, zero, rules=CLINICAL)
    told = time_to_event(
        ENDPOINTS[name], "enrolment", zero, found, patients, rules=CLINICAL, time=record.time
    )
    asked = patients.select("patient_id", "age_years", "hpv")
    return told.select("patient_id", "days", "event", "reason").join(asked, on="patient_id").collect()


def in_own_process(patients: int, folder: Path) -> dict:
    """One size: simulated here, then measured in a fresh process."""
    record = folder / f"record-{patients}"
    simulate(SCENARIO, record, patients=patients)
    asked = [sys.executable, __file__, "--one", str(record)]
    done = subprocess.run(asked, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    made = json.loads(done.stdout)
    made["stages"][TOTAL] = sum(made["stages"].values())
    return made


def table(found: dict[int, dict]) -> str:
    """Seconds of each stage by number of patients, with rows, memory and medians."""
    sizes = list(found)
    lines = [("patients", *(f"{size:,}" for size in sizes)), ("---", *("---:" for _ in sizes))]
    lines.append(("rows", *(f"{found[size]['rows']:,}" for size in sizes)))
    for stage in found[sizes[0]]["stages"]:
        lines.append((f"{stage}, s", *(f"{found[size]['stages'][stage]:.1f}" for size in sizes)))
    lines.append(("processor time of all cores, s", *(f"{found[size]['processor']:.1f}" for size in sizes)))
    lines.append(("peak memory, GB", *(f"{found[size]['peak']:.1f}" for size in sizes)))
    for name in ("OS", "PFS"):
        lines.append((f"median {name}, days", *(f"{found[size]['medians'][name]:.0f}" for size in sizes)))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def page(found: dict[int, dict]) -> str:
    """What docs/speed.md says: how it was measured, the table, the picture."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB"
    versions = f"Python {platform.python_version()}, polars {version('polars')}"
    return f"""# Speed of the whole chain

Written by `python benchmarks/chain.py --docs`. All patients here are SYNTHETIC.

From the Parquet files of a record to its results: the record is read and checked, lines of therapy are
derived, then the response at each scan and the best response, OS and PFS with the reason and the source row
of every patient, Kaplan-Meier and a Cox model. Wall-clock seconds, one process, buckets of {BUCKET:,} whole
patients. Simulating the record (`tests/simulate/scenario.toml`) is not counted; dividing it is.

Machine: {machine}; {versions}.

{table(found)}

![SYNTHETIC record: seconds of each stage by number of patients, on logarithmic axes](images/chain.svg)
"""


def picture(found: dict[int, dict]) -> str:
    """Seconds by patients, a line a stage and one of the total, on logarithmic axes."""
    rows = [
        {"patients": size, "stage": stage, "seconds": round(max(seconds, 0.01), 3)}
        for size, made in found.items()
        for stage, seconds in made["stages"].items()
    ]
    slowest = found[max(found)]["stages"]
    in_order = sorted(slowest, key=lambda stage: -slowest[stage])  # the legend stands as the lines end
    others = [colour for colour in (*COLOURS, "#8C564B", "#6A3D9A") if colour != "#000000"]
    colours = alt.Scale(domain=in_order, range=["#000000", *others])
    log, axis = alt.Scale(type="log"), alt.Axis(values=[10.0**power for power in range(-2, 7)], format=",")
    drawn = alt.Chart(alt.Data(values=rows)).mark_line(point=alt.OverlayMarkDef(size=36)).encode(
        x=alt.X("patients:Q", title="Patients", scale=log, axis=axis),
        y=alt.Y("seconds:Q", title="Seconds", scale=log, axis=axis),
        color=alt.Color("stage:N", title=None, scale=colours, sort=in_order),
        strokeWidth=alt.condition(f"datum.stage == '{TOTAL}'", alt.value(3), alt.value(1.5)),
    )  # fmt: skip
    title = f"SYNTHETIC record: the whole chain on {os.cpu_count()} cores"
    return svg(themed(drawn.properties(width=520, height=360, title=title)))


def main(sizes: list[int], docs: bool) -> None:
    found = {}
    with tempfile.TemporaryDirectory() as temporary:
        in_own_process(100, Path(temporary))  # so that numba has compiled, and no size pays for it
        for size in sizes:
            found[size] = in_own_process(size, Path(temporary))
            total, peak = found[size]["stages"][TOTAL], found[size]["peak"]
            print(f"{size:,} patients: {total:.1f} s, {peak:.1f} GB", flush=True)
    print(table(found))
    if docs:
        PAGE.write_text(page(found), encoding="utf-8")
        PICTURE.write_text(picture(found), encoding="utf-8")


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["--one"]:
        print(json.dumps(chained(Path(words[1]))))
    else:
        main([int(word) for word in words if word != "--docs"] or SIZES, "--docs" in words)
