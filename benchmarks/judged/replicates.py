"""Estimates of many replicates -> bias, and how often their limits hold the truth."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from headway.analyse.proportions import proportion

Estimate = tuple[float | None, float | None, float | None]  # value, lower, upper
Ask = Callable[[pl.DataFrame], dict[str, Estimate]]  # what one study says
NOTHING: Estimate = (None, None, None)
AIM = (0.93, 0.97)


@dataclass(frozen=True)
class Estimand:
    """What a quantity is an estimate of, and its true value."""

    quantity: str
    name: str
    true: float
    unit: Literal["ratio", "days", "probability"]


def parts(rows: pl.DataFrame, size: int) -> list[pl.DataFrame]:
    """The rows of each replicate of `size` patients: P001 to P100, P101 to P200, …"""
    number = pl.col("patient_id").str.slice(1).cast(pl.Int64) - 1
    numbered = rows.with_columns(replicate=number // size).sort("replicate", "patient_id")
    return numbered.partition_by("replicate", maintain_order=True)


def asked(of: list[pl.DataFrame], ask: Ask) -> pl.DataFrame:
    """What each replicate says: replicate, quantity, value, lower, upper (null: no such number)."""
    rows = [
        (number, quantity, *estimate)
        for number, part in enumerate(of)
        for quantity, estimate in ask(part).items()
    ]
    kinds = {"replicate": pl.Int64, "quantity": pl.String} | dict.fromkeys(
        ("value", "lower", "upper"), pl.Float64
    )
    return pl.DataFrame(rows, schema=kinds, orient="row")


def judged(estimates: pl.DataFrame, estimands: list[Estimand]) -> pl.DataFrame:
    """One row per estimand.

    Takes:  estimates as `asked` gives them; a limit that is not reached has no end on that side, and a
            replicate with neither value nor limits does not count for coverage (`unanswered`).
    Gives:  quantity, estimand, unit, true; mean (of a ratio geometric) of the values that are reached;
            bias = mean - true, of a ratio mean / true - 1, and its standard error, which the number of
            replicates makes; covered, the share of limits that hold the truth, with exact limits low and
            high; n replicates with an answer, unanswered.

    >>> said = pl.DataFrame({"replicate": [0, 1], "quantity": ["ORR"] * 2, "value": [0.4, 0.6],
    ...                      "lower": [0.2, 0.55], "upper": [0.5, 0.8]})
    >>> judged(said, [Estimand("ORR", "true", 0.5, "probability")]).select("bias", "covered").row(0)
    (0.0, 0.5)
    """
    return pl.DataFrame([_judged(estimates.filter(quantity=one.quantity), one) for one in estimands])


def _judged(said: pl.DataFrame, of: Estimand) -> dict:
    known = said.filter(pl.any_horizontal(pl.col("value", "lower", "upper").is_not_null()))
    holds = (known["lower"].fill_null(float("-inf")) <= of.true) & (
        known["upper"].fill_null(float("inf")) >= of.true
    )
    covered, low, high = proportion(int(holds.sum()), known.height) if known.height else (None, None, None)
    mean, bias, error = _apart(known["value"].drop_nulls().to_numpy(), of)
    return {
        "quantity": of.quantity, "estimand": of.name, "unit": of.unit, "true": of.true, "mean": mean,
        "bias": bias, "error": error, "covered": covered, "low": low, "high": high, "n": known.height,
        "unanswered": said.height - known.height,
    }  # fmt: skip


def _apart(values: np.ndarray, of: Estimand) -> tuple[float | None, float | None, float | None]:
    """Mean, bias and the standard error of the bias."""
    if len(values) < 2:
        return None, None, None
    ratio = of.unit == "ratio"
    own = np.log(values) if ratio else values
    mean = float(np.exp(own.mean()) if ratio else own.mean())
    bias = mean / of.true - 1 if ratio else mean - of.true
    error = float(own.std(ddof=1)) / len(own) ** 0.5
    return mean, bias, error * mean / of.true if ratio else error
