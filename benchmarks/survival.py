"""How long survival statistics take, beside R (if Rscript is there) and one numpy sort, in the same run.

    python benchmarks/survival.py [n ...]           100 10000 1000000 unless told

Ratios are times divided by R's, below 1: faster than R. R does what a user would type (survfit with its
limits and median, survdiff, coxph, which also computes concordance and residuals); ours likewise: the
public functions on a frame. Times on whole days have ties, continuous ones have none. What numba
compiles on the first call of a fresh machine is timed apart; afterwards it is read from its cache.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from headway.analyse.survival.kaplan_meier import kaplan_meier, quantile
from headway.analyse.survival.sample import Outcome

COVARIATES = [f"x{k}" for k in range(1, 6)]
R_SCRIPT = """
suppressMessages(library(survival)); library(jsonlite)
args <- commandArgs(TRUE); folder <- args[1]; sizes <- as.integer(args[-1])
clock <- function(f) { f(); runs <- if (system.time(f())[3] > 1) 1 else 5
  median(sapply(seq_len(runs), function(i) { t <- proc.time()[3]; k <- 0
    repeat { f(); k <- k + 1; if (proc.time()[3] - t > .2) break }; (proc.time()[3] - t) / k })) }
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


def clock(run: Callable[[], object]) -> float:
    """Median seconds of up to five measurements, after a first run; short runs are repeated for 0.1 s."""
    run()
    found = []
    for _ in range(5):
        started, repeats = time.perf_counter(), 0
        while repeats == 0 or time.perf_counter() - started < 0.1:
            run()
            repeats += 1
        found.append((time.perf_counter() - started) / repeats)
        if sum(found) > 5:
            break
    return float(np.median(found))


def ours(sizes: list[int], folder: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds of ours, and of one numpy sort, by task."""
    from headway.analyse.survival.cox.model import cox
    from headway.analyse.survival.log_rank import log_rank

    made, sorts = {}, {}
    for n in sizes:
        for kind in ("days", "continuous"):
            data = cohort(n, kind)
            data.T.tofile(folder / f"{kind}{n}")
            frame = pl.DataFrame(data, schema=["time", "event", "arm", *COVARIATES])
            times, events = data[:, 0].copy(), data[:, 1] == 1
            outcome, key = Outcome("time", "event"), f"{kind} {n}"
            tasks = {
                "Kaplan-Meier": lambda t=times, e=events: quantile(kaplan_meier(t, e), 0.5),
                "log-rank": lambda f=frame, o=outcome: log_rank(f, "arm", outcome=o),
                "Cox": lambda f=frame, o=outcome: cox(f, COVARIATES, outcome=o),
            }
            for name, run in tasks.items():
                made[f"{name} {key}"] = clock(run)
                sorts[f"{name} {key}"] = clock(lambda t=times: np.sort(t))
    return made, sorts


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


def main() -> None:
    sizes = [int(n) for n in sys.argv[1:]] or [100, 10_000, 1_000_000]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made, sorts = ours(sizes, folder)
        peer = r_seconds(sizes, folder)
    made |= batches()
    print(f"{'task':38} {'ours, s':>11} {'R, s':>11} {'ours / R':>9} {'R / ours':>9} {'ours / np.sort':>15}")
    for task, seconds in made.items():
        r = peer.get(task)
        beside = f"{r:11.5f} {seconds / r:9.4f} {r / seconds:9.1f}" if r else f"{'-':>11} {'-':>9} {'-':>9}"
        floor = f"{seconds / sorts[task]:15.1f}" if task in sorts else f"{'-':>15}"
        print(f"{task:38} {seconds:11.5f} {beside} {floor}")
    print(f"first Cox fit with nothing compiled: {first_call():.1f} s, once per machine")


if __name__ == "__main__":
    main()
