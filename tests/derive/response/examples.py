"""Reads the pipe tables of the tests: one lesion a line, one scan a column.

    lesion | role        | 0  | 56                  | 112
    T1     | target      | 40 | 28                  | -
    N1     | target node | 20 | 14                  | 11
    L1     | non-target  |    | present             | unequivocal progression
    X1     | new         |    |                     | 12 equivocal
    response             |    | PR                  | PD

A column is a day. An empty cell has no row; "-" is a lesion that was not evaluable.
"""

from dataclasses import dataclass

import polars as pl

from headway.record.tables.disease import STATUSES

LESIONS = {
    "patient_id": pl.String,
    "lesion_id": pl.String,
    "role": pl.String,
    "lymph_node": pl.Boolean,
    "evaluator": pl.String,
}
MEASUREMENTS = {
    "patient_id": pl.String, "lesion_id": pl.String, "day": pl.Int32, "evaluator": pl.String,
    "diameter_mm": pl.Float64, "status": pl.String,
}  # fmt: skip
ASSESSMENTS = {
    "patient_id": pl.String, "day": pl.Int32, "evaluator": pl.String, "done": pl.Boolean,
    "reported_response": pl.String,
}  # fmt: skip
START = {"patient_id": pl.String, "start_day": pl.Int32}
RESPONSES = {"patient_id": pl.String, "evaluator": pl.String, "day": pl.Int32, "response": pl.String}


@dataclass(frozen=True)
class Example:
    """The tables of one patient or several, and what is expected of them by name of the line."""

    lesions: pl.LazyFrame
    measurements: pl.LazyFrame
    assessments: pl.LazyFrame
    start: pl.LazyFrame
    expected: dict[str, dict[int, str]]

    @property
    def tables(self) -> tuple[pl.LazyFrame, pl.LazyFrame, pl.LazyFrame, pl.LazyFrame]:
        return self.lesions, self.measurements, self.assessments, self.start


def example(
    text: str, *, patient: str = "P1", reader: str | None = "investigator", start_day: int | None = 0
) -> Example:
    """The tables written as text."""
    head, *lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    days = [int(day) for day in head[2:]]
    lesions, measurements, expected = [], [], {}
    for name, *cells in lines:
        if len(cells) == len(days):
            expected[name] = {day: cell for day, cell in zip(days, cells, strict=True) if cell}
            continue
        role, *seen = cells
        lesions.append((patient, name, role.removesuffix(" node"), role.endswith(" node"), None))
        measurements += [
            (patient, name, day, reader, *_size_and_status(cell))
            for day, cell in zip(days, seen, strict=True)
            if cell
        ]
    return Example(
        pl.LazyFrame(lesions, LESIONS, orient="row"),
        pl.LazyFrame(measurements, MEASUREMENTS, orient="row"),
        pl.LazyFrame(schema=ASSESSMENTS),
        pl.LazyFrame([(patient, start_day)], START, orient="row"),
        expected,
    )


def _size_and_status(cell: str) -> tuple[float | None, str | None]:
    if cell == "-":
        return None, "not evaluable"
    number, _, words = cell.partition(" ")
    if cell in STATUSES:
        return None, cell
    return float(number), words or None


def together(*examples: Example) -> Example:
    """Several patients in one set of tables."""
    tables = zip(*(one.tables for one in examples), strict=True)
    return Example(*(pl.concat(parts) for parts in tables), expected={})


def sequence(text: str, *, patient: str = "P1", reader: str | None = "investigator") -> pl.LazyFrame:
    """Responses written as "PR 56, NE 84, PR 112"."""
    seen = [item.split() for item in text.split(",")] if text else []
    rows = [(patient, reader, int(day), name.replace("NN", "NON-CR/NON-PD")) for name, day in seen]
    return pl.LazyFrame(rows, RESPONSES, orient="row")


def starting(day: int | None = 0, patient: str = "P1") -> pl.LazyFrame:
    return pl.LazyFrame([(patient, day)], START, orient="row")


def by_day(table: pl.LazyFrame, column: str = "response") -> dict[int, str]:
    """What a derivation says, by day."""
    return dict(table.select("day", column).collect().iter_rows())
