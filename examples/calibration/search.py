"""Searching for the free numbers of a scenario."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

from calibration.template import Template

Loss = Callable[[Template], float]


def search(
    template: Template, loss: Loss, evaluations: int, width: float, seed: int = 1
) -> tuple[Template, float]:
    """Random steps from the best so far, within the limits; the steps become smaller."""
    limits, rng = template.limits, np.random.default_rng(seed)
    best, least = _unit(template), loss(template)
    for step in range(evaluations):
        far = rng.normal(0, width * 0.99**step, len(best)) * (rng.uniform(size=len(best)) < 0.4)
        moved = np.clip(best + far, 0, 1)
        found = loss(template.with_values(_inside(limits, moved)))
        if found < least:
            best, least = moved, found
            print(f"search {step}: {least:.2f}", flush=True)
    return template.with_values(_inside(limits, best)), least


def simplex(template: Template, loss: Loss, evaluations: int) -> tuple[Template, float]:
    """Nelder and Mead's simplex around where the search ended."""
    limits, best = template.limits, _unit(template)
    corners = np.vstack([best, *(np.clip(best + 0.05 * one, 0, 1) for one in np.eye(len(best)))])
    options = {"maxfev": evaluations, "initial_simplex": corners, "xatol": 1e-3, "fatol": 1e-2}
    found = minimize(
        lambda unit: loss(template.with_values(_inside(limits, unit))),
        best,
        method="Nelder-Mead",
        options=options,
    )
    return template.with_values(_inside(limits, found.x)), float(found.fun)


def _unit(template: Template) -> np.ndarray:
    """The free numbers as parts of the way from their lower to their upper limit."""
    limits = template.limits
    return (template.values - limits[:, 0]) / (limits[:, 1] - limits[:, 0])


def _inside(limits: np.ndarray, unit: np.ndarray) -> np.ndarray:
    return limits[:, 0] + np.clip(unit, 0, 1) * (limits[:, 1] - limits[:, 0])
