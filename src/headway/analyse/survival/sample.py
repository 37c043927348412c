"""A frame and the names of its columns -> the arrays that survival statistics are computed from.

Nothing wrong passes silently: rows without a value are set aside and counted, impossible values are
an error that names the column, the number of rows and what is expected.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from headway.analyse.survival.ascending import Codes, Floats
from headway.analyse.survival.risk_set import merge_intervals, merge_times
from headway.errors import HeadwayError

Flags = NDArray[np.bool_]
FEW_GROUPS = 4


class AnalysisError(HeadwayError):
    """The data or an argument cannot be analysed; the message says which and what is expected."""


@dataclass(frozen=True)
class Outcome:
    """Which columns hold a time to event, and how its results are labelled.

    `start` makes the rows (start, time]: left truncation, or covariates that change with time. A row
    is at risk after `start` and up to and including `time`. `strata` are never compared with each
    other. Rows of one `cluster` (without it: of one patient) are not independent for robust errors.
    """

    time: str = "days"
    event: str = "event"
    start: str | None = None
    weight: str | None = None
    strata: tuple[str, ...] = ()
    cluster: str | None = None
    patient: str = "patient_id"
    analysis: str = "survival"
    population: str = "all patients"

    def __post_init__(self) -> None:
        if isinstance(self.strata, str):
            raise AnalysisError(f"strata: a tuple of columns is expected, as ({self.strata!r},).")

    def columns(self) -> list[str]:
        named = [self.time, self.event, self.start, self.weight, *self.strata, self.cluster]
        return [name for name in named if name is not None]

    def where(self, group: str = "all") -> dict[str, str]:
        """The labels of a result row."""
        return {"analysis": self.analysis, "population": self.population, "group": group}


DAYS = Outcome()


@dataclass(frozen=True)
class Sample:
    """The usable rows as arrays; times that differ by floating-point error are already one time."""

    rows: pl.DataFrame
    stop: Floats
    event: Flags
    start: Floats | None
    weight: Floats | None
    stratum: Codes
    cluster: Codes
    patients: list[str]
    set_aside: int  # rows without a value in a column that is needed

    @property
    def n(self) -> int:
        """Patients, or rows where the frame has no patient column."""
        return len(self.patients) or len(self.stop)

    @property
    def weights(self) -> Floats:
        return np.ones(len(self.stop)) if self.weight is None else self.weight

    def patients_of(self, chosen: Flags) -> list[str]:
        """The patients behind the rows chosen; none where the frame has no patient column."""
        if not self.patients:
            return []
        return self.rows[_PATIENT].filter(pl.Series(chosen)).unique().sort().to_list()

    def part(self, chosen: Flags) -> "Sample":
        """The rows chosen, for one group of a comparison."""
        rows = self.rows.filter(pl.Series(chosen))
        start = None if self.start is None else self.start[chosen]
        weight = None if self.weight is None else self.weight[chosen]
        return Sample(rows, self.stop[chosen], self.event[chosen], start, weight, self.stratum[chosen],
                      self.cluster[chosen], self.patients_of(chosen), 0)  # fmt: skip


_PATIENT = "__patient"


def sample(frame: pl.DataFrame, outcome: Outcome, also: Sequence[str] = (), *, merge: bool = True) -> Sample:
    """Read and check the rows that an outcome, and the columns `also` named, can be computed from.

    merge   make times one that differ by floating-point error; False where the caller does that (times
            with a start are merged all the same, to be checked)

    >>> got = sample(pl.DataFrame({"days": [3, 1, None], "event": [1, 0, 1]}), Outcome())
    >>> got.stop.tolist(), got.event.tolist(), got.set_aside
    ([3.0, 1.0], [True, False], 1)
    """
    needed = [*outcome.columns(), *also]
    _demand_columns(frame, needed)
    rows = _complete(frame, needed)
    event = _events(rows, outcome.event)
    stop, start = _times(rows, outcome, merge)
    rows, patients = _with_patients(rows, outcome.patient)
    cluster = outcome.cluster or (_PATIENT if patients else None)
    return Sample(
        rows, stop, event, start, _weights(rows, outcome.weight), _codes(rows, list(outcome.strata)),
        np.arange(rows.height) if cluster is None else _codes(rows, [cluster]), patients,
        frame.height - rows.height,
    )  # fmt: skip


def _complete(frame: pl.DataFrame, needed: list[str]) -> pl.DataFrame:
    """The rows with a value in each column."""
    rows = frame
    if any(frame.get_column(name).null_count() for name in needed):
        rows = frame.drop_nulls(needed)
    if rows.is_empty():
        raise AnalysisError(f"No row has a value in each of {', '.join(needed)} ({frame.height} rows given).")
    return rows


def numbers(rows: pl.DataFrame, column: str) -> Floats:
    """A column as floats; text, NaN and infinity are an error."""
    series = rows.get_column(column)
    if not (series.dtype.is_numeric() or series.dtype == pl.Boolean):
        raise AnalysisError(f"{column}: numbers are expected; found {series.dtype}.")
    values = series.cast(pl.Float64).to_numpy()
    wrong = len(values) - int(np.count_nonzero(np.isfinite(values)))
    if wrong:
        raise AnalysisError(f"{column}: finite numbers are expected; {_rows(wrong)} with NaN or infinity.")
    return values


def group_codes(rows: pl.DataFrame, by: str) -> tuple[list[str], Codes]:
    """The groups of a column, in the order of their values, and the group of each row."""
    values = rows.get_column(by)
    if not values.dtype.is_numeric():
        return values.unique().sort().cast(pl.String).to_list(), _codes(rows, [by])
    numeric = values.to_numpy()
    levels = np.unique(numeric)
    names = pl.Series(levels).cast(pl.String).to_list()
    if len(levels) > FEW_GROUPS or np.isnan(levels[-1]):
        return names, np.searchsorted(levels, numeric)
    codes = np.zeros(len(numeric), np.int64)
    for level in levels[1:]:  # a look-up in the levels takes several times as long while they are few
        codes += numeric >= level
    return names, codes


def _demand_columns(frame: pl.DataFrame, needed: list[str]) -> None:
    columns = frame.columns
    absent = [name for name in needed if name not in columns]
    if absent:
        raise AnalysisError(f"No column {', '.join(absent)}; the frame has {', '.join(columns)}.")


def _events(rows: pl.DataFrame, column: str) -> Flags:
    values = numbers(rows, column)
    event = values == 1
    wrong = values[~event & (values != 0)]
    if len(wrong):
        raise AnalysisError(
            f"{column}: an event is true/false or 1/0; {_rows(len(wrong))} with another value, "
            f"the first {wrong[0]:g}. Recode it, or pick one cause."
        )
    return event


def _times(rows: pl.DataFrame, outcome: Outcome, merge: bool) -> tuple[Floats, Floats | None]:
    stop = numbers(rows, outcome.time)
    if outcome.start is None:
        if stop.min() < 0:
            wrong = int((stop < 0).sum())
            raise AnalysisError(
                f"{outcome.time}: times are 0 or more; {_rows(wrong)} below, least {stop.min():g}."
            )
        return merge_times(stop) if merge else stop, None
    # With a start any origin of time is fine: only the order counts.
    start, merged = merge_intervals(numbers(rows, outcome.start), stop)
    wrong = int((start >= merged).sum())
    if wrong:
        raise AnalysisError(
            f"{outcome.start}: must lie before {outcome.time}; it does not in {_rows(wrong)}."
        )
    return merged, start


def _weights(rows: pl.DataFrame, column: str | None) -> Floats | None:
    if column is None:
        return None
    values = numbers(rows, column)
    wrong = int((values <= 0).sum())
    if wrong:
        raise AnalysisError(
            f"{column}: weights are above 0; {_rows(wrong)} at 0 or below. Leave those rows out."
        )
    return values


def _with_patients(rows: pl.DataFrame, column: str) -> tuple[pl.DataFrame, list[str]]:
    """The rows with a text identifier, and the distinct identifiers; none if there is no such column."""
    if column not in rows.columns:
        return rows, []
    named = rows.with_columns(pl.col(column).cast(pl.String).alias(_PATIENT))
    return named, named[_PATIENT].unique().drop_nulls().sort().to_list()


def _codes(rows: pl.DataFrame, columns: list[str]) -> Codes:
    """One whole number per distinct combination of values."""
    if not columns:
        return np.zeros(rows.height, dtype=np.int64)
    return (rows.select(pl.struct(columns).rank("dense")).to_series().to_numpy() - 1).astype(np.int64)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
