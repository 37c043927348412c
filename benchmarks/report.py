"""`headway run` on TCGA-HNSC as a whole process, beside an R script that makes a small part of it.

Run: python benchmarks/report.py [patients]. The R script (survival, survminer: Debian packages) reads the
same times, draws one Kaplan-Meier curve with a table of those at risk, and fits one Cox model. Cold is the
first run, after which numba's compiled code is kept. Then a synthetic record of 5,000 patients, from record
to report. Each measurement is a process of its own; the quickest of three counts, but for cold.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEADWAY = Path(sys.executable).parent / "headway"
STUDY = ROOT / "examples" / "tcga-hnsc" / "study.toml"
SCENARIO = ROOT / "tests" / "simulate" / "trial.toml"
PATIENTS, RUNS = 5_000, 3
R_SCRIPT = """
suppressPackageStartupMessages({library(survival); library(survminer)})
d <- read.csv(commandArgs(TRUE)[1])
d <- d[d$endpoint == "OS" & !is.na(d$days), ]
d$event <- d$event == "true"
fit <- survfit(Surv(days, event) ~ 1, data = d, conf.type = "log-log")
png(commandArgs(TRUE)[2], width = 1400, height = 1100, res = 150)
print(ggsurvplot(fit, data = d, risk.table = TRUE, conf.int = TRUE))
invisible(dev.off())
p <- read.csv(commandArgs(TRUE)[3])
m <- merge(d, p, by = "patient_id")
print(summary(coxph(Surv(days, event) ~ age_years + sex, data = m)))
"""
BIG_STUDY = """
title = "A synthetic record"
record = "record"
synthetic = true
[criteria]
evaluator = "investigator"
[[report.response]]
since = "enrolment"
[[report.survival]]
endpoint = "OS"
since = "enrolment"
[[report.survival]]
endpoint = "PFS"
since = "enrolment"
[[report.comparison]]
endpoint = "PFS"
since = "enrolment"
by = "hpv"
adjust = ["age_years", "ecog"]
"""


def seconds(*command: str | Path, env: dict[str, str] | None = None) -> float:
    """One process, from start to end."""
    start = time.perf_counter()
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=env)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    return time.perf_counter() - start


def quickest(*command: str | Path) -> float:
    return min(seconds(*command) for _ in range(RUNS))


def tcga(folder: Path) -> None:
    """Cold, warm, and beside R."""
    out = folder / "out"
    cold_cache = {**os.environ, "NUMBA_CACHE_DIR": str(folder / "numba")}
    cold = seconds(HEADWAY, "run", STUDY, "--out", out, "--quiet", env=cold_cache)
    warm = quickest(HEADWAY, "run", STUDY, "--out", out, "--quiet")
    print(f"headway run, TCGA-HNSC, whole report: cold {cold:.1f} s, warm {warm:.1f} s")
    if shutil.which("Rscript") is None:
        print("R is not installed: no peer")
        return
    patients = folder / "patients.csv"
    code = (
        "from headway.ingest.recognise import read_record; import sys, pathlib; "
        "read_record(pathlib.Path(sys.argv[1])).tables['patients']"
        ".select('patient_id', 'age_years', 'sex').write_csv(sys.argv[2])"
    )
    seconds(sys.executable, "-c", code, STUDY.parent / "source", patients)
    (folder / "peer.R").write_text(R_SCRIPT, encoding="utf-8")
    times = out / "times_to_event.csv"
    peer = quickest("Rscript", folder / "peer.R", times, folder / "km.png", patients)
    print(f"R, one curve with risk table and one Cox model of the finished times: {peer:.1f} s")
    print(f"headway (warm) takes {warm / peer:.2f} times as long as R takes for that part")


def big(folder: Path, patients: int) -> None:
    """From a record of many patients to the report."""
    record = folder / "record"
    seconds(HEADWAY, "simulate", SCENARIO, "--out", record, "--patients", str(patients), "--quiet")
    (folder / "study.toml").write_text(BIG_STUDY, encoding="utf-8")
    taken = seconds(HEADWAY, "run", folder / "study.toml", "--out", folder / "big", "--quiet")
    size = (folder / "big" / "report.html").stat().st_size / 1e6
    said = f"headway run, synthetic record of {patients:,} patients: {taken:.1f} s (aim: 30 s)"
    print(f"{said}; page {size:.1f} MB")


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else PATIENTS
    with tempfile.TemporaryDirectory() as temporary:
        tcga(Path(temporary))
        big(Path(temporary), asked)
