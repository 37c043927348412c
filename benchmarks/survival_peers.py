"""Python's other survival packages on the same data, for survival.py: each task as a user would type it.

A package that cannot be imported is left out. A task is stopped at 20 s, and then not tried again in this
run, on the other kind of times or at a larger size.
"""

import importlib
import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

LIMIT = 20  # seconds of one run
LONG = 2  # seconds from which the first run is the only one
Run = Callable[[], object]
Tasks = dict[str, Run]


def lifelines_tasks(times: np.ndarray, events: np.ndarray, arm: np.ndarray, x: np.ndarray) -> Tasks:
    import pandas as pd
    from lifelines import CoxPHFitter, KaplanMeierFitter
    from lifelines.statistics import logrank_test

    frame = pd.DataFrame({"time": times, "event": events} | {f"x{k}": x[:, k] for k in range(x.shape[1])})
    return {
        "Kaplan-Meier": lambda: KaplanMeierFitter().fit(times, events).median_survival_time_,
        "log-rank": lambda: logrank_test(times[arm], times[~arm], events[arm], events[~arm]),
        "Cox": lambda: CoxPHFitter().fit(frame, "time", "event"),
    }


def statsmodels_tasks(times: np.ndarray, events: np.ndarray, arm: np.ndarray, x: np.ndarray) -> Tasks:
    from statsmodels.duration.hazard_regression import PHReg
    from statsmodels.duration.survfunc import SurvfuncRight, survdiff

    status = events.astype(int)
    return {
        "Kaplan-Meier": lambda: _median(SurvfuncRight(times, status)),
        "log-rank": lambda: survdiff(times, status, arm.astype(int)),
        "Cox": lambda: PHReg(times, x, status=status, ties="efron").fit().bse,
    }


def _median(curve: Any) -> tuple:
    return curve.quantile(0.5), curve.quantile_ci(0.5)


def sksurv_tasks(times: np.ndarray, events: np.ndarray, arm: np.ndarray, x: np.ndarray) -> Tasks:
    """No median with Kaplan-Meier and no standard errors with Cox: it has none."""
    from sksurv.compare import compare_survival
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.nonparametric import kaplan_meier_estimator
    from sksurv.util import Surv

    y = Surv.from_arrays(events, times)
    return {
        "Kaplan-Meier": lambda: kaplan_meier_estimator(events, times, conf_type="log-log"),
        "log-rank": lambda: compare_survival(y, arm),
        "Cox": lambda: CoxPHSurvivalAnalysis(ties="efron").fit(x, y),
    }


def greenwood_tasks(times: np.ndarray, events: np.ndarray, arm: np.ndarray, x: np.ndarray) -> Tasks:
    import pandas as pd
    from greenwood import CoxPH, FineGray, KaplanMeier, Surv, logrank_test

    y = Surv(times, event=events)
    states = Surv(times, event=pd.Categorical(events * (1 + arm), categories=[0, 1, 2]))
    return {
        "Kaplan-Meier": lambda: KaplanMeier().fit(y).quantile(0.5, ci=True),
        "log-rank": lambda: logrank_test(y, arm),
        "Cox": lambda: CoxPH().fit(y, x),
        "Fine-Gray, finegray": lambda: FineGray(cause=1).fit(states, x),
    }


PEERS = {
    "lifelines": lifelines_tasks,
    "statsmodels": statsmodels_tasks,
    "sksurv": sksurv_tasks,
    "greenwood": greenwood_tasks,
}


def installed() -> list[str]:
    """Names of the packages that can be imported."""
    found = []
    for name in PEERS:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        found.append(name)
    return found


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises TimeoutError inside the block after that long (between two calls of compiled code)."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def seconds_of(
    name: str, sizes: list[int], cohort: Callable[[int, str], np.ndarray], clock: Callable[..., float]
) -> dict[str, float]:
    """Seconds of one package by task, size and kind: infinite where stopped, NaN where it failed."""
    found: dict[str, float] = {}
    stopped = set()
    for n in sorted(sizes):
        for kind in ("days", "continuous"):
            data = cohort(n, kind)
            columns = data[:, 0].copy(), data[:, 1] == 1, data[:, 2] == 1, data[:, 3:].copy()
            for task, run in PEERS[name](*columns).items():
                if task in stopped:
                    continue
                try:
                    with at_most(LIMIT):
                        started = time.perf_counter()
                        run()
                        first = time.perf_counter() - started
                    found[f"{task} {kind} {n}"] = first if first > LONG else clock(run, warm=True)
                except TimeoutError:
                    found[f"{task} {kind} {n}"] = math.inf
                    stopped.add(task)
                except Exception as error:
                    print(f"{name}: {task} {kind} {n}: {type(error).__name__}: {str(error)[:80]}")
                    found[f"{task} {kind} {n}"] = math.nan
    return found
