"""The risk-set table of right-censored times: who is at risk, who fails, who is censored, when."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TOLERANCE = float(np.sqrt(np.finfo(float).eps))  # as R's survival: times closer than this are one time


@dataclass(frozen=True)
class RiskSet:
    """One row per distinct time, ascending."""

    times: Floats
    at_risk: Floats  # just before the time
    events: Floats
    censored: Floats


def risk_set(times: Floats, events: NDArray[np.bool_]) -> RiskSet:
    """Count failures, censorings and those at risk at each distinct time.

    Events come before censorings at the same time (R9.1). Times that differ only by floating-point
    error are one time (0.1 + 0.2 and 0.3), as R's timefix does.

    >>> table = risk_set(np.array([3.0, 1.0, 3.0]), np.array([True, False, False]))
    >>> table.times.tolist(), table.at_risk.tolist(), table.events.tolist(), table.censored.tolist()
    ([1.0, 3.0], [3.0, 2.0], [0.0, 1.0], [1.0, 1.0])
    """
    distinct, index = _merged(times)
    failures = np.bincount(index[events], minlength=len(distinct)).astype(np.float64)
    leaving = np.bincount(index, minlength=len(distinct)).astype(np.float64)
    at_risk = np.cumsum(leaving[::-1])[::-1].astype(np.float64)
    return RiskSet(distinct, at_risk, failures, leaving - failures)


def _merged(times: Floats) -> tuple[Floats, NDArray[np.intp]]:
    distinct, index = np.unique(times, return_inverse=True)
    if len(distinct) < 2:
        return distinct, index
    gaps = np.diff(distinct)
    same = (gaps <= TOLERANCE) | (gaps / np.abs(distinct).mean() <= TOLERANCE)
    first = np.concatenate([[True], ~same])
    return distinct[first], (np.cumsum(first) - 1)[index]
