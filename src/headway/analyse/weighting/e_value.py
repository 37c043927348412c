"""How strong an unmeasured confounder would have to be: VanderWeele and Ding, Ann Intern Med 2017."""

import math

from headway.analyse.survival.sample import AnalysisError


def e_value(
    ratio: float, limit: float | None = None, *, common_outcome: bool = True
) -> tuple[float, float | None]:
    """E-values of a hazard ratio and of its limit that lies nearer to 1 (1 if the limits hold 1).

    Takes:  the ratio; the nearer limit; whether more than about 15 % have the event (else a hazard ratio is
            a risk ratio, as are risk ratios themselves).

    >>> [round(value, 2) for value in e_value(3.9, 1.8, common_outcome=False)]
    [7.26, 3.0]
    """
    for name, value in (("ratio", ratio), ("limit", limit)):
        if value is not None and not 0 < value < math.inf:
            raise AnalysisError(f"{name}: a number above 0 is expected; found {value:g}.")
    of_ratio = _of_risk(_risk_ratio(ratio, common_outcome))
    if limit is None:
        return of_ratio, None
    beyond = (limit - 1) * (ratio - 1) <= 0
    return of_ratio, 1.0 if beyond else _of_risk(_risk_ratio(limit, common_outcome))


def _risk_ratio(hazard_ratio: float, common: bool) -> float:
    if not common:
        return hazard_ratio
    return (1 - 0.5 ** math.sqrt(hazard_ratio)) / (1 - 0.5 ** math.sqrt(1 / hazard_ratio))


def _of_risk(ratio: float) -> float:
    away = max(ratio, 1 / ratio)
    return away + math.sqrt(away * (away - 1))
