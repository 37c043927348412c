"""How long survival statistics take, beside R, Python's other packages and one numpy sort, in the same run.

    python benchmarks/survival.py [n ...]           100 10000 1000000 unless told

The others are optional: R with survival, cmprsk and jsonlite if Rscript is there, and what can be imported
of `pip install lifelines statsmodels scikit-survival greenwood` (survival_peers.py). The table gives our
seconds and each peer's seconds divided by ours: above 1, ours is faster. Each does what a user would type
(R: survfit with its limits and median, survdiff, coxph, which also computes concordance and residuals);
ours: the public functions, Kaplan-Meier and log-rank on arrays as the peers take them, the log-rank once
more from a frame to a table of results. Python's peers give the limits of the median where they have them.
Times on whole days have ties, continuous ones have none. The least of several measurements after a first
run, as what else the machine does only adds; what takes over a second (R) or two (Python) is run once or
a few times. What numba compiles on the first call of a fresh machine is timed apart; afterwards it is read
from its cache. Fine-Gray is beside crr up to n = 10,000 (crr is quadratic) and, as survival::finegray has
it, beside greenwood.
"""

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import survival_peers as peers

from headway.analyse.competing.censoring import Convention
from headway.analyse.survival.kaplan_meier import kaplan_meier, quantile
from headway.analyse.survival.sample import Outcome

CONVENTIONS: dict[str, Convention] = {"Fine-Gray": "cmprsk", "Fine-Gray, finegray": "survival"}
COVARIATES = [f"x{k}" for k in range(1, 6)]
R_SCRIPT = """
suppressMessages({library(survival); library(cmprsk)}); library(jsonlite)
args <- commandArgs(TRUE); folder <- args[1]; sizes <- as.integer(args[-1])
clock <- function(f) { f(); second <- system.time(f())[[3]]; if (second > 1) return(second)
  min(sapply(seq_len(15), function(i) { t <- proc.time()[3]; k <- 0
    repeat { f(); k <- k + 1; if (proc.time()[3] - t > .1) break }; (proc.time()[3] - t) / k })) }
out <- list()
for (n in sizes) for (kind in c("days", "continuous")) {
  m <- matrix(readBin(file.path(folder, paste0(kind, n)), "double", 8 * n), n)
  d <- data.frame(time = m[, 1], event = m[, 2], arm = m[, 3], m[, 4:8]); names(d)[4:8] <- paste0("x", 1:5)
  key <- paste(kind, n)
  out[[paste("Kaplan-Meier", key)]] <- clock(function() quantile(survfit(Surv(time, event) ~ 1, d), .5))
  out[[paste("log-rank", key)]] <- clock(function() survdiff(Surv(time, event) ~ arm, d))
  out[[paste("Cox", key)]] <- clock(function() coxph(Surv(time, event) ~ x1 + x2 + x3 + x4 + x5, d))
  if (n == 100 && kind == "days") {
    out[["2,000 bootstrap medians"]] <- 10 * clock(function() for (i in 1:200) {
      b <- d[sample(n, n, TRUE), ]; quantile(survfit(Surv(time, event) ~ 1, b), .5, conf.int = FALSE) })
    y <- with(d, Surv(time, event))
    out[["10,000 log-rank tests"]] <- 50 * clock(function() for (i in 1:200) survdiff(y ~ arm, d))
    out[["10,000 Cox fits"]] <- 50 * clock(function() for (i in 1:200) coxph(y ~ arm, d))
  }
}
for (n in sizes[sizes <= 10000]) for (kind in c("days", "continuous")) {
  m <- matrix(readBin(file.path(folder, paste0(kind, n)), "double", 8 * n), n)
  out[[paste("Fine-Gray", kind, n)]] <- clock(function() crr(m[, 1], m[, 2] * (1 + m[, 3]), m[, 4:8]))
}
cat(toJSON(out, digits = NA, auto_unbox = TRUE))
"""


def cohort(n: int, kind: str) -> np.ndarray:
    """time, event, arm and five covariates; hazards that depend on the covariates, a third censored."""
    random = np.random.default_rng(n)
    x = random.normal(size=(n, 5))
    failing = random.exponential(400, n) * np.exp(-x @ [0.5, -0.3, 0.2, 0.0, 0.1])
    leaving = random.exponential(800, n)
    times = np.minimum(failing, leaving)
    times = np.ceil(times) if kind == "days" else times
    return np.column_stack([times, failing <= leaving, random.random(n) < 0.5, x])


def clock(run: Callable[[], object], warm: bool = False) -> float:
    """The least seconds of up to 25 measurements, after a first run; short runs are repeated for 20 ms."""
    if not warm:
        run()
    found = []
    for _ in range(25):
        started, repeats = time.perf_counter(), 0
        while repeats == 0 or time.perf_counter() - started < 0.02:
            run()
            repeats += 1
        found.append((time.perf_counter() - started) / repeats)
        if sum(found) > 5:
            break
    return min(found)


def ours(sizes: list[int], folder: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds of ours, and of one numpy sort, by task."""
    from headway.analyse.survival.cox.model import cox
    from headway.analyse.survival.log_rank import compare, log_rank

    made, sorts = {}, {}
    for n in sizes:
        for kind in ("days", "continuous"):
            data = cohort(n, kind)
            data.T.tofile(folder / f"{kind}{n}")
            frame = pl.DataFrame(data, schema=["time", "event", "arm", *COVARIATES])
            times, events, arm = data[:, 0].copy(), data[:, 1] == 1, data[:, 2].astype(np.int64)
            outcome, key = Outcome("time", "event"), f"{kind} {n}"
            tasks = {
                "Kaplan-Meier": lambda t=times, e=events: quantile(kaplan_meier(t, e), 0.5),
                "log-rank": lambda t=times, e=events, a=arm: compare(t, e, a),
                "log-rank, frame": lambda f=frame, o=outcome: log_rank(f, "arm", outcome=o),
                "Cox": lambda f=frame, o=outcome: cox(f, COVARIATES, outcome=o),
            }
            for name, run in tasks.items():
                made[f"{name} {key}"] = clock(run)
                sorts[f"{name} {key}"] = clock(lambda t=times: np.sort(t))
    return made, sorts


def fine_gray(sizes: list[int]) -> dict[str, float]:
    """Seconds of Fine-Gray by the conventions of R's two packages; half of the failures are of cause 2."""
    from headway.analyse.competing.outcomes import subdistribution_hazard_ratios

    made = {}
    for n in sizes:
        for kind in ("days", "continuous"):
            frame = pl.DataFrame(cohort(n, kind), schema=["time", "event", "arm", *COVARIATES]).with_columns(
                state=(pl.col("event") * (1 + pl.col("arm"))).cast(int)
            )
            for task, convention in CONVENTIONS.items():
                made[f"{task} {kind} {n}"] = clock(
                    lambda f=frame, c=convention: subdistribution_hazard_ratios(
                        f, COVARIATES, outcome=Outcome("time", "state"), convention=c
                    )
                )
    return made


def batches() -> dict[str, float]:
    """Seconds of 2,000 medians, 10,000 log-ranks and 10,000 one-covariate Cox fits at n = 100, whole days."""
    from headway.analyse.survival.batch import cox_fits, log_rank_statistics, resampled_quantiles

    sets = np.stack([cohort(100, "days")] * 10_000)
    times, events, arm = sets[:, :, 0], sets[:, :, 1] == 1, sets[:, :, 2]
    return {
        "2,000 bootstrap medians": clock(lambda: resampled_quantiles(times[0], events[0], 2000, seed=1)),
        "10,000 log-rank tests": clock(lambda: log_rank_statistics(times, events, arm == 1)),
        "10,000 Cox fits": clock(lambda: cox_fits(times, events, arm)),
    }


def r_seconds(sizes: list[int], folder: Path) -> dict[str, float]:
    """Seconds of R by task; nothing without R."""
    if shutil.which("Rscript") is None:
        return {}
    script = folder / "bench.R"
    script.write_text(R_SCRIPT)
    command = ["Rscript", str(script), str(folder), *map(str, sizes)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def first_call() -> float:
    """Seconds of the first Cox fit of a process whose numba cache is empty."""
    with tempfile.TemporaryDirectory() as cache:
        code = (
            "import time, polars as pl; from headway.analyse.survival.cox.model import cox;"
            "s = time.perf_counter();"
            "cox(pl.DataFrame({'days': [1, 2, 3, 4], 'event': [1] * 4, 'x': [1, 0, 1, 0]}), ['x']);"
            "print(time.perf_counter() - s)"
        )
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True,
                              env={"NUMBA_CACHE_DIR": cache, "PATH": "/usr/bin:/bin"})  # fmt: skip
    return float(done.stdout)


def ratio(peer: float | None, own: float) -> str:
    """How many times as long as ours; a lower bound where the peer was stopped."""
    if peer is None:
        return "-"
    if math.isnan(peer):
        return "failed"
    return f">{peers.LIMIT / own:.1f}" if math.isinf(peer) else f"{peer / own:.2f}"


def main() -> None:
    sizes = [int(n) for n in sys.argv[1:]] or [100, 10_000, 1_000_000]
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made, sorts = ours(sizes, folder)
        made |= fine_gray(sizes)
        others = {"R": r_seconds(sizes, folder)}
    made |= batches()
    for package in peers.installed():
        others[package] = peers.seconds_of(package, sizes, cohort, clock)
    print(f"{'task':38} {'ours, s':>10}" + "".join(f"{name:>12}" for name in others) + f"{'np.sort':>9}")
    slower = []
    for task, seconds in made.items():
        theirs = {name: found.get(task.replace(", frame", "")) for name, found in others.items()}
        cells = {name: ratio(found, seconds) for name, found in theirs.items()}
        floor = f"{sorts[task] / seconds:9.3f}" if task in sorts else f"{'-':>9}"
        print(f"{task:38} {seconds:10.5f}" + "".join(f"{cell:>12}" for cell in cells.values()) + floor)
        slower += [f"{task} ({name})" for name, found in theirs.items() if (found or 1e9) < seconds]
    print("Columns after ours: seconds divided by ours; -: not measured.")
    print("Ours slower: " + ("; ".join(slower) or "nowhere"))
    print(f"First Cox fit with nothing compiled: {first_call():.1f} s, once per machine")
    print(f"Load of {os.cpu_count()} processors: {load:.1f} before, {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main()
