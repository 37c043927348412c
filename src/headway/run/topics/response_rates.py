"""Shares of best responses, each with its exact limits, and against a historical rate (R1.40, R1.41)."""

from collections.abc import Callable

import polars as pl

from headway.analyse.proportions import proportion
from headway.analyse.proportions.historical import above, unlike
from headway.analyse.proportions.two_groups import Test
from headway.analyse.rows import result

BEST_RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")
KINDS = {"best response": "", "confirmed best response": "confirmed_"}
RATES = {"objective response": "objective_response", "disease control": "disease_control"}


def rates(rows: pl.DataFrame, population: str, names: dict[str, str]) -> list[dict]:
    """The share of each best response, of responders and of disease control, by kind.

    Takes:  best responses with their outcomes; the name of the analysis of each kind.
    """
    made = []
    for kind, prefix in KINDS.items():
        best = pl.col(f"{prefix}best_response")
        made += [share(rows, population, names[kind], r, best == r) for r in BEST_RESPONSES]
        made += [
            share(rows, population, names[kind], rate, pl.col(f"{prefix}{column}"))
            for rate, column in RATES.items()
        ]
    return made


def share(rows: pl.DataFrame, population: str, analysis: str, group: str, which: pl.Expr) -> dict:
    """One share with exact limits; `at` holds how many they are."""
    ids = rows.filter(which)["patient_id"].sort().to_list()
    where = {"analysis": analysis, "population": population, "group": group}
    if rows.is_empty():
        return result(where, "rate", None, n=0, method="Clopper-Pearson", note="no patient", patients=ids)
    value, lower, upper = proportion(len(ids), rows.height)
    return result(
        where, "rate", value, lower=lower, upper=upper, at=float(len(ids)), n=rows.height,
        method="Clopper-Pearson, 95% limits", unit="probability", patients=ids,
    )  # fmt: skip


def against(made: list[dict], historical: float) -> list[dict]:
    """Exact tests of every rate of objective response against the historical one; `at` is that rate."""
    observed = [row for row in made if row["group"] == "objective response" and row["value"] is not None]
    return [_test(row, test, historical) for row in observed for test in (above, unlike)]


def _test(row: dict, test: Callable[[int, int, float], Test], historical: float) -> dict:
    found = test(int(row["at"]), row["n"], historical)
    where = {key: row[key] for key in ("analysis", "population", "group")}
    return result(where, "p-value", found.p, at=historical, n=row["n"], method=found.method,
                  unit="probability", patients=row["patients"])  # fmt: skip
