"""One row of the results table."""

from typing import Any


def result(
    where: dict[str, str],
    statistic: str,
    value: float | None,
    *,
    n: int,
    method: str,
    patients: list[str],
    unit: str | None = None,
    at: float | None = None,
    lower: float | None = None,
    upper: float | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    """A row in the schema Results; `where` holds analysis, population and group."""
    return {
        **where,
        "statistic": statistic,
        "at": at,
        "value": value,
        "lower": lower,
        "upper": upper,
        "unit": unit,
        "n": n,
        "method": method,
        "note": note,
        "patients": patients,
    }
