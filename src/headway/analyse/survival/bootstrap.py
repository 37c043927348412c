"""Bootstrap limits of a median or another quantile; "not reached" is a value and is never dropped.

Source: Efron 1981; percentile limits. A resample whose curve does not come down to the level counts as
infinite: leaving it out would pull the upper limit down.
"""

import numpy as np
import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.groups import by_group, curve_of, results
from headway.analyse.survival.kaplan_meier import quantile
from headway.analyse.survival.sample import DAYS, AnalysisError, Outcome, Sample


def bootstrap_quantile(
    frame: pl.DataFrame,
    *,
    p: float = 0.5,
    by: str | None = None,
    outcome: Outcome = DAYS,
    resamples: int = 2000,
    seed: int = 1,
    level: float = 0.95,
) -> pl.DataFrame:
    """The time by which a share p has failed (the median unless told), with bootstrap limits, per group.

    Takes:  right-censored rows, one per patient.
    Gives:  results; the note says in how many resamples it was not reached.

    >>> frame = pl.DataFrame({"days": range(1, 41), "event": [1] * 40})
    >>> bootstrap_quantile(frame).select("value", "note").row(0)
    (20.5, None)
    """
    if outcome.start or outcome.weight:
        raise AnalysisError("outcome: the bootstrap takes right-censored rows without weights.")
    groups, made = by_group(frame, by, outcome)
    rows = [_quantile(outcome, name, part, p, resamples, seed, level) for name, part in groups.items()]
    return results(made + rows)


def _quantile(
    outcome: Outcome, name: str, rows: Sample, p: float, resamples: int, seed: int, level: float
) -> dict:
    # numba takes half a second to import, which only a bootstrap should pay.
    from headway.analyse.survival.batch import resampled_quantiles

    if rows.patients and len(rows.patients) < len(rows.stop):
        raise AnalysisError(f"{outcome.patient}: one row per patient is expected.")
    drawn = resampled_quantiles(rows.stop, rows.event, resamples, seed, p)
    # Order statistics, not interpolated: half-way to infinity is nowhere.
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
    value = quantile(curve_of(rows), p).value
    statistic = "median" if p == 0.5 else f"{p:.0%} quantile"
    method = f"Kaplan-Meier, {level:.0%} bootstrap percentile limits, {resamples} resamples, seed {seed}"
    return result(outcome.where(name), statistic, value, lower=_reached(low), upper=_reached(high),
                  n=rows.n, method=method, unit=outcome.time, note=_note(value, drawn),
                  patients=rows.patients)  # fmt: skip


def _reached(value: float) -> float | None:
    return None if np.isinf(value) else float(value)


def _note(value: float | None, drawn: np.ndarray) -> str | None:
    absent = int(np.isinf(drawn).sum())
    said = [] if value is not None else ["not reached"]
    said += [f"not reached in {absent} of {len(drawn)} resamples"] if absent else []
    return "; ".join(said) or None
