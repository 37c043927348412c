"""Which line a day belongs to (R4.12)."""

import polars as pl


def with_line(rows: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with the line that is active on their day, for scans, responses and progressions.

    Takes:  rows with patient_id and day; `Lines`.
    Gives:  the rows with a day after the start of a line, plus line; up to the start of the next line they
            belong to the earlier one.
    Source: R4.12.

    >>> scans = pl.LazyFrame({"patient_id": ["P1"] * 3, "day": [0, 56, 60]})
    >>> lines = pl.LazyFrame({"patient_id": ["P1"] * 2, "line": [1, 2], "start_day": [0, 56]})
    >>> with_line(scans, lines).collect().select("day", "line").rows()
    [(56, 1), (60, 2)]
    """
    starts = lines.select("patient_id", "line", day="start_day").sort("day")
    return (
        rows.filter(pl.col("day").is_not_null())
        .sort("day", maintain_order=True)
        .join_asof(
            starts, on="day", by="patient_id", strategy="backward", allow_exact_matches=False,
            check_sortedness=False,
        )
        .filter(pl.col("line").is_not_null())
    )  # fmt: skip
