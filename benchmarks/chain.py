"""The whole chain on a synthetic record: check, lines, responses, endpoints, Kaplan-Meier, Cox.

Run: python benchmarks/chain.py [patients ...] (default 1,000, 10,000, 100,000, 1,000,000). Each size is a
process of its own; per stage the seconds, and the peak memory of the process so far. Aims at 1,000,000
patients: under 10 minutes and 12 GB. With --plot FILE.svg the growth is drawn.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import altair as alt
import polars as pl

from headway.report.figures.theme import svg, themed

ROOT = Path(__file__).parents[1]
HEADWAY = Path(sys.executable).parent / "headway"
SCENARIO = ROOT / "tests" / "simulate" / "scenario.toml"
SIZES = [1_000, 10_000, 100_000, 1_000_000]
STAGES = """
import json, resource, sys, time
from pathlib import Path
import polars as pl
from headway.analyse.survival.cox.design import Category
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.outcomes import survival
from headway.derive.anchors import ANCHORS, lines_of, roles_of, starts
from headway.derive.endpoints import CLINICAL, ENDPOINTS, gathered, time_to_event
from headway.derive.judgements import derived_judgements
from headway.derive.response import best_responses, timepoint_responses
from headway.ingest.recognise import read_record

told = {}
begun = time.perf_counter()

def stage(name):
    global begun
    seconds = told.get(name, [0.0])[0] + time.perf_counter() - begun
    told[name] = [round(seconds, 2), round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)]
    begun = time.perf_counter()

def bucket(folder):
    record = read_record(folder)
    stage("read and check")
    lines = lines_of(record)
    roles_of(lines, record).collect()
    stage("lines of therapy")
    zero = starts(record, ANCHORS["enrolment"])
    tables = (record.table(name) for name in ("lesions", "measurements", "assessments"))
    points = timepoint_responses(*tables, zero, reasons=False, time=record.time)
    points = points.with_columns(reason=pl.lit(""))
    judged = derived_judgements(points, record.table("measurements")).collect()
    judged = judged.filter(pl.col("evaluator") == judged["evaluator"].unique().sort()[0]).lazy()
    stage("responses")
    scans = judged.select("patient_id", "evaluator", "day", "response")
    best_responses(scans, zero, time=record.time).collect()
    stage("best responses")
    made = {}
    for name in ("OS", "PFS"):
        found = gathered(ENDPOINTS[name], record, judged, zero)
        times = time_to_event(ENDPOINTS[name], "enrolment", zero, found, record.table("patients"),
                              rules=CLINICAL, time=record.time)
        made[name] = times.select("patient_id", "days", "event", "reason").collect()
        stage(name)
    rows = sum(table.height for table in record.tables.values())
    return rows, made, record.tables["patients"].select("patient_id", "age_years", "hpv")

parts = [bucket(folder) for folder in sorted(Path(sys.argv[1]).iterdir())]
times = {name: pl.concat([made[name] for _, made, _ in parts]) for name in ("OS", "PFS")}
medians = {name: survival(own, name)[0].filter(statistic="median")["value"][0] for name, own in times.items()}
stage("Kaplan-Meier")
frame = times["OS"].join(pl.concat([people for _, _, people in parts]), on="patient_id")
model = cox(frame.drop_nulls(["days", "age_years", "hpv"]), ["age_years", Category("hpv")])
stage("Cox")
print(json.dumps({"rows": sum(rows for rows, _, _ in parts), "stages": told, "medians": medians}))
"""
BUCKET = 50_000  # patients that are derived at a time: every derivation is of whole patients


def measured(folder: Path, patients: int) -> dict:
    """One size in a process of its own, over buckets of patients."""
    record, buckets = folder / f"record-{patients}", folder / f"buckets-{patients}"
    asked = [HEADWAY, "simulate", SCENARIO, "--out", record, "--patients", str(patients), "--quiet"]
    simulating = time.perf_counter()
    subprocess.run([str(part) for part in asked], check=True)
    simulated = time.perf_counter()
    divide(record, buckets, -(-patients // BUCKET))
    divided = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", STAGES, str(buckets)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    made = json.loads(done.stdout)
    before = {"divide into buckets": [round(divided - simulated, 2), 0.0]}
    return {**made, "stages": {**before, **made["stages"]}, "simulated": simulated - simulating}


def divide(record: Path, buckets: Path, number: int) -> None:
    """The same record in several folders, whole patients in each; the simulator counts patients from 1."""
    for table in sorted(record.glob("*.parquet")):
        rows = pl.read_parquet(table)
        bucket = (rows["patient_id"].str.strip_prefix("P").cast(pl.Int64) - 1) // BUCKET
        for i in range(number):
            own = buckets / f"{i:03d}"
            own.mkdir(parents=True, exist_ok=True)
            rows.filter(bucket == i).write_parquet(own / table.name)


def plot(found: dict[int, dict], path: Path) -> None:
    """Seconds by patients, a line a stage, on logarithmic axes."""
    rows = [
        {"patients": size, "stage": name, "seconds": max(seconds, 0.01)}
        for size, made in found.items()
        for name, (seconds, _) in made["stages"].items()
    ]
    both = {"scale": alt.Scale(type="log")}
    drawn = alt.Chart(alt.Data(values=rows)).mark_line(point=True).encode(
        x=alt.X("patients:Q", title="Patients", **both), y=alt.Y("seconds:Q", title="Seconds", **both),
        color=alt.Color("stage:N", title=None),
    )  # fmt: skip
    path.write_text(svg(themed(drawn.properties(width=520, height=340))), encoding="utf-8")


def main(sizes: list[int], picture: Path | None) -> None:
    found = {}
    with tempfile.TemporaryDirectory() as temporary:
        for size in sizes:
            found[size] = made = measured(Path(temporary), size)
            total = sum(seconds for seconds, _ in made["stages"].values())
            peak = max(memory for _, memory in made["stages"].values())
            print(f"{size:,} patients, {made['rows']:,} rows: {total:.1f} s, {peak:.1f} GB", flush=True)
            print(f"    (simulated in {made['simulated']:.1f} s; medians, days: {made['medians']})")
            for name, (seconds, memory) in made["stages"].items():
                print(f"    {name:20s}{seconds:9.2f} s{memory:8.2f} GB")
    if picture is not None:
        plot(found, picture)


if __name__ == "__main__":
    words = sys.argv[1:]
    picture = Path(words.pop(words.index("--plot") + 1)) if "--plot" in words else None
    main([int(word) for word in words if word != "--plot"] or SIZES, picture)
